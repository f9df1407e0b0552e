/// \file
/// A fuzzer for URLs and redirects: an address and a reference. Hosts and targets are compared with Boost.URL's.

#include "fuzz_target.hpp"

#include <corest/http/redirect.hpp>
#include <corest/http/url.hpp>

#include <boost/url.hpp>

#include <string>
#include <string_view>

namespace {
namespace url_fuzz {

using corest::errc;

bool is_line(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

/// Whoever reads a URL after corest must not find another host in it.
void expect_the_host_of_boost(const std::string& url, const corest::detail::url_parts& ours)
{
    const auto theirs = boost::urls::parse_uri(url);
    if (!theirs || !theirs->has_authority()) {
        return; // servers send it, see tests/http/url_differential_test.cpp
    }
    std::string host(theirs->encoded_host().data(), theirs->encoded_host().size());
    std::transform(host.begin(), host.end(), host.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const bool same = host == ours.host || host == "[" + ours.host + "]";
    fuzz::expect(same && !theirs->has_userinfo(), "another host: " + url + ": " + ours.host + ", not " + host);
}

void check(const std::string& url)
{
    (void)corest::redact_url(url); // must take anything
    const auto parts = fuzz::accepted({errc::invalid_argument}, [&] { return corest::detail::split_url(url); });
    if (!parts) {
        return;
    }
    fuzz::expect(!parts->host.empty() && parts->target.substr(0, 1).find_first_of("/?") == 0, "no host or target");
    fuzz::expect(is_line(parts->target) && is_line(parts->host), "a request line could be ended by " + url);
    const std::string again = parts->origin() + parts->target;
    fuzz::expect(corest::origin_of(again) == parts->origin(), "another origin: " + url + ", " + again);
    expect_the_host_of_boost(url, *parts);
    const std::string masked = corest::redact_url(url);
    fuzz::expect(masked.find('#') == masked.npos, "a fragment is shown: " + masked);
}

void check_query(std::string url, std::string_view value)
{
    if (!fuzz::accepted({errc::invalid_argument}, [&] { return corest::origin_of(url); })) {
        return;
    }
    const std::string origin = corest::origin_of(url);
    corest::set_query(url, "a[b]", value);
    fuzz::expect(corest::find_query(url, "a[b]") == value, "a parameter is not found again: " + url);
    fuzz::expect(corest::origin_of(url) == origin, "a parameter leads to another origin: " + url);
    fuzz::expect(corest::percent_decode(corest::percent_encode(value)) == value, "percent-encoding loses bytes");
    fuzz::expect(corest::detail::query_decode(corest::form_encode(value)) == value, "form encoding loses bytes");
}

/// Whatever a server says, its redirect leads to the same origin, or is refused.
void check_redirect(const std::string& url, std::string_view location, std::size_t status)
{
    corest::request sent("POST", url);
    sent.headers.set("Authorization", "Bearer secret");
    corest::response got;
    got.status = static_cast<unsigned>(status);
    got.headers.add_parsed("Location", location);
    got.url = url;
    const auto next = fuzz::accepted({errc::invalid_argument, errc::redirect_refused, errc::protocol_error},
        [&] { return corest::next_request(sent, got, corest::redirect_policy(10)); });
    if (next && *next) {
        fuzz::expect(corest::origin_of((*next)->url) == corest::origin_of(url), "led to " + (*next)->url);
    }
}

void run(fuzz::input given)
{
    const std::size_t status = 300 + given.choice(10);
    const std::string base(given.part());
    const std::string reference(given.rest());
    check(base);
    check_query(base, reference);
    if (fuzz::accepted({errc::invalid_argument}, [&] { return corest::origin_of(base); })) {
        if (const auto resolved =
                fuzz::accepted({errc::invalid_argument}, [&] { return corest::resolve_url(base, reference); }))
        {
            check(*resolved);
        }
        if (const auto joined =
                fuzz::accepted({errc::invalid_argument}, [&] { return corest::join_url(base, reference); }))
        {
            check(*joined);
        }
        check_redirect(base, reference, status);
    }
}

} // namespace url_fuzz
} // namespace

COREST_FUZZ_TARGET(url)
