import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source(name="github", config={"a": 1}, parallelized=True)
