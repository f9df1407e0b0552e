/// \file
/// What would mend a failure, told to who wrote a flow by its calls and to who wrote a dictionary by its keys.

#include <corest/auth/authorize.hpp>
#include <corest/auth/oauth2.hpp>
#include <corest/error.hpp>
#include <corest/http/deadline.hpp>
#include <corest/resource/resource.hpp>
#include <corest/retry/backoff.hpp>
#include <corest/retry/retry.hpp>
#include <corest/source/source.hpp>

#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

using corest::client;
using corest::error;
using corest::request;
using corest::response;

namespace {

class remedy_case {
public:
    std::string name;
    std::function<response(const request&)> answer;
    std::string of_flow;       ///< the hint
    std::string of_dictionary; ///< the hint
    std::string auth;          ///< of the dictionary's client, and of the flow's: empty or a token endpoint
};

std::ostream& operator<<(std::ostream& out, const remedy_case& c)
{
    return out << c.name;
}

class Remedy : public testing::TestWithParam<remedy_case> {
protected:
    template <class Pages>
    static corest::net::awaitable<void> read(Pages pages, std::string& hint)
    {
        try {
            while (auto page = co_await pages.next()) {
                static_cast<void>(page);
            }
        } catch (const error& e) {
            hint = e.hint();
            EXPECT_NE(std::string(e.what()).find(hint), std::string::npos);
        }
    }

    std::string by_flow()
    {
        client api(context.get_executor(), corest::any_transport(server), "http://api.test");
        if (!GetParam().auth.empty()) {
            api = api
                | corest::authorize(
                    corest::oauth2_client_credentials("http://auth.test/token", "me", corest::secret("s")));
        }
        api = api | corest::retry(corest::backoff().max_retries(0)).clock(std::make_shared<manual_clock>());
        const corest::resource flow = corest::get(api, "/things");
        std::string hint;
        run(context, read(flow.pages(), hint));
        return hint;
    }

    std::string by_dictionary()
    {
        const std::string text = R"({"client": {"base_url": "http://api.test", "retry": {"max_retries": 0})"
            + GetParam().auth + R"(}, "resources": ["things"]})";
        corest::source::load_options options;
        options.transport = corest::any_transport(server);
        options.clock = std::make_shared<manual_clock>();
        const corest::source::secret_store secrets([](const std::string&) { return std::optional<std::string>(); });
        auto pages = corest::source::load_text(text).plan().pages(context.get_executor(), secrets, options);
        std::string hint;
        run(context, read(std::move(pages), hint));
        return hint;
    }

    corest::net::io_context context;
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([](const request& r) { return GetParam().answer(r); });
};

TEST_P(Remedy, IsToldByTheCallsOfAFlowAndByTheKeysOfADictionary)
{
    EXPECT_EQ(by_flow(), GetParam().of_flow);
    EXPECT_EQ(by_dictionary(), GetParam().of_dictionary);
}

response unreachable(const request&)
{
    throw error(corest::errc::connect_failed, "no connection to api.test", "Check host and port");
}

/// A token, and a redirect for whatever is asked for with it.
response redirect_with_token(const request& r, const char* location)
{
    return r.url.starts_with("http://auth.test/") ? respond(200, R"({"access_token": "t", "token_type": "bearer"})")
                                                  : respond(302, "", {{"Location", location}});
}

constexpr const char* token_endpoint = R"(, "auth": {"type": "oauth2_client_credentials",
    "access_token_url": "http://auth.test/token", "client_id": "me", "client_secret": "s"})";

const remedy_case remedy_cases[] = {
    {"RefusedCredentials", [](const request&) { return respond(401); },
        "The credentials were refused: check the secrets and the authenticator that authorize() was given",
        "The credentials were refused: check the secrets and client.auth", ""},
    {"AMissingPage", [](const request&) { return respond(404); },
        "Check the base URL and the path; a child that may be missing can be allowed by ignore_status({404})",
        "Check the base URL and the path; a child that may be missing can be allowed by endpoint.response_actions: "
        R"([{"status_code": 404, "action": "ignore"}])",
        ""},
    {"TooManyRequests", [](const request&) { return respond(429); },
        "Lower the concurrency, or raise backoff::max_retries",
        "Lower the concurrency, or raise client.retry.max_retries", ""},
    {"AFailureOfTheServer", [](const request&) { return respond(503); },
        "The server failed; run again later, or raise backoff::max_retries",
        "The server failed; run again later, or raise client.retry.max_retries", ""},
    {"WhatTheServerDoesForNobody", [](const request&) { return respond(501); },
        "The server cannot do this for any request of this kind: check the method, the base URL and the path",
        "The server cannot do this for any request of this kind: check the method, the base URL and the path", ""},
    {"ALinkToAnotherOrigin",
        [](const request&) { return respond(200, "[{}]", {{"Link", "<http://other.test/>; rel=\"next\""}}); },
        "If that is right, list it in http_options::allowed_origins",
        "If that is right, list it in client.allowed_origins", ""},
    {"ARedirectToAnotherOrigin", [](const request& r) { return redirect_with_token(r, "http://other.test/things"); },
        "If it is to be trusted, list http://other.test:80 in http_options::allowed_origins",
        "If it is to be trusted, list http://other.test:80 in client.allowed_origins", token_endpoint},
    {"ARedirectToHttps", [](const request& r) { return redirect_with_token(r, "https://api.test/things"); },
        "Use https://api.test:443 as the client's base URL", "Use https://api.test:443 as client.base_url",
        token_endpoint},
    {"ARefusedToken", [](const request&) { return respond(404); }, "Check the authenticator's token URL",
        "Check client.auth.token_url", token_endpoint},
    {"AnUnreachableHost", unreachable, "Check host and port", "Check host and port. The address is client.base_url",
        ""},
    {"AnUnreachableTokenEndpoint", unreachable,
        "Check host and port. This was the token endpoint: see the authenticator's token URL",
        "Check host and port. This was the token endpoint: see client.auth.token_url", token_endpoint},
    {"ATokenEndpointsBodyIsTooLarge",
        [](const request&) -> response {
            throw error(corest::errc::limit_exceeded, "too large", "Raise", corest::remedy::body_limit);
        },
        "This was the token endpoint. Raise http_options::body_limit",
        "This was the token endpoint. Raise client.limits.body", token_endpoint},
    {"RecordsElsewhere", [](const request&) { return respond(200, "7"); },
        "Set the selector to where the records are: select(\"path\")",
        "Set the selector to where the records are: endpoint.data_selector", ""},
    {"ATimeLimit",
        [](const request&) -> response { throw corest::detail::time_limit_passed("no response came", "first_byte"); },
        "If the server needs longer, raise 'first_byte' in http_options::limits",
        "If the server needs longer, raise 'first_byte' in client.timeout", ""},
    {"ABodyTooLarge",
        [](const request&) -> response {
            throw error(corest::errc::limit_exceeded, "too large", "Raise", corest::remedy::body_limit);
        },
        "Raise http_options::body_limit", "Raise client.limits.body", ""},
    {"AnUntrustedRoot",
        [](const request&) -> response {
            throw error(corest::errc::tls_failed, "not trusted", "Give its root as", corest::remedy::trusted_roots);
        },
        "Give its root as http_options::ca_file", "Give its root as client.ca_file", ""},
    {"DamagedCompression",
        [](const request&) -> response {
            throw error(corest::errc::protocol_error, "damaged", "Ask for plain bodies:", corest::remedy::compression);
        },
        "Ask for plain bodies: http_options::accept_gzip = false",
        R"(Ask for plain bodies: client.headers: {"Accept-Encoding": "identity"})", ""},
    {"WhatNoSettingMends", [](const request&) { return respond(403); },
        "These credentials do not give access to it: check their permissions",
        "These credentials do not give access to it: check their permissions", ""},
};

INSTANTIATE_TEST_SUITE_P(
    Failures, Remedy, testing::ValuesIn(remedy_cases), [](const auto& one) { return one.param.name; });

} // namespace

TEST(RemedyOfADictionary, NamesTheKeyOfAProxyThatCannotBeUsed)
{
    const std::string text =
        R"({"client": {"base_url": "http://api.test", "proxy": "socks5://proxy:1080"}, "resources": ["things"]})";
    const corest::source::secret_store secrets([](const std::string&) { return std::optional<std::string>(); });
    corest::net::io_context context;
    std::string hint;
    try {
        static_cast<void>(corest::source::load_text(text).plan().pages(context.get_executor(), secrets));
    } catch (const error& e) {
        hint = e.hint();
    }
    EXPECT_EQ(hint.substr(std::min(hint.size(), hint.rfind(". ") + 2)), "This one is client.proxy");
}

TEST(RemedyOfAnError, EndsTheHintAndIsRenamed)
{
    error e(corest::errc::origin_refused, "no", "List it in", corest::remedy::allowed_origins);
    EXPECT_STREQ(e.what(), "no. List it in http_options::allowed_origins.");
    e.name_remedy("client.allowed_origins");
    EXPECT_STREQ(e.what(), "no. List it in client.allowed_origins.");
    EXPECT_EQ(e.remedy(), corest::remedy::allowed_origins);
    e.set_hint("Give up");
    e.name_remedy("client.allowed_origins");
    EXPECT_STREQ(e.what(), "no. Give up.") << "no setting would mend it";
}
