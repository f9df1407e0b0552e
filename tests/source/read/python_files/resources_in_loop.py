import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source({"client": {"base_url": "https://a"}, "resources": ["a", {"name": "b"}]})
for name, resource in source.resources.items():
    print(name, resource)
for name in source.resources:
    print(name)
source.resources["b"].selected = False
dlt.pipeline("p").run(list(source.resources.values()))
