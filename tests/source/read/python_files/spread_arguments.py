import dlt
from dlt.sources.rest_api import rest_api_source

arguments = {"config": {"a": 1}}
source = rest_api_source(**arguments)
