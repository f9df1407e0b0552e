/// \file
/// A fuzzer for the values of header fields: links, Retry-After, dates, rate limits.

#include "fuzz_target.hpp"

#include <corest/detail/text.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/http_date.hpp>
#include <corest/http/link_header.hpp>
#include <corest/retry/rate_headers.hpp>
#include <corest/retry/retry_after.hpp>

#include <chrono>
#include <string>

namespace {
namespace header_values_fuzz {

using std::chrono::milliseconds;

/// Links that are written as RFC 8288 has it are read as they were.
void check_links(std::string_view value)
{
    std::string written;
    const auto links = corest::parse_link_header(value);
    for (const corest::link& each : links) {
        fuzz::expect(each.target.find('>') == each.target.npos, "a target that goes on behind its end");
        written += (written.empty() ? "<" : ", <") + each.target + ">";
        for (const auto& [name, content] : each.parameters) {
            written += "; " + name + "=\"";
            for (const char c : content) {
                written += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
            }
            written += '"';
        }
    }
    const auto again = corest::parse_link_header(written);
    bool same = again.size() == links.size();
    for (std::size_t i = 0; same && i < links.size(); ++i) {
        same = again[i].target == links[i].target && again[i].parameters == links[i].parameters;
    }
    fuzz::expect(same, "links are read as others than they were written: " + written);
}

void check_dates(std::string_view value)
{
    if (const auto moment = corest::parse_http_date(value)) {
        const std::string written = corest::format_http_date(*moment);
        fuzz::expect(corest::parse_http_date(written) == moment, "another date: " + written);
    }
    if (const auto moment = corest::parse_cookie_date(value)) {
        const std::string written = corest::format_http_date(*moment);
        fuzz::expect(corest::parse_cookie_date(written) == moment, "another date of a cookie: " + written);
    }
}

void run(fuzz::input given)
{
    const std::string_view value = given.rest();
    const std::chrono::system_clock::time_point now{std::chrono::seconds(1'700'000'000)};
    check_links(value);
    (void)corest::find_link(value, "next");
    (void)corest::detail::split_list(value);
    check_dates(value);
    for (const auto& wait : {corest::parse_retry_after(value, now), corest::parse_reset(value, now)}) {
        fuzz::expect(!wait || *wait >= milliseconds(0), "a wait of less than nothing");
    }
    for (const char* name : {"RateLimit", "RateLimit-Policy", "X-RateLimit-Remaining", "X-RateLimit-Reset"}) {
        corest::headers got;
        got.add_parsed("X-RateLimit-Remaining", "1");
        got.add_parsed(name, value);
        const corest::rate_statement said = corest::read_rate_headers(got, now);
        fuzz::expect(!said.reset || *said.reset >= milliseconds(0), "a reset in the past");
        for (const corest::rate_window& window : said.policies) {
            fuzz::expect(window.requests > 0 && window.per.count() > 0, "a limit that lets nothing through");
        }
    }
}

} // namespace header_values_fuzz
} // namespace

COREST_FUZZ_TARGET(header_values)
