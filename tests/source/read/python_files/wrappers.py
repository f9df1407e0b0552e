from typing import cast
import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_source
from dlt.sources.rest_api.typing import ClientConfig, Endpoint, EndpointResource

source = rest_api_source(RESTAPIConfig(
    client=ClientConfig({"base_url": "https://a"}),
    resources=[
        EndpointResource({"name": "a", "endpoint": Endpoint(path="a", params=dict(limit=1))}),
        cast(EndpointResource, {"name": "b"}),
        dict({"name": "c"}, selected=False),
    ],
))
