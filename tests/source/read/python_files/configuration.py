import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source
import os

ORG = os.environ["ORG"]


@dlt.source
def make(limit: int = dlt.config.value, table=dlt.config["sources.table"]):
    yield from rest_api_resources(
        {"resources": [{"name": "a", "table_name": table, "endpoint": {"path": f"orgs/{ORG}/repos", "limit": limit}}]}
    )


make()
