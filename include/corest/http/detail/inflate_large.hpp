#pragma once

/// \file
/// Inflates bodies that become very large, a stretch at a time.

#include <corest/http/detail/decoding_limit.hpp>
#include <corest/http/detail/spilled_memory.hpp>
#include <corest/http/padded_buffer.hpp>

#include <boost/beast/core/error.hpp>
#include <boost/beast/zlib/error.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace corest::detail {

/// Appends what DEFLATE data (RFC 1951) holds. libdeflate, which is twice as fast, writes all of it at once; Beast's
/// inflater goes on where it stopped, so that of memory that lies in a file one stretch is in the process.
/// \param input begins with the data
/// \param expected about how many bytes it holds, one at least
/// \param seen is given what was appended, part by part, for a checksum
/// \param coding its name, for messages
/// \return how many bytes of the input it was
/// \throws error (limit_exceeded) beyond `limit`; (protocol_error) where it is damaged or cut short
template <class Seen>
std::size_t inflate_large(std::string_view input, padded_buffer& output, std::size_t expected,
    const decoding_limit& limit, const char* coding, Seen seen)
{
    namespace zlib = boost::beast::zlib;
    zlib::inflate_stream inflater;
    zlib::z_params at;
    at.next_in = input.data();
    at.avail_in = input.size();
    std::size_t room = output.size();
    const auto make_room = [&](std::size_t more) {
        room += std::min(more, limit.bytes() - room);
        limit.check_room(room);
        output.reserve(room);
    };
    make_room(expected);
    for (;;) {
        if (output.size() == room && room < limit.bytes()) {
            make_room(room);
        }
        const std::size_t some = std::min(room - output.size(), spilled_memory::stretch);
        char* const begin = output.data() + output.size();
        at.next_out = begin;
        at.avail_out = some;
        boost::beast::error_code ec;
        inflater.write(at, zlib::Flush::none, ec);
        const std::size_t written = some - at.avail_out;
        seen(std::string_view(begin, written));
        output.resize(output.size() + written);
        if (ec == zlib::error::end_of_stream) {
            constexpr int bits_held = 63; // of what it has taken and not used
            return input.size() - at.avail_in - static_cast<std::size_t>(at.data_type & bits_held) / 8;
        }
        if (some == 0) {
            limit.refuse();
        }
        if (ec) {
            refuse_damaged(coding, "the data is damaged or cut short");
        }
    }
}

} // namespace corest::detail
