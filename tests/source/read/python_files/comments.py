import dlt
from dlt.sources.rest_api import rest_api_source

# rest_api_source({"not": "this"})
source = rest_api_source({  # the source
    # "left": "out",
    "base": "https://a#b",  # a fragment
})
