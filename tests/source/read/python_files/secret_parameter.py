import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources, rest_api_source


@dlt.source
def github(access_token: str = dlt.secrets.value, base_url: str = dlt.config.value):
    config: RESTAPIConfig = {
        "client": {"base_url": base_url, "auth": {"type": "bearer", "token": access_token}},
        "resources": ["issues"],
    }
    yield from rest_api_resources(config)
