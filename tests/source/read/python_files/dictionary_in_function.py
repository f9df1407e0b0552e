import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources, rest_api_source


@dlt.source
def make():
    settings = {"client": {"base_url": "https://a"}, "resources": ["b"]}
    yield from rest_api_resources(settings)
