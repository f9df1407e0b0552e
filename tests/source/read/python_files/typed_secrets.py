import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source

source = rest_api_source(
    {
        "client": {"auth": {"type": "api_key", "api_key": dlt.secrets.get("h", str), "name": dlt.config.get("n", int)}},
        "resources": [{"name": "a", "endpoint": {"params": {"q": dlt.secrets.get("q", "text")}}}],
    }
)
