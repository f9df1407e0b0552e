"""A source as dlt's tutorial for REST APIs writes one: what is new of a parent and its children, merged on the key."""

import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources


@dlt.source
def lab_source(access_token=dlt.secrets.value):
    config: RESTAPIConfig = {
        "client": {
            "base_url": "http://127.0.0.1:8080/seed003",
            "auth": {"type": "bearer", "token": access_token},
            "paginator": {"type": "offset", "limit": 100, "offset_param": "Offset", "total_path": "Response.TotalCount"},
        },
        "resource_defaults": {
            "primary_key": "id",
            "write_disposition": "merge",
            "endpoint": {"data_selector": "Response.Items"},
        },
        "resources": [
            {
                "name": "projects",
                "endpoint": {
                    "path": "users/current/projects",
                    "params": {
                        "modified_since": {
                            "type": "incremental",
                            "cursor_path": "date_modified",
                            "initial_value": "2024-01-01T00:00:00.000Z",
                        },
                    },
                },
            },
            {
                "name": "samples",
                "endpoint": {
                    "path": "projects/{project_id}/samples",
                    "params": {"project_id": {"type": "resolve", "resource": "projects", "field": "id"}},
                },
                "include_from_parent": ["name"],
            },
        ],
    }
    yield from rest_api_resources(config)


def load_lab() -> None:
    pipeline = dlt.pipeline(pipeline_name="lab", destination="duckdb", dataset_name="lab_data")
    print(pipeline.run(lab_source()))


if __name__ == "__main__":
    load_lab()
