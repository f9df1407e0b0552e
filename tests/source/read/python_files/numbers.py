import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source({"a": [0, -1, +2, 1_000, 0xFF, 0b11, 0o17, 1.5, -2.25, 1e3, .5]})
