#include <corest/error.hpp>
#include <corest/paginate/standard_links.hpp>
#include <paginate/simulated_walk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The first page is the answer under test; every further one is `last`.
simulated_walk walk(const answer& first, const corest::selector& where = "d", const answer& last = R"({"d":[2]})")
{
    return {corest::standard_links(), where,
        [&](const corest::request& r) { return r.url == "https://api.example.com/items" ? first : last; }};
}

TEST(StandardLinks, FollowsTheLinkHeader)
{
    const auto w = walk(answer("[1]", "Link", R"(</items?page=2>; rel="next")"), "$", "[2]");
    EXPECT_THAT(w.targets(), ElementsAre("/items", "/items?page=2"));
    EXPECT_THAT(w.records, ElementsAre("1", "2"));
}

TEST(StandardLinks, FollowsLinksInTheBody)
{
    for (const char* link : {R"("_links":{"next":{"href":"/items?page=2"}})", R"("_links":{"next":"/items?page=2"})",
             R"("links":{"next":"/items?page=2"})", R"("links":{"next":{"href":"/items?page=2","title":"x"}})",
             R"("links":{"next":"?page=2"})", R"("next":"\/items?page=2")", R"("next_page_url":"/items?page=2")",
             R"("nextPageUrl":"/items?page=2")", R"("info":{"next":"/items?page=2"})",
             R"("paging":{"next":{"link":"/items?page=2"}})",
             R"("meta":{"pagination":{"links":{"next":"/items?page=2"}}})", R"("collection":{"next":"/items?page=2"})",
             R"("odata.nextLink":"/items?page=2")", R"("next":"https://api.example.com/items?page=2")"})
    {
        const auto w = walk(std::string(R"({"d":[1],)") + link + "}");
        EXPECT_THAT(w.targets(), ElementsAre("/items", "/items?page=2")) << link;
        EXPECT_THAT(w.warnings, IsEmpty());
    }
}

TEST(StandardLinks, TellWhereTheLinkWas)
{
    corest::standard_links links;
    corest::page_info page;
    page.url = "https://api.example.com/items";
    corest::headers fields;
    fields.add("Link", R"(</x>; rel="next")");
    page.headers = &fields;
    EXPECT_TRUE(links.advance(page));
    EXPECT_EQ(links.found(), "the header Link");
    page.headers = nullptr;
    const std::vector<std::optional<std::string_view>> values = {
        std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, R"("/y")"};
    page.values = values;
    EXPECT_TRUE(links.advance(page));
    EXPECT_EQ(links.found(), "$.info.next");
    page.values = {};
    EXPECT_FALSE(links.advance(page));
    EXPECT_EQ(links.found(), "");
}

TEST(StandardLinks, TheHeaderComesFirst)
{
    EXPECT_EQ(walk(answer(R"({"d":[1],"next":"/body"})", "Link", "</header>; rel=next")).targets().back(), "/header");
}

TEST(StandardLinks, BlankLinksEnd)
{
    for (const char* link :
        {R"("_links":{"self":{"href":"/x"}})", R"("_links":{"next":null})", R"("_links":{"next":{"href":""}})",
            R"("links":{"next":""})", R"("links":[])", R"("next":null)", R"("next":"")"})
    {
        const auto w = walk(std::string(R"({"d":[1],)") + link + "}");
        EXPECT_EQ(w.urls.size(), 1u) << link;
        EXPECT_THAT(w.warnings, IsEmpty()) << link;
    }
}

TEST(StandardLinks, GuessesNothing)
{
    for (const char* member : {R"("next":"abc")", R"("next":2)", R"("next_review_date":"2024-01-01")",
             R"("next_url":"?page=2")", R"("nextLink":"https://other.example.com/x")"})
    {
        EXPECT_EQ(walk(std::string(R"({"d":[1],)") + member + "}").urls.size(), 1u) << member;
    }
}

TEST(StandardLinks, ASingleObjectIsOneRequestAndOneRecord)
{
    const auto w = walk(R"({"id":1,"next_review_date":"2024-01-01","total_amount":100})", "$");
    EXPECT_EQ(w.urls.size(), 1u);
    EXPECT_EQ(w.records.size(), 1u);
    EXPECT_THAT(w.warnings, IsEmpty());
}

TEST(StandardLinks, AnotherStatementMakesTheWalkIncomplete)
{
    EXPECT_THAT(walk(R"({"d":[1],"page_info":{"total_pages":3},"has_more":true,"next_cursor":"x"})").incomplete,
        ElementsAre("the server says that there is more than was read: page_info.total_pages is 3, and 1 page came, "
                    "has_more is true, next_cursor names a further page, in GET https://api.example.com/items"));
}

TEST(StandardLinks, ACursorBesideOtherNamesIsAStatementToo)
{
    EXPECT_THAT(walk(R"({"d":[1],"response_metadata":{"next_cursor":"dXNlcg=="}})").incomplete,
        ElementsAre(HasSubstr("response_metadata.next_cursor names a further page")));
}

TEST(StandardLinks, AtTheEndOfALinkedWalkNothingIsReported)
{
    EXPECT_THAT(walk(R"({"d":[1],"links":{"next":"/items?page=2"},"total_pages":2})", "d",
                    R"({"d":[2],"total_pages":2,"links":{}})")
                    .incomplete,
        IsEmpty());
}

TEST(StandardLinks, ALinkThatIsNoTextIsAnError)
{
    EXPECT_EQ(error_of(corest::errc::pagination_failed, [] { walk(R"({"d":[1],"links":{"next":2}})"); }),
        "expected a URL at $.links.next, found a number on page 1. Name a paginator: this API pages in a way of its "
        "own.");
}

} // namespace
