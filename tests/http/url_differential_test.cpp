/// corest's URLs beside Boost.URL's, over generated texts: what both accept must have the same parts and resolve to the
/// same URL, and where one accepts what the other refuses, the reason must be in `reason_to_differ`.

#include <corest/error.hpp>
#include <corest/http/url.hpp>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace urls = boost::urls;

namespace {

std::string text_of(urls::string_view view)
{
    return {view.data(), view.size()};
}

/// A URL as both sides show it.
struct parts {
    std::string host; ///< lower case, an address without brackets
    unsigned port = 0;
    std::string target;

    bool operator==(const parts&) const = default;
};

std::string shown(const std::optional<parts>& found)
{
    return found ? found->host + " | " + std::to_string(found->port) + " | " + found->target : "(refused)";
}

std::optional<parts> by_corest(const std::string& url)
{
    try {
        const corest::detail::url_parts found = corest::detail::split_url(url);
        return parts{found.host, static_cast<unsigned>(std::stoul(found.port)), found.target};
    } catch (const corest::error&) {
        return std::nullopt;
    }
}

/// Any http or https URL with an authority that RFC 3986 has a place for.
std::optional<parts> by_boost(const std::string& url)
{
    const auto parsed = urls::parse_uri(url);
    if (!parsed || !parsed->has_authority()
        || (parsed->scheme_id() != urls::scheme::http && parsed->scheme_id() != urls::scheme::https))
    {
        return std::nullopt;
    }
    parts found;
    found.host = text_of(parsed->encoded_host());
    std::transform(found.host.begin(), found.host.end(), found.host.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (!found.host.empty() && found.host.front() == '[') {
        found.host = found.host.substr(1, found.host.size() - 2);
    }
    const std::string port = text_of(parsed->port());
    const bool fits = port.size() <= 9;
    found.port = port.empty() ? (parsed->scheme_id() == urls::scheme::https ? 443U : 80U)
        : fits                ? static_cast<unsigned>(std::stoul(port))
                              : 0U;
    const std::string path = text_of(parsed->encoded_path());
    found.target = path.empty() ? "/" : path;
    if (parsed->has_query()) {
        found.target += "?" + text_of(parsed->encoded_query());
    }
    return found;
}

bool has_any(std::string_view text, std::string_view characters)
{
    return text.find_first_of(characters) != std::string_view::npos;
}

/// Why corest takes another view of a URL than RFC 3986, on purpose; empty where there is no reason.
std::string reason_to_differ(
    const std::string& url, const std::optional<parts>& ours, const std::optional<parts>& theirs)
{
    if (theirs && theirs->target.front() != '/' && theirs->target.front() != '?') {
        return "a path behind an authority begins with a slash (RFC 3986, section 3.3): Boost.URL 1.81 forgets it";
    }
    if (!ours && theirs) {
        const auto parsed = urls::parse_uri(url);
        const std::string host = text_of(parsed->encoded_host());
        if (parsed->has_userinfo()) {
            return "credentials belong into an authenticator, not into a URL that messages may show";
        }
        if (host.empty()) {
            return "there is no host to connect to";
        }
        if (has_any(host, "%")) {
            return "a percent-encoded delimiter in a host may be another host to the next reader (CVE-2022-27780)";
        }
        if (has_any(host, "~!$&'()*+,;=")) {
            return "no host on the Internet has these characters in its name";
        }
        if (host.substr(0, 2) == "[v") {
            return "addresses of future versions of IP (IPvFuture) cannot be connected to";
        }
        if (theirs->port == 0 || theirs->port > 65535 || parsed->port().size() > 5) {
            return "there is no such port";
        }
    }
    if (ours && !theirs) {
        const std::size_t authority = url.find("//") + 2;
        const std::size_t target = std::min(url.find_first_of("/?#", authority), url.size());
        const std::string host = url.substr(authority, target - authority);
        if (has_any(std::string_view(url).substr(target), "\"<>[\\]^`{|}#%")) {
            return "servers send such characters in links, and expect them back as they are";
        }
        if (std::any_of(url.begin() + static_cast<std::ptrdiff_t>(target), url.end(),
                [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        {
            return "servers send bytes beyond ASCII in links: they are percent-encoded";
        }
        if (host.front() == '[') {
            return "whether an IPv6 address is one is for the resolver to say, in its words";
        }
    }
    return {};
}

/// Puts URLs and references together from parts, usual ones and strange ones.
class generator {
public:
    std::string url()
    {
        return pick({"http", "https", "http", "https", "HTTP", "httpS", "ftp", "x+1.y", "1x", ""})
            + pick({"://", "://", "://", "://", ":", ":/", ""})
            + pick({"", "", "", "", "", "", "", "", "u@", "u:p@", "@"})
            + pick({"api.example.com", "A.b-C.d", "h", "under_score.example", "127.0.0.1", "1.2.3.256",
                "xn--bcher-kva.example", "[::1]", "[2001:DB8::1]", "[::ffff:1.2.3.4]", "[1:2:3:4:5:6:7:8:9]", "[v1.x]",
                "[::1", "[h]", "", "a..b", "-", ".", "h%41", "h%2Fx", "a~b", "h!", "h;x", "h\\x", "h\xC3\xBC", "h x"})
            + pick({"", "", "", "", ":", ":80", ":443", ":8080", ":0", ":65535", ":65536", ":00080", ":123456", ":x",
                ":8 0"})
            + pick({"", "", "/"}) + path() + tail();
    }

    std::string reference()
    {
        switch (below(6)) {
        case 0:
            return "//" + pick({"other.example", "other.example:81", "[::1]"}) + pick({"", "/"})
                + (below(2) != 0 ? "" : "/" + path()) + tail();
        case 1:
            return pick({"http", "https"}) + "://" + pick({"other.example", "h:81"}) + pick({"", "/" + path()})
                + tail();
        case 2:
            return tail();
        case 3:
            return "/" + path() + tail();
        default:
            return path() + tail();
        }
    }

    std::string base()
    {
        return pick({"http", "https"}) + "://" + pick({"a", "a.example:8080"}) + pick({"", "/", "/" + path()}) + tail();
    }

    std::string pick(const std::vector<std::string>& from) { return from[below(from.size())]; }

private:
    std::size_t below(std::size_t n) { return random_() % n; }

    std::string path()
    {
        std::string made;
        for (std::size_t n = below(5); n-- > 0;) {
            made += pick({"a", "b", "v1", ".", "..", "...", "", "x;y=1", "%41", "%2e%2E", "~u", "a+b", "a@b",
                "!$&'()*,=", "caf\xC3\xA9", "[x]", "{id}", "a|b", "%zz", "a%"});
            made += below(4) != 0 ? "/" : "";
        }
        return made;
    }

    std::string tail()
    {
        return pick({"", "", "?", "?q", "?q=1&r=2", "?a/../b?c", "?x=%20+", "?x=[1]", "?\xC3\xA9", "?{}|"})
            + pick({"", "", "", "#", "#f", "#f/?g"});
    }

    std::mt19937 random_{20261126};
};

TEST(UrlDifferential, PartsAreThoseThatBoostUrlFinds)
{
    generator random;
    std::map<std::string, int> reasons;
    int same = 0;
    constexpr int rounds = 10000;
    for (int i = 0; i < rounds; ++i) {
        const std::string url = random.url();
        const std::optional<parts> ours = by_corest(url);
        const std::optional<parts> theirs = by_boost(url);
        if (ours == theirs) {
            same += ours ? 1 : 0;
            continue;
        }
        const std::string reason = reason_to_differ(url, ours, theirs);
        ++reasons[reason];
        ASSERT_NE(reason, "") << url << "\n  corest:    " << shown(ours) << "\n  Boost.URL: " << shown(theirs);
    }
    EXPECT_GT(same, rounds / 50) << "accepted by both, with the same parts";
    EXPECT_EQ(reasons.size(), 10U) << "a reason that no URL has is no reason";
}

/// What is left of a reference's resolution when the rest of the difference is taken away: Boost.URL keeps the
/// fragment, which is no part of a request.
std::string without_fragment(std::string url)
{
    return url.substr(0, url.find('#'));
}

TEST(UrlDifferential, ReferencesResolveAsBoostUrlResolvesThem)
{
    generator random;
    int compared = 0;
    constexpr int rounds = 10000;
    for (int i = 0; i < rounds; ++i) {
        const std::string base = random.base();
        const std::string reference = random.reference();
        const auto parsed_base = urls::parse_uri(base);
        const auto parsed = urls::parse_uri_reference(reference);
        if (!parsed_base || !parsed) {
            continue; // servers send it, and RFC 3986 does not say what it means: see url_test.cpp
        }
        urls::url resolved;
        ASSERT_TRUE(urls::resolve(*parsed_base, *parsed, resolved));
        if (reference.find("%2e") != std::string::npos || base.find("%2e") != std::string::npos
            || reference.find("%41") != std::string::npos || base.find("%41") != std::string::npos)
        {
            continue; // corest leaves percent-encoding as the server wrote it, Boost.URL decodes what needs none
        }
        if (parsed->encoded_path().empty() && !parsed->has_authority()
            && text_of(parsed_base->encoded_path()) != text_of(resolved.encoded_path()))
        {
            // A reference without a path keeps the base's as it is (section 5.2.2), Boost.URL removes its dots.
            continue;
        }
        if (text_of(resolved.encoded_path()).substr(0, 3) == "/..") {
            continue; // Boost.URL 1.81 keeps what leads out of the root, RFC 3986 removes it (section 5.2.4)
        }
        ++compared;
        ASSERT_EQ(corest::resolve_url(base, reference), without_fragment(text_of(resolved.buffer())))
            << "base " << base << ", reference " << reference;
    }
    EXPECT_GT(compared, rounds / 10);
}

} // namespace
