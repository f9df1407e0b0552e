#include <corest/auth/authorize.hpp>
#include <corest/error.hpp>
#include <corest/source/schema/source_config.hpp>

#include <support/certificates.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace json = boost::json;
using corest::request;
using corest::source::authenticator_config;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What `auth` of a client is read as.
authenticator_config read_config(const std::string& auth)
{
    const std::string text = R"({"client":{"base_url":"https://a.test","auth":)" + auth + R"(},"resources":["posts"]})";
    return corest::source::check_source(json::parse(text)).client.auth;
}

/// The requests of a first attempt: what is sent to the token endpoint, if anything, and the signed request.
std::vector<request> sent(authenticator_config auth)
{
    auth.for_each_text([](corest::source::source_text& text) {
        if (text.is_secret()) {
            text.resolve(corest::secret("value of " + text.secret_name()));
        }
    });
    std::vector<request> out;
    auto server = std::make_shared<scripted_transport>([&](const request& r) {
        out.push_back(r);
        return respond(200, R"({"access_token":"fetched"})");
    });
    corest::net::io_context context;
    const corest::client api = corest::client(context.get_executor(), corest::any_transport(server), "https://a.test")
        | corest::authorize(auth.make());
    (void)run(context, api.transport().send(request("GET", "https://a.test/x")));
    return out;
}

/// The Authorization header of the signed request.
std::string authorization(const std::string& auth)
{
    return std::string(sent(read_config(auth)).back().headers.find("Authorization").value_or("none"));
}

TEST(Authenticators, SignWithATokenWhereNoTypeIsGiven)
{
    EXPECT_EQ(authorization(R"({"type":"bearer","token":"t"})"), "Bearer t");
    EXPECT_EQ(authorization(R"({"token":"t"})"), "Bearer t") << "a missing type is bearer, as in dlt";
    EXPECT_EQ(authorization(R"({"token":{"$secret":"access_token"}})"), "Bearer value of access_token");
}

TEST(Authenticators, SignWithUserAndPassword)
{
    for (const char* type : {"basic", "http_basic"}) {
        const std::string auth = R"({"type":")" + std::string(type) + R"(","username":"u","password":"p"})";
        EXPECT_EQ(read_config(auth).type(), "http_basic");
        EXPECT_EQ(authorization(auth), "Basic dTpw");
    }
    EXPECT_EQ(authorization(R"({"type":"http_basic","username":"u","password":""})"), "Basic dTo=");
}

TEST(Authenticators, SignWithAKeyInAnyPlace)
{
    EXPECT_EQ(authorization(R"({"type":"api_key","api_key":"k"})"), "k");
    const auto at = [](const std::string& place) {
        return sent(read_config(R"({"type":"api_key","api_key":"k","name":"n","location":")" + place + R"("})")).back();
    };
    EXPECT_EQ(at("header").headers.find("n"), "k");
    EXPECT_EQ(at("query").url, "https://a.test/x?n=k");
    EXPECT_EQ(at("param").url, "https://a.test/x?n=k") << "dlt's word";
    EXPECT_EQ(at("cookie").headers.find("Cookie"), "n=k");
}

TEST(Authenticators, AskForATokenWithIdAndSecret)
{
    for (const char* type : {"oauth2", "oauth2_client_credentials"}) {
        for (const char* url : {"token_url", "access_token_url"}) {
            const auto auth = read_config(R"({"type":")" + std::string(type)
                + R"(","client_id":{"$secret":"i"},"client_secret":"s",")" + url + R"(":"https://b.test/token"})");
            EXPECT_EQ(auth.type(), "oauth2_client_credentials");
            const auto requests = sent(auth);
            ASSERT_EQ(requests.size(), 2U);
            EXPECT_EQ(requests[0].url, "https://b.test/token");
            EXPECT_EQ(requests[0].body, "grant_type=client_credentials&client_id=value+of+i&client_secret=s");
            EXPECT_EQ(requests[1].headers.find("Authorization"), "Bearer fetched");
        }
    }
    const auto requests = sent(read_config(
        R"({"type":"oauth2","client_id":"i","client_secret":"s","token_url":"https://b/t","scopes":["a","b"],
                      "access_token_request_data":{"audience":"x","extra":{"$secret":"e"}},
                      "default_token_expiration":60,"secret_in_basic_header":true})"));
    EXPECT_EQ(requests.at(0).body, "grant_type=client_credentials&scope=a+b&audience=x&extra=value+of+e");
    EXPECT_EQ(requests[0].headers.find("Authorization"), "Basic aTpz");
}

TEST(Authenticators, AskForATokenWithARefreshToken)
{
    const auto requests =
        sent(read_config(R"({"type":"oauth2_refresh_token","refresh_token":"r","token_url":"https://b/t"})"));
    EXPECT_EQ(requests.at(0).body, "grant_type=refresh_token&refresh_token=r");
}

TEST(Authenticators, ARefreshTokenMayComeFromAFile)
{
    const std::string auth = R"({"type":"oauth2_refresh_token","token_url":"https://b/t")";
    EXPECT_EQ(read_config(auth + R"(,"refresh_token_file":"kept"})").text(), "oauth2_refresh_token kept in kept");
    const std::string file = testing::TempDir() + "authenticators_test_refresh_token";
    std::ofstream(file) << "kept\n";
    const auto requests = sent(read_config(auth + R"(,"refresh_token":"r","refresh_token_file":")" + file + "\"}"));
    std::remove(file.c_str());
    EXPECT_EQ(requests.at(0).body, "grant_type=refresh_token&refresh_token=kept");
    try {
        (void)read_config(auth + "}");
        FAIL();
    } catch (const corest::error& e) {
        EXPECT_STREQ(
            e.what(), "client.auth.refresh_token: is missing; or name a file that keeps one: refresh_token_file.");
    }
}

TEST(Authenticators, OpenASession)
{
    auto auth = read_config(R"({"type":"session_login","login":{"path":"/login?x=1","method":"put","params":{"y":"2"},
        "headers":{"X-App":{"$secret":"app"}},"json":{"user":"u","deep":[{"word":{"$secret":"word"}}],"password":"lit3ral"}},
        "token_path":"access_token","name":"X-Session","location":"header","template":"S {token}","expires_in":60})");
    EXPECT_EQ(auth.text(), "session_login by PUT /login?x=1 in the header X-Session, secrets word, app");
    const auto requests = sent(auth);
    EXPECT_EQ(requests.at(0).method, "PUT");
    EXPECT_EQ(requests[0].url, "https://a.test/login?x=1&y=2");
    EXPECT_EQ(requests[0].body, R"({"user":"u","deep":[{"word":"value of word"}],"password":"lit3ral"})");
    EXPECT_EQ(requests[0].headers.find("Content-Type"), "application/json");
    EXPECT_EQ(requests[0].headers.find("X-App"), "value of app");
    EXPECT_EQ(requests.at(1).headers.find("X-Session"), "S fetched");
    std::vector<std::string> paths;
    auth.for_each_text([&](corest::source::source_text& text) {
        if (text.is_secret()) {
            paths.push_back(text.path());
            text.resolve(corest::secret("found"));
        }
    });
    EXPECT_THAT(paths, ElementsAre("client.auth.login.json.deep[0].word", "client.auth.login.headers.X-App"));
    EXPECT_THAT(auth.make().secrets(), testing::IsSupersetOf({"lit3ral", "found"}));

    const auto form =
        sent(read_config(R"({"type":"session_login","token_path":"access_token","template":"Bearer {token}",
        "login":{"path":"https://a.test/in","data":{"name":"a b","password":{"$secret":"p"}}}})"));
    EXPECT_EQ(form.at(0).method, "POST");
    EXPECT_EQ(form[0].url, "https://a.test/in");
    EXPECT_EQ(form[0].body, "name=a+b&password=value+of+p");
    EXPECT_EQ(form[0].headers.find("Content-Type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(form.at(1).headers.find("Authorization"), "Bearer fetched");
    EXPECT_EQ(
        read_config(R"({"type":"session_login","login":{"path":"in"}})").text(), "session_login by POST in, cookies");
}

TEST(Authenticators, ASessionsMistakesAreNamed)
{
    const auto refusal = [](const std::string& keys) {
        try {
            (void)read_config(R"({"type":"session_login")" + keys + "}");
            return std::string("no error");
        } catch (const corest::error& e) {
            return std::string(e.what());
        }
    };
    EXPECT_THAT(refusal(""), HasSubstr("client.auth.login: is missing; write the request that logs in"));
    EXPECT_THAT(refusal(R"(,"login":{})"), HasSubstr("client.auth.login.path: is missing; write where the login is"));
    EXPECT_THAT(refusal(R"(,"login":{"path":"in","metod":"GET"})"),
        HasSubstr("client.auth.login.metod: unknown key; the nearest known key is 'method'"));
    EXPECT_THAT(refusal(R"(,"login":{"path":"in","method":"PAST"})"),
        HasSubstr("client.auth.login.method: unknown method; the nearest known method is 'POST'"));
    EXPECT_THAT(refusal(R"(,"login":{"path":"in","json":"x"})"),
        HasSubstr("client.auth.login.json: expected an object or a list, found text"));
    EXPECT_THAT(refusal(R"(,"login":{"path":"in","json":{},"data":{}})"),
        HasSubstr("client.auth.login.json: a request has one body: give json or data"));
    EXPECT_THAT(refusal(R"(,"login":{"path":"in","data":{"n":5}})"),
        HasSubstr("client.auth.login.data.n: expected text or a secret, found a number"));
    EXPECT_THAT(refusal(R"(,"login":{"path":"in"},"token_path":"t","template":"Bearer")"),
        HasSubstr("client.auth.template: expected a text with {token} in it"));
    EXPECT_THAT(refusal(R"(,"login":{"path":"in"},"name":"X")"),
        HasSubstr("client.auth.name: is for a token: write where it stands in the login's answer, with token_path"));
}

TEST(Authenticators, AskForATokenWithASignedAssertion)
{
    const std::string auth =
        R"({"type":"oauth2_jwt","auth_endpoint":"https://b/t","client_id":"i","scopes":["a","b"],)";
    EXPECT_EQ(
        read_config(auth + R"("private_key":{"$secret":"key"},"algorithm":"ES256"})").text(), "oauth2_jwt, secret key");
    std::string pem = certificate(certificate_wish()).key_pem(); // on the curve P-256
    for (auto at = pem.find('\n'); at != std::string::npos; at = pem.find('\n')) {
        pem.replace(at, 1, "\\n");
    }
    const auto requests = sent(read_config(auth + R"("private_key":")" + pem + R"(","algorithm":"ES256"})"));
    EXPECT_EQ(requests.at(0).url, "https://b/t");
    EXPECT_THAT(requests[0].body, HasSubstr("jwt-bearer&assertion=eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9."));
    EXPECT_EQ(requests.at(1).headers.find("Authorization"), "Bearer fetched");

    const auto refusal = [](const std::string& text) {
        try {
            (void)read_config(text).make();
            return std::string("no error");
        } catch (const corest::error& e) {
            return std::string(e.what());
        }
    };
    EXPECT_THAT(
        refusal(auth + R"("private_key":"none"})"), HasSubstr("the private key for the token endpoint cannot be"));
    EXPECT_THAT(refusal(auth + R"("private_key":"k","algorithm":"ES255"})"),
        HasSubstr("client.auth.algorithm: unknown algorithm; the nearest known algorithm is 'ES256'"));
    EXPECT_THAT(refusal(R"({"type":"oauth2_jwt","client_id":"i"})"), HasSubstr("auth_endpoint"));
}

TEST(Authenticators, SignNothingWhereThereIsNone)
{
    for (const char* auth : {R"({"type":"none"})", R"("none")", "null"}) {
        EXPECT_FALSE(read_config(auth)) << auth;
        EXPECT_EQ(read_config(auth).type(), "none");
        EXPECT_FALSE(read_config(auth).make());
        EXPECT_EQ(read_config(auth).text(), "none");
    }
}

TEST(Authenticators, NameTheirSecretsAndWhereTheyStand)
{
    auto auth = read_config(R"({"type":"oauth2","client_id":{"$secret":"i"},"client_secret":{"$secret":"s"},
                         "token_url":"https://b/t","access_token_request_data":{"x":{"$secret":"e"},"y":"literal"}})");
    EXPECT_THAT(auth.secret_names(), ElementsAre("i", "s", "e"));
    EXPECT_EQ(auth.text(), "oauth2_client_credentials, secrets i, s, e");
    std::vector<std::string> paths;
    auth.for_each_text([&](const corest::source::source_text& text) {
        if (text.is_secret()) {
            paths.push_back(text.path());
        }
    });
    EXPECT_THAT(paths,
        ElementsAre("client.auth.client_id", "client.auth.client_secret", "client.auth.access_token_request_data.x"));
    EXPECT_EQ(read_config(R"({"type":"api_key","api_key":{"$secret":"k"},"name":"n","location":"cookie"})").text(),
        "api_key in the cookie n, secret k");
    EXPECT_THAT(read_config(R"({"token":"t"})").secret_names(), IsEmpty());
}

TEST(Authenticators, KeepTheirSecretsOutOfMessages)
{
    const auto kept = [](const std::string& auth) { return read_config(auth).make().secrets(); };
    EXPECT_THAT(kept(R"({"token":"t"})"), ElementsAre("t"));
    EXPECT_THAT(kept(R"({"type":"basic","username":"u","password":"p"})"), ElementsAre("u", "p", "Basic dTpw"));
    EXPECT_THAT(kept(R"({"type":"api_key","api_key":"k"})"), ElementsAre("k"));
    EXPECT_THAT(kept(R"({"type":"oauth2","client_id":"i","client_secret":"s","token_url":"https://b/t"})"),
        testing::Contains("s"));
    EXPECT_THAT(kept(R"({"type":"oauth2_refresh_token","refresh_token":"r","token_url":"https://b/t"})"),
        testing::Contains("r"));
}

TEST(Authenticators, AreValues)
{
    authenticator_config auth = read_config(R"({"token":{"$secret":"t"}})");
    const authenticator_config copy = auth;
    auth.for_each_text([](corest::source::source_text& text) { text.resolve(corest::secret("found")); });
    EXPECT_THAT(auth.make().secrets(), ElementsAre("found"));
    EXPECT_THROW(static_cast<void>(copy.make()), corest::error) << "a copy has texts of its own, and this one is empty";
    EXPECT_THAT(auth.text(), Not(HasSubstr("found")));
}

} // namespace
