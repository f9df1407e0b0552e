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
#    include <corest/http/detail/inflate_large.hpp>

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

/// The formats that DEFLATE data comes in.
enum class wrapping { gzip, zlib, none };

/// What the format is called in Content-Encoding.
inline const char* coding_of(wrapping form) noexcept
{
    return form == wrapping::gzip ? "gzip" : "deflate";
}

/// How many bytes stand before the data: of gzip RFC 1952, section 2.3, of zlib RFC 1950, section 2.2.
inline std::size_t header_size(std::string_view input, wrapping form)
{
    if (form != wrapping::gzip) {
        return form == wrapping::zlib ? 2 : 0;
    }
    constexpr std::size_t fixed = 10;
    constexpr unsigned has_checksum = 2;
    constexpr unsigned has_extra = 4;
    constexpr unsigned has_name = 8;
    constexpr unsigned has_comment = 16;
    const auto byte = [&](std::size_t i) { return i < input.size() ? static_cast<unsigned char>(input[i]) : 0U; };
    const unsigned flags = byte(3);
    std::size_t size = fixed;
    if ((flags & has_extra) != 0) {
        size += 2 + byte(size) + std::size_t{byte(size + 1)} * 256;
    }
    for (const unsigned text : {has_name, has_comment}) {
        if ((flags & text) != 0) {
            const auto end = size < input.size() ? input.find('\0', size) : std::string_view::npos;
            size = end == std::string_view::npos ? input.size() : end + 1;
        }
    }
    size += (flags & has_checksum) != 0 ? 2 : 0;
    if (!input.starts_with("\x1f\x8b\x08") || size > input.size()) {
        refuse_damaged("gzip", "the data is damaged or cut short");
    }
    return size;
}

/// A number of four bytes, the least one first or last. \pre it is there
inline std::uint32_t number_of_four(std::string_view bytes, bool is_least_first)
{
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        number = number << 8U | static_cast<unsigned char>(bytes[is_least_first ? 3 - i : i]);
    }
    return number;
}

/// Appends what one stream holds, of which very much may come.
/// \param expected about how many bytes \return how many bytes of the input it was
inline std::size_t decode_large(
    std::string_view input, padded_buffer& output, std::size_t expected, const decoding_limit& limit, wrapping form)
{
    const char* const coding = coding_of(form);
    const std::size_t start = output.size();
    const std::size_t header = header_size(input, form);
    std::uint32_t checksum = form == wrapping::zlib ? 1 : 0;
    const auto add = [&](std::string_view part) {
        if (form == wrapping::gzip) {
            checksum = libdeflate_crc32(checksum, part.data(), part.size());
        } else if (form == wrapping::zlib) {
            checksum = libdeflate_adler32(checksum, part.data(), part.size());
        }
    };
    std::size_t used = header + inflate_large(input.substr(header), output, expected, limit, coding, add);
    if (form == wrapping::none) {
        return used;
    }
    const std::string_view trailer = input.substr(used);
    const bool is_gzip = form == wrapping::gzip;
    const std::size_t size = is_gzip ? 8 : 4;
    const bool is_whole = trailer.size() >= size && number_of_four(trailer, is_gzip) == checksum
        && (!is_gzip || number_of_four(trailer.substr(4), true) == static_cast<std::uint32_t>(output.size() - start));
    if (!is_whole) {
        refuse_damaged(coding, "the data is damaged or cut short");
    }
    return used + size;
}

/// Inflates whole buffers, growing the room until the data fits; what becomes very large, a stretch at a time.
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
            input.remove_prefix(decode(input, output, claim, wrapping::gzip, libdeflate_gzip_decompress_ex));
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
        const std::size_t used = wrapped ? decode(input, output, 0, wrapping::zlib, libdeflate_zlib_decompress_ex)
                                         : decode(input, output, 0, wrapping::none, libdeflate_deflate_decompress_ex);
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
        std::string_view input, padded_buffer& output, std::size_t claim, wrapping form, Function function)
    {
        // What a body of this size may claim is bounded by what DEFLATE can do, too.
        const std::size_t most = input.size() > SIZE_MAX / most_deflated ? SIZE_MAX : input.size() * most_deflated + 64;
        const std::size_t start = output.size();
        std::size_t room = std::min({std::max(claim, input.size() * 4 + 64), most, limit_.bytes() - start});
        for (;;) {
            output.resize(start);
            if (start + room >= spilled_memory::least) {
                return decode_large(input, output, room, limit_, form);
            }
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
                refuse_damaged(coding_of(form), "the data is damaged or cut short");
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
