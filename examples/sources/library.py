"""A library: each of dlt's ways to page and to sign once, as the objects of its REST client."""

import os

import dlt
from dlt.sources.helpers.rest_client.auth import (
    APIKeyAuth,
    BearerTokenAuth,
    HttpBasicAuth,
    OAuth2ClientCredentials,
    OAuthJWTAuth,
)
from dlt.sources.helpers.rest_client.paginators import (
    HeaderCursorPaginator,
    HeaderLinkPaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    OffsetPaginator,
    PageNumberPaginator,
    SinglePagePaginator,
)
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources

BASE_URL = os.environ.get("LIBRARY_URL", "https://api.example.com")
TOKEN_URL = f"{BASE_URL}/oauth/token"


@dlt.source
def library(
    access_token=dlt.secrets.value,
    api_key=dlt.secrets.value,
    api_token=dlt.secrets.value,
    api_secret=dlt.secrets.value,
    client_id=dlt.secrets.value,
    client_secret=dlt.secrets.value,
    private_key=dlt.secrets.value,
):
    in_header = APIKeyAuth(name="X-Api-Key", api_key=api_key, location="header")
    by_client = OAuth2ClientCredentials(access_token_url=TOKEN_URL, client_id=client_id, client_secret=client_secret)
    by_key = OAuthJWTAuth(client_id, private_key, TOKEN_URL, scopes=["loans:read"])

    config: RESTAPIConfig = {
        "client": {"base_url": BASE_URL, "auth": BearerTokenAuth(token=access_token)},
        "resource_defaults": {
            "primary_key": "id",
            "write_disposition": "merge",
            "endpoint": {"data_selector": "data"},
        },
        "resources": [
            {"name": "authors", "endpoint": {"path": "authors", "paginator": OffsetPaginator(limit=50)}},
            {"name": "branches", "endpoint": {"path": "branches", "paginator": SinglePagePaginator()}},
        ],
    }

    config["resources"].append({
        "name": "books",
        "endpoint": {
            "path": "books",
            "auth": in_header,
            "paginator": PageNumberPaginator(base_page=1, total_path=None),
        },
    })
    config["resources"] += [
        {"name": "shelves", "endpoint": {"path": "shelves", "paginator": HeaderCursorPaginator("X-Next-Cursor", "cursor")}},
        {"name": "notices", "endpoint": {"path": "notices", "paginator": JSONLinkPaginator(next_url_path="paging.next")}},
    ]
    config["resources"].extend([
        {
            "name": "readers",
            "endpoint": {
                "path": "readers",
                "auth": HttpBasicAuth(api_token, api_secret),
                "paginator": HeaderLinkPaginator(),
            },
        },
        {
            "name": "loans",
            "endpoint": {
                "path": "loans",
                "auth": by_client,
                "paginator": JSONResponseCursorPaginator(cursor_path="next", cursor_param="after"),
            },
        },
        {
            "name": "loans_by_key",
            "endpoint": {
                "path": "loans",
                "auth": by_key,
                "paginator": JSONResponseCursorPaginator("next", "after"),
            },
        },
    ])
    yield from rest_api_resources(config)


if __name__ == "__main__":
    pipeline = dlt.pipeline(pipeline_name="library", destination="duckdb", dataset_name="library")
    print(pipeline.run(library()))
