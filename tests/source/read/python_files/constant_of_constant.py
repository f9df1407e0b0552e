import dlt
from dlt.sources.rest_api import rest_api_source

HOST = "api.example.com"
BASE_URL = "https://" + HOST
URL = BASE_URL

source = rest_api_source({"url": URL + "/v1"})
