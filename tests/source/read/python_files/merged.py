import dlt
from dlt.sources.rest_api import rest_api_source

A = {"x": 1, "y": 1}
source = rest_api_source(A | {"y": 2} | {"z": {"w": None}})
