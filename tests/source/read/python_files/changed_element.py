from dlt.sources.rest_api import rest_api_source

config = {"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "posts"}, "users"]}
config["resources"][0]["endpoint"] = {"path": "p"}
config["resources"][-1] = {"name": "people"}
config["resources"][-1]["endpoint"] = "u"
del config["client"]["base_url"]
config["client"].update(base_url="https://b")
source = rest_api_source(config)
