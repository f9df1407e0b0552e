import dlt
from dlt.sources.rest_api import rest_api_source
from dlt.sources.helpers.rest_client.paginators import (
    HeaderCursorPaginator,
    HeaderLinkPaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    OffsetPaginator,
    PageNumberPaginator,
    SinglePagePaginator,
)

source = rest_api_source({
    "a": OffsetPaginator(limit=100), "b": OffsetPaginator(100, 0, "skip", total_path=None, maximum_offset=500),
    "c": JSONLinkPaginator(next_url_path="paging.next"), "d": JSONLinkPaginator(),
    "e": JSONResponseCursorPaginator("meta.next", cursor_param="after"),
    "f": PageNumberPaginator(base_page=1, page_param="p", total_path=None, stop_after_empty_page=True),
    "g": HeaderLinkPaginator(links_next_key="next"), "h": HeaderCursorPaginator("X-Next", "cursor"),
    "i": SinglePagePaginator(),
})
