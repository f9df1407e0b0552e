import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source

NAME = "events"


@dlt.source(name=NAME)
def make(access_token=dlt.secrets.value):
    return rest_api_source({"client": {"auth": access_token}, "resources": ["a"]}, name="other", section="hub")


source = make()
