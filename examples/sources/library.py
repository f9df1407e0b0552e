"""A library: each of dlt's ways to page and to sign once, in the Python that people write around them.

The script that loads it says who asks: `library(contact="me@example.com")`, or `--param contact=me@example.com`.
"""

import os
from datetime import datetime, timedelta, timezone
from typing import cast

import dlt
import pendulum
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
from dlt.sources.rest_api.typing import EndpointResource

BASE_URL = os.environ.get("LIBRARY_URL", "https://api.example.com")
TOKEN_URL = f"{BASE_URL}/oauth/token"
CLIENT = os.getenv("CLIENT_NAME", "library") + "/1.0"
PRIVATE_KEY = os.environ["PRIVATE_KEY"]
API_TOKEN = dlt.secrets["api_token"]

SCOPES = ["loans:read"]
MERGED = {"primary_key": "id", "write_disposition": "merge"}
AUTHORS_SINCE = datetime(2024, 1, 1) + timedelta(days=2)
LOANS_SINCE = pendulum.now("UTC").subtract(years=25).to_iso8601_string()


@dlt.source
def library(
    contact: str,
    key_header: str = "X-Api-Key",
    page_size: int = dlt.config.value,
    access_token: str = dlt.secrets.value,
    api_key: str = dlt.secrets.value,
    api_secret: str = dlt.secrets.value,
    client_id: str = dlt.secrets.value,
    client_secret: str = dlt.secrets.value,
):
    in_header = APIKeyAuth(name=key_header, api_key=api_key, location="header")
    by_client = OAuth2ClientCredentials(access_token_url=TOKEN_URL, client_id=client_id, client_secret=client_secret)
    by_key = OAuthJWTAuth(client_id, PRIVATE_KEY, TOKEN_URL, scopes=SCOPES)
    marked = {"paginator": JSONResponseCursorPaginator(cursor_path="next", cursor_param="after")}

    config = RESTAPIConfig(
        client={
            "base_url": BASE_URL,
            "auth": BearerTokenAuth(token=access_token) if access_token else None,
            "headers": {
                "From": contact,
                "User-Agent": f"{CLIENT} (python)",
                "X-Asked-On": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
            },
        },
        resource_defaults={"endpoint": {"data_selector": "data"}},
        resources=[
            EndpointResource({
                "name": "authors",
                **MERGED,
                "endpoint": {
                    "path": "authors",
                    "paginator": OffsetPaginator(limit=page_size),
                    "params": {
                        "modified_since": dlt.sources.incremental("date_modified", initial_value=AUTHORS_SINCE.isoformat()),
                    },
                },
            }),
            cast(EndpointResource, {
                **MERGED, "name": "branches", "endpoint": {"path": "branches", "paginator": SinglePagePaginator()}
            }),
        ],
    )

    config["resources"].append({
        "name": "books",
        **MERGED,
        "endpoint": {
            "path": "books",
            "auth": in_header,
            "paginator": PageNumberPaginator(base_page=1, total_path=None),
        },
    })
    config["resources"] += [
        {
            "name": "shelves",
            "write_disposition": "merge",
            "merge_key": "name",  # a shelf is replaced whole; it needs no key of its own
            "endpoint": dict(path="shelves", paginator=HeaderCursorPaginator("X-Next-Cursor", "cursor")),
        },
        {
            "name": "notices",
            **MERGED,
            "endpoint": {
                "path": "notices",
                "data_selector": "data.[*]",
                "paginator": JSONLinkPaginator(next_url_path="paging.next"),
            },
        },
    ]
    config["resources"].extend([
        {
            "name": "readers",
            **MERGED,
            "endpoint": {
                "path": "readers",
                "auth": HttpBasicAuth(API_TOKEN, api_secret),
                "paginator": HeaderLinkPaginator(),
            },
        },
        {
            "name": "loans",
            **MERGED,
            "endpoint": {
                **marked,
                "path": "loans",
                "auth": by_client,
                "incremental": {
                    "start_param": "modified_since",
                    "cursor_path": "date_modified",
                    "initial_value": LOANS_SINCE,
                },
            },
        },
        {
            "name": "loans_by_key",
            **MERGED,
            "endpoint": {"path": "loans", "auth": by_key, "paginator": JSONResponseCursorPaginator("next", "after")},
        },
    ])
    yield from rest_api_resources(config)
