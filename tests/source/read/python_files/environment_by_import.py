from os import environ, getenv
import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source({"key": environ["API_KEY"], "user": getenv("API_USER", "guest"), "n": environ.get("N", "5")})
