from dlt.sources.rest_api import RESTAPIConfig, rest_api_source

config: RESTAPIConfig = {"client": {"base_url": "https://a"}}
source = rest_api_source(config)
