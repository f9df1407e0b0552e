"""The demo's source as dlt's users write it. corest reads it without running Python."""

import dlt
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources

BASE_URL = "https://api.example.com"
PAGE_SIZE = 100


@dlt.source
def lab(access_token: str = dlt.secrets.value, user: str = "current"):
    config: RESTAPIConfig = {
        "client": {"base_url": BASE_URL, "auth": {"type": "bearer", "token": access_token}},
        "resource_defaults": {
            "primary_key": "id",
            "write_disposition": "merge",
            "endpoint": {
                "data_selector": "Response.Items",
                "paginator": OffsetPaginator(limit=PAGE_SIZE, offset_param="Offset"),
            },
        },
        "resources": [
            {"name": "projects", "endpoint": {"path": f"/users/{user}/projects"}},
            {"name": "samples", "endpoint": {"path": "/projects/{project_id}/samples"}},
        ],
    }
    yield from rest_api_resources(config)


if __name__ == "__main__":
    dlt.pipeline(pipeline_name="lab", destination="duckdb").run(lab())
