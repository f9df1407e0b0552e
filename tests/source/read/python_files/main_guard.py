import dlt
from dlt.sources.rest_api import rest_api_source

if __name__ == "__main__":
    base = "https://a"
    config = {"client": {"base_url": base}}
    dlt.pipeline("x").run([rest_api_source(config)])
