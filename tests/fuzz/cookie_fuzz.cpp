/// \file
/// A fuzzer for cookies: what a server sets goes back to it alone, and can end no field.

#include "fuzz_target.hpp"

#include <corest/http/cookie_jar.hpp>
#include <corest/http/headers.hpp>

#include <chrono>
#include <string>

namespace {
namespace cookie_fuzz {

constexpr const char* server = "https://api.example.com/v1/items";

void run(fuzz::input given)
{
    const std::chrono::system_clock::time_point now{std::chrono::seconds(1'700'000'000)};
    corest::cookie_jar jar;
    while (!given.rest().empty()) {
        corest::headers fields;
        fields.add_parsed("Set-Cookie", given.part());
        jar.store(server, fields, now);
    }
    for (const char* other : {"https://example.org/v1/items", "https://api.example.com.evil.test/v1/items",
             "https://evilexample.com/v1/items", "https://com/v1/items", "https://127.0.0.1/v1/items"})
    {
        fuzz::expect(jar.find(other, now).empty(), std::string("a cookie is sent to ") + other);
    }
    fuzz::expect(jar.find("http://api.example.com/v1/items", now).empty(), "a cookie of https is sent over http");
    const auto sent = jar.find(server, now);
    fuzz::expect(sent.size() <= corest::cookie_jar::most_of_domain, "more cookies than are kept");
    corest::headers request;
    corest::detail::add_cookies(request, sent); // a value that could end the field would be refused with an exception
    fuzz::expect(
        jar.find(server, now + std::chrono::hours(24 * 365 * 400 / 2)).size() <= sent.size(), "cookies come back");
}

} // namespace cookie_fuzz
} // namespace

COREST_FUZZ_TARGET(cookie)
