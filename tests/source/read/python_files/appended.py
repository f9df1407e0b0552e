from dlt.sources.rest_api import rest_api_source

posts = {"name": "posts", "endpoint": "posts"}
more = ["users"]
config = {"client": {"base_url": "https://api.example.com"}, "resources": ["first"]}
config["resources"].append("comments")
config["resources"].append(posts)
config["resources"].append({"name": "todos", "endpoint": {"path": f"{'todos'}"}})
config["resources"].extend(more)
config["resources"].extend(("albums", "photos"))
config["resources"].insert(0, "zero")
config["resources"].insert(-1, "before_last")
config["resources"] += ["last"]
config["client"]["headers"] = {"X": "1"}
config["client"]["headers"]["Y"] = "2"
config["resource_defaults"] = {"write_disposition": "append"}
config["resource_defaults"].update({"primary_key": "id"}, write_disposition="merge")
config.setdefault("unused", []).append(1)
del config["unused"]
source = rest_api_source(config)
