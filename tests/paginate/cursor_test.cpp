#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/cursor.hpp>
#include <corest/paginate/header_cursor.hpp>
#include <paginate/simulated_walk.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Answers in order, whatever is asked.
simulated_walk::server script(std::vector<answer> answers)
{
    return [answers = std::move(answers), next = std::size_t{0}](
               const corest::request&) mutable { return answers.at(next++); };
}

corest::request post()
{
    corest::request r("POST", "https://api.example.com/search");
    r.body = R"({"q":"x"})";
    return r;
}

TEST(Cursor, IsSentFromTheSecondRequestOn)
{
    const simulated_walk w(corest::cursor("meta.next").param("after"), "d",
        script({R"({"d":[1],"meta":{"next":"a/b c"}})", R"({"d":[2],"meta":{"next":17}})",
            R"({"d":[3],"meta":{"next":null}})"}));
    EXPECT_THAT(w.targets(), ElementsAre("/items", "/items?after=a%2Fb%20c", "/items?after=17"));
    EXPECT_THAT(w.records, ElementsAre("1", "2", "3"));
}

TEST(Cursor, ANullPageAtTheEndIsNoError)
{
    const simulated_walk w(corest::cursor("next_token"), "users",
        script({R"({"users":[1,2],"next_token":"a"})", R"({"users":[3],"next_token":"b"})",
            R"({"users":null,"next_token":null})"}));
    EXPECT_THAT(w.records, ElementsAre("1", "2", "3"));
    EXPECT_THAT(w.warnings, ElementsAre("the selector $.users leads to null: taken as no records"));
}

TEST(Cursor, BlankCursorsEnd)
{
    for (const char* blank : {"null", "\"\"", "0", "false"}) {
        const simulated_walk w(corest::cursor("c"), "d", script({std::string(R"({"d":[1],"c":)") + blank + "}"}));
        EXPECT_EQ(w.urls.size(), 1u) << blank;
    }
    EXPECT_EQ(simulated_walk(corest::cursor("c"), "d", script({R"({"d":[1]})"})).urls.size(), 1u);
}

TEST(Cursor, AnEmptyPageGoesOnUnlessToldToStop)
{
    const std::vector<answer> answers{R"({"d":[],"c":"x"})", R"({"d":[1]})"};
    EXPECT_THAT(simulated_walk(corest::cursor("c"), "d", script(answers)).records, ElementsAre("1"));
    EXPECT_EQ(simulated_walk(corest::cursor("c").stop_after_empty_page(), "d", script(answers)).urls.size(), 1u);
}

TEST(Cursor, HasMoreWithoutACursorIsAnError)
{
    EXPECT_EQ(error_of(corest::errc::pagination_failed,
                  [] {
                      const simulated_walk w(corest::cursor("c").has_more_path("more"), "d",
                          script({R"({"d":[1],"c":null,"more":true})"}));
                  }),
        "the server says that there is more, but gives no cursor at $.c on page 1. Correct the cursor's path.");
}

TEST(Cursor, HasMoreEndsTheWalk)
{
    EXPECT_EQ(
        simulated_walk(corest::cursor("c").has_more_path("more"), "d", script({R"({"d":[1],"c":"x","more":false})"}))
            .urls.size(),
        1u);
    EXPECT_EQ(simulated_walk(corest::cursor("c").has_more_path("more"), "d",
                  script({R"({"d":[1],"c":"x","more":true})", R"({"d":[2],"c":"y","more":false})"}))
                  .urls.size(),
        2u);
    EXPECT_THAT(error_of(corest::errc::pagination_failed,
                    [] {
                        const simulated_walk w(
                            corest::cursor("c").has_more_path("more"), "d", script({R"({"d":[1],"c":"x"})"}));
                    }),
        HasSubstr("expected true or false at $.more, which is not in the body on page 1"));
}

TEST(Cursor, AValueThatIsNoCursorIsAnError)
{
    EXPECT_EQ(error_of(corest::errc::pagination_failed,
                  [] { const simulated_walk w(corest::cursor("c"), "d", script({R"({"d":[1],"c":{"x":1}})"})); }),
        "expected a cursor at $.c, found an object on page 1. Correct the cursor's path.");
}

TEST(Cursor, WritesIntoTheBody)
{
    const simulated_walk w(corest::cursor("c").body_path("page.after"), "d",
        script({R"({"d":[1],"c":"x\"y"})", R"({"d":[2],"c":12345678901234567890})", R"({"d":[3]})"}), post());
    EXPECT_THAT(w.bodies,
        ElementsAre(R"({"q":"x"})", R"({"q":"x","page":{"after":"x\"y"}})",
            R"({"q":"x","page":{"after":12345678901234567890}})"));
}

TEST(Cursor, BothPlacesAreRefused)
{
    EXPECT_EQ(error_of(corest::errc::invalid_argument, [] { corest::cursor("c").param("a").body_path("b").check(); }),
        "paginator cursor: cursor_param and cursor_body_path are both set. The position is written to one place: "
        "remove one of them.");
}

TEST(Cursor, TheSameCursorWithTheSameRecordsIsAnError)
{
    EXPECT_THAT(error_of(corest::errc::no_progress,
                    [] {
                        const simulated_walk w(corest::cursor("c"), "d",
                            [](const corest::request&) { return answer(R"({"d":[1],"c":"x"})"); });
                    }),
        HasSubstr("page 2 brought the same 1 record as the page before it"));
}

TEST(Cursor, AScrollIdThatStaysTheSameIsFine)
{
    const simulated_walk w(corest::cursor("c"), "d",
        script({R"({"d":[1],"c":"s"})", R"({"d":[2],"c":"s"})", R"({"d":[3],"c":"s"})", R"({"d":[],"c":""})"}));
    EXPECT_THAT(w.records, ElementsAre("1", "2", "3"));
}

TEST(HeaderCursor, FollowsAHeader)
{
    const simulated_walk w(corest::header_cursor("NextPageToken").param("token"), "$",
        script({answer("[1]", "nextpagetoken", "a b"), answer("[2]")}));
    EXPECT_THAT(w.targets(), ElementsAre("/items", "/items?token=a%20b"));
}

TEST(HeaderCursor, AnEmptyHeaderEnds)
{
    EXPECT_EQ(simulated_walk(corest::header_cursor("NextPageToken"), "$", script({answer("[1]", "NextPageToken", "")}))
                  .urls.size(),
        1u);
}

TEST(HeaderCursor, WritesIntoTheBody)
{
    const simulated_walk w(corest::header_cursor("T").body_path("after"), "$",
        script({answer("[1]", "T", "a\"b"), answer("[2]")}), post());
    EXPECT_EQ(w.bodies.back(), R"({"q":"x","after":"a\"b"})");
}

} // namespace
