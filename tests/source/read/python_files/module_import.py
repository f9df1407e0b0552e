import dlt.sources.rest_api as api

source = api.rest_api_source({"a": 1}, name="renamed")
