#pragma once

/// \file
/// Reads a response from a text, as a connection does: in pieces of any sizes.

#include <corest/error.hpp>
#include <corest/http/response_parser.hpp>

#include <support/feed_response.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace read_response {

/// How a response came out.
class reading {
public:
    bool done = false;
    bool keep_alive = false;
    std::string left_over; ///< what came after the end
    corest::response got;
};

inline const corest::detail::response_limits generous(false, 64 * 1024, 1 << 20);

/// Feeds the parser with pieces of the given sizes (the last one repeats), then the end of stream.
/// \throws corest::error as the parser
inline reading read(
    const std::string& text, const std::vector<std::size_t>& sizes, const corest::detail::response_limits& limits)
{
    corest::detail::response_parser parser(limits);
    std::size_t turn = 0;
    const auto next_size = [&] { return sizes[std::min(turn++, sizes.size() - 1)]; };
    reading result;
    result.left_over = feed_response(parser, text, next_size);
    result.done = parser.done();
    result.keep_alive = parser.keep_alive();
    result.got = parser.release();
    return result;
}

/// Feeds it at once.
inline reading read(const std::string& text, const corest::detail::response_limits& limits = generous)
{
    return read(text, {text.size()}, limits);
}

/// The kind of the error that a response is refused with, the same however it comes.
inline corest::errc failure_to_parse(const std::string& text, const corest::detail::response_limits& limits = generous)
{
    corest::errc kind{};
    for (const std::size_t size : {text.size(), std::size_t{1}, std::size_t{7}}) {
        try {
            const reading r = read(text, {size}, limits);
            ADD_FAILURE() << "in pieces of " << size << ": accepted as " << r.got.status << " '" << r.got.body.view()
                          << "'";
        } catch (const corest::error& e) {
            EXPECT_TRUE(kind == corest::errc{} || kind == e.kind()) << e.what();
            kind = e.kind();
        }
    }
    return kind;
}

} // namespace read_response
