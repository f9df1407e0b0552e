import dlt
from dlt.sources.rest_api import rest_api_source
from dlt.sources.helpers.rest_client import paginators
from dlt.sources.helpers.rest_client.auth import BearerTokenAuth as Bearer

source = rest_api_source({"p": paginators.OffsetPaginator(limit=1), "auth": Bearer(token=dlt.secrets["t"])})
