import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source({"resources": ["a", {"name": "b"}, "c"]})
pipeline = dlt.pipeline(pipeline_name="x")
pipeline.run(source.with_resources("a", "c"))
