import dlt.sources.rest_api as api
from dlt.sources.rest_api import rest_api_source as make

source = make({"a": 1})
