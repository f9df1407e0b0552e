/// \file
/// Cases 1 to 58, 126 and 127: paginators, and what is found out where none is named.

#include <source/acceptance/servers.hpp>

#include <corest/paginate/continuation.hpp>
#include <corest/paginate/cursor.hpp>
#include <corest/paginate/header_cursor.hpp>
#include <corest/paginate/header_link.hpp>
#include <corest/paginate/json_link.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/paginate/standard_links.hpp>

namespace acceptance {

namespace {

using corest::cursor;
using corest::offset;
using corest::page_number;
using corest::test::respond;
using texts = std::vector<std::string>;

/// `/r?page=1` and so on.
texts pages(int from, int to)
{
    texts all;
    for (int n = from; n < to; ++n) {
        all.push_back("/r?page=" + std::to_string(n));
    }
    return all;
}

/// `/r?offset=0&limit=10` and so on.
texts offsets(const std::vector<int>& at, int limit)
{
    texts all;
    for (const int n : at) {
        all.push_back("/r?offset=" + std::to_string(n) + "&limit=" + std::to_string(limit));
    }
    return all;
}

/// The endpoint's keys of a paginator whose records are at `items`.
std::string paged(const std::string& paginator)
{
    return R"("data_selector": "items", "paginator": )" + paginator;
}

std::string by_page(const std::string& keys)
{
    return paged(R"({"type": "page_number", "concurrency": 1, )" + keys + "}");
}

std::string by_offset(const std::string& keys)
{
    return paged(R"({"type": "offset", "concurrency": 1, )" + keys + "}");
}

/// Page n of 5 linked ones, by the query's `page`, and a link of the text that `link` makes of the next number.
server linked(int count, const std::function<std::string(int next)>& link)
{
    return [=](const corest::request& r) {
        const int page = number_of(r, "page", 1);
        return respond(
            200, R"({"items":)" + id_list(page * 5 - 5, page * 5) + (page < count ? "," + link(page + 1) : "") + "}");
    };
}

server link_headers(int count, const std::string& before, const std::string& after)
{
    return [=](const corest::request& r) {
        const int page = number_of(r, "page", 1);
        const std::string next = std::to_string(page + 1);
        std::vector<std::pair<std::string, std::string>> headers;
        if (page < count) {
            headers.emplace_back("Link", before + "<http://api.test/r?page=" + next + ">" + after);
        }
        return respond(200, R"({"items":)" + id_list(page * 5 - 5, page * 5) + "}", headers);
    };
}

void add_page_numbers(std::vector<acceptance_case>& all)
{
    all.push_back(acceptance_case(1, "pages up to the stated total")
            .endpoint(by_page(R"("base_page": 1, "total_path": "total_pages")"))
            .paging(page_number(1).total_path("total_pages").concurrency(1))
            .serves(numbered(5, 1, always(R"(,"total_pages":5)")))
            .requests(pages(1, 6))
            .ids(0, 25));
    all.push_back(acceptance_case(2, "the first page is 0")
            .endpoint(by_page(R"("base_page": 0, "total_path": "total_pages")"))
            .paging(page_number(0).total_path("total_pages").concurrency(1))
            .serves(numbered(5, 0, always(R"(,"total_pages":5)")))
            .requests(pages(0, 5))
            .ids(0, 25));
    all.push_back(acceptance_case(3, "a later page is begun with")
            .endpoint(by_page(R"("base_page": 1, "page": 3, "total_path": "total_pages")"))
            .paging(page_number(1).start(3).total_path("total_pages").concurrency(1))
            .serves(numbered(5, 1, always(R"(,"total_pages":5)")))
            .requests(pages(3, 6))
            .ids(10, 25));
    all.push_back(acceptance_case(4, "without a total an empty page ends")
            .endpoint(by_page(R"("base_page": 1, "total_path": null)"))
            .paging(page_number(1).no_total().concurrency(1))
            .serves(numbered(3, 1))
            .requests(pages(1, 5))
            .ids(0, 15));
    all.push_back(acceptance_case(5, "maximum_page is exclusive")
            .endpoint(by_page(R"("base_page": 1, "maximum_page": 3)"))
            .paging(page_number(1).maximum_page(3).concurrency(1))
            .serves(numbered(1000, 1))
            .requests(pages(1, 3))
            .ids(0, 10));
    all.push_back(acceptance_case(5, "max_pages is a count")
            .endpoint(by_page(R"("base_page": 1, "max_pages": 3)"))
            .paging(page_number(1).max_pages(3).concurrency(1))
            .serves(numbered(1000, 1))
            .requests(pages(1, 4))
            .ids(0, 15));
    all.push_back(acceptance_case(6, "a total may be text")
            .endpoint(by_page(R"("base_page": 1, "total_path": "total")"))
            .paging(page_number(1).total_path("total").concurrency(1))
            .serves(numbered(3, 1, always(R"(,"total":"3")")))
            .requests(pages(1, 4))
            .ids(0, 15));
    all.push_back(acceptance_case(7, "a total that is no number names path, value, resource and page")
            .endpoint(by_page(R"("base_page": 1, "total_path": "total")"))
            .paging(page_number(1).total_path("total").concurrency(1))
            .serves(numbered(3, 1, always(R"(,"total":"abc")")))
            .fails({"'r'", "page 1", "total", "abc"}));
    all.push_back(acceptance_case(8, "a total that is not there is an error on page 1")
            .endpoint(by_page(R"("base_page": 1, "total_path": "total")"))
            .paging(page_number(1).total_path("total").concurrency(1))
            .serves(numbered(3, 1))
            .requests(pages(1, 2))
            .fails({"page 1", "total"}));
    all.push_back(acceptance_case(9, "a total of the first page holds for all")
            .endpoint(by_page(R"("base_page": 1, "total_path": "pagination.total")"))
            .paging(page_number(1).total_path("pagination.total").concurrency(1))
            .serves(
                numbered(3, 1, [](int page) { return std::string(page == 1 ? R"(,"pagination":{"total":3})" : ""); }))
            .requests(pages(1, 4))
            .ids(0, 15));
    all.push_back(acceptance_case(10, "the page stands in the body")
            .endpoint(R"("method": "POST", "json": {"q": "x"}, )"
                + by_page(R"("base_page": 1, "page_body_path": "paging.page", "total_path": "total_pages")"))
            .flow([](const corest::client& api) {
                return corest::post(api, "r", R"({"q":"x"})") | corest::select("items")
                    | corest::paginate(
                        page_number(1).page_body_path("paging.page").total_path("total_pages").concurrency(1));
            })
            .serves([](const corest::request& r) {
                const int page = r.body.find("\"page\":1") != std::string::npos ? 1 : 2;
                return respond(200, R"({"items":)" + id_list(page * 5 - 5, page * 5) + R"(,"total_pages":2})");
            })
            .requests({R"(/r {"q":"x","paging":{"page":1}})", R"(/r {"q":"x","paging":{"page":2}})"})
            .ids(0, 10));
    all.push_back(acceptance_case(11, "the paginator's page wins over params, others stay")
            .endpoint(R"("params": {"page": 100, "sort": "desc"}, )"
                + by_page(R"("base_page": 1, "total_path": "total_pages")"))
            .flow([](const corest::client& api) {
                return corest::get(api, "r") | corest::query("page", "100") | corest::query("sort", "desc")
                    | corest::select("items")
                    | corest::paginate(page_number(1).total_path("total_pages").concurrency(1));
            })
            .serves(numbered(2, 1, always(R"(,"total_pages":2)")))
            .requests({"/r?page=1&sort=desc", "/r?page=2&sort=desc"})
            .ids(0, 10));
    all.push_back(acceptance_case(13, "a last page that is repeated is an error, and is not delivered twice")
            .endpoint(by_page(R"("base_page": 1, "page_size": 5)"))
            .paging(page_number(1).page_size(5).concurrency(1))
            .serves([](const corest::request& r) {
                const int page = std::min(number_of(r, "page", 1), 3);
                return respond(200, R"({"items":)" + id_list(page * 5 - 5, page * 5) + "}");
            })
            .ids(0, 15)
            .fails({"same 5 records"}));
}

void add_offsets(std::vector<acceptance_case>& all)
{
    all.push_back(acceptance_case(14, "offsets up to the stated total")
            .endpoint(by_offset(R"("limit": 10, "total_path": "total")"))
            .paging(offset(10).total_path("total").concurrency(1))
            .serves(listed(25, R"(,"total":25)"))
            .requests(offsets({0, 10, 20}, 10))
            .ids(0, 25));
    all.push_back(acceptance_case(15, "without a total nothing is lost")
            .endpoint(by_offset(R"("limit": 10, "total_path": null)"))
            .paging(offset(10).no_total().concurrency(1))
            .serves(listed(25))
            .ids(0, 25));
    all.push_back(acceptance_case(16, "maximum_offset is exclusive")
            .endpoint(by_offset(R"("limit": 50, "maximum_offset": 100)"))
            .paging(offset(50).maximum_offset(100).concurrency(1))
            .serves(listed(1000))
            .requests(offsets({0, 50}, 50))
            .ids(0, 100));
    all.push_back(acceptance_case(17, "has_more says no at once")
            .endpoint(by_offset(R"("limit": 10, "has_more_path": "has_more")"))
            .paging(offset(10).has_more_path("has_more").concurrency(1))
            .serves(listed(10, R"(,"has_more":false)"))
            .requests(offsets({0}, 10))
            .ids(0, 10));
    all.push_back(acceptance_case(18, "has_more may be text")
            .endpoint(by_offset(R"("limit": 10, "has_more_path": "has_more")"))
            .paging(offset(10).has_more_path("has_more").concurrency(1))
            .serves([](const corest::request& r) {
                const int from = number_of(r, "offset", 0);
                return respond(200,
                    R"({"has_more":")" + std::string(from == 0 ? "true" : "false") + R"(","items":)"
                        + id_list(from, from + 10, 15) + "}");
            })
            .requests(offsets({0, 10}, 10))
            .ids(0, 15));
    for (const char* said : {R"(,"has_more":"maybe")", ""}) {
        all.push_back(acceptance_case(19, "a has_more that is neither yes nor no is an error")
                .endpoint(by_offset(R"("limit": 10, "has_more_path": "has_more")"))
                .paging(offset(10).has_more_path("has_more").concurrency(1))
                .serves(listed(25, said))
                .fails({"has_more", "page 1"}));
    }
    all.push_back(acceptance_case(20, "a bound beats has_more")
            .endpoint(by_offset(R"("limit": 10, "maximum_offset": 10, "has_more_path": "has_more")"))
            .paging(offset(10).maximum_offset(10).has_more_path("has_more").concurrency(1))
            .serves(listed(1000, R"(,"has_more":true)"))
            .requests(offsets({0}, 10))
            .ids(0, 10));
    all.push_back(acceptance_case(21, "a server that caps its pages loses no record")
            .endpoint(by_offset(R"("limit": 10, "total_path": "total")"))
            .paging(offset(10).total_path("total").concurrency(1))
            .serves(listed(25, R"(,"total":25)", 5))
            .requests(offsets({0, 5, 10, 15, 20}, 10))
            .ids(0, 25));
    all.push_back(acceptance_case(22, "an empty list is one request")
            .endpoint(by_offset(R"("limit": 10, "total_path": "total")"))
            .paging(offset(10).total_path("total").concurrency(1))
            .serves(listed(0, R"(,"total":0)"))
            .requests(offsets({0}, 10))
            .records({}));
    all.push_back(acceptance_case(23, "offset and limit stand in the body")
            .endpoint(R"("method": "POST", "json": {"f": 1}, )"
                + by_offset(
                    R"("limit": 10, "total_path": "total", "offset_body_path": "p.from", "limit_body_path": "p.size")"))
            .flow([](const corest::client& api) {
                return corest::post(api, "r", R"({"f":1})") | corest::select("items")
                    | corest::paginate(
                        offset(10).total_path("total").offset_body_path("p.from").limit_body_path("p.size").concurrency(
                            1));
            })
            .serves([](const corest::request& r) {
                const int from = r.body.find("\"from\":0") != std::string::npos ? 0 : 10;
                return respond(200, R"({"items":)" + id_list(from, from + 10, 15) + R"(,"total":15})");
            })
            .requests({R"(/r {"f":1,"p":{"from":0,"size":10}})", R"(/r {"f":1,"p":{"from":10,"size":10}})"})
            .ids(0, 15));
    all.push_back(acceptance_case(25, "a short page ends where the user says so")
            .endpoint(by_offset(R"("limit": 10, "stop_on_short_page": true)"))
            .paging(offset(10).stop_on_short_page().concurrency(1))
            .serves(listed(25))
            .requests(offsets({0, 10, 20}, 10))
            .ids(0, 25));
    all.push_back(acceptance_case(25, "no short page ends where the user says that it does not")
            .endpoint(by_offset(R"("limit": 10, "stop_on_short_page": false)"))
            .paging(offset(10).stop_on_short_page(false).concurrency(1))
            .serves(listed(25))
            .requests(offsets({0, 10, 20, 25}, 10))
            .ids(0, 25));
    all.push_back(acceptance_case(26, "pages are counted before a filter")
            .endpoint(R"("data_selector": "$.items[?@.id > 3]", "paginator": {"type": "page_number",
                          "base_page": 1, "concurrency": 1, "total_path": null, "has_more_path": "more"})")
            .paging(page_number(1).has_more_path("more").no_total().concurrency(1), "$.items[?@.id > 3]")
            .serves([](const corest::request& r) {
                const int page = number_of(r, "page", 1);
                return respond(200,
                    R"({"items":)" + id_list(page * 2 - 2, page * 2, 5)
                        + (page < 3 ? R"(,"more":true})" : R"(,"more":false})"));
            })
            .requests(pages(1, 4))
            .ids(4, 5));
    all.push_back(acceptance_case(40, "the first request carries its offset")
            .endpoint(by_offset(R"("limit": 10, "total_path": "total")"))
            .paging(offset(10).total_path("total").concurrency(1))
            .serves(listed(5, R"(,"total":5)"))
            .requests(offsets({0}, 10))
            .ids(0, 5));
}

void add_links(std::vector<acceptance_case>& all)
{
    const std::string by_header = paged(R"("header_link")");
    all.push_back(acceptance_case(27, "Link headers are followed")
            .endpoint(by_header)
            .paging(corest::header_link())
            .serves(link_headers(5, "", "; rel=\"next\""))
            .requests({"/r", "/r?page=2", "/r?page=3", "/r?page=4", "/r?page=5"})
            .ids(0, 25));
    all.push_back(acceptance_case(28, "another relation is not followed")
            .endpoint(by_header)
            .paging(corest::header_link())
            .serves(link_headers(5, "", "; rel=\"prev\""))
            .requests({"/r"})
            .ids(0, 5));
    all.push_back(acceptance_case(29, "relations without quotes, in a list")
            .endpoint(by_header)
            .paging(corest::header_link())
            .serves(link_headers(2, "<http://api.test/back>; rel=back, ", "; rel=next"))
            .requests({"/r", "/r?page=2"})
            .ids(0, 10));
    all.push_back(acceptance_case(30, "a nested URL")
            .endpoint(paged(R"({"type": "json_link", "next_url_path": "next_page.url"})"))
            .paging(corest::json_link("next_page.url"))
            .serves(linked(
                3, [](int n) { return R"("next_page":{"url":"http://api.test/r?page=)" + std::to_string(n) + "\"}"; }))
            .requests({"/r", "/r?page=2", "/r?page=3"})
            .ids(0, 15));
    all.push_back(acceptance_case(31, "a key that needs brackets")
            .endpoint(paged(R"({"type": "json_link", "next_url_path": "['@odata.nextLink']"})"))
            .paging(corest::json_link("['@odata.nextLink']"))
            .serves(linked(
                2, [](int n) { return R"("@odata.nextLink":"http://api.test/r?page=)" + std::to_string(n) + "\""; }))
            .requests({"/r", "/r?page=2"})
            .ids(0, 10));
    all.push_back(acceptance_case(32, "a link that is a path keeps scheme, host and port")
            .endpoint(paged(R"({"type": "json_link", "next_url_path": "next"})"))
            .paging(corest::json_link("next"))
            .serves(linked(2, [](int n) { return R"("next":"/r?page=)" + std::to_string(n) + "\""; }))
            .requests({"/r", "/r?page=2"})
            .ids(0, 10));
    all.push_back(acceptance_case(33, "a parameter that the link has stands once")
            .endpoint(R"("params": {"p": 1}, )" + paged(R"({"type": "json_link", "next_url_path": "next"})"))
            .flow([](const corest::client& api) {
                return corest::get(api, "r") | corest::query("p", "1") | corest::select("items")
                    | corest::paginate(corest::json_link("next"));
            })
            .serves(linked(2, [](int n) { return R"("next":"/r?p=1&page=)" + std::to_string(n) + "\""; }))
            .requests({"/r?p=1", "/r?p=1&page=2"})
            .ids(0, 10));
    for (const char* end : {R"(,"next":null)", "", R"(,"next":"")"}) {
        all.push_back(acceptance_case(*end == '\0' || end[8] == 'n' ? 34 : 35, "null, absent and empty end")
                .endpoint(paged(R"({"type": "json_link", "next_url_path": "next"})"))
                .paging(corest::json_link("next"))
                .serves(says(R"({"items":[{"id":0}])" + std::string(end) + "}"))
                .requests({"/r"})
                .ids(0, 1));
    }
    all.push_back(acceptance_case(36, "the same link again is an error")
            .endpoint(paged(R"({"type": "json_link", "next_url_path": "next"})"))
            .paging(corest::json_link("next"))
            .serves(says(R"({"items":[{"id":0}],"next":"/r"})"))
            .ids(0, 1)
            .fails({"same 1 record"}));
    all.push_back(acceptance_case(37, "a link to another host is refused")
            .endpoint(paged(R"({"type": "json_link", "next_url_path": "next"})"))
            .client(R"("auth": {"type": "bearer", "token": "t0k3n"})")
            .paging(corest::json_link("next"))
            .serves(says(R"({"items":[{"id":0}],"next":"http://other.test/r?page=2"})"))
            .requests({"/r"})
            .fails({"another origin", "other.test"}));
}

void add_cursors(std::vector<acceptance_case>& all)
{
    all.push_back(acceptance_case(38, "null in place of records at the end is no error")
            .endpoint(R"("data_selector": "users", "paginator": {"type": "cursor", "cursor_path": "next_token"})")
            .paging(cursor("next_token"), "users")
            .serves(replies({{"/r", R"({"users":)" + id_list(0, 10) + R"(,"next_token":"a"})"},
                {"/r?cursor=a", R"({"users":)" + id_list(10, 14) + R"(,"next_token":"b"})"},
                {"/r?cursor=b", R"({"users":null,"next_token":null})"}}))
            .requests({"/r", "/r?cursor=a", "/r?cursor=b"})
            .ids(0, 14));
    all.push_back(acceptance_case(39, "an empty cursor ends")
            .endpoint(paged(R"({"type": "cursor", "cursor_path": "next"})"))
            .paging(cursor("next"))
            .serves(says(R"({"items":[{"id":0}],"next":""})"))
            .requests({"/r"})
            .ids(0, 1));
    const auto begins_empty =
        replies({{"/r", R"({"items":[],"next":"a"})"}, {"/r?cursor=a", R"({"items":[{"id":0}]})"}});
    all.push_back(acceptance_case(41, "an empty page with a cursor goes on")
            .endpoint(paged(R"({"type": "cursor", "cursor_path": "next"})"))
            .paging(cursor("next"))
            .serves(begins_empty)
            .requests({"/r", "/r?cursor=a"})
            .ids(0, 1));
    all.push_back(acceptance_case(41, "unless told to stop there")
            .endpoint(paged(R"({"type": "cursor", "cursor_path": "next", "stop_after_empty_page": true})"))
            .paging(cursor("next").stop_after_empty_page())
            .serves(begins_empty)
            .requests({"/r"})
            .records({}));
    all.push_back(acceptance_case(42, "has_more without a cursor is an error")
            .endpoint(paged(R"({"type": "cursor", "cursor_path": "next", "has_more_path": "has_more"})"))
            .paging(cursor("next").has_more_path("has_more"))
            .serves(says(R"({"items":[{"id":0}],"has_more":true,"next":null})"))
            .requests({"/r"})
            .fails({"no cursor"}));
    all.push_back(acceptance_case(43, "a cursor in the body")
            .endpoint(R"("method": "POST", "json": {"q": "x"}, )"
                + paged(R"({"type": "cursor", "cursor_path": "next", "cursor_body_path": "page.after"})"))
            .flow([](const corest::client& api) {
                return corest::post(api, "r", R"({"q":"x"})") | corest::select("items")
                    | corest::paginate(cursor("next").body_path("page.after"));
            })
            .serves([](const corest::request& r) {
                const bool first = r.body.find("after") == std::string::npos;
                return respond(
                    200, first ? R"({"items":[{"id":0}],"next":"a"})" : R"({"items":[{"id":1}],"next":null})");
            })
            .requests({R"(/r {"q":"x"})", R"(/r {"q":"x","page":{"after":"a"}})"})
            .ids(0, 2));
    for (const bool empty : {false, true}) {
        all.push_back(acceptance_case(44, "a header that is absent or empty ends")
                .endpoint(paged(R"({"type": "header_cursor", "cursor_key": "NextPageToken"})"))
                .paging(corest::header_cursor("NextPageToken"))
                .serves([empty](const corest::request& r) {
                    std::vector<std::pair<std::string, std::string>> headers;
                    const bool first = r.url.find('?') == std::string::npos;
                    if (first || empty) {
                        headers.emplace_back("NextPageToken", first ? "a" : "");
                    }
                    return respond(200, first ? R"({"items":[{"id":0}]})" : R"({"items":[{"id":1}]})", headers);
                })
                .requests({"/r", "/r?cursor=a"})
                .ids(0, 2));
    }
    all.push_back(acceptance_case(45, "two places for a cursor are refused")
            .endpoint(paged(R"({"type": "cursor", "cursor_param": "c", "cursor_body_path": "c"})"))
            .paging(cursor().param("c").body_path("c"))
            .serves(says("{}"))
            .requests({})
            .fails({"cursor"}));
}

/// Cases that the peers do not have.
void add_bounds(std::vector<acceptance_case>& all)
{
    all.push_back(acceptance_case(126, "a bound on pages, of any paginator")
            .endpoint(paged(R"({"type": "cursor", "cursor_path": "next", "max_pages": 2})"))
            .flow([](const corest::client& api) {
                return corest::get(api, "r") | corest::select("items") | corest::paginate(cursor("next"))
                    | corest::max_pages(2);
            })
            .serves([](const corest::request& r) {
                const int page = number_of(r, "cursor", 0);
                return respond(
                    200, R"({"items":)" + id_list(page, page + 1) + R"(,"next":)" + std::to_string(page + 1) + "}");
            })
            .requests({"/r", "/r?cursor=1"})
            .ids(0, 2));
    all.push_back(acceptance_case(127, "several keys of the next page")
            .endpoint(paged(R"({"type": "continuation", "continuation_path": "continue"})"))
            .paging(corest::continuation("continue"))
            .serves(replies({{"/r", R"({"items":[{"id":0}],"continue":{"from":"a|b","n":1}})"},
                {"/r?from=a%7Cb&n=1", R"({"items":[{"id":1}],"continue":{"from":"c"}})"},
                {"/r?from=c", R"({"items":[{"id":2}]})"}}))
            .requests({"/r", "/r?from=a%7Cb&n=1", "/r?from=c"})
            .ids(0, 3));
}

/// Cases 48 to 58, by the rules of detection: standard statements are followed, and what is not followed is told.
void add_detection(std::vector<acceptance_case>& all)
{
    const auto plain = [](const corest::client& api) { return corest::get(api, "r"); };
    const auto selected = [](const char* path) {
        return [path](const corest::client& api) {
            return corest::get(api, "r") | corest::named("r") | corest::select(path);
        };
    };
    all.push_back(acceptance_case(48, "a URL at next is followed")
            .endpoint("")
            .flow(selected("results"))
            .serves(replies({{"/r", R"({"next":"http://api.test/r?page=2","results":[{"id":0}]})"},
                {"/r?page=2", R"({"next":null,"results":[{"id":1}]})"}}))
            .requests({"/r", "/r?page=2"})
            .ids(0, 2));
    all.push_back(acceptance_case(49, "links as HAL has them")
            .endpoint("")
            .flow(selected("_embedded.items"))
            .serves(replies({{"/r", R"({"_links":{"next":{"href":"/r?page=2"}},"_embedded":{"items":[{"id":0}]}})"},
                {"/r?page=2", R"({"_links":{},"_embedded":{"items":[{"id":1}]}})"}}))
            .requests({"/r", "/r?page=2"})
            .ids(0, 2));
    all.push_back(acceptance_case(50, "pages that are only counted are not guessed at, and told of")
            .endpoint("")
            .flow(selected("items"))
            .serves(numbered(3, 1, always(R"(,"page_info":{"total_pages":3})")))
            .requests({"/r"})
            .ids(0, 5)
            .incomplete("total_pages is 3, and 1 page came"));
    all.push_back(acceptance_case(51, "a cursor that nobody named is told of")
            .endpoint("")
            .flow(selected("products"))
            .serves(says(R"({"next_cursor":"x","products":[{"id":0}]})"))
            .requests({"/r"})
            .ids(0, 1)
            .incomplete("next_cursor names a further page"));
    all.push_back(acceptance_case(52, "a total that is not reached is told of")
            .endpoint("")
            .flow(selected("feed"))
            .serves(says(R"({"offset":0,"limit":2,"total":9,"feed":[{"id":0},{"id":1}]})"))
            .requests({"/r"})
            .ids(0, 2)
            .incomplete("total is 9, and 2 records came"));
    all.push_back(acceptance_case(53, "a bare array and a Link header")
            .endpoint("")
            .flow(plain)
            .serves([](const corest::request& r) {
                const bool first = r.url.find('?') == std::string::npos;
                return first ? respond(200, R"([{"id":0}])", {{"Link", "</r?page=2>; rel=\"next\""}})
                             : respond(200, R"([{"id":1}])");
            })
            .requests({"/r", "/r?page=2"})
            .ids(0, 2));
    all.push_back(acceptance_case(54, "a single object is one record, whatever its fields are called")
            .endpoint("")
            .flow(plain)
            .serves(says(R"({"id":0,"next_review_date":"2024-01-01"})"))
            .requests({"/r"})
            .records({R"({"id":0,"next_review_date":"2024-01-01"})"}));
    all.push_back(acceptance_case(55, "an envelope is never a record beside records")
            .endpoint(R"("paginator": {"type": "cursor", "cursor_path": "next_cursor"})")
            .serves(replies({{"/r", R"({"message":"wait","next_cursor":"a"})"},
                {"/r?cursor=a", R"({"results":[{"id":0}],"next_cursor":null})"}}))
            .requests({"/r"})
            .fails({"names a next page", "endpoint.data_selector"}));
    for (const char* const envelope : {R"({"message":"x","next_cursor":"q"})", R"({"message":"x","has_more":true})",
             R"({"id":1,"meta":{"next_cursor":"q"}})", R"({"nextPageToken":"q"})"})
    {
        all.push_back(acceptance_case(55, "also where nobody has said how the API pages")
                .endpoint("")
                .serves(says(envelope))
                .requests({"/r"})
                .fails({"the page is one object without a list of records, and ", "endpoint.data_selector"}));
    }
    all.push_back(acceptance_case(55, "nor one of a total that has no list")
            .endpoint("")
            .serves(says(R"({"total":9,"limit":10,"offset":0})"))
            .ids(0, 0)
            .incomplete("total is 9, and 0 records came"));
    all.push_back(acceptance_case(55, "unless the dictionary says that each page is one record")
            .endpoint(R"("data_selector": "$", "paginator": {"type": "cursor", "cursor_path": "next"})")
            .serves(replies({{"/r", R"({"id":0,"next":"a"})"}, {"/r?cursor=a", R"({"id":1,"next":null})"}}))
            .records({R"({"id":0,"next":"a"})", R"({"id":1,"next":null})"}));
    const auto ignores = [](const std::string& paging) {
        return paging + R"(, "response_actions": [{"status_code": 404, "action": "ignore"}])";
    };
    all.push_back(acceptance_case(82, "an ignored page is no end before a total is reached")
            .endpoint(ignores(by_offset(R"("limit": 10)")))
            .serves([](const corest::request& r) {
                return number_of(r, "offset", 0) == 0
                    ? respond(200, R"({"items":)" + id_list(0, 10, 25) + R"(,"total":25})")
                    : respond(404, "{}");
            })
            .ids(0, 10)
            .incomplete("the total was 25, and 10 records came"));
    all.push_back(acceptance_case(82, "nor where the page before names it")
            .endpoint(ignores(R"("paginator": {"type": "json_link", "next_url_path": "next"})"))
            .serves([](const corest::request& r) {
                return r.url.find('?') == std::string::npos ? respond(200, R"({"items":[{"id":0}],"next":"/r?page=2"})")
                                                            : respond(404, "{}");
            })
            .ids(0, 1)
            .incomplete("page 2, which the page before it names, was answered with 404, which is ignored"));
    all.push_back(acceptance_case(56, "lists that are no lists of objects are no records")
            .endpoint("")
            .serves(says(R"({"meta":{"tags":["a"]},"stuff":[{"id":0},{"id":1}]})"))
            .ids(0, 2));
    all.push_back(acceptance_case(57, "a path that ends in a placeholder reads one object")
            .resources(R"([{"name": "user", "endpoint": {"path": "user", "data_selector": "$"}},
                           {"name": "detail", "endpoint": "user/{resources.user.id}"}])")
            .client(R"("paginator": {"type": "offset", "limit": 2})")
            .serves([](const corest::request& r) {
                const std::string target = target_of(r.url);
                return target.starts_with("/user/")  ? respond(200, R"({"id":7,"next":"/x","orders":[{"n":1}]})")
                    : number_of(r, "offset", 0) == 0 ? respond(200, R"([{"id":7}])")
                                                     : respond(200, "[]");
            })
            .records({R"({"id":7,"next":"/x","orders":[{"n":1}]})"}));
    for (const char* end : {"/", ".json"}) {
        all.push_back(acceptance_case(57, "also with a slash or a file's ending behind it")
                .resources(R"([{"name": "user", "endpoint": {"path": "user", "data_selector": "$",
                                "paginator": "single_page"}},
                               {"name": "detail", "endpoint": "user/{resources.user.id})"
                    + std::string(end) + R"("}])")
                .client(R"("paginator": {"type": "offset", "limit": 2})")
                .serves([](const corest::request& r) {
                    return respond(
                        200, target_of(r.url) == "/user" ? R"([{"id":7}])" : R"({"id":7,"orders":[{"n":1}]})");
                })
                .requests({"/user", std::string("/user/7") + end})
                .records({R"({"id":7,"orders":[{"n":1}]})"}));
    }
    all.push_back(acceptance_case(58, "a placeholder in the query makes no single page")
            .resources(R"([{"name": "posts", "endpoint": {"path": "posts", "paginator": "single_page"}},
                          {"name": "comments", "endpoint": "comments?post_id={resources.posts.id}"}])")
            .flow([](const corest::client& api) {
                return corest::get(api, "posts") | corest::paginate(corest::single_page())
                    | corest::expand("comments?post_id=<id>") | corest::select("data");
            })
            .serves([](const corest::request& r) {
                if (target_of(r.url) == "/posts") {
                    return respond(200, R"([{"id":7}])");
                }
                const int page = number_of(r, "page", 1);
                const std::string next = R"(,"next":"/comments?post_id=7&page=)" + std::to_string(page + 1) + "\"";
                return respond(
                    200, R"({"data":)" + id_list(page - 1, page) + (page < 10 ? next : R"(,"next":null)") + "}");
            })
            .ids(0, 10));
}

} // namespace

std::vector<acceptance_case> paging_cases()
{
    std::vector<acceptance_case> all;
    add_page_numbers(all);
    add_offsets(all);
    add_links(all);
    add_cursors(all);
    add_detection(all);
    add_bounds(all);
    return all;
}

} // namespace acceptance
