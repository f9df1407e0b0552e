import dlt
from dlt.sources.rest_api import rest_api_source

VERSION = 2


@dlt.source
def make(workspace="acme", region=None, page=0, access_token=dlt.secrets.value):
    return rest_api_source({
        "a": f"/{workspace}" if workspace else "/", "b": {"region": region} if region else None,
        "c": 1 if page else 2, "d": 1 if page is not None else 2, "e": 1 if region is None else 2,
        "f": "new" if VERSION else "old", "g": {"token": access_token} if access_token else None,
    })


make()
