import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources, rest_api_source


@dlt.source
def make(access_token=dlt.secrets.value):
    return rest_api_source({
        "auth": {"type": "bearer", "token": access_token} if access_token else None,
        "again": ({"token": f"t {access_token}"} if access_token is not None else None),
    })
