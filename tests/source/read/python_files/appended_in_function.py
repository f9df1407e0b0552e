import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources

COMMON = ["users"]
COMMON.append("groups")


@dlt.source
def make(access_token=dlt.secrets.value):
    resources = [*COMMON]
    resources += ["posts", {"name": "comments", "endpoint": {"path": "c"}}]
    config: RESTAPIConfig = {"client": {"base_url": "https://a"}}
    config["client"]["auth"] = {"type": "bearer", "token": access_token}
    config["resources"] = [*resources]
    paging = {"type": "offset"}
    paging |= {"limit": 5}
    config["resource_defaults"] = {"endpoint": {"paginator": paging}}
    with open(__file__) as own:
        path = "x"
        path += "/y"
        config["resources"].append({"name": "late", "endpoint": path})
    yield from rest_api_resources(config)


make()
