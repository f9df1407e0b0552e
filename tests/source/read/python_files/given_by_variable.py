import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources, rest_api_source


ORG = "dlt-hub"


@dlt.source
def make(org, limit=10):
    return rest_api_source({"path": f"orgs/{org}", "limit": limit})


make(limit=5, org=ORG + "-2")
