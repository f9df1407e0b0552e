import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources, rest_api_source


@dlt.source
def make():
    yield from rest_api_resources({"resources": ["a", "b"]})


dlt.pipeline().run(make().with_resources("b"), write_disposition="append")
