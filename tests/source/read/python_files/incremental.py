import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source({"resources": [{"name": "a", "endpoint": {"path": "a", "params": {
    "since": dlt.sources.incremental("updated_at", initial_value="2024-01-01T00:00:00Z"),
    "id": dlt.sources.incremental[int]("id", initial_value=0, last_value_func=max, row_order="asc"),
    "plain": {"type": "incremental", "cursor_path": "x", "initial_value": 1},
}}}]})
