import dlt
from dlt.sources.rest_api import rest_api_source

config = {"client": {"base_url": "https://a"}}
source = rest_api_source(config)
