#pragma once

/// \file
/// Whether a server answers later because there are many requests at once. It does no I/O; times are handed in.

#include <corest/config.hpp>
#include <corest/retry/aimd_limit.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace corest {

/// Shrinks a limit where requests of one kind are answered later than they used to be, and looks whether that helps.
///
/// Responses are looked at in rounds: as many as the limit allows, four at least. Where the middle one of a round comes
/// after twice the least time there was, and later than that by `least_growth` or more, the limit shrinks. If the next
/// round, of fewer requests at once, is not sooner by a fifth, the requests themselves take longer (deep offsets, other
/// records): the limit becomes what it was, the new times are the usual ones, and the watch is deaf for a round, twice
/// as many each time, up to 64.
class latency_watch {
public:
    /// How long a response takes.
    using duration = std::chrono::nanoseconds;

    /// \param least_growth a response that comes later by less is not late, whatever the ratio
    explicit latency_watch(duration least_growth = usual_growth) noexcept : least_growth_(least_growth) {}

    /// Takes in how long a response took. \pre `one` has not left the limit
    /// \param limit of all requests that are under way
    /// \param one the request that it answers
    /// \param latency from the last byte of the request to the first one of the response
    /// \return true where the limit has shrunk
    COREST_DECL bool take(aimd_limit& limit, const aimd_limit::ticket& one, duration latency);

    /// `least_growth` by default.
    static constexpr duration usual_growth = std::chrono::milliseconds(100);

private:
    /// What the limit was when it shrank, and how late responses were.
    class probe {
    public:
        probe(std::size_t limit_before, duration usual) noexcept : limit(limit_before), latency(usual) {}
        std::size_t limit;
        duration latency;
        std::uint64_t times_shrunk = 0; ///< the limit, by then
    };

    COREST_DECL bool judge(aimd_limit& limit, const aimd_limit::ticket& one, duration usual);

    duration least_growth_;
    std::vector<duration> round_;
    std::optional<duration> least_; ///< of all rounds
    std::optional<probe> probe_;
    std::uint64_t deaf_rounds_ = 0; ///< to come
    std::uint64_t next_deaf_rounds_ = 1;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/latency_watch.ipp>
#endif
