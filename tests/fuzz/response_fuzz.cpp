/// \file
/// A fuzzer for responses: what comes out is the same however the bytes arrive, and no limit is passed.

#include "fuzz_target.hpp"

#include <corest/http/response_parser.hpp>

#include <support/feed_response.hpp>

#include <random>
#include <string>

namespace {
namespace response_fuzz {

using corest::errc;
using corest::detail::response_limits;
using corest::detail::response_parser;

const std::size_t most_body = 4096;

/// What a response came to, as text: the error's kind, or all of it.
std::string read(std::string_view text, const response_limits& limits, std::mt19937* random)
{
    response_parser parser(limits);
    const auto next_size = [&] { return random ? 1 + (*random)() % 40 : text.size(); };
    const auto result = fuzz::accepted({errc::protocol_error, errc::limit_exceeded, errc::connection_lost}, [&] {
        const std::string left_over = feed_response(parser, text, next_size);
        const bool keeps = parser.keep_alive();
        const bool until_eof = parser.until_eof();
        const corest::response got = parser.release();
        fuzz::expect(got.body.size() <= most_body, "a body over its limit");
        fuzz::expect(got.status >= 200 && got.status <= 999, "an interim response is handed out");
        fuzz::expect(!(keeps && until_eof), "a connection is kept whose end was the body's");
        std::string all = std::to_string(got.status) + " " + got.reason + (keeps ? " kept\n" : "\n");
        for (const corest::header& each : got.headers) {
            fuzz::expect(each.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
                "a line's end in the value of " + each.name);
            all += each.name + ": " + each.value + "\n";
        }
        return all + std::string(got.body.view()) + "\nleft: " + left_over;
    });
    return result ? *result : std::string("refused");
}

void run(fuzz::input given)
{
    const std::size_t seed = given.choice(256);
    const response_limits limits(given.choice(8) == 0, 2048, most_body);
    const std::string_view text = given.rest();
    const std::string whole = read(text, limits, nullptr);
    std::mt19937 random(static_cast<std::mt19937::result_type>(seed));
    const std::string split = read(text, limits, &random);
    fuzz::expect(whole == split, "at once:\n" + whole + "\nin pieces:\n" + split);
}

} // namespace response_fuzz
} // namespace

COREST_FUZZ_TARGET(response)
