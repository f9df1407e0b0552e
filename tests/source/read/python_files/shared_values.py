import dlt
from dlt.sources.rest_api import rest_api_resources, rest_api_source

PARAMS = {"q": 1}
NAMES = ["a"]
COPY = list(NAMES)
COPY.append("b")
OTHER = dict(PARAMS)
OTHER["r"] = 2
HOLDER = {"names": NAMES, "n": 1}
HOLDER["n"] = 2


def use(values=NAMES):
    return len(values)


for name in NAMES:
    print(name)
source = rest_api_source({"resources": [{"name": "a", "endpoint": {"params": PARAMS}}, *NAMES]})
