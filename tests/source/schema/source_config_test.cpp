#include <corest/error.hpp>
#include <corest/http/request.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/schema/source_config.hpp>

#include <support/what_of.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using corest::errc;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

corest::source::source_config check(std::string_view text)
{
    return corest::source::check_source(json::parse(json::string_view(text.data(), text.size())));
}

/// Dictionaries with one part given, and all else as short as can be.
std::string with_client(const std::string& more)
{
    return R"({"client":{"base_url":"https://a.example.com")" + (more.empty() ? "" : "," + more)
        + R"(},"resources":["posts"]})";
}
std::string with_auth(const std::string& auth)
{
    return with_client(R"("auth":)" + auth);
}
std::string with_resource(const std::string& more, const std::string& defaults = "{}")
{
    return R"({"client":{"base_url":"https://a.example.com"},"resource_defaults":)" + defaults
        + R"(,"resources":[{"name":"posts")" + (more.empty() ? "" : "," + more) + "}]}";
}
std::string with_endpoint(const std::string& endpoint, const std::string& default_endpoint = "{}")
{
    return with_resource(R"("endpoint":)" + endpoint, R"({"endpoint":)" + default_endpoint + "}");
}
std::string with_paginator(const std::string& paginator)
{
    return with_endpoint(R"({"paginator":)" + paginator + "}");
}

corest::source::resource_config resource(const std::string& text)
{
    return check(text).resources.at(0);
}

std::string why_no_config(const std::string& text)
{
    return what_of(errc::invalid_source, [&] { (void)check(text); });
}

/// Where a problem of the endpoint is.
std::string at_endpoint(const std::string& what)
{
    return "resources[0].endpoint" + what;
}

std::string revealed(const corest::source::source_text& text)
{
    return !text.given()   ? "nothing"
        : text.is_secret() ? "secret " + text.secret_name() + " at " + text.path()
                           : text.value().reveal();
}

std::vector<std::string> pairs(const std::vector<corest::source::named_text>& list)
{
    std::vector<std::string> out;
    for (const auto& one : list) {
        out.push_back(one.name + "=" + revealed(one.value));
    }
    return out;
}

/// The URL and body of a resource's first page.
std::string first_request(corest::source::resource_config r)
{
    corest::request q("GET", "https://a/x");
    r.paginator.paging.prepare(q);
    return q.url + (q.body.empty() ? "" : " " + q.body);
}

TEST(SourceConfig, TakesTheShortestDictionary)
{
    const auto config = check(R"({"client":{"base_url":"https://a.example.com/v1"},"resources":["posts"]})"); // case 90
    EXPECT_EQ(config.client.base_url.value().reveal(), "https://a.example.com/v1");
    EXPECT_FALSE(config.client.auth);
    EXPECT_EQ(config.client.retry.max_retries, 3U);
    EXPECT_EQ(config.client.retry.backoff_factor, 2s);
    EXPECT_FALSE(config.client.retry.status_codes);
    EXPECT_TRUE(config.client.retry.policy().retries_status(425));
    EXPECT_TRUE(config.client.http.verify_peer);
    ASSERT_EQ(config.resources.size(), 1U);
    const auto& r = config.resources[0];
    EXPECT_EQ(r.name, "posts");
    EXPECT_EQ(r.table_name, "posts");
    EXPECT_EQ(r.key_path, "resources[0]");
    EXPECT_EQ(r.path.text(), "posts");
    EXPECT_EQ(r.method, "GET");
    EXPECT_EQ(r.records.path.text(), "$");
    EXPECT_EQ(r.paginator.text, "auto");
    EXPECT_EQ(r.disposition, corest::write_disposition::append);
    EXPECT_TRUE(r.selected);
    EXPECT_FALSE(r.json.has_value());
    EXPECT_THAT(config.warnings, IsEmpty());
}

TEST(SourceConfig, ReadsAWholeResource)
{
    const auto r = resource(with_resource(R"("table_name":"t","write_disposition":"merge","primary_key":["a","b"],
        "include_from_parent":["id"],"selected":false,"concurrency":4,
        "endpoint":{"path":"/x/{id}","method":"post","params":{"q":"a","n":5,"f":1.5,"whole":2.0,"flag":true,
        "list":["x",2],"none":null},
        "headers":{"X-A":"1","X-N":7},"json":{"a":[1,null]},"data_selector":["Response","Items"],
        "response_actions":[{"status_code":404,"action":"ignore"}],"auth":{"type":"http_basic","username":"u",
        "password":""},
        "paginator":{"type":"single_page"}})"));
    EXPECT_EQ(r.table_name, "t");
    EXPECT_EQ(r.disposition, corest::write_disposition::merge);
    EXPECT_THAT(r.primary_key, ElementsAre("a", "b"));
    EXPECT_THAT(r.include_from_parent, ElementsAre("id"));
    EXPECT_FALSE(r.selected);
    EXPECT_EQ(r.concurrency, 4U);
    EXPECT_EQ(r.path.text(), "/x/{id}");
    EXPECT_EQ(r.method, "POST");
    EXPECT_THAT(pairs(r.params), ElementsAre("q=a", "n=5", "f=1.5", "whole=2.0", "flag=true", "list=x", "list=2"));
    EXPECT_THAT(pairs(r.headers), ElementsAre("X-A=1", "X-N=7"));
    EXPECT_EQ(json::serialize(*r.json), R"({"a":[1,null]})");
    EXPECT_EQ(r.records.path.text(), "$.Response.Items");
    EXPECT_THAT(ignored_statuses(r), ElementsAre(404U));
    ASSERT_TRUE(r.auth.has_value());
    EXPECT_EQ(r.auth->type(), "http_basic");
    EXPECT_EQ(r.paginator.text, "single_page");
}

TEST(SourceConfig, TheEndpointMayBeAPathAndThePathDefaultsToTheName)
{
    EXPECT_EQ(resource(with_resource(R"("endpoint":"/p")")).path.text(), "/p");
    EXPECT_EQ(resource(with_resource(R"("endpoint":{"params":{}})")).path.text(), "posts");
    EXPECT_EQ(resource(with_resource("")).path.text(), "posts");
    EXPECT_EQ(resource(with_resource(R"("endpoint":{"path":""})")).path.text(), "");
}

TEST(SourceConfig, DefaultsAreMergedKeyByKeyForParamsAndJsonOnly) // acceptance case 88
{
    const auto r = resource(with_endpoint(
        R"({"path":"/x","params":{"a":2,"gone":null},"json":{"b":2},"headers":{"x-a":"own","X-Gone":null}})",
        R"({"params":{"per_page":100,"a":1,"gone":1},"json":{"a":1,"b":1},"headers":{"X-A":"default","X-B":"b",
        "X-Gone":"1"},
            "data_selector":"data","paginator":{"type":"offset","limit":7,"offset_param":"o"}})"));
    EXPECT_THAT(pairs(r.params), ElementsAre("a=2", "per_page=100"));
    EXPECT_EQ(r.params[0].path, "resources[0].endpoint.params.a");
    EXPECT_EQ(r.params[1].path, "resource_defaults.endpoint.params.per_page");
    EXPECT_EQ(json::serialize(*r.json), R"({"b":2,"a":1})");
    EXPECT_THAT(pairs(r.headers), ElementsAre("x-a=own", "X-B=b"));
    EXPECT_EQ(r.records.path.text(), "$.data");
    EXPECT_EQ(r.paginator.text, "offset: limit 7, offset 0, offset_param o");
    EXPECT_EQ(resource(with_endpoint(R"({"paginator":{"type":"offset","limit":3}})",
                           R"({"paginator":{"type":"offset","limit":7,"offset_param":"o"}})"))
                  .paginator.text,
        "offset: limit 3, offset 0")
        << "a paginator is replaced as a whole";
}

TEST(SourceConfig, AnExplicitNullRemovesADefault)
{
    const std::string defaults = R"({"write_disposition":"merge","primary_key":"id","endpoint":{"data_selector":"data",
                                     "json":{"a":1},"response_actions":[{"status_code":404,"action":"ignore"}]}})";
    const auto kept = resource(with_resource("", defaults));
    EXPECT_EQ(kept.disposition, corest::write_disposition::merge);
    EXPECT_THAT(kept.primary_key, ElementsAre("id"));
    EXPECT_TRUE(kept.json.has_value());
    EXPECT_THAT(ignored_statuses(kept), ElementsAre(404U));
    const auto removed =
        resource(with_resource(R"("write_disposition":null,"primary_key":null,"endpoint":{"data_selector":null,
                                                   "json":null,"response_actions":null})",
            defaults));
    EXPECT_EQ(removed.disposition, corest::write_disposition::append);
    EXPECT_THAT(removed.primary_key, IsEmpty());
    EXPECT_EQ(removed.records.path.text(), "$");
    EXPECT_FALSE(removed.json.has_value());
    EXPECT_THAT(ignored_statuses(removed), IsEmpty());
}

TEST(SourceConfig, TheEndpointsPaginatorComesBeforeTheDefaultsAndTheClients) // acceptance case 89
{
    for (int mask = 0; mask < 8; ++mask) {
        const auto part = [&](int bit, int limit) {
            return (mask & bit) != 0 ? R"("paginator":{"type":"offset","limit":)" + std::to_string(limit) + "}"
                                     : std::string();
        };
        const std::string client = part(1, 1);
        const auto r = resource(R"({"client":{"base_url":"https://a")" + (client.empty() ? "" : "," + client)
            + R"(},"resource_defaults":{"endpoint":{)" + part(2, 2) + R"(}},"resources":[{"name":"x","endpoint":{)"
            + part(4, 3) + "}}]}");
        const std::string expected = mask == 0 ? "auto"
            : (mask & 4) != 0                  ? "offset: limit 3, offset 0"
            : (mask & 2) != 0                  ? "offset: limit 2, offset 0"
                                               : "offset: limit 1, offset 0";
        EXPECT_EQ(r.paginator.text, expected) << mask;
    }
    EXPECT_EQ(
        resource(with_endpoint(R"({"paginator":null})", R"({"paginator":"single_page"})")).paginator.text, "auto");
    EXPECT_EQ(resource(R"({"client":{"base_url":"https://a","paginator":"single_page"},
                           "resource_defaults":{"endpoint":{"paginator":null}},"resources":["x"]})")
                  .paginator.text,
        "auto");
}

TEST(SourceConfig, ChecksTwiceWithTheSameResult) // acceptance case 92
{
    const json::value v = json::parse(with_endpoint(R"({"params":{"a":1}})", R"({"params":{"b":2}})"));
    const json::value copy = v;
    const auto first = corest::source::check_source(v);
    const auto second = corest::source::check_source(v);
    EXPECT_EQ(v, copy);
    EXPECT_EQ(pairs(first.resources[0].params), pairs(second.resources[0].params));
}

TEST(SourceConfig, SaysWhatIsWrongWithAuthentication)
{
    EXPECT_EQ(why_no_config(with_auth(R"({"type":"beerer","token":"CANARY"})")),
        "client.auth.type: unknown kind of authentication; the nearest known kind is 'bearer'.");
    EXPECT_EQ(why_no_config(with_auth(R"({"type":"CANARY"})")),
        "client.auth.type: unknown kind of authentication; known here are bearer, http_basic, basic, api_key, "
        "oauth2_client_credentials, oauth2, oauth2_refresh_token, oauth2_jwt, session_login and none.");
    EXPECT_EQ(why_no_config(with_auth(R"("CANARY")")),
        "client.auth: unknown kind of authentication; known here are bearer, http_basic, basic, api_key, "
        "oauth2_client_credentials, oauth2, oauth2_refresh_token, oauth2_jwt, session_login and none.");
    EXPECT_EQ(why_no_config(with_auth(R"("bearer")")), "client.auth.token: is missing.");
    EXPECT_EQ(why_no_config(with_auth(R"({"tokn":"CANARY"})")),
        "the dictionary has 2 problems:\n"
        "  client.auth.tokn: unknown key; the nearest known key is 'token'\n"
        "  client.auth.token: is missing.");
    EXPECT_EQ(why_no_config(with_auth(R"({"token":424242})")),
        "client.auth.token: expected text or a secret, found a number.");
    EXPECT_EQ(why_no_config(with_auth(R"({"token":""})")),
        "client.auth.token: expected text or a secret, found an empty text.");
    EXPECT_EQ(why_no_config(with_auth(R"({"token":["CANARY"]})")),
        "client.auth.token: expected text or a secret, found a list.");
    EXPECT_EQ(why_no_config(with_auth("424242")),
        "client.auth: expected an object with the kind of authentication in 'type', found a number.");
    EXPECT_EQ(why_no_config(with_auth(R"({"$secret":"x"})")),
        "client.auth: expected an object with the kind of authentication in 'type', found a secret.");
    EXPECT_EQ(why_no_config(with_auth(R"({"type":["bearer"]})")), "client.auth.type: expected text, found a list.");
    EXPECT_EQ(why_no_config(with_auth(R"({"type":"basic","username":"CANARY"})")), "client.auth.password: is missing.");
    EXPECT_EQ(why_no_config(with_auth(R"({"type":"api_key","api_key":"CANARY","location":"hedaer"})")),
        "client.auth.location: unknown place for a key; the nearest known place is 'header'.");
    EXPECT_EQ(
        why_no_config(with_auth(R"({"type":"oauth2","client_id":"i","client_secret":"CANARY","token_url":"/token"})")),
        "client.auth.token_url: expected an absolute http or https URL.");
    EXPECT_EQ(why_no_config(with_auth(R"({"type":"oauth2","client_id":"i","client_secret":"CANARY"})")),
        "client.auth.token_url: is missing.");
    EXPECT_EQ(why_no_config(with_auth(
                  R"({"type":"oauth2","client_id":"i","client_secret":"s","token_url":"https://b",
            "access_token_url":"https://b"})")),
        "client.auth.access_token_url: says the same as token_url; remove one of them.");
    EXPECT_EQ(why_no_config(with_auth(
                  R"({"type":"oauth2","client_id":"i","client_secret":"s","token_url":"https://b",
            "access_token_request_data":"x"})")),
        "client.auth.access_token_request_data: expected an object, found text.");
    EXPECT_EQ(why_no_config(with_auth(
                  R"({"type":"oauth2","client_id":"i","client_secret":"s","token_url":"https://b","session":"x"})")),
        "client.auth.session: corest does not support this key of dlt's; a session is an object of Python; remove it.");
}

TEST(SourceConfig, MakesEveryPaginator)
{
    const auto read = [](const std::string& p) { return resource(with_paginator(p)); };
    auto r = read(R"({"type":"offset","limit":1024,"offset_param":"Offset"})");
    EXPECT_EQ(r.paginator.text, "offset: limit 1024, offset 0, offset_param Offset");
    EXPECT_EQ(first_request(r), "https://a/x?Offset=0&limit=1024");
    r = read(
        R"({"type":"offset","limit":10,"offset":5,"offset_body_path":"p.from","limit_body_path":"p.size",
        "maximum_offset":50})");
    EXPECT_EQ(r.paginator.text,
        "offset: limit 10, offset 5, offset_body_path $.p.from, limit_body_path $.p.size, maximum_offset 50");
    EXPECT_EQ(first_request(r), R"(https://a/x {"p":{"from":5,"size":10}})");

    r = read(R"({"type":"page_number"})");
    EXPECT_EQ(r.paginator.text, "page_number: base_page 0");
    EXPECT_EQ(first_request(r), "https://a/x?page=0") << "dlt's default";
    r = read(R"({"type":"page_number","page_param":"p","start_from_page":1})");
    EXPECT_EQ(r.paginator.text, "page_number: base_page 1, page_param p");
    EXPECT_EQ(first_request(r), "https://a/x?p=1");
    r = read(
        R"({"type":"page_number","base_page":1,"page":3,"maximum_page":9,"max_pages":4,"page_size":50,
        "total_path":"meta.pages"})");
    EXPECT_EQ(r.paginator.text,
        "page_number: base_page 1, page 3, maximum_page 9, max_pages 4, page_size 50, total_path $.meta.pages");
    EXPECT_EQ(first_request(r), "https://a/x?page=3");
    EXPECT_EQ(r.paginator.paging.paths().at(0).text(), "$.meta.pages");
    EXPECT_TRUE(read(R"({"type":"page_number","total_path":null})").paginator.paging.paths().empty());

    EXPECT_EQ(read(R"("single_page")").paginator.text, "single_page");
    EXPECT_EQ(read(R"({"type":"json_link"})").paginator.text, "json_link: next_url_path $.next");
    EXPECT_EQ(read(R"({"type":"json_response","next_url_path":["@odata.nextLink"]})").paginator.text,
        "json_link: next_url_path $[\"@odata.nextLink\"]");
    EXPECT_EQ(read(R"({"type":"header_link"})").paginator.text, "header_link: links_next_key next");
    EXPECT_EQ(read(R"({"type":"cursor"})").paginator.text, "cursor: cursor_path $.cursors.next");
    EXPECT_EQ(read(R"({"type":"cursor","cursor_path":"n","cursor_body_path":"page.after"})").paginator.text,
        "cursor: cursor_path $.n, cursor_body_path $.page.after");
    EXPECT_EQ(read(R"({"type":"header_cursor","cursor_key":"X-Next","cursor_param":"c"})").paginator.text,
        "header_cursor: cursor_key X-Next, cursor_param c");
    EXPECT_EQ(read(R"("auto")").paginator.text, "auto");
    EXPECT_EQ(read(R"({"type":"auto"})").paginator.text, "auto");
    EXPECT_EQ(read("null").paginator.text, "auto");
}

TEST(SourceConfig, SaysWhatIsWrongWithAPaginator)
{
    const std::string at = at_endpoint(".paginator");
    const std::string of = " (resource 'posts'): ";
    EXPECT_EQ(why_no_config(with_paginator(R"({"type":"offset","limt":100})")),
        "the dictionary has 2 problems:\n"
        "  " + at
            + ".limt" + of
            + "unknown key; the nearest known key is 'limit'\n"
              "  "
            + at + ".limit" + of + "is missing; write how many records to ask for in one request.");
    EXPECT_EQ(why_no_config(with_paginator(R"({"type":"offset","limit":"100"})")),
        at + ".limit" + of + "expected an integer, at least 1, found text.");
    EXPECT_EQ(why_no_config(with_paginator(R"({"type":"offset","limit":0})")),
        at + ".limit" + of + "expected an integer, at least 1, found the number 0.");
    EXPECT_EQ(why_no_config(with_paginator(R"({"type":"offset","limit":1.5})")),
        at + ".limit" + of + "expected an integer, at least 1, found the number 1.5.");
    EXPECT_EQ(why_no_config(with_paginator(R"({"type":"ofset","limit":5})")),
        at + ".type" + of + "unknown paginator 'ofset'; the nearest known paginator is 'offset'.");
    EXPECT_EQ(why_no_config(with_paginator(R"("ofset")")),
        at + of + "unknown paginator 'ofset'; the nearest known paginator is 'offset'.");
    EXPECT_EQ(why_no_config(with_paginator(R"({"limit":5})")),
        at + ".type" + of + R"(is missing; write the kind of paginator, as in "type": "offset".)");
    EXPECT_EQ(why_no_config(with_paginator("5")),
        at + of + "expected an object with the kind of paginator in 'type', found the number 5.");
    EXPECT_EQ(why_no_config(with_paginator(R"({"type":"offset","limit":5,"offset_param":""})")),
        at + of
            + "paginator offset: offset_param is empty, expected the name of a query parameter. To write into the "
              "body, "
              "set offset_body_path instead.");
    EXPECT_EQ(why_no_config(with_paginator(R"({"type":"offset","limit":5,"offset_param":"o","offset_body_path":"o"})")),
        at + of
            + "paginator offset: offset_param and offset_body_path are both set. The position is written to one place: "
              "remove one of them.");
    EXPECT_EQ(why_no_config(with_paginator(
                  R"({"type":"page_number","stop_after_empty_page":false,"total_path":null})")), // case 12
        at + of
            + "paginator page_number: nothing would end the walk. Set total_path, has_more_path, maximum_page, "
              "max_pages, "
              "stop_on_short_page or stop_after_empty_page.");
    EXPECT_EQ(why_no_config(with_paginator(R"({"type":"page_number","base_page":1,"start_from_page":1})")),
        at + ".start_from_page" + of + "says the same as base_page; remove one of them.");
    EXPECT_EQ(
        why_no_config(with_paginator(R"({"type":"json_link","next_url_path":"a[b"})")).find(at + ".next_url_path" + of),
        0U);
    EXPECT_EQ(why_no_config(with_paginator(R"({"type":"cursor","cursor_param":5})")),
        at + ".cursor_param" + of + "expected text, found the number 5.");
    EXPECT_EQ(why_no_config(with_client(R"("paginator":{"type":"offset"})")),
        "client.paginator.limit: is missing; write how many records to ask for in one request.")
        << "said once, though every resource uses it";
}

TEST(SourceConfig, ReadsARateLimit)
{
    const auto limit = check(with_client(R"("rate_limit":{"requests":2,"per":0.5,"max_wait":60,"learn":false,
        "weights":[{"path":"^/heavy/","weight":2}]})"))
                           .client.rate_limit;
    ASSERT_TRUE(limit);
    EXPECT_EQ(limit->requests, 2U);
    EXPECT_EQ(limit->per, 500ms);
    EXPECT_EQ(limit->max_wait, 60s);
    EXPECT_FALSE(limit->learn);
    ASSERT_EQ(limit->weights.size(), 1U);
    EXPECT_EQ(limit->weights[0].weight, 2U);
    EXPECT_FALSE(check(with_client(R"("concurrency":2)")).client.rate_limit);
    EXPECT_FALSE(check(with_client(R"("rate_limit":{})")).client.rate_limit->requests) << "it learns";
}

TEST(SourceConfig, SaysWhatIsWrongWithARateLimit)
{
    EXPECT_EQ(why_no_config(with_client(R"("rate_limit":{"requests":0})")),
        "client.rate_limit.requests: expected an integer from 1 to 1000000, found the number 0.");
    EXPECT_EQ(why_no_config(with_client(R"("rate_limit":{"requests":1,"per":0})")),
        "client.rate_limit: expected a 'per' of more than 0 seconds, found 0.");
    EXPECT_EQ(why_no_config(with_client(R"("rate_limit":{"learn":false})")),
        "client.rate_limit: limits nothing: write how many 'requests' are allowed, or let it 'learn' from the server.");
    EXPECT_EQ(why_no_config(with_client(R"("rate_limit":{"requests":2,"weights":[{"path":"x","weight":3}]})")),
        "client.rate_limit: a weight of 3 is more than the 2 'requests' that are allowed: no such request could ever "
        "be "
        "sent.");
    EXPECT_EQ(why_no_config(with_client(R"("rate_limit":{"weights":[{"path":"(","weight":3}]})")),
        "client.rate_limit.weights[0].path: '(' is no regular expression (RFC 9485).");
    EXPECT_EQ(why_no_config(with_client(R"("rate_limit":{"weights":[{"path":"a"}]})")),
        "client.rate_limit.weights[0].weight: is missing; write as how many requests such a one counts.");
    EXPECT_EQ(why_no_config(with_client(R"("rate_limit":{"weights":{"path":"a"}})")),
        "client.rate_limit.weights: expected a list such as [{\"path\": \"^/search/\", \"weight\": 5}], found an "
        "object.");
}

TEST(SourceConfig, ReadsTheClientsSettings)
{
    const auto client =
        check(with_client(R"("headers":{"X-Key":{"$secret":"k"},"Accept":"a"},"timeout":15,"verify":false,
        "ca_file":"ca.pem","proxy":"http://proxy:3128","allowed_origins":["https://files.example.com"],"concurrency":9,
        "retry":{"status_codes":[503],"max_retries":5,"backoff_factor":0.5,"max_wait":10,
        "retry_after_limit":20,"budget":70,"jitter":false})"))
            .client;
    EXPECT_THAT(pairs(client.headers), ElementsAre("X-Key=secret k at client.headers.X-Key", "Accept=a"));
    EXPECT_EQ(client.http.limits.first_byte, 15s);
    EXPECT_EQ(client.http.limits.connect, 15s);
    EXPECT_EQ(client.http.limits.total, 300s);
    EXPECT_FALSE(client.http.verify_peer);
    EXPECT_EQ(client.http.ca_file, "ca.pem");
    EXPECT_EQ(client.http.proxy, "http://proxy:3128");
    EXPECT_THAT(client.http.allowed_origins, ElementsAre("https://files.example.com:443"));
    EXPECT_EQ(client.concurrency, 9U);
    EXPECT_THAT(client.retry.status_codes.value(), ElementsAre(503U));
    EXPECT_EQ(client.retry.tokens(8)->left(), 70U);
    EXPECT_EQ(client.retry.max_retries, 5U);
    EXPECT_EQ(client.retry.backoff_factor, 500ms);
    EXPECT_EQ(client.retry.max_wait, 10s);
    EXPECT_EQ(client.retry.retry_after_limit, 20s);
    EXPECT_FALSE(client.retry.jitter);
    const auto policy = client.retry.policy();
    EXPECT_TRUE(policy.retries_status(503));
    EXPECT_FALSE(policy.retries_status(429));
    EXPECT_EQ(policy.retry_after_limit(), 20s);

    const auto limits = check(with_client(R"("timeout":{"connect":1.5,"total":0})")).client.http.limits;
    EXPECT_EQ(limits.connect, 1500ms);
    EXPECT_EQ(limits.total, 0s);
    EXPECT_EQ(limits.first_byte, 60s);
}

TEST(SourceConfig, ReadsTheClientsLimitsAndCertificates)
{
    const auto http = check(with_client(R"("timeout":15,"limits":{"header":1000,"body":2000,"decoded":3000,"ratio":50,
        "memory":4000,"redirects":2,"resolve":1,"connect":2,"tls":3,"first_byte":4,"total":5},
        "tls":{"ca_file":"ca.pem","client_cert_file":"own.pem","client_key_file":"own.key"})"))
                          .client.http;
    EXPECT_EQ(http.header_limit, 1000U);
    EXPECT_EQ(http.body_limit, 2000U);
    EXPECT_EQ(http.decoded_limit, 3000U);
    EXPECT_EQ(http.decoded_ratio, 50U);
    EXPECT_EQ(http.memory_limit, 4000U);
    EXPECT_EQ(http.max_redirects, 2U);
    EXPECT_EQ(http.limits.resolve, 1s);
    EXPECT_EQ(http.limits.connect, 2s);
    EXPECT_EQ(http.limits.tls, 3s);
    EXPECT_EQ(http.limits.first_byte, 4s);
    EXPECT_EQ(http.limits.idle, 15s) << "of timeout, which says it for all";
    EXPECT_EQ(http.limits.total, 5s);
    EXPECT_EQ(http.ca_file, "ca.pem");
    EXPECT_EQ(http.client_cert_file, "own.pem");
    EXPECT_EQ(http.client_key_file, "own.key");

    EXPECT_EQ(why_no_config(with_client(R"("limits":{"bodi":1})")),
        "client.limits.bodi: unknown key; the nearest known key is 'body'.");
    EXPECT_EQ(why_no_config(with_client(R"("limits":{"body":0})")),
        "client.limits.body: expected an integer from 1 to 1099511627776, found the number 0.");
    EXPECT_EQ(why_no_config(with_client(R"("tls":{"client_key_file":"own.key"})")),
        "client.tls: has the key of a client's certificate, and not the certificate: write client_cert_file too.");
}

TEST(SourceConfig, SaysWhatIsWrongWithTheClient)
{
    const auto with_url = [](const std::string& url) {
        return R"({"client":{"base_url":)" + url + R"(},"resources":["posts"]})";
    };
    EXPECT_EQ(why_no_config(R"({"client":{},"resources":["posts"]})"),
        "client.base_url: is missing; write the API's address, or give it with --set client.base_url=URL.");
    EXPECT_EQ(why_no_config(R"({"resources":["posts"]})"),
        R"(client: is missing; write {"base_url": ...}, or give it with --set client.base_url=URL.)");
    EXPECT_EQ(
        why_no_config(R"({"client":5,"resources":["posts"]})"), "client: expected an object, found the number 5.");
    EXPECT_EQ(why_no_config(with_url(R"("api.example.com")")), "client.base_url: is no absolute http or https URL.");
    EXPECT_EQ(why_no_config(with_url(R"("ftp://x")")), "client.base_url: is no absolute http or https URL.");
    EXPECT_EQ(why_no_config(with_url(R"("https://u:CANARY@a.example.com")")),
        "client.base_url: holds a user name or password; give them as client.auth of the type http_basic.");
    EXPECT_EQ(why_no_config(with_url(R"("https://a.example.com/x?key=CANARY")")),
        "client.base_url: has a query or fragment; give query parameters in resource_defaults.endpoint.params.");
    EXPECT_EQ(revealed(check(with_url(R"({"$secret":"url"})")).client.base_url), "secret url at client.base_url");
    EXPECT_EQ(why_no_config(with_client(R"("bas_url":"x")")),
        "client.bas_url: unknown key; the nearest known key is 'base_url'.");
    EXPECT_EQ(why_no_config(with_client(R"("session":"x")")),
        "client.session: corest does not support this key of dlt's; a session is an "
        "object of Python; use auth, headers, proxy and verify.");
    EXPECT_EQ(why_no_config(with_client(R"("headers":["x"])")), "client.headers: expected an object, found a list.");
    EXPECT_EQ(why_no_config(with_client(R"("headers":{"X Y":"CANARY"})")),
        "client.headers['X Y']: is no header field: its name must be a "
        "token, and its value one line (RFC 9110).");
    EXPECT_EQ(why_no_config(with_client(R"("headers":{"X":"CANARY\r\nY: z"})")),
        "client.headers.X: is no header field: its name must be a "
        "token, and its value one line (RFC 9110).");
    EXPECT_EQ(why_no_config(with_client(R"("headers":{"X":["CANARY"]})")),
        "client.headers.X: expected text or a secret, found a list.");
    EXPECT_EQ(why_no_config(with_client(R"("retry":3)")), "client.retry: expected an object, found the number 3.");
    EXPECT_EQ(why_no_config(with_client(R"("retry":{"max_retry":3})")),
        "client.retry.max_retry: unknown key; the nearest known key is 'max_retries'.");
    EXPECT_EQ(why_no_config(with_client(R"("retry":{"max_retries":-1})")),
        "client.retry.max_retries: expected an integer from 0 to 100, found the number -1.");
    EXPECT_EQ(why_no_config(with_client(R"("retry":{"backoff_factor":"2"})")),
        "client.retry.backoff_factor: expected a number, found text.");
    EXPECT_EQ(why_no_config(with_client(R"("retry":{"backoff_factor":-2})")),
        "client.retry.backoff_factor: expected a number from 0 to 31536000, found the number -2.");
    EXPECT_EQ(why_no_config(with_client(R"("retry":{"backoff_factor":1e300})")),
        "client.retry.backoff_factor: expected a number from 0 to 31536000, found the number 1e+300.");
    EXPECT_EQ(why_no_config(with_client(R"("retry":{"status_codes":429})")),
        "client.retry.status_codes: expected a list of statuses, found the number 429.");
    EXPECT_EQ(why_no_config(with_client(R"("retry":{"status_codes":[429,"503",99]})")),
        "the dictionary has 2 problems:\n"
        "  client.retry.status_codes[1]: expected a status from 100 to 599, found text\n"
        "  client.retry.status_codes[2]: expected a status from 100 to 599, found the number 99.");
    EXPECT_EQ(why_no_config(with_client(R"("timeout":"60")")), "client.timeout: expected a number, found text.");
    EXPECT_EQ(why_no_config(with_client(R"("timeout":{"conect":1})")),
        "client.timeout.conect: unknown key; the nearest known key is 'connect'.");
    EXPECT_EQ(why_no_config(with_client(R"("allowed_origins":["x"])")),
        R"(client.allowed_origins: expected origins such as "https://files.example.com", found something else.)");
    EXPECT_EQ(why_no_config(with_client(R"("verify":"no")")), "client.verify: expected true or false, found text.");
    EXPECT_EQ(why_no_config(with_client(R"("concurrency":0)")),
        "client.concurrency: expected an integer from 1 to 10000, found the number 0.");
    EXPECT_EQ(why_no_config(with_client(R"("ca_file":{"$secret":"x"})")),
        "client.ca_file: expected text, found a secret, which cannot stand here.");
}

TEST(SourceConfig, SaysWhatIsWrongWithTheWhole)
{
    EXPECT_EQ(why_no_config("[]"), "expected an object with client and resources, found a list.");
    EXPECT_EQ(why_no_config(R"({"client":{"base_url":"https://a"},"resurces":[]})"),
        "the dictionary has 2 problems:\n"
        "  resurces: unknown key; the nearest known key is 'resources'\n"
        "  resources: is missing; write a list of resources.");
    EXPECT_EQ(why_no_config(R"({"client":{"base_url":"https://a"},"resources":{}})"),
        "resources: expected a list, found an object.");
    EXPECT_EQ(why_no_config(R"({"client":{"base_url":"https://a"},"resources":[]})"),
        "resources: expected at least one resource.");
    EXPECT_EQ(why_no_config(
                  R"({"client":{"base_url":"https://a"},"resources":[5,{},{"name":7},{"name":""},{"$secret":"x"}]})"),
        "the dictionary has 5 problems:\n"
        "  resources[0]: expected an object or a name, found the number 5\n"
        "  resources[1].name: is missing\n"
        "  resources[2].name: expected text, found the number 7\n"
        "  resources[3].name: expected text, found an empty text\n"
        "  resources[4]: expected an object or a name, found a secret.");
    EXPECT_EQ(why_no_config(R"({"client":{"base_url":"https://a"},"resource_defaults":5,"resources":["x"]})"),
        "resource_defaults: expected an object, found the number 5.");
    EXPECT_EQ(
        why_no_config(R"({"client":{"base_url":"https://a"},"resource_defaults":{"name":"x"},"resources":["x"]})"),
        "resource_defaults.name: every resource needs a name of its own.");
}

TEST(SourceConfig, SaysWhatIsWrongWithAResource) // acceptance case 91
{
    const std::string of = " (resource 'posts'): ";
    EXPECT_EQ(why_no_config(with_resource(R"("params":{"a":1})")),
        "resources[0].params" + of
            + "unknown key; known here are name, data, table_name, endpoint, write_disposition, primary_key, "
              "merge_key, naming, columns, schema_contract, include_from_parent, on_parent_field_missing, "
              "load_columns, max_table_nesting, "
              "processing_steps, "
              "selected "
              "and concurrency.");
    EXPECT_EQ(why_no_config(with_resource(R"("endpiont":"/x")")),
        "resources[0].endpiont" + of + "unknown key; the nearest known key is 'endpoint'.");
    EXPECT_EQ(why_no_config(with_resource(R"("endpoint":5)")),
        "resources[0].endpoint" + of + "expected an object or a path, found the number 5.");
    EXPECT_EQ(why_no_config(with_resource(R"("primary_key":5)")),
        "resources[0].primary_key" + of + "expected text or a list of texts, found the number 5.");
    EXPECT_EQ(why_no_config(with_resource(R"("primary_key":["a",""])")),
        "resources[0].primary_key[1]" + of + "expected text or a list of texts, found an empty text.");
    EXPECT_EQ(why_no_config(with_resource(R"("write_disposition":"merg")")),
        "resources[0].write_disposition" + of + "unknown write disposition 'merg'; the nearest known one is 'merge'.");
    EXPECT_EQ(why_no_config(with_resource(R"("write_disposition":"skip")")),
        "resources[0].write_disposition" + of + R"(corest does not support 'skip'; write "selected": false.)");
    EXPECT_EQ(why_no_config(with_resource(R"("write_disposition":{"disposition":"merge","strategy":"scd2"})")),
        "resources[0].write_disposition.strategy" + of
            + "unknown strategy 'scd2'; corest merges as 'upsert' and "
              "'delete-insert' do: the last row of a primary key wins.");
    EXPECT_EQ(resource(with_resource(R"("write_disposition":{"disposition":"merge","strategy":"upsert"})")).disposition,
        corest::write_disposition::merge);
    EXPECT_EQ(why_no_config(with_resource(R"("incremental":{"cursor_path":"x"})")),
        "resources[0].incremental" + of
            + "corest does not support this key of dlt's; write it in the endpoint, endpoint.incremental, or as a "
              "parameter of type incremental.");
    EXPECT_EQ(why_no_config(with_resource(R"("processing_steps":[{"map":"f"}])")),
        "resources[0].processing_steps[0].map" + of
            + "corest does not support this key of dlt's; functions cannot be read from a file; change rows where they "
              "are used.");
    EXPECT_EQ(why_no_config(with_resource(R"("processing_steps":[{"filter":"@.a","expand":"b"}])")),
        "resources[0].processing_steps[0]" + of + "expected either filter or expand.");
    EXPECT_EQ(why_no_config(with_resource(R"("processing_steps":[{"filter":"a == 1"}])")),
        "resources[0].processing_steps[0].filter" + of
            + "the condition 'a == 1' is not understood at position 1: 'a' is no value. A field of the value is "
              "written "
              "@.a, "
              "a text in quotes.");
    EXPECT_EQ(why_no_config(with_resource(R"("data":{"a":1})")),
        "resources[0].data" + of + "expected a list of records, found an object.");
    EXPECT_EQ(why_no_config(with_resource(R"("selected":"yes")")),
        "resources[0].selected" + of + "expected true or false, found text.");
    EXPECT_EQ(why_no_config(with_resource("", R"({"primary_kye":"id"})")),
        "resource_defaults.primary_kye: unknown key; the nearest known key is 'primary_key'.")
        << "the defaults have no name, and are complained of once";
}

TEST(SourceConfig, SaysWhatIsWrongWithAnEndpoint)
{
    const std::string of = " (resource 'posts'): ";
    EXPECT_EQ(why_no_config(with_endpoint(R"({"pth":"/x"})")),
        at_endpoint(".pth") + of + "unknown key; the nearest known key is 'path'.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"path":5})")),
        at_endpoint(".path") + of + "expected text, found the number 5.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"path":"/x/{"})")),
        at_endpoint(".path") + of
            + "the path '/x/{' has a '{' that begins no placeholder at position 4. A placeholder is "
              "<name>, {name}, {{ stream_partition['name'] }} or {resources.parent.field}; {{ stands for a brace.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"method":"DELETE"})")),
        at_endpoint(".method") + of + "expected GET or POST, found 'DELETE'.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"data_selector":""})")),
        at_endpoint(".data_selector") + of + "expected text, found an empty text.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"data_selector":5})")),
        at_endpoint(".data_selector") + of + "expected text, found the number 5.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"data_selector":"a["})")).find(at_endpoint(".data_selector") + of), 0U);
    EXPECT_EQ(why_no_config(with_endpoint(R"({"params":["x"]})")),
        at_endpoint(".params") + of + "expected an object, found a list.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"params":{"a":[["CANARY"]]}})")),
        at_endpoint(".params.a[0]") + of + "expected text, a number, true, false or a secret, found a list.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"params":{"a":{"b":"CANARY"}}})")),
        at_endpoint(".params.a") + of
            + R"(expected a value, {"type": "resolve", "resource": ..., "field": ...} or {"type": "incremental", )"
              R"("cursor_path": ...}.)");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"params":{"id":{"type":"resolve","resorce":"x"}}})")),
        "the dictionary has 3 problems:\n"
        "  " + at_endpoint(".params.id.resorce")
            + of
            + "unknown key; the nearest known key is 'resource'\n"
              "  "
            + at_endpoint(".params.id.resource") + of
            + "is missing; write the parent's name\n"
              "  "
            + at_endpoint(".params.id.field") + of + "is missing; write the parent's field.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"json":"x"})")),
        at_endpoint(".json") + of + "expected an object or a list, found text.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"data":{"a":1},"json":{"b":2}})")),
        at_endpoint(".data") + of + "a request has one body: give json or data.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"incremental":{}})")),
        at_endpoint(".incremental.cursor_path") + of
            + "is missing; name the field of the records that tells new ones from old ones.");
    EXPECT_EQ(why_no_config(with_endpoint(R"({"response_actions":{"status_code":404}})")),
        at_endpoint(".response_actions") + of
            + R"(expected a list such as [{"status_code": 404, "action": "ignore"}], found an object.)");
    EXPECT_EQ(why_no_config(with_endpoint(
                  R"({"response_actions":[5,{"status_code":404,"action":"retyr"},{"action":"ignore"},
            {"status_code":404},{"content":"x","action":"ignore","status_code":1}]})")),
        "the dictionary has 5 problems:\n"
        "  " + at_endpoint(".response_actions[0]")
            + of
            + R"(expected {"status_code": 404, "action": "ignore"}, found the number 5)"
              "\n"
              "  "
            + at_endpoint(".response_actions[1].action") + of
            + "unknown action 'retyr'; the nearest known action is 'retry'\n"
              "  "
            + at_endpoint(".response_actions[2]") + of
            + "expected status_code, content, header or body: what the action is for\n"
              "  "
            + at_endpoint(".response_actions[3].action") + of
            + R"(is missing; write what is to be done, as in "action": "ignore")"
              "\n"
              "  "
            + at_endpoint(".response_actions[4].status_code") + of
            + "expected an integer from 100 to 599, found the number 1.");
    EXPECT_EQ(why_no_config(with_endpoint("{}", R"({"path":5})")),
        "resource_defaults.endpoint.path: expected text, found the number 5.");
}

TEST(SourceConfig, WarnsOfHintsThatHaveNoEffect)
{
    const auto config =
        check(with_resource(R"("columns":{"a":{"sort":true}},"parallelized":true,"max_table_nesting":null)"));
    EXPECT_THAT(config.warnings,
        UnorderedElementsAre("resources[0].columns.a.sort (resource 'posts'): accepted, but has no effect",
            "resources[0].parallelized (resource 'posts'): accepted, but has no effect: walks always run side by "
            "side (concurrency sets how many)"));
}

TEST(SourceConfig, WarnsOfAnAuthThatIsNullOfEachKeyOnce)
{
    const auto warnings = [](const std::string& client, const std::string& defaults, const std::string& endpoint) {
        return check(R"({"client":{"base_url":"https://a")" + client + R"(},"resource_defaults":{"endpoint":{)"
            + defaults + R"(}},"resources":["a",{"name":"b","endpoint":{)" + endpoint + "}}]}")
            .warnings;
    };
    const std::string signs = R"(,"auth":{"token":"t"})";
    EXPECT_THAT(warnings(signs, R"("auth":null)", ""),
        testing::ElementsAre(testing::HasSubstr("resource_defaults.endpoint.auth: null is as if")));
    EXPECT_THAT(warnings(signs, R"("auth":{"token":"u"})", R"("auth":null)"),
        testing::ElementsAre(testing::HasSubstr("resources[1].endpoint.auth (resource 'b'): null is as if")))
        << "as in dlt, it takes away the defaults'";
    EXPECT_THAT(warnings(signs, R"("auth":null)", R"("auth":"none")").size(), 1U) << "of the other resource";
    EXPECT_THAT(warnings("", R"("auth":null)", R"("auth":null)"), IsEmpty()) << "there is nothing to send";
    EXPECT_THAT(warnings(signs, "", ""), IsEmpty());
}

TEST(SourceConfig, ColumnsAreThoseOfTheDefaultsAndItsOwn)
{
    const auto config = check(R"({"client":{"base_url":"https://a.test"},
        "resource_defaults":{"columns":{"id":{"data_type":"text","nullable":false},"at":{"data_type":"timestamp"}},
            "schema_contract":"freeze"},
        "resources":[{"name":"a","columns":[{"name":"id","data_type":"bigint"}],"schema_contract":{"tables":"evolve"},
            "primary_key":["id","key"],"write_disposition":"merge"}, {"name":"b","columns":null,"schema_contract":null},
            {"name":"c","columns":{"type":"object","properties":{"n":{"type":"integer"}},"additionalProperties":true}}]})");
    const auto& a = config.resources[0];
    EXPECT_EQ(a.schema->to_json(),
        R"({"columns":{"id":{"data_type":"bigint","nullable":false,"primary_key":true},"at":{"data_type":"timestamp"},)"
        R"("key":{"nullable":false,"primary_key":true}},)"
        R"("schema_contract":{"tables":"evolve","columns":"freeze","data_type":"freeze"}})");
    EXPECT_FALSE(config.resources[1].schema);
    EXPECT_EQ(config.resources[2].schema->columns.size(), 3U);
}

TEST(SourceConfig, KeysMayBeSaidByColumns)
{
    const auto config = check(with_resource(
        R"("write_disposition":"merge","merge_key":"day","columns":{"id":{"data_type":"bigint","primary_key":true}})"));
    EXPECT_THAT(config.resources[0].primary_key, ElementsAre("id"));
    EXPECT_EQ(config.resources[0].schema->columns_json(),
        R"({"id":{"data_type":"bigint","nullable":false,"primary_key":true},"day":{"nullable":false,"merge_key":true}})");
    EXPECT_THAT(config.resources[0].merge_key, ElementsAre("day"));
    EXPECT_TRUE(config.warnings.empty());
}

TEST(SourceConfig, HintsOfAMergeWithoutOne)
{
    const std::string columns = R"("columns":{"a":{"hard_delete":true},"b":{"dedup_sort":"asc"}})";
    EXPECT_THAT(check(with_resource(columns)).warnings,
        ElementsAre("resources[0].columns (resource 'posts'): 'hard_delete' of the column 'a' has no effect: only a "
                    "merge deletes rows",
            "resources[0].columns (resource 'posts'): 'dedup_sort' of the column 'b' has no effect: only in a merge "
            "rows take each other's place"));
    EXPECT_THAT(check(with_resource(R"("write_disposition":"merge","merge_key":"day",)" + columns)).warnings,
        ElementsAre("resources[0].columns (resource 'posts'): 'dedup_sort' of the column 'b' has no effect: rows "
                    "without a primary_key do not take each other's place"));
    EXPECT_TRUE(check(with_resource(R"("write_disposition":"merge","primary_key":"id",)" + columns)).warnings.empty());
}

TEST(SourceConfig, AHintOfAMergeIsOneColumns)
{
    EXPECT_EQ(why_no_config(with_resource(R"("write_disposition":"merge","primary_key":"id",)"
                                          R"("columns":{"a":{"hard_delete":true},"b":{"hard_delete":true}})")),
        "resources[0].columns (resource 'posts'): hard_delete is a hint of one column at most, and a and b have it.");
}

TEST(SourceConfig, WrongColumnsAreProblemsOfTheirPlace)
{
    EXPECT_EQ(why_no_config(
                  with_resource(R"("columns":{"a":{"data_type":"int"},"b":[]},"schema_contract":{"columns":"thaw"})")),
        "the dictionary has 3 problems:\n"
        "  resources[0].columns.a.data_type (resource 'posts'): expected text, double, bool, timestamp, bigint, "
        "binary, "
        "json, decimal, wei, date or time, found 'int'\n"
        "  resources[0].columns.b (resource 'posts'): expected an object such as {\"data_type\": \"bigint\"}, found a "
        "list\n"
        "  resources[0].schema_contract.columns (resource 'posts'): expected evolve, freeze, discard_row or "
        "discard_value, found 'thaw'.");
}

TEST(SourceConfig, ListsTenProblemsAtMost)
{
    std::string keys;
    for (int i = 0; i < 13; ++i) {
        keys += (i == 0 ? "\"zzz" : ",\"zzz") + std::to_string(i) + "\":1";
    }
    const std::string text = why_no_config(with_client(keys));
    EXPECT_EQ(text.find("the dictionary has 13 problems:\n  client.zzz0: unknown key"), 0U) << text;
    EXPECT_NE(text.find("\n  client.zzz9: "), std::string::npos);
    EXPECT_EQ(text.find("zzz10"), std::string::npos);
    EXPECT_EQ(text.substr(text.size() - 14), "\n  and 3 more.");
}

TEST(SourceConfig, HostileKeysAreEscapedInMessages)
{
    EXPECT_EQ(
        why_no_config(with_client(R"("a\u0000\n\u001b[31m":1)")).find("client['a\\x00\\x0A\\x1B[31m']: unknown key"),
        0U)
        << why_no_config(with_client(R"("a\u0000\n\u001b[31m":1)"));
    const std::string text = why_no_config(with_client("\"" + std::string(100'000, 'x') + "\":1"));
    EXPECT_EQ(text.find("client['" + std::string(60, 'x') + "...']: unknown key"), 0U) << text;
}

TEST(SourceConfig, TakesAParentsFieldByAResolveParam)
{
    const auto r = resource(
        with_endpoint(R"({"path":"x/{id}","params":{"id":{"type":"resolve","resource":"posts","field":"a.b"}}})"));
    ASSERT_EQ(r.resolves.size(), 1U);
    EXPECT_EQ(r.resolves[0].name, "id");
    EXPECT_EQ(r.resolves[0].resource, "posts");
    EXPECT_EQ(r.resolves[0].field, "a.b");
    EXPECT_EQ(r.resolves[0].path, "resources[0].endpoint.params.id");
}

} // namespace
