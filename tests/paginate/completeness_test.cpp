/// \file
/// What a server states at the end of a walk, held against what was read.

#include <corest/http/headers.hpp>
#include <corest/paginate/completeness.hpp>
#include <corest/paginate/json_link.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/paginate/standard_links.hpp>
#include <corest/select/json_path.hpp>

#include <paginate/simulated_walk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// What one page with records 1, 2 and these members beside them states.
std::vector<std::string> stated(const std::string& members, const std::string& path = "d")
{
    return simulated_walk(corest::standard_links(), path, [&](const corest::request&) -> answer {
        return R"({"d":[{"n":1},{"n":2}],)" + members + "}";
    }).incomplete;
}

std::vector<std::string> stated_by(const std::string& header, const std::string& value)
{
    return simulated_walk(corest::offset(2).stop_on_short_page(), "$", [&](const corest::request&) -> answer {
        return answer("[1]", header, value);
    }).incomplete;
}

} // namespace

TEST(Completeness, CountsFlagsAndCursorsAreStatements)
{
    for (const char* members : {R"("total":3)", R"("totalCount":3)", R"("TotalCount":3)", R"("total_items":3)",
             R"("meta":{"total":3})", R"("pagination":{"total_records":3})", R"("total_pages":2)", R"("pageCount":2)",
             R"("meta":{"last_page":2})", R"("has_more":true)", R"("hasNext":true)",
             R"("pageInfo":{"hasNextPage":true,"endCursor":"x"})", R"("next_cursor":"x")", R"("next":"x")",
             R"("next":2)", R"("paging":{"next_page_token":"x"})", R"("@odata.nextLink":"https://x/")",
             R"("pagination":{"next":{"href":"https://x/"}})", R"("paging":{"next":{"after":"x"}})",
             R"("meta":{"cursor":{"next":"x"}})", R"("meta":{"pagination":{"total":3}})", R"("total":"3")",
             R"("has_more":"true")", R"("count":3)", R"("more":true)", R"("total_entries":3)", R"("totalSize":3)",
             R"("@odata.count":3)", R"("metadata":{"continue":"x"})", R"("IsTruncated":true)", R"("NextMarker":"x")",
             R"("nextCursorMark":"x")", R"("next_starting_index":3)", R"("isLast":false)", R"("last":false)",
             R"("hasMoreItems":true)", R"("pagination":{"has_more_pages":true})", R"("Pagination":{"Total":3})",
             R"("count":2,"has_more":true)", R"("total":{"value":3,"relation":"eq"})", R"("NextContinuationToken":"x")",
             R"("result_info":1,"total":3)"})
    {
        EXPECT_EQ(stated(members).size(), 1u) << members;
    }
}

TEST(Completeness, LinksThatTheDefaultFollowsAreStatementsWhereAnotherPathIsFollowed)
{
    for (const char* members : {R"("next":"/x?p=2")", R"("next_page_url":"/x?p=2")", R"("nextPageUrl":"/x?p=2")",
             R"("info":{"next":"/x?p=2"})", R"("odata.nextLink":"https://x/")",
             R"("paging":{"next":{"link":"https://x/"}})", R"("meta":{"pagination":{"links":{"next":"https://x/"}}})",
             R"("collection":{"next":"/x?p=2"})", R"("links":{"next":"/x?p=2"})",
             R"("_links":{"next":{"href":"/x?p=2"}})"})
    {
        const auto serve = [&](const corest::request&) -> answer {
            return R"({"d":[{"n":1},{"n":2}],)" + std::string(members) + "}";
        };
        EXPECT_EQ(simulated_walk(corest::json_link("absent"), "d", serve).incomplete.size(), 1u) << members;
    }
}

TEST(Completeness, WhatIsDoneOrAbsentOrOfAnotherKindIsNone)
{
    for (const char* members : {R"("total":2)", R"("total":1)", R"("total":"many")", R"("total":99.5)",
             R"("total":null)", R"("total_pages":1)", R"("has_more":false)", R"("has_more":false,"next_cursor":"x")",
             R"("next_cursor":null)", R"("next_cursor":"")", R"("next":false)", R"("pages":[1,2])", R"("links":{})",
             R"("totals":3)", R"("other":{"total":3})", R"("total":2,"next_cursor":"x","total_pages":9,"count":9)",
             R"("isLast":true,"next_cursor":"x")", R"("links":[{"rel":"next","href":null}])", R"("offset":"20")",
             R"("offset":20)", R"("next":{"href":null,"title":"Next"})",
             R"("paging":{"count":100,"total":2,"pages":1})", R"("last":"/x?page=9")", R"("count":1)", R"("count":2)",
             R"("has_more":"no idea")", R"("more":"/about")", R"("next":{})", R"("total":"")",
             R"("pageInfo":{"hasNextPage":false,"endCursor":"x"})", R"("deep":{"meta":{"total":3}})"})
    {
        EXPECT_THAT(stated(members), IsEmpty()) << members;
    }
}

TEST(Completeness, ATotalBesideTheListCounts)
{
    const auto serve = [](const corest::request&) -> answer {
        return R"({"Response":{"TotalCount":25,"Items":[{"total":99},{"has_more":true}]}})";
    };
    EXPECT_THAT(simulated_walk(corest::standard_links(), "Response.Items", serve).incomplete,
        ElementsAre(
            "the server says that there is more than was read: Response.TotalCount is 25, and 2 records came, in GET "
            "https://api.example.com/items"));
    EXPECT_THAT(simulated_walk(corest::standard_links(), "Response.Items[*]", serve).incomplete, testing::SizeIs(1));
    EXPECT_THAT(simulated_walk(corest::single_page(), "Response.Items", serve).incomplete, IsEmpty());
}

TEST(Completeness, ARecordIsNoStatement)
{
    EXPECT_THAT(stated(R"("total":9)", "$"), IsEmpty());
}

TEST(Completeness, APathThroughSeveralListsHoldsWhatIsSaidBesideThem)
{
    const auto said = [](const std::string& path, const std::string& body) {
        return simulated_walk(corest::standard_links(), path, [&](const corest::request&) -> answer {
            return body;
        }).incomplete;
    };
    const std::string edges = R"("edges":[{"node":{"id":1}},{"node":{"id":2}}])";
    EXPECT_THAT(said("data.r.edges[*].node", R"({"data":{"r":{"totalCount":9,)" + edges + "}}}"),
        ElementsAre(HasSubstr("data.r.totalCount is 9, and 2 records came")));
    EXPECT_THAT(said("data.r.edges[*].node", R"({"data":{"r":{)" + edges + R"(,"pageInfo":{"hasNextPage":true}}}})"),
        ElementsAre(HasSubstr("data.r.pageInfo.hasNextPage is true")));
    EXPECT_THAT(said("data.r.edges[*].node", R"({"data":{"r":{)" + edges + R"(,"totalCount":2}}})"), IsEmpty());
    const std::string groups = R"({"a":[{"b":[{"n":1}]},{"b":[{"n":2},{"n":3}]}],)";
    EXPECT_THAT(said("a[*].b", groups + R"("total":9})"), IsEmpty()) << "it may count the groups";
    EXPECT_THAT(said("a[*].b", groups + R"("has_more":true})"), ElementsAre(HasSubstr("has_more is true")));
    EXPECT_THAT(said("a[*].b[*]", groups + R"("next_cursor":"x"})"), ElementsAre(HasSubstr("next_cursor names")));
    EXPECT_THAT(said("$..b", groups + R"("total_pages":4})"), ElementsAre(HasSubstr("total_pages is 4")));
    EXPECT_THAT(said("a[0].b", groups + R"("has_more":true})"), ElementsAre(HasSubstr("has_more is true")));
    EXPECT_THAT(said("d", R"({"d":{"id":1},"count":3,"has_more":true})"), ElementsAre(HasSubstr("has_more is true")))
        << "an object is not what is counted";
    EXPECT_THAT(said("hits.hits", R"({"hits":{"total":{"value":25},"hits":[{"id":1}]}})"),
        ElementsAre(HasSubstr("hits.total is 25, and 1 record came")));
}

TEST(Completeness, HeadersAreStatements)
{
    EXPECT_THAT(
        stated_by("X-Total-Count", "5"), ElementsAre(HasSubstr("the header X-Total-Count is 5, and 1 record came")));
    EXPECT_THAT(
        stated_by("X-Total-Pages", "5"), ElementsAre(HasSubstr("the header X-Total-Pages is 5, and 1 page came")));
    EXPECT_THAT(stated_by("X-Next-Page", "2"), ElementsAre(HasSubstr("the header X-Next-Page names a further page")));
    EXPECT_THAT(
        stated_by("Content-Range", "items 0-0/5"), ElementsAre(HasSubstr("Content-Range is 5, and 1 record came")));
    EXPECT_THAT(
        stated_by("Link", "</x>; rel=\"next\""), ElementsAre(HasSubstr("the header Link names a further page")));
    EXPECT_THAT(stated_by("X-WP-TotalPages", "5"), ElementsAre(HasSubstr("X-WP-TotalPages is 5, and 1 page came")));
    EXPECT_THAT(stated_by("X-WP-Total", "5"), ElementsAre(HasSubstr("X-WP-Total is 5, and 1 record came")));
    EXPECT_THAT(stated_by("X-Total-Count", "1"), IsEmpty());
    EXPECT_THAT(stated_by("Content-Range", "items 0-0/*"), IsEmpty());
    EXPECT_THAT(stated_by("Content-Range", "bytes 0-1/999"), IsEmpty());
    EXPECT_THAT(stated_by("Link", "</x>; rel=\"last\""), IsEmpty());
}

TEST(Completeness, AnEmptyPageBesideACursorIsNoEndWhereNobodyHasSaidHowTheApiPages)
{
    EXPECT_THAT(simulated_walk(corest::standard_links(), "d",
                    [](const corest::request&) -> answer { return R"({"d":[],"next_cursor":"x"})"; })
                    .incomplete,
        ElementsAre(HasSubstr("next_cursor names a further page")));
    for (const char* const members : {R"("last_page":1)", R"("paging":{"count":100,"total":0})"}) {
        EXPECT_THAT(simulated_walk(corest::standard_links(), "d",
                        [&](const corest::request&) -> answer { return R"({"d":[],)" + std::string(members) + "}"; })
                        .incomplete,
            IsEmpty())
            << members;
    }
}

TEST(Completeness, ARecordThatNamesTheNextPageIsSeen)
{
    using corest::detail::next_page_stated_in;
    EXPECT_EQ(next_page_stated_in(R"({"message":"x","next_cursor":"q"})"), "next_cursor names a further page");
    EXPECT_EQ(next_page_stated_in(R"({"id":1,"meta":{"has_more":true}})"), "meta.has_more is true");
    EXPECT_EQ(next_page_stated_in(R"({"nextPageToken":"q"})"), "nextPageToken names a further page");
    EXPECT_EQ(next_page_stated_in(R"({"data":{"viewer":{"issues":{"pageInfo":{"hasNextPage":true}}}}})"),
        "data.viewer.issues.pageInfo.hasNextPage is true");
    for (const char* const record : {R"({"id":1,"next":2,"total":9,"count":3,"pages":320})",
             R"({"id":1,"next_review_date":"2024-01-01","last":false,"more":true})", R"({"next_url":"https://x/post"})",
             R"({"id":1,"next_cursor":null,"has_more":false})", R"({"deep":{"next_cursor":"x"}})"})
    {
        EXPECT_EQ(next_page_stated_in(record), "") << record;
    }
}

TEST(Completeness, AnEmptyPageIsTheEndWhateverLinkIsOnIt)
{
    const auto serve = [](const corest::request& r) -> answer {
        return R"({"d":)" + numbers(0, corest::find_query(r.url, "offset") == "0" ? 2 : 0, 2)
            + R"(,"next_cursor":"x"})";
    };
    EXPECT_THAT(simulated_walk(corest::offset(2), "d", serve).incomplete, IsEmpty());
}
