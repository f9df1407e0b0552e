import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source

source = rest_api_source({"client": {"base_url": "https://a.example"}, "resources": ["a", {"name": "b", "primary_key": "x"}, "c"]}, name="n", max_table_nesting=0, schema_contract="freeze", parallelized=True)
