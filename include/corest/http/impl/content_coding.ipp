#pragma once

#include <corest/http/content_coding.hpp>

#include <corest/error.hpp>
#include <corest/http/detail/decoding_limit.hpp>
#include <corest/http/detail/zstd.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <vector>

#if COREST_WITH_LIBDEFLATE
#    include <libdeflate.h>
#endif

namespace corest {

namespace detail {

namespace content_codings {

/// A body that is coded more often than this is an attack, not a page.
inline constexpr std::size_t most_codings = 5;

/// RFC 1952, section 2.3.1.
inline bool is_gzip(std::string_view body) noexcept
{
    return body.starts_with("\x1f\x8b");
}

/// The beginning of a JSON text that holds more than one value.
inline bool is_plain_json(std::string_view body) noexcept
{
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (body[first] == '{' || body[first] == '[');
}

/// What to do about a coding that cannot be undone.
inline std::string remedy_of_unknown(std::string_view coding)
{
    const bool is_deflate = iequals(coding, "gzip") || iequals(coding, "x-gzip") || iequals(coding, "deflate");
    if (is_deflate || iequals(coding, "zstd")) {
        return std::string("Build corest with ") + (is_deflate ? "libdeflate" : "libzstd") + " to read such bodies";
    }
    return "Remove an Accept-Encoding header of your own";
}

#if COREST_WITH_LIBDEFLATE

/// Inflates whole buffers, growing the room until the data fits.
class inflater {
public:
    /// \param sent how large the body is that came
    inflater(const decoded_limits& limits, std::size_t sent) : limit_(limits, sent), native_(of_this_thread()) {}

    padded_buffer gzip(std::string_view input)
    {
        padded_buffer output;
        // RFC 1952, section 2.2: a file may have several members. What follows the last one may only be zeros.
        do {
            // The length at the end is the last member's, and a claim only.
            const std::string_view tail = input.substr(input.size() < 4 ? 0 : input.size() - 4);
            std::size_t claim = 0;
            for (std::size_t i = tail.size(); i-- > 0;) {
                claim = claim << 8U | static_cast<unsigned char>(tail[i]);
            }
            if (claim > limit_.bytes() - output.size() && claim / most_deflated <= input.size()) {
                limit_.refuse(); // by its own word, which is possible: a bomb need not be set off
            }
            input.remove_prefix(decode(input, output, claim, "gzip", libdeflate_gzip_decompress_ex));
        } while (!input.empty() && input.front() == '\x1f');
        if (input.find_first_not_of('\0') != std::string_view::npos) {
            refuse_damaged("gzip", "bytes follow its end");
        }
        return output;
    }

    padded_buffer deflate(std::string_view input)
    {
        // RFC 9110, section 8.4.1.2: "deflate" is the zlib format; some servers send the bare data all the same.
        const auto byte = [&](std::size_t i) -> unsigned { return static_cast<unsigned char>(input[i]); };
        const bool wrapped = input.size() >= 2 && (byte(0) & 0x0FU) == 8 && (byte(0) << 8U | byte(1)) % 31 == 0;
        padded_buffer output;
        const std::size_t used = wrapped ? decode(input, output, 0, "deflate", libdeflate_zlib_decompress_ex)
                                         : decode(input, output, 0, "deflate", libdeflate_deflate_decompress_ex);
        if (used != input.size()) {
            refuse_damaged("deflate", "bytes follow its end");
        }
        return output;
    }

private:
    struct free_native {
        void operator()(libdeflate_decompressor* d) const noexcept { libdeflate_free_decompressor(d); }
    };

    /// Its tables are some 12 KiB: a thread keeps them.
    static libdeflate_decompressor* of_this_thread()
    {
        static thread_local std::unique_ptr<libdeflate_decompressor, free_native> kept;
        if (!kept) {
            kept.reset(libdeflate_alloc_decompressor());
        }
        if (!kept) {
            throw std::bad_alloc();
        }
        return kept.get();
    }

    /// DEFLATE cannot shrink by more.
    static constexpr std::size_t most_deflated = 1032;

    /// Appends what one stream holds. \return how many bytes of `in` it was
    template <class Function>
    std::size_t decode(
        std::string_view input, padded_buffer& output, std::size_t claim, const char* coding, Function function)
    {
        // What a body of this size may claim is bounded by what DEFLATE can do, too.
        const std::size_t most = input.size() > SIZE_MAX / most_deflated ? SIZE_MAX : input.size() * most_deflated + 64;
        const std::size_t start = output.size();
        std::size_t room = std::min({std::max(claim, input.size() * 4 + 64), most, limit_.bytes() - start});
        for (;;) {
            output.resize(start);
            limit_.check_room(room);
            output.reserve(start + room);
            std::size_t used = 0;
            std::size_t written = 0;
            switch (function(native_, input.data(), input.size(), output.data() + start, room, &used, &written)) {
            case LIBDEFLATE_SUCCESS:
                output.resize(start + written);
                return used;
            case LIBDEFLATE_INSUFFICIENT_SPACE:
                if (room >= limit_.bytes() - start) {
                    limit_.refuse();
                }
                room = room > (limit_.bytes() - start) / 4 ? limit_.bytes() - start : room * 4;
                break;
            default:
                refuse_damaged(coding, "the data is damaged or cut short");
            }
        }
    }

    decoding_limit limit_;
    libdeflate_decompressor* native_;
};

#endif

} // namespace content_codings

} // namespace detail

COREST_DECL std::string_view decodable_codings() noexcept
{
    if (COREST_WITH_ZSTD) {
        return COREST_WITH_LIBDEFLATE ? "gzip, deflate, zstd" : "zstd";
    }
    return COREST_WITH_LIBDEFLATE ? "gzip, deflate" : "";
}

COREST_DECL void decode_content(response& r, [[maybe_unused]] const decoded_limits& limit)
{
    if (r.body.empty() || !r.headers.contains("Content-Encoding")) {
        return;
    }
    const std::vector<std::string> codings = detail::split_list(r.headers.joined("Content-Encoding"));
    if (codings.size() > detail::content_codings::most_codings) {
        throw error(errc::limit_exceeded, "the body is compressed " + std::to_string(codings.size()) + " times over");
    }
    [[maybe_unused]] const std::size_t sent = r.body.size(); // also where it is compressed several times over
    for (std::size_t i = codings.size(); i-- > 0;) {
        // The last two are no codings, but servers send them for a body that is as it is.
        if (iequals(codings[i], "identity") || iequals(codings[i], "none") || iequals(codings[i], "utf-8")) {
            continue;
        }
#if COREST_WITH_LIBDEFLATE
        if (iequals(codings[i], "gzip") || iequals(codings[i], "x-gzip")) {
            if (!detail::content_codings::is_plain_json(r.body.view())) {
                r.body = detail::content_codings::inflater(limit, sent).gzip(r.body.view());
            }
            continue;
        }
        if (iequals(codings[i], "deflate")) {
            r.body = detail::content_codings::inflater(limit, sent).deflate(r.body.view());
            continue;
        }
#endif
#if COREST_WITH_ZSTD
        if (iequals(codings[i], "zstd")) {
            if (!detail::content_codings::is_plain_json(r.body.view())) {
                r.body = detail::decode_zstd(r.body.view(), detail::decoding_limit(limit, sent));
            }
            continue;
        }
#endif
        throw error(errc::protocol_error,
            "the body's Content-Encoding is '" + codings[i] + "', which was not asked for",
            detail::content_codings::remedy_of_unknown(codings[i]));
    }
    r.headers.erase("Content-Encoding");
    r.headers.erase("Content-Length");
}

COREST_DECL void decode_unstated_content([[maybe_unused]] response& r, [[maybe_unused]] const decoded_limits& limit)
{
#if COREST_WITH_LIBDEFLATE
    if (detail::content_codings::is_gzip(r.body.view())) {
        r.body = detail::content_codings::inflater(limit, r.body.size()).gzip(r.body.view());
        r.headers.erase("Content-Length");
    }
#endif
#if COREST_WITH_ZSTD
    if (detail::is_zstd(r.body.view())) {
        r.body = detail::decode_zstd(r.body.view(), detail::decoding_limit(limit, r.body.size()));
        r.headers.erase("Content-Length");
    }
#endif
}

} // namespace corest
