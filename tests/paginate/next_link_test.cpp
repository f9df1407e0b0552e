#include <corest/paginate/json_link.hpp>
#include <corest/paginate/next_link.hpp>
#include <corest/paginate/standard_links.hpp>
#include <paginate/simulated_walk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {
namespace next_link_test {

using testing::ElementsAre;
using testing::IsEmpty;

/// "path -> reference" of what is found in an envelope; empty: nothing.
std::string found_in(const std::string& envelope)
{
    const auto link = corest::detail::find_next_link(envelope);
    return link ? link->path.text() + " -> " + link->reference : std::string();
}

TEST(NextLink, IsFoundAtWhateverDepthAndInWhateverCase)
{
    EXPECT_EQ(found_in(R"({"next_url": "/x"})"), "$.next_url -> /x");
    EXPECT_EQ(found_in(R"({"a": {"b": {"nextPage": "https://h/x"}}})"), "$.a.b.nextPage -> https://h/x");
    EXPECT_EQ(found_in(R"({"@odata.nextLink": "HTTP://h/x"})"), "$[\"@odata.nextLink\"] -> HTTP://h/x");
    EXPECT_EQ(found_in(R"({"LINKS": {"NEXT": {"title": "more", "href": "\/x"}}})"), "$.LINKS.NEXT.href -> /x");
    EXPECT_EQ(found_in(R"({"next": {"url": "/u", "href": "/h"}})"), "$.next.href -> /h");
    EXPECT_EQ(found_in(R"({"next": {"cursor": {"next": "/deep"}}})"), "$.next.cursor.next -> /deep");
    EXPECT_EQ(found_in(R"({"next_id": 7, "p": {"next_page": "abc"}, "q": {"next": "/q"}, "r": {"next": "/r"}})"),
        "$.q.next -> /q");
}

TEST(NextLink, IsNothingElse)
{
    for (const char* envelope :
        {"", "[]", "{}", R"({"next": null})", R"({"next": "abc"})", R"({"next": 2})", R"({"next": "?page=2"})",
            R"({"previous": "/x"})", R"({"list": [{"next": "/x"}]})", R"({"next": "/x", "has_more": false})",
            R"({"hasNext": false, "next_url": "/x"})", R"({"next": {"id": "/x"}})", R"({"next": )"})
    {
        EXPECT_EQ(found_in(envelope), "") << envelope;
    }
}

TEST(NextLink, IsFollowedByAWalkThatNamesNoPaginator)
{
    const auto walk = [](const std::string& members, const std::string& records = "[1]") {
        return simulated_walk(corest::standard_links(), "d", [=](const corest::request& r) {
            return r.url == "https://api.example.com/items" ? answer("{\"d\":" + records + "," + members + "}")
                                                            : answer(R"({"d":[2]})");
        });
    };
    for (const char* members : {R"("next_url":"/items?page=2")", R"("nextLink":"https://api.example.com/items?page=2")",
             R"("next":{"href":"/items?page=2"})", R"("meta":{"page":{"next_page":"/items?page=2"}})"})
    {
        const auto w = walk(members);
        EXPECT_THAT(w.targets(), ElementsAre("/items", "/items?page=2")) << members;
        EXPECT_THAT(w.records, ElementsAre("1", "2")) << members;
        EXPECT_THAT(w.incomplete, IsEmpty()) << members;
    }
    EXPECT_EQ(walk(R"("next_url":"/items?page=2")", "[]").urls.size(), 1U) << "an empty page is the end";
    const auto other = walk(R"("next_url":"https://other.example.com/items?page=2")");
    EXPECT_EQ(other.urls.size(), 1U);
    EXPECT_THAT(other.incomplete,
        ElementsAre("the server says that there is more than was read: next_url names a further page, which "
                    "\"paginator\": {\"type\": \"json_link\", \"next_url_path\": \"next_url\"} follows, in GET "
                    "https://api.example.com/items"));
}

TEST(NextLink, LeavesAPaginatorThatIsNamedAlone)
{
    const simulated_walk w(corest::json_link("paging.next"), "d",
        [](const corest::request&) { return answer(R"({"d":[1],"next":"/x"})"); });
    EXPECT_EQ(w.urls.size(), 1U);
    EXPECT_EQ(w.incomplete.size(), 1U);
}

} // namespace next_link_test
} // namespace
