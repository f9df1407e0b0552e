import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source


@dlt.source(name="gh", section="hub", max_table_nesting=2)
def github_pipeline(access_token=dlt.secrets.value):
    yield from rest_api_resources({"client": {"auth": {"token": access_token}}, "resources": ["a"]})


dlt.pipeline("x").run(github_pipeline())
