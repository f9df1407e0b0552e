/// \file
/// A fuzzer for content codings: what zlib makes of a body, corest does too, and no limit is passed.

#include "fuzz_target.hpp"

#include <corest/http/content_coding.hpp>

#include <zlib.h>

#include <array>
#include <optional>
#include <string>

namespace {
namespace content_coding_fuzz {

using corest::errc;

const std::size_t most = std::size_t{256} * 1024;

/// A single gzip member as zlib undoes it; nothing where it is none, or more follows.
std::optional<std::string> by_zlib(std::string_view coded)
{
    z_stream stream{};
    inflateInit2(&stream, 16 + MAX_WBITS);
    std::string out(most, '\0');
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(coded.data()));
    stream.avail_in = static_cast<uInt>(coded.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0;
    out.resize(out.size() - stream.avail_out);
    inflateEnd(&stream);
    return whole ? std::optional(out) : std::nullopt;
}

void run(fuzz::input given)
{
    constexpr std::array<const char*, 10> codings = {"gzip", "deflate", "gzip, gzip", "x-gzip", "identity",
        "gzip, deflate, gzip, gzip, gzip, gzip", "GZIP,", "br", "zstd", "gzip, zstd"};
    const std::size_t coding = given.choice(codings.size());
    corest::response got;
    got.status = 200;
    got.headers.add_parsed("Content-Encoding", codings[coding]);
    got.body = corest::padded_buffer(given.rest());
    const auto decoded = fuzz::accepted({errc::protocol_error, errc::limit_exceeded}, [&] {
        corest::decode_content(got, corest::decoded_limits(most));
        fuzz::expect(got.body.size() <= std::max(most, given.rest().size()), "a body over its limit");
        fuzz::expect(got.body.empty()
                || std::string_view(got.body.data() + got.body.size(), corest::padded_buffer::padding)
                    == std::string(corest::padded_buffer::padding, '\0'),
            "padding that was written to");
        return std::string(got.body.view());
    });
    if (coding == 0) {
        if (const auto expected = by_zlib(given.rest())) {
            fuzz::expect(decoded && *decoded == *expected, "zlib makes something else of it");
        }
    }
    corest::response unstated;
    unstated.body = corest::padded_buffer(given.rest());
    (void)fuzz::accepted({errc::protocol_error, errc::limit_exceeded}, [&] {
        corest::decode_unstated_content(unstated, corest::decoded_limits(most));
        return true;
    });
}

} // namespace content_coding_fuzz
} // namespace

COREST_FUZZ_TARGET(content_coding)
