import dlt
from dlt.sources.rest_api import rest_api_source
from dlt.sources.helpers.rest_client.auth import (
    APIKeyAuth,
    BearerTokenAuth,
    HttpBasicAuth,
    OAuth2ClientCredentials,
    OAuthJWTAuth,
)

source = rest_api_source({
    "a": BearerTokenAuth(dlt.secrets["token"]), "b": BearerTokenAuth(token=dlt.secrets.value),
    "c": APIKeyAuth(name="X-Key", api_key=dlt.secrets["key"], location="query"),
    "d": HttpBasicAuth("user", dlt.secrets["password"]),
    "e": OAuth2ClientCredentials(access_token_url="https://a/token", client_id=dlt.secrets["id"],
                                 client_secret=dlt.secrets["secret"],
                                 access_token_request_data={"grant_type": "client_credentials"}),
    "f": OAuthJWTAuth("id", dlt.secrets["pem"], "https://a/token", scopes=["x", "y"]),
})
