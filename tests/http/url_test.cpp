#include <corest/http/url.hpp>

#include <corest/error.hpp>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace corest;

TEST(OriginOf, IsSchemeHostAndPortInCanonicalForm)
{
    EXPECT_EQ(origin_of("https://api.example.com/v1?x=1#f"), "https://api.example.com:443");
    EXPECT_EQ(origin_of("HTTP://API.Example.COM"), "http://api.example.com:80");
    EXPECT_EQ(origin_of("http://localhost:8080/"), "http://localhost:8080");
    EXPECT_EQ(origin_of("http://localhost:/"), "http://localhost:80");
    EXPECT_EQ(origin_of("https://[2001:DB8::1]:8443/a"), "https://[2001:db8::1]:8443");
    EXPECT_EQ(origin_of("https://h?q=http://other/"), "https://h:443");
    EXPECT_EQ(origin_of("http://under_score.example:0080/"), "http://under_score.example:80");
}

TEST(OriginOf, RefusesWhatIsNoPlainHttpAddress)
{
    for (const char* url : {"", "/path", "api.example.com/v1", "ftp://h/", "file:///etc/passwd", "http:/h", "http:///p",
             "http://user:password@h/", "http://user@h/", "http://h%2Fother.example/", "http://h%00/", "http://h:port/",
             "http://h:0/", "http://h:65536/", "http://h:123456/", "http://[::1/", "http://[::1]x/", "http://[zz::1]/",
             "http://[host]/", "http://a b/", "http://h/a b", "http://h/\r\nX: y", "http://h\\@other/",
             "http://h\xC3\xBC/", "javascript:alert(1)", "http://:80/"})
    {
        try {
            const std::string origin = origin_of(url);
            ADD_FAILURE() << url << " gave " << origin;
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::invalid_argument);
            EXPECT_EQ(std::string(e.what()).find("password"), std::string(e.what()).find("password in the URL"))
                << e.what();
            EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos);
        }
    }
}

TEST(SplitUrl, KeepsTargetAndEncodesWhatIsBeyondAscii)
{
    const auto parts = detail::split_url("http://h:81/p%2F\xC3\xBC/../x?q=\xE2\x82\xAC#top");
    EXPECT_EQ(parts.target, "/p%2F%C3%BC/../x?q=%E2%82%AC");
    EXPECT_EQ(parts.authority(), "h:81");
    EXPECT_EQ(detail::split_url("https://h").target, "/");
    EXPECT_EQ(detail::split_url("https://h?a=1").target, "/?a=1");
    EXPECT_EQ(detail::split_url("https://h").authority(), "h");
    EXPECT_EQ(detail::split_url("https://h").authority(true), "h:443");
    EXPECT_EQ(detail::split_url("https://[::1]:443").authority(), "[::1]");
    EXPECT_EQ(detail::split_url("https://[::1]").host, "::1");
}

TEST(JoinUrl, PutsExactlyOneSlashBetween)
{
    for (const char* base : {"https://h/v1", "https://h/v1/", "https://h/v1//"}) {
        for (const char* path : {"users", "/users", "//users"}) {
            EXPECT_EQ(join_url(base, path), "https://h/v1/users");
        }
    }
    EXPECT_EQ(join_url("https://h", "users/"), "https://h/users/");
    EXPECT_EQ(join_url("https://h/v1", ""), "https://h/v1");
    EXPECT_EQ(join_url("https://h/v1", "/"), "https://h/v1/");
    EXPECT_EQ(join_url("https://h/v1", "a/../b"), "https://h/v1/a/../b");
    EXPECT_EQ(join_url("https://h/v1", "a:b/c"), "https://h/v1/a:b/c");
}

TEST(JoinUrl, AbsoluteHttpUrlReplacesTheBase)
{
    EXPECT_EQ(join_url("https://h/v1", "https://other/x"), "https://other/x");
    EXPECT_EQ(join_url("https://h/v1", "HTTP://other/x"), "HTTP://other/x");
    EXPECT_EQ(join_url("https://h/v1", "ftp://other/x"), "https://h/v1/ftp://other/x");
}

TEST(JoinUrl, KeepsTheQueryOfBothInOrder)
{
    EXPECT_EQ(join_url("https://h/v1?key=1", "users?page=2"), "https://h/v1/users?key=1&page=2");
    EXPECT_EQ(join_url("https://h/v1/?key=1", "/users"), "https://h/v1/users?key=1");
    EXPECT_EQ(join_url("https://h/v1", "?page=2"), "https://h/v1?page=2");
    EXPECT_EQ(join_url("https://h/v1#f", "users#g"), "https://h/v1/users");
}

// RFC 3986, section 5.4.1 and 5.4.2.
TEST(ResolveUrl, FollowsTheExamplesOfTheRfc)
{
    const std::pair<const char*, const char*> examples[] = {{"g", "http://a/b/c/g"}, {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"}, {"/g", "http://a/g"}, {"//g", "http://g"}, {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"}, {";x", "http://a/b/c/;x"}, {"g;x", "http://a/b/c/g;x"},
        {"g;x?y", "http://a/b/c/g;x?y"}, {"", "http://a/b/c/d;p?q"}, {".", "http://a/b/c/"}, {"./", "http://a/b/c/"},
        {"..", "http://a/b/"}, {"../", "http://a/b/"}, {"../g", "http://a/b/g"}, {"../..", "http://a/"},
        {"../../", "http://a/"}, {"../../g", "http://a/g"}, {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"}, {"/./g", "http://a/g"}, {"/../g", "http://a/g"}, {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"}, {"g..", "http://a/b/c/g.."}, {"..g", "http://a/b/c/..g"}, {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"}, {"g/./h", "http://a/b/c/g/h"}, {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"}, {"g;x=1/../y", "http://a/b/c/y"}, {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g?y/../x", "http://a/b/c/g?y/../x"}, {"http://x/y", "http://x/y"}, {"#s", "http://a/b/c/d;p?q"},
        {"g#s", "http://a/b/c/g"}, {"https:/x", "https:/x"}};
    for (const auto& [reference, expected] : examples) {
        EXPECT_EQ(resolve_url("http://a/b/c/d;p?q", reference), expected) << reference;
    }
    EXPECT_EQ(resolve_url("http://a", "b"), "http://a/b");
    EXPECT_EQ(resolve_url("http://a?q", "?y"), "http://a?y");
}

TEST(ResolveUrl, EncodesSpacesAndForeignBytesAsServersSendThem)
{
    EXPECT_EQ(resolve_url("https://h/a", "/Caf\xC3\xA9 menu?q=a b"), "https://h/Caf%C3%A9%20menu?q=a%20b");
}

TEST(SetQuery, ReplacesAllParametersOfThatNameByOneInPlace)
{
    std::string url = "https://h/p?a=1&offset=0&b=2&offset=9&%6Fffset=7#f";
    set_query(url, "offset", "10 & more/\xC3\xBC+");
    EXPECT_EQ(url, "https://h/p?a=1&offset=10%20%26%20more%2F%C3%BC%2B&b=2#f");
    EXPECT_EQ(find_query(url, "offset"), "10 & more/\xC3\xBC+");
}

TEST(SetQuery, AddsWhatIsNotThereAndTouchesNothingElse)
{
    std::string url = "https://h/p";
    set_query(url, "page[size]", "1");
    EXPECT_EQ(url, "https://h/p?page%5Bsize%5D=1");
    url = "https://h/p?";
    set_query(url, "a", "");
    EXPECT_EQ(url, "https://h/p?a=");
    url = "https://h/p?filter=%7B%22x%22:1%7D&flag&q=a+b";
    set_query(url, "a", "1");
    EXPECT_EQ(url, "https://h/p?filter=%7B%22x%22:1%7D&flag&q=a+b&a=1");
}

TEST(PercentDecode, UndoesPercentEncodingAndNothingElse)
{
    EXPECT_EQ(percent_decode("a%20b+c%2B%C3%BC"), "a b+c+\xC3\xBC");
    EXPECT_EQ(percent_decode("100%"), "100%");
    EXPECT_EQ(percent_decode("%zz%4"), "%zz%4");
    EXPECT_EQ(percent_decode(percent_encode("a/b?c=d&e f+\x01")), "a/b?c=d&e f+\x01");
}

TEST(FindQuery, DecodesTheFirstValueOfThatName)
{
    EXPECT_EQ(find_query("https://h/?a=x%20y+z&a=2", "a"), "x y z");
    EXPECT_EQ(find_query("https://h/?a", "a"), "");
    EXPECT_EQ(find_query("https://h/?a=", "a"), "");
    EXPECT_EQ(find_query("https://h/?a=100%&b=%zz", "a"), "100%");
    EXPECT_EQ(find_query("https://h/?a=100%&b=%zz", "b"), "%zz");
    EXPECT_EQ(find_query("https://h/?page%5Bsize%5D=3", "page[size]"), "3");
    EXPECT_EQ(find_query("https://h/?ab=1", "a"), std::nullopt);
    EXPECT_EQ(find_query("https://h/a=1", "a"), std::nullopt);
    EXPECT_EQ(find_query("https://h/?b=2#?a=1", "a"), std::nullopt);
    EXPECT_EQ(find_query("https://h/?", ""), std::nullopt);
}

TEST(PercentEncode, LeavesOnlyUnreservedCharacters)
{
    EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(percent_encode("a/b?c#d%e f\r\n+&=;:@"), "a%2Fb%3Fc%23d%25e%20f%0D%0A%2B%26%3D%3B%3A%40");
    EXPECT_EQ(percent_encode(std::string_view("\0\xFF", 2)), "%00%FF");
    EXPECT_EQ(form_encode("a b+c~d"), "a+b%2Bc~d");
}

// Simple expansion of one variable is percent-encoding: the RFC 6570 suite has the expected texts.
TEST(PercentEncode, AgreesWithSimpleExpansionOfRfc6570)
{
    std::ifstream file(std::string(COREST_SUITES_DIR) + "/uritemplate/spec-examples.json");
    if (!file) {
        GTEST_SKIP() << "the suite uritemplate is not in " << COREST_SUITES_DIR;
    }
    std::stringstream text;
    text << file.rdbuf();
    const boost::json::value suite = boost::json::parse(text.str());
    int checked = 0;
    for (const auto& [level, group] : suite.as_object()) {
        const auto& variables = group.at("variables").as_object();
        for (const auto& test : group.at("testcases").as_array()) {
            const std::string_view t = test.at(0).as_string();
            const std::string_view name = t.substr(std::min<std::size_t>(1, t.size()), t.size() < 2 ? 0 : t.size() - 2);
            const auto* variable = variables.if_contains(boost::json::string_view(name.data(), name.size()));
            if (variable != nullptr && variable->is_string() && test.at(1).is_string()) {
                EXPECT_EQ(
                    percent_encode(std::string_view(variable->as_string())), std::string_view(test.at(1).as_string()));
                ++checked;
            }
        }
    }
    EXPECT_GE(checked, 2);
}

TEST(RedactUrl, ShowsNumbersDatesAndWords)
{
    for (const std::string query : {"id=17", "updated_at=2026-01-31", "updated_after=2026-01-31T12:00:00Z",
             "after=2026-01-31T12%3A00%3A00.123%2B02%3A00", "created=1767225600000", "status=open",
             "state_of=closed,merged", "direction=DESC", "q=is:issue+is:open", "lang=en-US", "archived=false", "a="})
    {
        EXPECT_EQ(redact_url("https://h/p?" + query), "https://h/p?" + query);
    }
}

TEST(RedactUrl, MasksWhatMayBeASecret)
{
    for (const std::string query :
        {"x=d131dd02c5e6eec4", "x=hunter2", "x=AbCdEfGh", "x=12345678901234567890", "x=eyJhbGciOiJIUzI1NiJ9",
            "x=a@b.example", "x=correcthorsebatterystaple", "code=12", "pin=1234", "user=alice", "signature=open",
            "state=open", "x-pass=open", "refresh_token=word", "x=T1Z2T3Z4", "x=7c9e6679-7425-40de-944b-e07fc1f90ae7"})
    {
        EXPECT_EQ(redact_url("https://h/p?" + query), "https://h/p?" + query.substr(0, query.find('=')) + "=***");
    }
}

TEST(RedactUrl, MasksEveryValueThatIsNotKnownToBeHarmless)
{
    EXPECT_EQ(redact_url("https://h/p?api_key=S3CR3T&limit=10&x=S3CR3T&Offset=20"),
        "https://h/p?api_key=***&limit=10&x=***&Offset=20");
    EXPECT_EQ(redact_url("https://user:S3CR3T@h/p#S3CR3T"), "https://h/p");
    // An '&' that is a part of an escape of HTML separates nothing.
    EXPECT_EQ(redact_url("https://h/p?page=abc&quot;def"), "https://h/p?***");
    EXPECT_EQ(redact_url("https://h/p?page=1&limit=2"), "https://h/p?page=1&limit=2");
    EXPECT_EQ(redact_url("https://user:S3C@R3T@h/p@q"), "https://h/p@q");
    EXPECT_EQ(redact_url("user:S3CR3T@h/p"), "h/p");
    EXPECT_EQ(redact_url("https://h/p?S3CR3T"), "https://h/p?***");
    EXPECT_EQ(redact_url("https://h/p?limit&a="), "https://h/p?limit&a=");
    const std::vector<std::string> shown(1, "x");
    EXPECT_EQ(redact_url("https://h/?x=S3CR3T&y=S3CR3T", shown), "https://h/?x=S3CR3T&y=***");
    EXPECT_EQ(redact_url("https://h/?%61pi_key=S3CR3T"), "https://h/?%61pi_key=***");
    EXPECT_EQ(redact_url("http://h/\r\nforged line"), "http://h/??forged line");
    EXPECT_EQ(redact_url(""), "");
    EXPECT_EQ(redact_url("?"), "?");
}

} // namespace
