import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source

s = rest_api_source({"client": {"base_url": "https://a.example"}, "resources": ["a", {"name": "b", "primary_key": "x"}, "c"]})
pipeline = dlt.pipeline("x")
pipeline.run([s.a, s.resources["b"]])
pipeline.run(s.a, write_disposition="merge")
