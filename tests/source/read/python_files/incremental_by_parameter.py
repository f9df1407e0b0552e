import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources, rest_api_source


@dlt.source
def make(start: str = "2024-01-01", field="updated_at"):
    return rest_api_source({"incremental": dlt.sources.incremental(field, initial_value=start)})
