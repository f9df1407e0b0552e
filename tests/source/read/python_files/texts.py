import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source({
    'single': 'it is "quoted"', "double": "it's", 'joined': 'a' "b" r'\d' '\n',
    "triple": """two
lines""", "escapes": "\x41\u00e9\t\\", "raw": r"C:\new", "empty": "",
    'line': 'a\
b',
})
