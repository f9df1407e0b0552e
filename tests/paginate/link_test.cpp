#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/header_link.hpp>
#include <corest/paginate/json_link.hpp>
#include <corest/paginate/single_page.hpp>
#include <paginate/simulated_walk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Five pages of five records; `link(page)` makes the answer from the number of the next page, 0 at the end.
template <class Link>
simulated_walk::server pages(Link link)
{
    return [link](const corest::request& r) -> answer {
        const int page = std::stoi(corest::find_query(r.url, "page").value_or("1"));
        return link(numbers((page - 1) * 5, page * 5, 25), page < 5 ? page + 1 : 0);
    };
}

TEST(HeaderLink, FollowsLinksToTheEnd)
{
    const simulated_walk w(corest::header_link(), "$", pages([](const std::string& items, int next) {
        const std::string link = "<https://api.example.com/items?page=" + std::to_string(next) + ">; rel=\"next\"";
        return next == 0 ? answer(items) : answer(items, "Link", link);
    }));
    EXPECT_EQ(w.urls.size(), 5u);
    EXPECT_EQ(w.records, count_up(25));
}

TEST(HeaderLink, WithoutANextLinkThereIsOnePage)
{
    const simulated_walk w(corest::header_link(), "$", [](const corest::request&) {
        return answer("[1]", "Link", R"(<https://api.example.com/items?page=0>; rel="prev")");
    });
    EXPECT_EQ(w.urls.size(), 1u);
}

TEST(HeaderLink, RelativeLinksAndOtherRelations)
{
    const simulated_walk w(corest::header_link("older"), "$", pages([](const std::string& items, int next) {
        return next == 0 ? answer(items) : answer(items, "link", "<?page=" + std::to_string(next) + ">; rel=older");
    }));
    EXPECT_EQ(w.records, count_up(25));
    EXPECT_EQ(w.targets().back(), "/items?page=5");
}

TEST(JsonLink, FollowsANestedUrl)
{
    const simulated_walk w(corest::json_link("next_page.url"), "items", pages([](const std::string& items, int next) {
        const std::string url =
            next == 0 ? "null" : "\"https://api.example.com/items?page=" + std::to_string(next) + "\"";
        return answer("{\"items\":" + items + ",\"next_page\":{\"url\":" + url + "}}");
    }));
    EXPECT_EQ(w.records, count_up(25));
}

TEST(JsonLink, NamesMayNeedBrackets)
{
    const simulated_walk w(
        corest::json_link("['@odata.nextLink']"), "value", pages([](const std::string& items, int next) {
            return answer("{\"value\":" + items
                + (next == 0 ? "}" : ",\"@odata.nextLink\":\"/items?page=" + std::to_string(next) + "\"}"));
        }));
    EXPECT_EQ(w.records, count_up(25));
}

TEST(JsonLink, ANameWithADotIsTriedAsAWhole)
{
    const simulated_walk w(corest::json_link("@odata.nextLink"), "d", [](const corest::request& r) {
        return answer(
            corest::find_query(r.url, "page") ? R"({"d":[2]})" : R"({"d":[1],"@odata.nextLink":"/items?page=2"})");
    });
    EXPECT_THAT(w.records, ElementsAre("1", "2"));
}

TEST(JsonLink, RelativeLinksKeepSchemeHostAndPort)
{
    const simulated_walk w(
        corest::json_link(), "$.d",
        [](const corest::request& r) -> answer {
            return r.url.find("page=2") == std::string::npos ? R"({"d":[1],"next":"\/api\/r?page=2"})" : R"({"d":[2]})";
        },
        corest::request("GET", "http://localhost:8080/api/r?x=1"));
    EXPECT_THAT(w.urls, ElementsAre("http://localhost:8080/api/r?x=1", "http://localhost:8080/api/r?page=2"));
}

TEST(JsonLink, TheLinkReplacesTheQuery)
{
    const simulated_walk w(
        corest::json_link(), "d",
        [](const corest::request& r) -> answer {
            return r.url.find("page=2") == std::string::npos ? R"({"d":[1],"next":"/r?p=1&page=2"})" : R"({"d":[2]})";
        },
        corest::request("GET", "https://api.example.com/r?p=1"));
    EXPECT_EQ(w.urls.back(), "https://api.example.com/r?p=1&page=2");
}

TEST(JsonLink, NullMissingAndEmptyEnd)
{
    for (const char* body :
        {R"({"d":[1],"next":null})", R"({"d":[1]})", R"({"d":[1],"next":""})", R"({"d":[1],"next":false})"})
    {
        EXPECT_EQ(
            simulated_walk(corest::json_link(), "d", [&](const corest::request&) { return answer(body); }).urls.size(),
            1u)
            << body;
    }
}

TEST(JsonLink, AValueThatIsNoTextIsAnError)
{
    const auto why = [](const char* body) {
        return error_of(corest::errc::pagination_failed, [&] {
            const simulated_walk w(corest::json_link(), "d", [&](const corest::request&) { return answer(body); });
        });
    };
    EXPECT_EQ(why(R"({"d":[1],"next":{"href":"/x"}})"),
        "expected the URL of the next page at $.next, found an object on page 1. The path "
        "may need a further step, such as .href.");
    EXPECT_EQ(why(R"({"d":[1],"next":2})"), "expected the URL of the next page at $.next, found a number on page 1.");
}

TEST(JsonLink, TheSameLinkAgainIsAnError)
{
    EXPECT_THAT(error_of(corest::errc::no_progress,
                    [] {
                        const simulated_walk w(corest::json_link(), "d",
                            [](const corest::request&) { return answer(R"({"d":[1],"next":"/items"})"); });
                    }),
        HasSubstr("page 2 brought the same 1 record as the page before it"));
}

TEST(JsonLink, ACycleIsAnError)
{
    EXPECT_EQ(error_of(corest::errc::no_progress,
                  [] {
                      const simulated_walk w(corest::json_link(), "d", [](const corest::request& r) {
                          return r.url.find("/b") == std::string::npos ? answer(R"({"d":[1],"next":"/b"})")
                                                                       : answer(R"({"d":[2],"next":"/items"})");
                      });
                  }),
        "page 3 asks for what page 1 asked for, and brought the same 1 record. The server's next links or "
        "cursors go "
        "round in a circle.");
}

TEST(SinglePage, FollowsNothing)
{
    const simulated_walk w(corest::single_page(), "d",
        [](const corest::request&) { return answer(R"({"d":[1],"next":"/b"})", "Link", "</b>; rel=next"); });
    EXPECT_EQ(w.urls.size(), 1u);
}

} // namespace
