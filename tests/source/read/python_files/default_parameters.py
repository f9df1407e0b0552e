import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources, rest_api_source


PAGE = 10


@dlt.source
def make(org: str = "dlt-hub", limit=PAGE, *, deep: bool = False, tags=("a", "b")):
    yield from rest_api_resources({"path": f"orgs/{org}", "limit": limit, "deep": deep, "tags": tags})
