"""A shop's stock: an API key in the query, one way of paging for six resources, and Python as people write it."""

import os
from datetime import datetime, timedelta
from typing import cast

import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources
from dlt.sources.rest_api.typing import EndpointResource
from dlt.sources.helpers.rest_client.auth import APIKeyAuth
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator

BASE_URL = os.environ.get("INVENTORY_URL", "https://api.example.com")
VERSION = "v1"
DAYS = 31
SINCE = datetime(2024, 1, 1) + timedelta(days=DAYS)
DEFAULTS = {"primary_key": "id", "write_disposition": "merge"}
LISTED = {"data_selector": "data", "paginator": OffsetPaginator(limit=100, total_path=None)}


@dlt.source(name="inventory", section="shop")
def inventory(api_key: str = dlt.secrets.value, page_size: int = dlt.config.value):
    small = {**LISTED, "paginator": {"type": "offset", "limit": page_size, "total_path": None}}
    config: RESTAPIConfig = {
        "client": {
            "base_url": BASE_URL,
            "auth": APIKeyAuth(name="api_key", api_key=api_key, location="query") if api_key else None,
            "headers": {"X-Since": SINCE.strftime("%Y-%m-%d"), "X-Client": os.getenv("CLIENT_NAME", "shop")},
        },
        "resource_defaults": {**DEFAULTS, "endpoint": {"data_selector": "nowhere"}},
        "resources": [
            {"name": "stock_summaries", "endpoint": {"path": f"/{VERSION}/stock_summaries", **LISTED}},
            EndpointResource(name="customers", merge_key="id", endpoint={"path": f"/{VERSION}/customers", **small}),
            {"name": "items", "endpoint": dict(LISTED, path=f"/{VERSION}/items", data_selector="data.[*]")},
            {"name": "stock_details", "endpoint": {"path": f"/{VERSION}/" + "stock_details", **LISTED}},
            cast(EndpointResource, {
                "name": "inventory",
                "endpoint": {"path": f"/{VERSION}/inventory", **small},
                "processing_steps": [{"filter": "@.id != null"}],
            }),
            {"name": "orders", "endpoint": {"path": ("/" + VERSION + "/" "orders"), **LISTED}},
        ],
    }
    yield from rest_api_resources(config)


if __name__ == "__main__":
    pipeline = dlt.pipeline(pipeline_name="inventory", destination="duckdb", dataset_name="shop")
    print(pipeline.run(inventory()))
