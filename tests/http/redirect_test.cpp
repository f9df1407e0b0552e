#include <corest/http/redirect.hpp>

#include <corest/error.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace corest;

request sent(const std::string& method = "GET", const std::string& url = "https://api.example.com/v1/items?page=1")
{
    request r(method, url);
    r.headers.set("Authorization", "Bearer S3CR3T");
    r.headers.set("Cookie", "session=S3CR3T");
    r.headers.set("X-Api-Key", "S3CR3T", true);
    r.headers.set("X-Trace", "7");
    if (method != "GET" && method != "HEAD") {
        r.headers.set("Content-Type", "application/json");
        r.body = "{}";
    }
    return r;
}

response redirect(unsigned status, const std::string& location)
{
    response r;
    r.status = status;
    r.headers.add("Location", location);
    return r;
}

/// The error that a redirect is refused with.
error refusal(const request& r, const response& got, const redirect_policy& policy, unsigned followed = 0)
{
    try {
        const auto next = next_request(r, got, policy, followed);
        ADD_FAILURE() << "followed to " << (next ? next->url : "nothing");
    } catch (const error& e) {
        EXPECT_EQ(e.kind(), errc::redirect_refused);
        EXPECT_EQ(e.context().status, got.status);
        return e;
    }
    return error(errc::destination_failed, "");
}

const redirect_policy usual;

TEST(NextRequest, KeepsMethodAndBodyAsTheStatusSays)
{
    class row {
    public:
        unsigned status;
        const char* method;
        const char* next;
    };
    const row table[] = {{301, "GET", "GET"}, {301, "POST", "GET"}, {301, "PUT", "PUT"}, {301, "HEAD", "HEAD"},
        {302, "GET", "GET"}, {302, "POST", "GET"}, {302, "DELETE", "DELETE"}, {303, "POST", "GET"}, {303, "PUT", "GET"},
        {303, "HEAD", "HEAD"}, {307, "POST", "POST"}, {307, "GET", "GET"}, {308, "POST", "POST"},
        {308, "PATCH", "PATCH"}};
    for (const row& r : table) {
        const request before = sent(r.method);
        const auto next = next_request(before, redirect(r.status, "/v2"), usual);
        ASSERT_TRUE(next) << r.status << ' ' << r.method;
        EXPECT_EQ(next->method, r.next) << r.status << ' ' << r.method;
        const bool body_kept = next->method == before.method;
        EXPECT_EQ(next->body, body_kept ? before.body : "");
        EXPECT_EQ(next->headers.contains("Content-Type"), body_kept && before.headers.contains("Content-Type"));
        EXPECT_EQ(next->url, "https://api.example.com/v2");
        EXPECT_EQ(next->headers.find("Authorization"), "Bearer S3CR3T");
    }
}

TEST(NextRequest, RefusesToLoseTheBodyOfAPostThatReads)
{
    request search = sent("POST");
    search.idempotent = true;
    for (const unsigned status : {301U, 302U}) {
        const error e = refusal(search, redirect(status, "/v2"), usual);
        EXPECT_NE(e.message().find("would make the POST a GET without its body"), std::string::npos) << e.what();
        EXPECT_EQ(e.hint(), "Ask for the address it redirects to: https://api.example.com/v2");
    }
    EXPECT_EQ(next_request(search, redirect(303, "/v2"), usual)->method, "GET") << "the server says: see there";
    EXPECT_EQ(next_request(search, redirect(307, "/v2"), usual)->body, search.body);
    search.body.clear();
    EXPECT_EQ(next_request(search, redirect(302, "/v2"), usual)->method, "GET") << "there is nothing to lose";
}

TEST(NextRequest, IsNothingForOtherStatusesAndWithoutLocation)
{
    for (const unsigned status : {200U, 201U, 300U, 304U, 305U, 306U, 399U, 404U}) {
        EXPECT_FALSE(next_request(sent(), redirect(status, "/v2"), usual)) << status;
    }
    response bare;
    bare.status = 302;
    EXPECT_FALSE(next_request(sent(), bare, usual));
}

TEST(NextRequest, ResolvesARelativeLocation)
{
    const auto to = [](const std::string& location) {
        return next_request(sent(), redirect(302, location), usual)->url;
    };
    EXPECT_EQ(to("other?page=2#top"), "https://api.example.com/v1/other?page=2");
    EXPECT_EQ(to("../v2/items"), "https://api.example.com/v2/items");
    EXPECT_EQ(to("?page=2"), "https://api.example.com/v1/items?page=2");
    EXPECT_EQ(to("//api.example.com/x"), "https://api.example.com/x");
    EXPECT_EQ(to("HTTPS://API.example.com:443/x"), "HTTPS://API.example.com:443/x");
    EXPECT_EQ(to("/with space"), "https://api.example.com/with%20space");
}

TEST(NextRequest, RefusesAnotherOriginUnlessListed)
{
    for (const char* location : {"https://other.example.com/", "https://api.example.com:8443/", "//evil.example/",
             "https://api.example.com.evil.example/"})
    {
        const error e = refusal(sent(), redirect(302, location), usual);
        EXPECT_NE(e.hint().find("list https://"), std::string::npos) << e.what();
    }
    const redirect_policy open(10, {"https://other.example.com:443"});
    const auto next = next_request(sent(), redirect(302, "https://other.example.com/x"), open);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->url, "https://other.example.com/x");
}

TEST(NextRequest, LeavesCredentialsBehindOnAnotherOrigin)
{
    request before = sent();
    before.headers.set("Host", "virtual.example");
    before.headers.set("X-Auth-Token", "not marked: its name tells");
    const redirect_policy open(10, {"https://other.example.com:443"});
    const auto next = next_request(before, redirect(307, "https://other.example.com/x"), open);
    ASSERT_TRUE(next);
    for (const char* name : {"Authorization", "Cookie", "X-Api-Key", "X-Auth-Token", "Host"}) {
        EXPECT_FALSE(next->headers.contains(name)) << name;
    }
    EXPECT_EQ(next->headers.find("X-Trace"), "7");
}

TEST(NextRequest, NeverGoesFromHttpsToHttp)
{
    const redirect_policy open(10, {"http://api.example.com:80", "http://other.example.com:80"});
    for (const char* location :
        {"http://api.example.com/v1", "http://other.example.com/", "http://api.example.com:443/"})
    {
        const error e = refusal(sent(), redirect(301, location), open);
        EXPECT_NE(e.message().find("from https to http"), std::string::npos) << e.what();
    }
}

TEST(NextRequest, HintsAtTheHttpsAddressOfTheSameHost)
{
    const error e =
        refusal(sent("GET", "http://api.example.com/v1"), redirect(301, "https://api.example.com/v1"), usual);
    EXPECT_EQ(e.hint(), "Use https://api.example.com:443 as the client's base URL");
}

TEST(NextRequest, RefusesOtherSchemesAndBrokenLocations)
{
    for (const char* location : {"file:///etc/passwd", "ftp://api.example.com/", "gopher://x", "javascript:alert(1)",
             "https://user:S3CR3T@api.example.com/", "https:///", "https://h%2Fx/"})
    {
        const error e = refusal(sent(), redirect(302, location), usual);
        EXPECT_EQ(std::string(e.what()).find("S3CR3T"), std::string::npos) << e.what();
    }
}

TEST(NextRequest, RefusesLocationsThatDiffer)
{
    response got = redirect(302, "/a");
    got.headers.add("location", "/a");
    EXPECT_TRUE(next_request(sent(), got, usual));
    got.headers.add("location", "/b");
    EXPECT_EQ(refusal(sent(), got, usual).message(), "the redirect has two Location headers that differ");
}

TEST(NextRequest, CountsTheRedirects)
{
    EXPECT_TRUE(next_request(sent(), redirect(302, "/a"), usual, 9));
    EXPECT_EQ(refusal(sent(), redirect(302, "/a"), usual, 10).message(), "more than 10 redirects in a row");
    EXPECT_EQ(refusal(sent(), redirect(302, "/a"), redirect_policy(1), 1).message(), "more than 1 redirect in a row");
    const redirect_policy none(0);
    EXPECT_NE(refusal(sent(), redirect(302, "/a?token=S3CR3T"), none).hint().find("/a?token=***"), std::string::npos);
}

} // namespace
