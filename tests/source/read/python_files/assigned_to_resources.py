import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source

s = rest_api_source({"client": {"base_url": "https://a.example"}, "resources": ["a", {"name": "b", "primary_key": "x"}, "c"]})
s.resources["a"].selected = False
b = s.b
b.max_table_nesting = 0
s.c.write_disposition = "append"
s.max_table_nesting = 1
dlt.run(s, schema_contract={"columns": "freeze"})
