import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source

source = rest_api_source({"client": {"base_url": "https://a.example"}, "resources": ["a", {"name": "b", "primary_key": "x"}, "c"]})
dlt.pipeline("x", destination="duckdb").run(
    source, write_disposition="replace", primary_key=["id", "at"], dataset_name="d", loader_file_format="parquet"
)
