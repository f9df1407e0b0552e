#include <corest/http/cookie_jar.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace jar_tests {

namespace {

using namespace std::chrono_literals;
using corest::cookie_jar;
using testing::ElementsAre;
using testing::IsEmpty;

const cookie_jar::time_point noon{std::chrono::seconds(1'800'000'000)};
const std::string api = "https://api.example.com/v1/items?page=2";

corest::headers setting(const std::vector<std::string>& cookies)
{
    corest::headers fields;
    for (const std::string& one : cookies) {
        fields.add("Set-Cookie", one);
    }
    return fields;
}

/// What a request takes along, as the Cookie field has it.
std::string sent(cookie_jar& jar, const std::string& url, cookie_jar::time_point now = noon)
{
    corest::headers fields;
    corest::detail::add_cookies(fields, jar.find(url, now));
    return std::string(fields.find("Cookie").value_or(""));
}

/// What a request takes along where one cookie was set by the answer to another.
std::string sent(const std::string& cookie, const std::string& from, const std::string& to)
{
    cookie_jar jar;
    jar.store(from, setting({cookie}), noon);
    return sent(jar, to);
}

} // namespace

TEST(CookieJar, GivesBackWhatWasSetAsItIs)
{
    cookie_jar jar;
    EXPECT_EQ(sent(jar, api), "");
    jar.store(api, setting({"sid=31d4d96e407aad42; Path=/; HttpOnly; SameSite=Lax", "lang = en-US ;Path=/"}), noon);
    EXPECT_EQ(sent(jar, api), "sid=31d4d96e407aad42; lang=en-US");
    jar.store(api, setting({"sid=\"a=b\"; Path=/"}), noon);
    EXPECT_EQ(sent(jar, api), "sid=\"a=b\"; lang=en-US") << "in its place";
    EXPECT_EQ(jar.size(), 2U);
    jar.clear();
    EXPECT_EQ(sent(jar, api), "");
}

TEST(CookieJar, WhatSetsNoCookieIsPassedOver)
{
    for (const char* text : {"", ";", "flag", "=value", " = value", "a\x01=b"}) {
        cookie_jar jar;
        jar.store(api, setting({text}), noon);
        EXPECT_EQ(jar.size(), 0U) << text;
    }
    EXPECT_EQ(sent("a=; Path=/", api, api), "a=");
    EXPECT_EQ(sent("a=b; Path=/;;=;Unknown; Secure=x", api, api), "a=b");
}

TEST(CookieJar, ACookieWithoutDomainIsItsOriginsOwn)
{
    const std::string cookie = "a=b; Path=/";
    EXPECT_EQ(sent(cookie, api, "https://API.example.com:443/"), "a=b");
    EXPECT_EQ(sent(cookie, api, "https://sub.api.example.com/"), "");
    EXPECT_EQ(sent(cookie, api, "https://example.com/"), "");
    EXPECT_EQ(sent(cookie, api, "https://api.example.com:8443/"), "") << "another port is another origin";
    EXPECT_EQ(sent(cookie, "http://127.0.0.1:8000/", "http://127.0.0.1:8001/"), "");
}

TEST(CookieJar, ADomainIsThatOfTheServerOrAboveIt)
{
    const std::string other = "https://files.example.com/";
    EXPECT_EQ(sent("a=b; Path=/; Domain=example.com", api, other), "a=b");
    EXPECT_EQ(sent("a=b; Path=/; domain=.Example.COM", api, other), "a=b");
    EXPECT_EQ(sent("a=b; Path=/; Domain=example.com", api, "https://example.com/"), "a=b");
    EXPECT_EQ(sent("a=b; Path=/; Domain=example.com", api, "https://badexample.com/"), "");
    EXPECT_EQ(sent("a=b; Path=/; Domain=", api, api), "a=b") << "as if it were not there";
    EXPECT_EQ(sent("a=b; Path=/; Domain=example.com; Domain=", api, other), "a=b");
    for (const char* foreign : {"com", "other.com", "files.example.com", "ample.com", "sub.api.example.com"}) {
        cookie_jar jar;
        jar.store(api, setting({std::string("a=b; Path=/; Domain=") + foreign}), noon);
        EXPECT_EQ(jar.size(), 0U) << foreign;
    }
    EXPECT_EQ(sent("a=b; Domain=0.0.1", "http://127.0.0.1/", "http://127.0.0.1/"), "") << "an address has no domain";
    EXPECT_EQ(sent("a=b; Domain=127.0.0.1", "http://127.0.0.1/", "http://127.0.0.1/"), "a=b");
    EXPECT_EQ(sent("a=b; Domain=localhost", "http://localhost/", "http://localhost/"), "a=b");
}

TEST(CookieJar, APathCoversWhatIsBelowIt)
{
    EXPECT_EQ(sent("a=b; Path=/v1", api, "https://api.example.com/v1"), "a=b");
    EXPECT_EQ(sent("a=b; Path=/v1", api, "https://api.example.com/v1?x=/v2"), "a=b");
    EXPECT_EQ(sent("a=b; Path=/v1/", api, "https://api.example.com/v1/x"), "a=b");
    EXPECT_EQ(sent("a=b; Path=/v1/", api, "https://api.example.com/v1"), "");
    EXPECT_EQ(sent("a=b; Path=/v1", api, "https://api.example.com/v10"), "");
    EXPECT_EQ(sent("a=b; Path=/v1", api, "https://api.example.com/"), "");
    for (const char* none : {"a=b", "a=b; Path=", "a=b; Path=v2"}) { // that of the request, up to its last slash
        EXPECT_EQ(sent(none, api, "https://api.example.com/v1/other"), "a=b") << none;
        EXPECT_EQ(sent(none, api, "https://api.example.com/v2/items"), "") << none;
        EXPECT_EQ(sent(none, "https://api.example.com/login", "https://api.example.com/v2"), "a=b") << none;
    }
}

TEST(CookieJar, LongerPathsComeFirstThenOlderCookies)
{
    cookie_jar jar;
    jar.store(api, setting({"a=root; Path=/", "b=root; Path=/", "a=v1; Path=/v1"}), noon);
    jar.store(api, setting({"a=again; Path=/"}), noon);
    EXPECT_EQ(sent(jar, api), "a=v1; a=again; b=root");
}

TEST(CookieJar, WhatCameOverHttpsGoesOverHttpsOnly)
{
    const std::string plain = "http://api.example.com/";
    EXPECT_EQ(sent("a=b; Path=/; Domain=example.com", api, plain), "") << "though it does not say Secure";
    EXPECT_EQ(sent("a=b; Path=/; Domain=example.com; Secure", api, "https://files.example.com/"), "a=b");
    EXPECT_EQ(sent("a=b; Path=/; Domain=example.com", plain, "http://files.example.com/"), "a=b");
    EXPECT_EQ(sent("a=b; Path=/; Secure", plain, api), "") << "http cannot make a secure one";
    cookie_jar jar;
    jar.store(api, setting({"a=good; Path=/; Domain=example.com"}), noon);
    jar.store(plain, setting({"a=evil; Path=/; Domain=example.com"}), noon);
    EXPECT_EQ(sent(jar, api), "a=good");
}

TEST(CookieJar, PrefixesOfNamesAreKeptTo)
{
    EXPECT_EQ(sent("__Secure-a=b; Path=/; Secure", api, api), "__Secure-a=b");
    EXPECT_EQ(sent("__Secure-a=b; Path=/", api, api), "");
    EXPECT_EQ(sent("__Host-a=b; Path=/; Secure", api, api), "__Host-a=b");
    EXPECT_EQ(sent("__Host-a=b; Path=/v1; Secure", api, api), "");
    EXPECT_EQ(sent("__Host-a=b; Path=/; Secure; Domain=example.com", api, api), "");
}

TEST(CookieJar, CookiesEndWithTheirAgeOrDate)
{
    const auto lasts = [](const std::string& attributes, std::chrono::seconds time) {
        cookie_jar jar;
        jar.store(api, setting({"a=b; Path=/; " + attributes}), noon);
        return !sent(jar, api, noon + time).empty();
    };
    EXPECT_TRUE(lasts("", 24h * 10'000));
    EXPECT_TRUE(lasts("Max-Age=60", 59s));
    EXPECT_FALSE(lasts("Max-Age=60", 60s));
    EXPECT_FALSE(lasts("Max-Age=0", 0s));
    EXPECT_FALSE(lasts("Max-Age=-1", 0s));
    EXPECT_TRUE(lasts("Max-Age=99999999999999999999", 24h * 399)) << "a bound of 400 days";
    EXPECT_FALSE(lasts("Max-Age=99999999999999999999", 24h * 400));
    EXPECT_TRUE(lasts("Max-Age=soon", 24h)) << "is no age";
    EXPECT_TRUE(lasts("Expires=Fri, 15-Jan-2027 08:00:01 GMT", 0s));
    EXPECT_FALSE(lasts("Expires=Fri, 15-Jan-2027 08:00:01 GMT", 1s));
    EXPECT_FALSE(lasts("Expires=Thu, 01 Jan 1970 00:00:00 GMT", 0s));
    EXPECT_TRUE(lasts("Expires=never", 24h)) << "is no date";
    EXPECT_TRUE(lasts("Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 59s)) << "Max-Age comes first";
    EXPECT_FALSE(lasts("Expires=Fri, 31-Dec-9999 23:59:59 GMT; Max-Age=60", 60s));
}

TEST(CookieJar, ACookieThatHasEndedIsTakenAway)
{
    cookie_jar jar;
    jar.store(api, setting({"sid=one; Path=/", "sid=other; Path=/v1"}), noon);
    jar.store(api, setting({"sid=; Path=/; Max-Age=0"}), noon);
    EXPECT_EQ(sent(jar, api), "sid=other");
    EXPECT_EQ(jar.size(), 1U);
}

TEST(CookieJar, IsBounded)
{
    cookie_jar jar;
    const std::string long_value(cookie_jar::most_bytes - 1, 'x');
    jar.store(api, setting({"a=" + long_value, "b=" + long_value + "x"}), noon);
    EXPECT_EQ(jar.size(), 1U);
    jar.clear();

    jar.store(api, setting({"first=1; Path=/", "second=2; Path=/used"}), noon);
    for (std::size_t i = 0; i < cookie_jar::most_of_domain; ++i) {
        (void)jar.find("https://api.example.com/used", noon);
        jar.store(api, setting({"c" + std::to_string(i) + "=x; Path=/other"}), noon);
    }
    EXPECT_EQ(jar.size(), cookie_jar::most_of_domain);
    EXPECT_EQ(sent(jar, "https://api.example.com/used"), "second=2; first=1") << "what was used stays";
    jar.clear();
    for (std::size_t i = 0; i < cookie_jar::most + 5; ++i) {
        jar.store("https://h" + std::to_string(i) + ".example.com/", setting({"a=b"}), noon);
    }
    EXPECT_EQ(jar.size(), cookie_jar::most);
    EXPECT_EQ(sent(jar, "https://h4.example.com/"), "");
    EXPECT_EQ(sent(jar, "https://h5.example.com/"), "a=b");
}

TEST(CookieJar, ItsSecretsAreTheValues)
{
    cookie_jar jar;
    jar.store(api, setting({"sid=31d4d96e407aad42", "dark=true"}), noon);
    EXPECT_THAT(jar.secrets(), ElementsAre("31d4d96e407aad42"));
    jar.store(api, setting({"sid=aaaabbbbcccc"}), noon);
    EXPECT_THAT(jar.secrets(), ElementsAre("31d4d96e407aad42", "aaaabbbbcccc"))
        << "an answer may still name the old one";
    jar.store(api, setting({"sid=; Max-Age=0"}), noon);
    EXPECT_THAT(jar.secrets(), ElementsAre("31d4d96e407aad42", "aaaabbbbcccc"));
}

TEST(CookieJar, ARequestHasOneCookieFieldWhereWhatWasWrittenStays)
{
    corest::headers fields;
    corest::detail::add_cookies(fields, {});
    EXPECT_FALSE(fields.contains("Cookie"));
    fields.add("cookie", "key=mine; plain");
    fields.add("Cookie", "other=2");
    corest::detail::add_cookies(fields, {{"key", "theirs"}, {"sid", "1"}, {"sid", "2"}});
    EXPECT_EQ(fields.size(), 1U);
    EXPECT_EQ(fields.find("Cookie"), "key=mine; plain; other=2; sid=1; sid=2");
    EXPECT_TRUE(fields.begin()->secret);
    corest::detail::set_cookie(fields, "sid", "3");
    corest::detail::set_cookie(fields, "last", "4");
    EXPECT_EQ(fields.find("Cookie"), "key=mine; plain; other=2; sid=3; last=4");
    EXPECT_THROW(corest::detail::set_cookie(fields, "a", "b\r\nc"), std::exception);
}

} // namespace jar_tests
