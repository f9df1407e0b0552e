import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources, rest_api_source


@dlt.source
def make(org, limit=10, since=None):
    return rest_api_source({"path": f"orgs/{org}", "limit": limit, "since": since})


make("dlt-hub", since="2024-01-01")
