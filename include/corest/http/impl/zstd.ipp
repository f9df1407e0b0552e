#pragma once

#include <corest/http/detail/zstd.hpp>

#if COREST_WITH_ZSTD

#    include <corest/http/detail/decoding_limit.hpp>

#    include <algorithm>
#    include <cstddef>
#    include <memory>
#    include <new>
#    include <string>

#    include <zstd.h>

namespace corest::detail {

namespace zstd_frames {

struct free_native {
    void operator()(ZSTD_DCtx* d) const noexcept { ZSTD_freeDCtx(d); }
};

/// Its tables and its window are some MiB: a thread keeps them.
inline ZSTD_DCtx& decoder_of_this_thread()
{
    static thread_local std::unique_ptr<ZSTD_DCtx, free_native> kept;
    if (!kept) {
        kept.reset(ZSTD_createDCtx());
    }
    if (!kept) {
        throw std::bad_alloc();
    }
    ZSTD_DCtx_reset(kept.get(), ZSTD_reset_session_only);
    return *kept;
}

/// A frame that holds data for others, to be passed over (RFC 8878, section 3.1.2).
constexpr bool is_skippable(std::string_view frame) noexcept
{
    return frame.size() >= 4 && (static_cast<unsigned char>(frame[0]) & 0xF0U) == 0x50
        && frame.substr(1, 3) == "\x2a\x4d\x18";
}

/// RFC 8878, section 3.1.1.1.2. libzstd looks at it only where the whole frame does not fit into the room.
/// \param content what the frame says that it holds, in bytes
inline std::uint64_t window_of(std::string_view frame, unsigned long long content)
{
    if (frame.size() < 6 || content == ZSTD_CONTENTSIZE_ERROR) {
        refuse_damaged("zstd", "the data is cut short");
    }
    if ((static_cast<unsigned char>(frame[4]) & 0x20U) != 0) { // a single segment
        return content;
    }
    const auto descriptor = static_cast<unsigned char>(frame[5]);
    const std::uint64_t base = std::uint64_t{1} << (10U + (descriptor >> 3U));
    return base + base / 8 * (descriptor & 7U);
}

/// Appends what one frame holds. \return how many bytes of the input it was
inline std::size_t decode_frame(std::string_view input, padded_buffer& output, const decoding_limit& limit)
{
    const std::size_t start = output.size();
    const unsigned long long claim = ZSTD_getFrameContentSize(input.data(), input.size());
    const bool is_claimed = claim != ZSTD_CONTENTSIZE_UNKNOWN && claim != ZSTD_CONTENTSIZE_ERROR;
    if (!is_skippable(input) && window_of(input, claim) > largest_zstd_window) {
        refuse_damaged("zstd", "needs a window of more than 8 MiB, which no HTTP client has to have (RFC 9659)");
    }
    if (is_claimed && claim > limit.bytes() - start) {
        limit.refuse(); // by its own word: a bomb need not be set off
    }
    // A byte more than is allowed: who fills it is too large. Four bytes make a block of 128 KiB at most.
    const std::size_t most = limit.bytes() - start == SIZE_MAX ? SIZE_MAX : limit.bytes() - start + 1;
    const std::size_t possible = input.size() > SIZE_MAX >> 17U ? SIZE_MAX : (input.size() / 4 + 1) << 17U;
    std::size_t room = std::min({is_claimed ? static_cast<std::size_t>(claim) : input.size() * 4 + 64, most, possible});

    ZSTD_DCtx& decoder = decoder_of_this_thread();
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    for (;;) {
        limit.check_room(room);
        output.reserve(start + room);
        // Into memory that lies in a file a stretch is written at a time, so that no more than that is in the process.
        const std::size_t done = output.size() - start;
        const std::size_t end = output.is_spilled() ? std::min(room, done + spilled_memory::stretch) : room;
        ZSTD_outBuffer out{output.data() + start, end, done};
        const std::size_t left = ZSTD_decompressStream(&decoder, &out, &in);
        output.resize(start + out.pos);
        if (ZSTD_isError(left) != 0) {
            refuse_damaged("zstd", std::string("the data is damaged (") + ZSTD_getErrorName(left) + ")");
        }
        if (out.pos == most && most != SIZE_MAX) {
            limit.refuse();
        }
        if (left == 0) {
            return in.pos;
        }
        if (out.pos == end && end != room) {
            continue;
        }
        if (out.pos == room) {
            room = room > most / 8 ? most : room * 4 + 64;
        } else if (in.pos == in.size) {
            refuse_damaged("zstd", "the data is cut short");
        }
    }
}

} // namespace zstd_frames

COREST_DECL padded_buffer decode_zstd(std::string_view input, const decoding_limit& limit)
{
    padded_buffer output;
    output.reserve(1); // what is empty has its padding, too
    const std::size_t sent = input.size();
    while (!input.empty()) {
        if (!is_zstd(input) && !zstd_frames::is_skippable(input)) {
            refuse_damaged("zstd", input.size() == sent ? "it does not begin as such" : "bytes follow its end");
        }
        input.remove_prefix(zstd_frames::decode_frame(input, output, limit));
    }
    return output;
}

} // namespace corest::detail

#endif
