/// \file
/// Cases 59 to 65, 116 and from 121 on: what records are made of, and what bodies may be.

#include <source/acceptance/servers.hpp>

#include <corest/paginate/cursor.hpp>
#include <corest/paginate/header_link.hpp>
#include <corest/paginate/json_link.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/single_page.hpp>

namespace acceptance {

namespace {

using corest::test::respond;

/// One page of a body, and the selector of its records.
acceptance_case selected(int number, const std::string& title, const std::string& selector, const std::string& body)
{
    return acceptance_case(number, title)
        .endpoint(R"("paginator": "single_page", "data_selector": ")" + selector + "\"")
        .paging(corest::single_page(), selector)
        .serves(says(body))
        .requests({"/r"});
}

void add_selectors(std::vector<acceptance_case>& all)
{
    all.push_back(selected(59, "a nested list", "data.items", R"({"data":{"items":[{"id":0},{"id":1}]}})").ids(0, 2));
    all.push_back(selected(60, "an object is one record", "data", R"({"data":{"id":0}})").ids(0, 1));
    all.push_back(selected(61, "null is no records", "data", R"({"data":null})").records({}));
    all.push_back(
        selected(62, "a selector that leads nowhere names the keys that are there", "data", R"({"other":[],"more":1})")
            .fails({"$.data matches nothing", "other", "more"}));
    all.push_back(selected(63, "every element of every element", "groups[*].items[*]",
        R"({"groups":[{"items":[{"id":0},{"id":1}]},{"items":[{"id":2},{"id":3}]}]})")
            .ids(0, 4));
    all.push_back(
        selected(63, "one match has the shape of many", "groups[*].items[*]", R"({"groups":[{"items":[{"id":0}]}]})")
            .ids(0, 1));
    all.push_back(acceptance_case(64, "no content is no records")
            .endpoint("")
            .flow([](const corest::client& api) { return corest::get(api, "r"); })
            .serves([](const corest::request&) { return respond(204); })
            .requests({"/r"})
            .records({}));
    all.push_back(acceptance_case(64, "an empty list is no records")
            .endpoint("")
            .flow([](const corest::client& api) { return corest::get(api, "r"); })
            .serves(says("[]"))
            .requests({"/r"})
            .records({}));
    for (const char* body : {R"({"items":[{"id":0})", "<html>login</html>", ""}) {
        all.push_back(acceptance_case(65, "a body that is no JSON is never success")
                .endpoint("")
                .flow([](const corest::client& api) { return corest::get(api, "r"); })
                .serves(says(body))
                .fails({"JSON", "/r"}));
    }
}

/// Cases that the peers do not have.
void add_bodies(std::vector<acceptance_case>& all)
{
    const auto plain = [](const corest::client& api) { return corest::get(api, "r"); };
    all.push_back(acceptance_case(121, "JSON lines, by their media type")
            .endpoint("")
            .flow(plain)
            .serves(says("{\"id\":0}\n\n{\"id\":1}\r\n", {{"Content-Type", "application/x-ndjson; charset=utf-8"}}))
            .ids(0, 2));
    all.push_back(acceptance_case(121, "a line that is no JSON is named")
            .endpoint("")
            .flow(plain)
            .serves(says("{\"id\":0}\n{\"id\":\n", {{"Content-Type", "application/jsonl"}}))
            .fails({"line 2"}));
    all.push_back(acceptance_case(122, "a total that is not reached, under a paginator that ends before it")
            .endpoint(R"("data_selector": "items", "paginator": {"type": "offset", "limit": 10, "total_path": null})")
            .paging(corest::offset(10).no_total())
            .serves([](const corest::request& r) {
                const int from = number_of(r, "offset", 0);
                return respond(200, R"({"total":25,"items":)" + id_list(from, from + 10, 10) + "}");
            })
            .ids(0, 10)
            .incomplete("total is 25, and 10 records came"));
    all.push_back(acceptance_case(123, "a cursor that is never there, beside another one")
            .endpoint(R"("data_selector": "items", "paginator": {"type": "cursor", "cursor_path": "cursors.next"})")
            .paging(corest::cursor())
            .serves(says(R"({"items":[{"id":0}],"meta":{"next_cursor":"a"}})"))
            .ids(0, 1)
            .incomplete("meta.next_cursor names a further page"));
    all.push_back(acceptance_case(123, "a link that is never there, beside another one")
            .endpoint(R"("data_selector": "items", "paginator": {"type": "json_link", "next_url_path": "paging.next"})")
            .paging(corest::json_link("paging.next"))
            .serves(says(R"({"items":[{"id":0}],"links":{"next":"/r?page=2"}})"))
            .ids(0, 1)
            .incomplete("links.next names a further page"));
    all.push_back(acceptance_case(123, "a Link header that is never there, beside a link in the body")
            .endpoint(R"("data_selector": "items", "paginator": "header_link")")
            .paging(corest::header_link())
            .serves(says(R"({"items":[{"id":0}],"next":"/r?page=2"})"))
            .ids(0, 1)
            .incomplete("next names a further page"));
    all.push_back(acceptance_case(124, "records that are texts are rows with a value, and parents by it")
            .resources(R"([{"name": "tags", "endpoint": {"path": "tags", "data_selector": "$.tags[*]"}},
                {"name": "tag", "endpoint": {"path": "tag/{resources.tags.value}", "data_selector": "$"}}])")
            .serves(
                replies({{"/tags", R"({"name":"app","tags":["a","b"]})"}, {"/tag/a", R"(["x",7])"}, {"/tag/b", "[]"}}))
            .requests({"/tags", "/tag/a", "/tag/b"})
            .records({R"({"value":"x"})", R"({"value":7})"}));
}

void add_secrets(std::vector<acceptance_case>& all)
{
    for (const char* name : {"api_key", "API_KEY"}) {
        all.push_back(acceptance_case(116, "a key in params is in no message, though it is written down")
                .endpoint(R"("params": {")" + std::string(name) + R"(": "s3cr3t-k3y"})")
                .client(R"("retry": {"max_retries": 0})")
                .serves(
                    [](const corest::request& r) { return respond(500, R"({"error":"refused )" + r.url + R"("})"); })
                .fails({"500", "api.test/r", "***"}));
    }
}

} // namespace

std::vector<acceptance_case> record_cases()
{
    std::vector<acceptance_case> all;
    add_selectors(all);
    add_bodies(all);
    add_secrets(all);
    return all;
}

} // namespace acceptance
