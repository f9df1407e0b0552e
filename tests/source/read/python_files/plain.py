import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source({
    "client": {"base_url": "https://api.example.com/v1/", "paginator": None},
    "resource_defaults": {"primary_key": "id", "write_disposition": "merge"},
    "resources": ["posts", {"name": "comments", "endpoint": {"path": "posts/{resources.posts.id}/comments",
                                                             "params": {"limit": 100, "deep": True, "ratio": 0.5}}}],
})
