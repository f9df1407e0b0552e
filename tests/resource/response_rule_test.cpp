#include <corest/error.hpp>
#include <corest/resource/response_rule.hpp>

#include <support/scripted_transport.hpp>

#include <gtest/gtest.h>

#include <string>

namespace judging {

namespace {

using corest::response;
using corest::response_action;
using corest::response_rule;
using corest::response_rules;
using corest::response_verdict;

response judged(std::vector<response_rule> rules, response got)
{
    response_rules(std::move(rules)).judge(got);
    return got;
}

TEST(ResponseRule, AppliesWhereAllThatIsGivenHolds)
{
    const auto rule = response_rule(response_action::retry)
                          .status(200)
                          .content("busy")
                          .header("X-Left", "^0+$")
                          .body("$.status == 'busy'");
    const std::string body = R"({"status":"busy"})";
    EXPECT_TRUE(rule.applies(respond(200, body, {{"x-left", "00"}})));
    EXPECT_FALSE(rule.applies(respond(201, body, {{"X-Left", "0"}})));
    EXPECT_FALSE(rule.applies(respond(200, body, {{"X-Left", "10"}})));
    EXPECT_FALSE(rule.applies(respond(200, body)));
    EXPECT_FALSE(rule.applies(respond(200, R"({"status":"done","was":"busy"})", {{"X-Left", "0"}})));
    EXPECT_FALSE(rule.applies(respond(200, "busy", {{"X-Left", "0"}}))); // no JSON
    EXPECT_EQ(rule.text(), "status 200, content 'busy', header X-Left like '^0+$', body $.status == 'busy': retry");
}

TEST(ResponseRule, TheFirstOneThatIsForAResponseCounts)
{
    const std::vector<response_rule> rules = {response_rule(response_action::ignore).status(404),
        response_rule(response_action::fail).content("no").message_path("why"),
        response_rule(response_action::refresh_token_then_retry).status(419)};
    EXPECT_EQ(judged(rules, respond(404, R"({"why":"no"})")).verdict, response_verdict::ignore);
    const response failed = judged(rules, respond(200, R"({"why":"no way"})"));
    EXPECT_EQ(failed.verdict, response_verdict::fail);
    EXPECT_EQ(failed.said, "no way");
    EXPECT_EQ(judged(rules, respond(419, "{}")).status, 401U);
    EXPECT_EQ(judged(rules, respond(200, "{}")).verdict, response_verdict::none);
}

constexpr response_action wait_for_backup{"wait_for_backup", "after the time in X-Backup-Ends", [](response& got) {
                                              got.verdict = response_verdict::rate_limited;
                                              got.wait_header = "X-Backup-Ends";
                                          }};

TEST(ResponseRule, AnActionOfAUsersOwnIsAValue)
{
    const auto rule = response_rule(wait_for_backup).status(503);
    const response got = judged({rule}, respond(503, "{}"));
    EXPECT_EQ(got.verdict, response_verdict::rate_limited);
    EXPECT_EQ(got.wait_header, "X-Backup-Ends");
    EXPECT_EQ(rule.text(), "status 503: wait_for_backup");
    EXPECT_EQ(judged({response_rule(rule).wait_header("X-Own")}, respond(503, "{}")).wait_header, "X-Own");
    EXPECT_FALSE(rule.action() == response_action::retry);
}

TEST(ResponseRule, RefusesWhatIsNoExpression)
{
    EXPECT_THROW(response_rule(response_action::fail).header("X", "("), corest::error);
    EXPECT_THROW(response_rule(response_action::fail).body("a"), corest::error);
}

} // namespace

} // namespace judging
