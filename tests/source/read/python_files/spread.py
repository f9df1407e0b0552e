import dlt
from dlt.sources.rest_api import rest_api_source

BASE = {"method": "GET", "params": {"limit": 1}}
MORE = ["c", "d"]

source = rest_api_source({
    "endpoint": {**BASE, "params": {"limit": 2}, "path": "x"},
    "over": {"method": "POST", **BASE},
    "names": ["a", *MORE, "e"],
})
