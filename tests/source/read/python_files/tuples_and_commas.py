import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source(
    {"a": (1, 2), "b": (1,), "c": (1), "d": [(), [], {},],},
)
