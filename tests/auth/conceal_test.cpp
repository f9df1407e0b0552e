#include <corest/auth/authorize.hpp>
#include <corest/auth/conceal.hpp>
#include <corest/error.hpp>
#include <corest/paginate/json_link.hpp>
#include <corest/resource/resource.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <string>
#include <stdexcept>
#include <vector>

using corest::client;
using corest::conceal;
using corest::errc;
using corest::error;
using corest::request;
using corest::response;
using testing::HasSubstr;
using testing::Not;

namespace {

class Conceal : public testing::Test {
protected:
    client api() { return client(context.get_executor(), corest::any_transport(server), "https://api.test/v1"); }
    response get(const client& c)
    {
        return run(context, c.transport().send(request("GET", "https://api.test/v1/things")));
    }
    std::string failure(const client& c)
    {
        try {
            (void)get(c);
        } catch (const error& e) {
            return e.what();
        }
        return "no error";
    }

    corest::net::io_context context;
    std::function<response(const request&)> answer = [](const request&) { return respond(200, "[]"); };
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

error with_secret_everywhere()
{
    corest::error_context context;
    context.url = "https://api.test/S3CR3T";
    context.cause = "the cause is S3CR3T";
    context.attempts = 2;
    return {errc::token_failed, "the message is S3CR3T", "the hint is S3CR3T", context};
}

TEST_F(Conceal, MasksWhatMayBeQuotedOfAResponse)
{
    const client hiding = api() | conceal(std::vector<std::string>{"S3CR3T"});
    answer = [](const request&) { return respond(500, "no: S3CR3T"); };
    EXPECT_EQ(get(hiding).body.view(), "no: ***");
    answer = [](const request&) { return respond(200, "id,name\n1,S3CR3T\n"); };
    EXPECT_EQ(get(hiding).body.view(), "id,name\n1,S3CR3T\n") << "records are never changed, of whatever format";
    answer = [](const request&) { return respond(200, R"([{"name":"S3CR3T"}])"); };
    EXPECT_EQ(get(hiding).body.view(), R"([{"name":"S3CR3T"}])");
}

TEST_F(Conceal, MasksErrorsThatPassThroughIt)
{
    answer = [](const request&) -> response { throw with_secret_everywhere(); };
    const std::string text = failure(api() | conceal(std::vector<std::string>{"S3CR3T"}));
    EXPECT_THAT(text, HasSubstr("the message is ***"));
    EXPECT_THAT(text, HasSubstr("https://api.test/***"));
    EXPECT_THAT(text, Not(HasSubstr("S3CR3T")));
}

TEST_F(Conceal, MasksASecretThatAMessageHasCut)
{
    const conceal hidden({"abcdefghijklmnop"});
    const auto shown = [&](std::string message) {
        try {
            std::rethrow_exception(hidden.mask(std::make_exception_ptr(error(errc::wrong_type, std::move(message)))));
        } catch (const error& e) {
            return e.message();
        }
    };
    EXPECT_EQ(shown("is \"abcdefghij..., expected abcd"), "is \"***..., expected abcd");
    EXPECT_EQ(shown("\"abc...\" \"abcd...\" \"abcdefghijklmnop...\""), "\"abc...\" \"***...\" \"***...\"");
}

TEST_F(Conceal, KeepsKindAndContextOfAnError)
{
    const conceal hidden(std::vector<std::string>{"S3CR3T"});
    try {
        std::rethrow_exception(hidden.mask(std::make_exception_ptr(with_secret_everywhere())));
    } catch (const error& e) {
        EXPECT_EQ(e.kind(), errc::token_failed);
        EXPECT_EQ(e.context().attempts, 2U);
        EXPECT_EQ(e.hint(), "the hint is ***");
    }
}

TEST_F(Conceal, MasksAnotherExceptionThatShowsASecret)
{
    const conceal hidden(std::vector<std::string>{"S3CR3T"});
    try {
        std::rethrow_exception(hidden.mask(std::make_exception_ptr(std::runtime_error("no file S3CR3T"))));
    } catch (const error& e) {
        EXPECT_EQ(e.kind(), errc::foreign_exception);
        EXPECT_EQ(e.message(), "no file ***");
    }
}

TEST_F(Conceal, KeepsTheNameOfTheSettingThatEndsAHint)
{
    error failure(
        errc::unauthorized, "S3CR3T was refused", "Look where S3CR3T comes from, and at", corest::remedy::credentials);
    failure.name_remedy("client.auth");
    try {
        std::rethrow_exception(conceal(std::vector<std::string>{"S3CR3T"}).mask(std::make_exception_ptr(failure)));
    } catch (const error& e) {
        EXPECT_STREQ(e.what(), "*** was refused. Look where *** comes from, and at client.auth.");
        EXPECT_EQ(e.remedy(), corest::remedy::credentials);
    }
}

TEST_F(Conceal, MasksTheReasonPhrase)
{
    answer = [](const request&) {
        response made = respond(400, "no");
        made.reason = "Bad Token S3CR3T";
        return made;
    };
    EXPECT_EQ(get(api() | conceal(std::vector<std::string>{"S3CR3T"})).reason, "Bad Token ***");
}

TEST_F(Conceal, AFlowsErrorsShowNoSecretEither)
{
    answer = [](const request&) { return respond(200, R"({"items": [1], "next": "https://other.test/S3CR3T"})"); };
    const client hiding = api() | conceal(std::vector<std::string>{"S3CR3T"});
    auto pages =
        (corest::get(hiding, "/S3CR3T/things") | corest::paginate(corest::json_link("next")) | corest::select("items"))
            .pages();
    try {
        (void)run(context, pages.next());
        (void)run(context, pages.next());
        FAIL();
    } catch (const error& e) {
        EXPECT_THAT(e.what(), HasSubstr("the next page is at another origin"));
        EXPECT_THAT(e.what(), HasSubstr("https://api.test/v1/***/things"));
        EXPECT_THAT(e.what(), Not(HasSubstr("S3CR3T")));
    }
}

TEST_F(Conceal, AnErrorOfSendShowsNoSecret)
{
    answer = [](const request&) { return respond(404, "S3CR3T is not here"); };
    const client hiding = api() | conceal(std::vector<std::string>{"S3CR3T"});
    try {
        run(context, hiding.send(request("GET", "/S3CR3T")));
        FAIL();
    } catch (const error& e) {
        EXPECT_THAT(e.what(), HasSubstr("says: *** is not here (GET https://api.test/v1/***, status 404)"));
    }
}

TEST_F(Conceal, LeavesOtherExceptionsAndNoneAsTheyAre)
{
    const conceal hidden(std::vector<std::string>{"S3CR3T"});
    EXPECT_EQ(hidden.mask(std::exception_ptr()), nullptr);
    const auto other = std::make_exception_ptr(std::runtime_error("of another kind"));
    EXPECT_EQ(hidden.mask(other), other);
}

TEST_F(Conceal, FindsASecretAsItStandsInAUrl)
{
    answer = [](const request&) { return respond(400, "a%20b%2Fc a+b%2Fc a b/c"); };
    EXPECT_EQ(get(api() | conceal(std::vector<std::string>{"a b/c"})).body.view(), "*** *** ***");
}

TEST_F(Conceal, AsksForSecretsThatChangeWhenTheyAreNeeded)
{
    auto token = std::make_shared<std::string>("FIRST");
    int asked = 0;
    const client hiding = api() | conceal([=, &asked] {
        ++asked;
        return std::vector<std::string>{*token};
    });
    (void)get(hiding);
    EXPECT_EQ(asked, 0) << "records are handed on as they are";
    *token = "SECOND";
    answer = [](const request&) { return respond(403, "FIRST SECOND"); };
    EXPECT_EQ(get(hiding).body.view(), "FIRST ***");
}

/// Fails to get a token, and repeats its secret while it does so.
class talkative {
public:
    void sign(request&) { throw error(errc::token_failed, "the token endpoint says that S3CR3T is unknown"); }
    [[nodiscard]] std::vector<std::string> secrets() const { return {"S3CR3T"}; }
};

TEST_F(Conceal, AuthorizeMasksErrorsOfTheAuthenticator)
{
    EXPECT_THAT(failure(api() | corest::authorize(talkative())), HasSubstr("says that *** is unknown"));
}

} // namespace
