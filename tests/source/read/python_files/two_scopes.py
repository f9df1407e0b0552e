import dlt
from dlt.sources.rest_api import rest_api_source

limit = 1


def other():
    limit = 2
    return limit


def make():
    limit = 3
    return rest_api_source({"limit": limit, "other": [limit]})


make()
