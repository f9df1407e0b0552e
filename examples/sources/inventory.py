"""A shop's stock: an API key in the query, and one way of paging for six resources."""

import os

import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources
from dlt.sources.helpers.rest_client.auth import APIKeyAuth
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator

BASE_URL = os.environ.get("INVENTORY_URL", "https://api.example.com")
VERSION = "v1"
DEFAULTS = {"primary_key": "id", "write_disposition": "merge"}
LISTED = {"data_selector": "data", "paginator": OffsetPaginator(limit=100, total_path=None)}


@dlt.source(name="inventory")
def inventory(api_key: str = dlt.secrets.value, page_size: int = 50):
    small = {**LISTED, "paginator": {"type": "offset", "limit": page_size, "total_path": None}}
    config: RESTAPIConfig = {
        "client": {
            "base_url": BASE_URL,
            "auth": APIKeyAuth(name="api_key", api_key=api_key, location="query"),
        },
        "resource_defaults": {**DEFAULTS, "endpoint": {"data_selector": "nowhere"}},
        "resources": [
            {"name": "stock_summaries", "endpoint": {"path": f"/{VERSION}/stock_summaries", **LISTED}},
            {"name": "customers", "endpoint": {"path": f"/{VERSION}/customers", **small}},
            {"name": "items", "endpoint": {"path": f"/{VERSION}/items", **LISTED}},
            {"name": "stock_details", "endpoint": {"path": f"/{VERSION}/" + "stock_details", **LISTED}},
            {"name": "inventory", "endpoint": {"path": f"/{VERSION}/inventory", **small}},
            {"name": "orders", "endpoint": {"path": ("/" + VERSION + "/" "orders"), **LISTED}},
        ],
    }
    yield from rest_api_resources(config)


if __name__ == "__main__":
    pipeline = dlt.pipeline(pipeline_name="inventory", destination="duckdb", dataset_name="shop")
    print(pipeline.run(inventory()))
