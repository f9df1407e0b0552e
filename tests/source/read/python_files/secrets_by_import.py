from dlt import secrets
from dlt.sources.rest_api import rest_api_source

TOKEN = secrets["token"]
source = rest_api_source({"auth": {"token": TOKEN}})
