import dlt
from dlt.sources.rest_api import rest_api_source

FIRST = [{"name": "a"}]
SECOND = [{"name": "b"}, "c"]
source = rest_api_source({"resources": FIRST + SECOND + ["d"], "path": "a" + "/" + "b"})
