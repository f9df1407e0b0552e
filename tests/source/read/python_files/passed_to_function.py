import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources, rest_api_source


def load(config: RESTAPIConfig, dataset: str = "data"):
    source = rest_api_source(config)
    dlt.pipeline("x", dataset_name=dataset).run(source)


api: RESTAPIConfig = {"client": {"base_url": "https://a"}}
load(api)
