import os
import dlt
from dlt.sources.rest_api import rest_api_source

KEY = os.environ["API_KEY"]
USER = os.getenv("API_USER", "guest")
OTHER = os.environ.get("OTHER")
source = rest_api_source({"key": KEY, "user": USER, "other": OTHER, "both": f"{USER}:{KEY}", "sum": "Bearer " + KEY})
