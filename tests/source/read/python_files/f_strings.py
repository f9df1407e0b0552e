import dlt
from dlt.sources.rest_api import rest_api_source

VERSION = 3
HOST = "a.example.com"
source = rest_api_source({
    "base_url": f"https://{HOST}/v{VERSION}",
    "path": f"/{{id}}/{VERSION}/x" "/{y}",
    "plain": f"nothing in it",
    "all": f"{True} {None} {1.0} {0.25}",
})
