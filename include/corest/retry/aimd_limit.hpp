#pragma once

/// \file
/// How many requests may be under way at once, by what their responses say of it. It does no I/O and knows no clock.

#include <corest/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace corest {

/// A limit that grows by addition and shrinks by multiplication (AIMD), as TCP's congestion window does (RFC 5681).
///
/// It begins at its most. Where the server asks for fewer, half of those that were under way are the limit from then
/// on, one at least: once for each round trip, for a request that was sent before the limit shrank says nothing of what
/// it is now. As many successes as the limit is raise it by one.
class aimd_limit {
public:
    /// A request that was sent.
    class ticket {
    public:
        /// \param sent_number see `number` \param with_it see `under_way`
        ticket(std::uint64_t sent_number, std::size_t with_it) noexcept : number(sent_number), under_way(with_it) {}
        std::uint64_t number;  ///< in the order of sending, from 1
        std::size_t under_way; ///< how many there were when it was sent, itself included
    };

    /// \param most the limit at first, and never more; 0 is taken for 1
    explicit aimd_limit(std::size_t most = std::numeric_limits<std::size_t>::max()) noexcept
        : most_(std::max<std::size_t>(most, 1)),
          allowed_(most_)
    {
    }

    /// How many may be under way now.
    [[nodiscard]] std::size_t allowed() const noexcept { return allowed_; }
    /// How many there may be ever.
    [[nodiscard]] std::size_t most() const noexcept { return most_; }
    /// True where the limit is as high as it gets.
    [[nodiscard]] bool is_full() const noexcept { return allowed_ == most_; }
    /// True where one more may be under way.
    [[nodiscard]] bool has_room() const noexcept { return under_way_ < allowed_; }
    /// How often it has shrunk.
    [[nodiscard]] std::uint64_t times_shrunk() const noexcept { return times_shrunk_; }
    /// True of a request that was sent since the limit has shrunk last: what comes of it is of this limit.
    [[nodiscard]] bool is_current(const ticket& one) const noexcept { return one.number > shrunk_at_; }

    /// \name A request's way
    /// @{
    void enter() noexcept { ++under_way_; }                                ///< It takes a place, be there room or not.
    [[nodiscard]] ticket send() noexcept { return {++sent_, under_way_}; } ///< It is sent. \pre it has entered
    void leave() noexcept { --under_way_; } ///< It gives its place back, whatever has come. \pre it has entered
    /// @}

    /// The server has answered. \pre it has not left
    COREST_DECL void succeed(const ticket& one) noexcept;
    /// The server asks for fewer at once. \pre it has not left \return true where the limit has shrunk
    COREST_DECL bool shrink(const ticket& one) noexcept;
    /// Raises the limit to what it was before it shrank: that was a mistake. \param limit no more than the most
    COREST_DECL void restore(std::size_t limit) noexcept;

private:
    std::size_t most_;
    std::size_t allowed_;
    std::size_t under_way_ = 0;
    std::size_t successes_ = 0;   ///< since the limit has changed
    std::uint64_t sent_ = 0;      ///< requests
    std::uint64_t shrunk_at_ = 0; ///< requests up to this one were sent before the limit shrank
    std::uint64_t times_shrunk_ = 0;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/aimd_limit.ipp>
#endif
