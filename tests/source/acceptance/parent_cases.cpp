/// \file
/// Cases 66 to 87, 108, 115, 125 and from 128 on: rules, and children of parents' records.

#include <source/acceptance/servers.hpp>

#include <corest/paginate/page_number.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/paginate/standard_links.hpp>

namespace acceptance {

namespace {

using corest::test::respond;
using texts = std::vector<std::string>;

/// A root resource of one page, as JSON.
std::string root(const std::string& name)
{
    return R"({"name": ")" + name + R"(", "endpoint": {"path": ")" + name
        + R"(", "data_selector": "$", "paginator": "single_page"}})";
}

/// A root and a child, of one page each.
std::string family(const std::string& parent, const std::string& child)
{
    return "[" + root(parent) + ", " + child + "]";
}

corest::resource one_page(const corest::client& api, const std::string& name)
{
    return corest::get(api, name) | corest::named(name) | corest::paginate(corest::single_page());
}

void add_reading(std::vector<acceptance_case>& all)
{
    all.push_back(acceptance_case(67, "a child is read for each record")
            .resources(family("posts", R"({"name": "comments", "endpoint": "posts/{resources.posts.id}/comments"})"))
            .flow([](const corest::client& api) {
                return one_page(api, "posts") | corest::expand("posts/<id>/comments").concurrency(1);
            })
            .serves([](const corest::request& r) {
                return respond(200, target_of(r.url) == "/posts" ? id_list(1, 6) : R"([{"id":0}])");
            })
            .requests({"/posts", "/posts/1/comments", "/posts/2/comments", "/posts/3/comments", "/posts/4/comments",
                "/posts/5/comments"}));
    all.push_back(acceptance_case(68, "no page of a child is lost")
            .resources(R"([{"name": "posts", "endpoint": {"path": "posts", "data_selector": "data"}},
                {"name": "comments", "endpoint": {"path": "posts/{resources.posts.id}/comments", "data_selector": "data"}}])")
            .flow([](const corest::client& api) {
                return corest::get(api, "posts") | corest::select("data") | corest::expand("posts/<id>/comments")
                    | corest::select("data");
            })
            .serves([](const corest::request& r) {
                const bool parents = target_of(r.url).find("comments") == std::string::npos;
                const int count = parents ? 5 : 10;
                const int page = number_of(r, "page", 1);
                const std::string own = r.url.substr(0, r.url.find('?'));
                return respond(200,
                    R"({"data":)" + id_list(page * 5 - 5, page * 5)
                        + (page < count ? R"(,"next":")" + own + "?page=" + std::to_string(page + 1) + "\"}" : "}"));
            })
            .records([] {
                texts each;
                for (int i = 0; i < 1250; ++i) {
                    each.push_back("{\"id\":" + std::to_string(i % 50) + "}");
                }
                return each;
            }()));
    all.push_back(acceptance_case(69, "a parent of two children is read once")
            .resources("[" + root("users") + R"(, {"name": "details", "endpoint": "users/{resources.users.id}"},
                                 {"name": "meetings", "endpoint": "users/{resources.users.id}/meetings"}])")
            .serves([](const corest::request& r) {
                return respond(200, target_of(r.url) == "/users" ? id_list(1, 3) : R"([{"id":0}])");
            })
            .requests({"/users", "/users/1", "/users/2", "/users/1/meetings", "/users/2/meetings"}));
    all.push_back(acceptance_case(71, "fields of all ancestors")
            .resources("[" + root("groups") + R"(, {"name": "users", "include_from_parent": ["id"],
                        "endpoint": {"path": "groups/{resources.groups.id}/users", "data_selector": "$"}},
                       {"name": "details",
                        "endpoint": "groups/{resources.users._groups_id}/users/{resources.users.id}/details"}])")
            .flow([](const corest::client& api) {
                return one_page(api, "groups") | corest::expand("groups/<group_id>/users")
                    | corest::expand("groups/<group_id>/users/<id>/details");
            })
            .serves([](const corest::request& r) {
                const std::string target = target_of(r.url);
                const auto depth = std::count(target.begin(), target.end(), '/');
                return respond(200, depth == 5 ? "[]" : depth == 1 ? id_list(1, 3) : id_list(3, 5));
            })
            .requests({"/groups", "/groups/1/users", "/groups/2/users", "/groups/1/users/3/details",
                "/groups/1/users/4/details", "/groups/2/users/3/details", "/groups/2/users/4/details"}));
}

/// Cases that the peers do not have.
void add_ancestors(std::vector<acceptance_case>& all)
{
    all.push_back(acceptance_case(125, "a field of any resource above")
            .resources("[" + root("repos")
                + R"(, {"name": "issues", "endpoint": {"path": "repos/{resources.repos.id}/issues", "data_selector": "$"}},
                                 {"name": "comments", "endpoint": {"data_selector": "$", "path":
                                  "{resources.repos.full_name}/issues/{resources.issues.id}/comments"}}])")
            .serves([](const corest::request& r) {
                const std::string target = target_of(r.url);
                return respond(200,
                    target == "/repos"                ? R"([{"id":1,"full_name":"me/it"}])"
                        : target == "/repos/1/issues" ? R"([{"id":7}])"
                                                      : R"([{"n":1}])");
            })
            .requests({"/repos", "/repos/1/issues", "/me/it/issues/7/comments"})
            .bound({"_repos_full_name=\"me/it\"", "_issues_id=7"}));
}

void add_fields(std::vector<acceptance_case>& all)
{
    const auto posts = [](const std::string& list) {
        return [list](const corest::request& r) {
            return respond(200, target_of(r.url) == "/posts" ? list : R"([{"n":1}])");
        };
    };
    const std::string comments =
        R"("endpoint": {"path": "posts/{resources.posts.id}/comments", "data_selector": "$"}})";
    all.push_back(acceptance_case(72, "fields of the parent are columns of the child")
            .resources(family("posts", R"({"name": "comments", "include_from_parent": ["id", "title"], )" + comments))
            .serves(posts(R"([{"id":1,"title":"a"}])"))
            .bound({"_posts_id=1", "_posts_title=\"a\""}));
    all.push_back(acceptance_case(73, "a field that is not there lists those that are")
            .resources(family("posts", R"({"name": "comments", "include_from_parent": ["nope"], )" + comments))
            .serves(posts(R"([{"id":1,"title":"a"}])"))
            .fails({"nope", "id", "title"}));
    all.push_back(acceptance_case(73, "a root has no parent to take from")
            .resources(R"([{"name": "r", "include_from_parent": ["id"]}])")
            .serves(says("[]"))
            .requests({})
            .fails({"include_from_parent", "parent"}));
    for (const char* list : {R"([{"name":"a"}])", R"([{"id":null}])"}) {
        all.push_back(acceptance_case(74, "no URL is made of a value that is missing or null")
                .resources(family("posts", R"({"name": "comments", )" + comments))
                .flow([](const corest::client& api) {
                    return one_page(api, "posts") | corest::expand("posts/<id>/comments");
                })
                .serves(posts(list))
                .requests({"/posts"})
                .fails({"'id'", "'posts'"}));
    }
    all.push_back(acceptance_case(74, "or none is asked for, where that is said")
            .resources(family("posts", R"({"name": "comments", "on_parent_field_missing": "skip", )" + comments))
            .flow([](const corest::client& api) {
                return one_page(api, "posts") | corest::expand("posts/<id>/comments").skip_missing();
            })
            .serves(posts(R"([{"name":"a"},{"id":1},{"id":null},{"id":""}])"))
            .requests({"/posts", "/posts/1/comments"})
            .records({R"({"n":1})"}));
    all.push_back(acceptance_case(74, "of several in a request those are left out")
            .resources(family("posts", R"({"name": "comments", "on_parent_field_missing": "skip", "endpoint":
                {"path": "comments", "params": {"of": "{resources.posts.id}"}, "group_size": 2}})"))
            .flow([](const corest::client& api) {
                return one_page(api, "posts") | corest::expand("comments?of=<id>").group_size(2).skip_missing();
            })
            .serves(posts(R"([{"id":1},{"name":"a"},{"id":2},{"id":null}])"))
            .requests({"/posts", "/comments?of=1%2C2"}));
    all.push_back(acceptance_case(74, "also where the field is one of a resource further above")
            .resources("[" + root("repos")
                + R"(, {"name": "issues", "endpoint": {"path": "repos/{resources.repos.id}/issues", "data_selector": "$"}},
                       {"name": "comments", "on_parent_field_missing": "skip", "endpoint": {"data_selector": "$", "path":
                        "{resources.repos.full_name}/issues/{resources.issues.id}/comments"}}])")
            .serves([](const corest::request& r) {
                const std::string target = target_of(r.url);
                return respond(200,
                    target == "/repos"               ? R"([{"id":1,"full_name":null},{"id":2,"full_name":"me/it"}])"
                        : target.ends_with("issues") ? R"([{"id":7}])"
                                                     : R"([{"n":1}])");
            })
            .requests({"/repos", "/repos/1/issues", "/repos/2/issues", "/me/it/issues/7/comments"}));
    all.push_back(acceptance_case(74, "a field that is an array is no missing one")
            .resources(family("posts", R"({"name": "comments", "on_parent_field_missing": "skip", )" + comments))
            .serves(posts(R"([{"id":[1]}])"))
            .requests({"/posts"})
            .fails({"'id'", "an array"}));
    all.push_back(acceptance_case(75, "in a flow's placeholder a value is one segment")
            .flow([](const corest::client& api) { return one_page(api, "posts") | corest::expand("posts/<id>"); })
            .serves(posts(R"([{"id":"a/b c?d#e"}])"))
            .requests({"/posts", "/posts/a%2Fb%20c%3Fd%23e"}));
    for (const char* path : {"posts/<id>", "posts/{id}", "posts/{{ stream_partition['id'] }}"}) {
        all.push_back(acceptance_case(75, "in a dictionary's too")
                .resources(family("posts", R"({"name": "detail", "endpoint": ")" + std::string(path) + "\"}"))
                .serves(posts(R"([{"id":"a/b c?d#e"}])"))
                .requests({"/posts", "/posts/a%2Fb%20c%3Fd%23e"}));
    }
    for (const char* path : {"posts/{resources.posts.id}", "posts/{+id}"}) {
        all.push_back(acceptance_case(75, "dlt's own placeholder, and {+name}, keep slashes")
                .resources(family("posts", R"({"name": "detail", "endpoint": ")" + std::string(path) + "\"}"))
                .serves(posts(R"([{"id":"a/b c?d#e"}])"))
                .requests({"/posts", "/posts/a/b%20c%3Fd%23e"}));
    }
    all.push_back(acceptance_case(75, "no value climbs in the path")
            .resources(family("posts", R"({"name": "detail", "endpoint": "posts/{resources.posts.id}"})"))
            .serves(posts(R"([{"id":"a/../b"}])"))
            .requests({"/posts"})
            .fails({".."}));
    all.push_back(acceptance_case(76, "a nested field of the parent")
            .resources(family("posts", R"({"name": "detail", "endpoint": "posts/{resources.posts.items[0].id}"})"))
            .flow([](const corest::client& api) {
                return one_page(api, "posts") | corest::expand("posts/<n>").bind("n", "items[0].id");
            })
            .serves(posts(R"([{"items":[{"id":7}]}])"))
            .requests({"/posts", "/posts/7"}));
    all.push_back(acceptance_case(77, "a value in query, header and JSON body, where a number stays one")
            .resources(family("posts", R"({"name": "search", "endpoint": {"path": "search", "method": "POST",
                "params": {"q": "p{resources.posts.id}"}, "headers": {"X-Post": "{resources.posts.id}"},
                "json": {"id": "{resources.posts.id}", "text": "post {resources.posts.id}"}}})"))
            .serves([posts](const corest::request& r) {
                if (r.method == "POST" && r.headers.find("X-Post").value_or("") != "7") {
                    return respond(400, R"({"error":"no header"})");
                }
                return posts(R"([{"id":7}])")(r);
            })
            .requests({"/posts", R"(/search?q=p7 {"id":7,"text":"post 7"})"}));
    const std::string tagged = R"([{"tags":["a","b"],"owner":{"id":3},"open":true}])";
    all.push_back(acceptance_case(77, "a value that is all of a JSON text stays what it is, also an object or array")
            .resources(family("posts", R"({"name": "search", "endpoint": {"path": "search", "method": "POST", "json":
                {"tags": "{resources.posts.tags}", "of": ["{resources.posts.owner}"], "open": "{resources.posts.open}"}}})"))
            .serves(posts(tagged))
            .requests({"/posts", R"(/search {"tags":["a","b"],"of":[{"id":3}],"open":true})"})
            .bound({R"(_posts_tags=["a","b"])"}));
    all.push_back(acceptance_case(77, "and a number keeps its digits")
            .resources(family("posts", R"({"name": "search", "endpoint": {"path": "search", "method": "POST", "json":
                {"b": "{resources.posts.id}", "?0": ["??", "?1"], "a": "{resources.posts.price}"}}})"))
            .serves(posts(R"([{"id":123456789012345678901234567890,"price":1.10}])"))
            .requests({"/posts", R"(/search {"b":123456789012345678901234567890,"?0":["??","?1"],"a":1.10})"}));
    all.push_back(acceptance_case(77, "but not where it is a part of a text as well")
            .resources(family("posts", R"({"name": "search", "endpoint": {"path": "search", "method": "POST", "json":
                {"tags": "{resources.posts.tags}", "text": "with {resources.posts.tags}"}}})"))
            .serves(posts(tagged))
            .requests({"/posts"})
            .fails({"'tags'", "an array"}));
}

/// Records that are written down, and several records of one.
void add_made_records(std::vector<acceptance_case>& all)
{
    all.push_back(acceptance_case(81, "a list of names is a parent")
            .resources(R"([{"name": "names", "data": ["a", "b", "c"], "selected": false},
                          {"name": "details", "endpoint": "things/{resources.names.value}/details"}])")
            .serves(says(R"([{"n":1}])"))
            .requests({"/things/a/details", "/things/b/details", "/things/c/details"})
            .records({R"({"n":1})", R"({"n":1})", R"({"n":1})"}));
    all.push_back(acceptance_case(66, "the elements of a nested list, each with its parent")
            .resources(R"([{"name": "r", "endpoint": {"path": "r", "data_selector": "$"}, "processing_steps": [
                {"expand": "lines.data", "remain_original_record": true, "on_no_records": "emit_parent"}]}])")
            .flow([](const corest::client& api) {
                return corest::get(api, "r") | corest::explode("lines.data").keep_record().keep_childless();
            })
            .serves(says(R"([{"id":1,"lines":{"data":[{"n":1},{"n":2}]}},{"id":2,"lines":{"data":[]}}])"))
            .records({R"({"n":1,"original_record":{"id":1,"lines":{"data":[{"n":1},{"n":2}]}}})",
                R"({"n":2,"original_record":{"id":1,"lines":{"data":[{"n":1},{"n":2}]}}})",
                R"({"id":2,"lines":{"data":[]}})"}));
    all.push_back(acceptance_case(66, "records are left out by a condition, and their children with them")
            .resources(family("posts", R"({"name": "comments", "endpoint": "posts/{resources.posts.id}/comments",
                          "processing_steps": [{"filter": "@.n > $[0].n"}]})"))
            .flow([](const corest::client& api) {
                return one_page(api, "posts") | corest::sift("@.id < 2") | corest::expand("posts/<id>/comments")
                    | corest::sift("@.n > $[0].n");
            })
            .serves([](const corest::request& r) {
                return respond(200, target_of(r.url) == "/posts" ? id_list(1, 2) : R"([{"n":1},{"n":2}])");
            })
            .requests({"/posts", "/posts/1/comments"})
            .records({R"({"n":2})"}));
    all.push_back(acceptance_case(128, "a form, with a value of the parent")
            .resources(family("posts", R"({"name": "search", "endpoint": {"path": "search", "method": "POST",
                          "data": {"post": "{resources.posts.id}", "q": "a b&c", "tags": ["x", "y"]}}})"))
            .serves([](const corest::request& r) {
                const bool is_form = r.headers.find("Content-Type").value_or("") == "application/x-www-form-urlencoded";
                return r.method == "GET" ? respond(200, R"([{"id":7}])")
                    : is_form            ? respond(200, R"([{"n":1}])")
                                         : respond(400, "{}");
            })
            .requests({"/posts", "/search post=7&q=a+b%26c&tags=x&tags=y"}));
}

/// Answers the first request with one response, and further ones with a record.
server first_then_record(
    unsigned status, std::string body, std::vector<std::pair<std::string, std::string>> headers = {})
{
    return [=, asked = std::make_shared<int>(0)](const corest::request&) {
        return ++*asked % 2 == 1 ? respond(status, body, headers) : respond(200, R"([{"id":0}])");
    };
}

void add_rules(std::vector<acceptance_case>& all)
{
    using corest::response_action;
    using corest::response_rule;
    const auto plain = [](const corest::client& api) { return corest::get(api, "r") | corest::named("r"); };
    const auto rule = [](const std::string& keys) {
        return R"("data_selector": "$", "response_actions": [)" + keys + "]";
    };
    all.push_back(acceptance_case(108, "a failure that the body states is tried again")
            .endpoint(rule(R"({"body": "$.status == 'failure'", "action": "retry"})"))
            .rules({response_rule(response_action::retry).body("$.status == 'failure'")})
            .flow(plain)
            .serves(first_then_record(200, R"({"status":"failure"})"))
            .requests({"/r", "/r"})
            .ids(0, 1));
    all.push_back(acceptance_case(129, "in vain: an error with the API's own words")
            .endpoint(rule(R"({"content": "quota", "action": "fail", "message_path": "error.text"})"))
            .rules({response_rule(response_action::fail).content("quota").message_path("error.text")})
            .flow(plain)
            .serves(says(R"({"error":{"text":"your quota is used up"}})"))
            .requests({"/r"})
            .fails({"answered 200", "your quota is used up"}));
    all.push_back(acceptance_case(129, "the first rule that is for a response counts")
            .endpoint(rule(R"({"status_code": 403, "header": {"X-Left": "^0$"}, "action": "rate_limited",
                          "wait_header": "X-Reset"}, {"status_code": 403, "action": "fail"})"))
            .rules({response_rule(response_action::rate_limited)
                        .status(403)
                        .header("X-Left", "^0$")
                        .wait_header("X-Reset"),
                response_rule(response_action::fail).status(403)})
            .flow(plain)
            .serves(first_then_record(403, "{}", {{"X-Left", "0"}, {"X-Reset", "30"}}))
            .requests({"/r", "/r"})
            .ids(0, 1));
    for (const auto& header :
        std::vector<std::pair<std::string, std::string>>{{"Retry-After", "7"}, {"X-RateLimit-Remaining", "0"},
            {"RateLimit", "limit=10, remaining=0, reset=5"}, {"RateLimit", "\"default\";r=0;t=5"}})
    {
        all.push_back(acceptance_case(130, "a 403 that speaks of a rate is a rate limit: " + header.first)
                .endpoint(R"("data_selector": "$")")
                .flow(plain)
                .serves(first_then_record(403, "{}", {header}))
                .requests({"/r", "/r"})
                .ids(0, 1));
    }
    all.push_back(acceptance_case(130, "any other 403 is none")
            .endpoint("")
            .serves(first_then_record(403, "{}", {{"X-RateLimit-Remaining", "9"}}))
            .requests({"/r"})
            .fails({"403"}));
    all.push_back(acceptance_case(131, "what is accepted and not done is asked for again")
            .endpoint(R"("data_selector": "$")")
            .flow(plain)
            .serves(first_then_record(202, "{}"))
            .requests({"/r", "/r"})
            .ids(0, 1));
    all.push_back(acceptance_case(131, "and is an error where it is never done")
            .endpoint("")
            .client(R"("retry": {"max_retries": 1})")
            .serves([](const corest::request&) { return respond(202, "{}"); })
            .requests({"/r", "/r"})
            .fails({"202", "not done", "client.retry.max_retries"}));
}

void add_failures(std::vector<acceptance_case>& all)
{
    const auto server_of = [](unsigned other) {
        return [other](const corest::request& r) {
            const std::string target = target_of(r.url);
            return target == "/posts"          ? respond(200, id_list(0, 4))
                : target == "/posts/0/details" ? respond(200, R"([{"n":1}])")
                                               : respond(target == "/posts/3/details" ? other : 404, R"({"no":1})");
        };
    };
    const std::string child =
        family("posts", R"({"name": "details", "endpoint": {"path": "posts/{resources.posts.id}/details",
        "response_actions": [{"status_code": 404, "action": "ignore"}]}})");
    const auto flow = [](const corest::client& api) {
        return one_page(api, "posts") | corest::expand("posts/<id>/details").concurrency(1)
            | corest::ignore_status({404});
    };
    all.push_back(acceptance_case(82, "a status that is ignored")
            .resources(child)
            .flow(flow)
            .serves(server_of(404))
            .records({R"({"n":1})"}));
    all.push_back(acceptance_case(83, "another one fails")
            .resources(child)
            .flow(flow)
            .serves(server_of(422))
            .fails({"422", "/posts/3/details"}));
    all.push_back(acceptance_case(85, "three parents in a request")
            .resources(family("posts", R"({"name": "details", "endpoint": {"path": "details", "group_size": 3,
                "params": {"ids": "{resources.posts.id}"}, "data_selector": "$"}})"))
            .flow([](const corest::client& api) {
                return one_page(api, "posts") | corest::expand("details?ids=<id>").group_size(3).concurrency(1);
            })
            .serves([](const corest::request& r) {
                return respond(200, target_of(r.url) == "/posts" ? id_list(1, 8) : R"([{"n":1}])");
            })
            .requests({"/posts", "/details?ids=1%2C2%2C3", "/details?ids=4%2C5%2C6", "/details?ids=7"})
            .records({R"({"n":1})", R"({"n":1})", R"({"n":1})"}));
    all.push_back(acceptance_case(85, "parents that come twice are asked for once, on whatever page")
            .resources(R"([{"name": "posts", "endpoint": {"path": "posts", "data_selector": "data",
                  "paginator": {"type": "page_number", "base_page": 1, "total_path": null}}},
                {"name": "details", "endpoint": {"path": "details/{resources.posts.id}", "group_size": 2,
                  "data_selector": "$"}}])")
            .serves([](const corest::request& r) {
                const bool parents = target_of(r.url).find("details") == std::string::npos;
                const int page = number_of(r, "page", 1);
                return respond(200,
                    !parents        ? R"([{"n":1}])"
                        : page == 1 ? R"({"data":[{"id":"a"},{"id":"a"},{"id":"b"},{"id":"c"}]})"
                        : page == 2 ? R"({"data":[{"id":"c"},{"id":"d"}]})"
                                    : R"({"data":[]})");
            })
            .requests({"/posts?page=1", "/posts?page=2", "/posts?page=3", "/details/a,b", "/details/c", "/details/d"}));
    all.push_back(acceptance_case(85, "a value with a comma is not joined")
            .resources(family("posts", R"({"name": "details", "endpoint": {"path": "details/{resources.posts.name}",
                "group_size": 3}})"))
            .flow([](const corest::client& api) {
                return one_page(api, "posts") | corest::expand("details/<name>").group_size(3)
                    | corest::named("details");
            })
            .serves([](const corest::request& r) {
                return respond(200,
                    target_of(r.url) == "/posts" ? R"([{"name":"a"},{"name":"b"},{"name":"c,d"},{"name":"e"}])"
                                                 : R"([{"n":1}])");
            })
            .fails({"'details'", "'name'", "has a comma in it: 'c,d'"}));
    all.push_back(acceptance_case(87, "a child's failure names resource, parent, URL, page and attempts")
            .resources(family("posts", R"({"name": "details", "endpoint": "posts/{resources.posts.id}/details"})"))
            .client(R"("retry": {"max_retries": 2})")
            .flow([](const corest::client& api) {
                return one_page(api, "posts") | corest::expand("posts/<id>/details") | corest::named("details");
            })
            .serves([](const corest::request& r) {
                const std::string target = target_of(r.url);
                return target == "/posts"          ? respond(200, id_list(1, 4))
                    : target == "/posts/2/details" ? respond(500, R"({"error":"out of order"})")
                                                   : respond(200, R"([{"n":1}])");
            })
            .fails({"'details'", "posts.id = 2", "page 1", "/posts/2/details", "500", "3 attempts"}));
    all.push_back(acceptance_case(115, "an endpoint's own credentials")
            .resources(R"([{"name": "a", "endpoint": {"path": "a", "data_selector": "$"}},
                          {"name": "r", "endpoint": {"path": "r", "data_selector": "$",
                           "auth": {"type": "http_basic", "username": "u", "password": "p"}}}])")
            .client(R"("auth": {"type": "bearer", "token": "t0k3n"})")
            .serves([](const corest::request& r) {
                const bool basic = r.headers.find("Authorization").value_or("") == "Basic dTpw";
                const bool bearer = r.headers.find("Authorization").value_or("") == "Bearer t0k3n";
                const bool right = target_of(r.url) == "/r" ? basic : bearer;
                return right ? respond(200, R"([{"id":0}])") : respond(401, "{}");
            })
            .ids(0, 1));
}

} // namespace

std::vector<acceptance_case> parent_cases()
{
    std::vector<acceptance_case> all;
    add_reading(all);
    add_ancestors(all);
    add_fields(all);
    add_made_records(all);
    add_rules(all);
    add_failures(all);
    return all;
}

} // namespace acceptance
