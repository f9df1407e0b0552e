import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source

s = rest_api_source({"client": {"base_url": "https://a.example"}, "resources": ["a", {"name": "b", "primary_key": "x"}, "c"]})
c = s.c
dlt.pipeline("x").run([c])
dlt.pipeline("y").run(data=s)
