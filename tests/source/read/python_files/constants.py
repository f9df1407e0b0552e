import dlt
from dlt.sources.rest_api import rest_api_source

BASE_URL = "https://api.example.com"
PAGE_SIZE = 50
KEYS = ["id", "name"]
DEFAULTS = {"primary_key": KEYS}

source = rest_api_source({
    "client": {"base_url": BASE_URL, "paginator": {"type": "offset", "limit": PAGE_SIZE}},
    "resource_defaults": DEFAULTS,
})
