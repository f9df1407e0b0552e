# A sequencing service: three levels of collections below two roots; each way to name a parent once.
import dlt
from dlt.sources.rest_api import rest_api_source

PAGING = {"type": "offset", "limit": 1024, "offset_param": "Offset"}

source = rest_api_source({
    "client": {
        "base_url": "https://api.example.com",
        "auth": {"type": "bearer", "token": dlt.secrets["access_token"]},
    },
    "resource_defaults": {
        "primary_key": "id",
        "write_disposition": "merge",
        "endpoint": {"data_selector": "Response.Items", "paginator": PAGING},
    },
    "resources": [
        {"name": "projects", "endpoint": {"path": "/users/current/projects"}},
        {"name": "runs", "endpoint": "/users/current/runs"},
        {"name": "samples", "endpoint": {"path": "/projects/{resources.projects.id}/samples"}},
        {"name": "sample_files", "endpoint": {"path": "/samples/<id>/files"}},
        {"name": "run_files", "endpoint": {
            "path": "/runs/{run}/files",
            "params": {"run": {"type": "resolve", "resource": "runs", "field": "id"}},
        }},
        {"name": "appsessions", "endpoint": {"path": "/users/current/appsessions", "data_selector": ["Response", "Items"]}},
        {"name": "appresults", "endpoint": {"path": "/appsessions/{{ stream_partition['parent_id'] }}/appresults"}},
        {"name": "appresults_files", "endpoint": {"path": "/appresults/{appresult_id}/files", "paginator": "auto"}},
    ],
})
