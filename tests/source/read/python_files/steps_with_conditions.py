import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source({"resources": [{"name": "a", "processing_steps": [{"filter": "@.keep == true"}]}]})
