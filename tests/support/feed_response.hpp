#pragma once

/// \file
/// Feeds a parser with a response as a connection does: in pieces of any sizes.

#include <corest/http/response_parser.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

/// Feeds the parser until it is done, or else to the end of the stream.
/// \param next_size called for the size of the next piece, at least 1
/// \return what came after the response's end
/// \throws corest::error as the parser
template <class NextSize>
std::string feed_response(corest::detail::response_parser& parser, std::string_view text, NextSize&& next_size)
{
    std::string buffer;
    std::size_t position = 0;
    while (!parser.done() && position < text.size()) {
        std::size_t size = std::min<std::size_t>(next_size(), text.size() - position);
        const std::span<char> room = parser.prepare();
        if (!room.empty()) {
            size = std::min(size, room.size());
            std::memcpy(room.data(), text.data() + position, size);
            parser.commit(size);
        } else {
            buffer.append(text, position, size);
            buffer.erase(0, parser.put(buffer));
        }
        position += size;
    }
    if (!parser.done()) {
        parser.put_eof();
    }
    return buffer + std::string(text.substr(position));
}
