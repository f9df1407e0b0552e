#pragma once

/// \file
/// How many requests an API takes in how much time, and when the next one may be sent. It does no I/O; the time is
/// handed in.

#include <corest/config.hpp>
#include <corest/retry/rate_headers.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace corest {

/// The book of a rate limit. A request enters it, is sent when `try_send` says so, and is finished with what the server
/// says in its response.
///
/// Requests go out in the order in which they enter. In any span of a window's length there are no more than it allows:
/// a place is held a little longer than that (a twentieth, 50 ms at most), since requests that leave evenly do not
/// arrive evenly.
///
/// Of what the server states, the newest word counts. Those under way are taken for not yet counted by it, so that no
/// more are sent than it has said.
class rate_budget {
public:
    /// Monotonic time.
    using time_point = std::chrono::steady_clock::time_point;

    /// A request's place in the book.
    class place {
    public:
        /// \param entry_number see `number` \param entry_weight see `weight`
        place(std::uint64_t entry_number, std::uint64_t entry_weight) : number(entry_number), weight(entry_weight) {}
        std::uint64_t number;   ///< in the order of entering
        std::uint64_t weight;   ///< how many requests it counts as
        std::uint64_t turn = 0; ///< in the order of sending, from 1; 0: it has not been sent
    };

    /// \param windows each of which holds; none: only what the server states counts
    COREST_DECL explicit rate_budget(std::vector<rate_window> windows = {});

    /// The last in the line.
    /// \param weight as how many requests it counts; more than a window allows is all it allows
    /// \param now by the clock that all calls go by
    [[nodiscard]] COREST_DECL place enter(std::uint64_t weight, time_point now);
    /// True where a request that would enter now could be sent at once.
    [[nodiscard]] COREST_DECL bool has_room(std::uint64_t weight, time_point now);
    /// True where it would leave half of each limit besides: for a request that is of use only perhaps.
    [[nodiscard]] COREST_DECL bool has_plenty(std::uint64_t weight, time_point now);
    /// Sends it, if its turn has come. \return else: when to ask again
    [[nodiscard]] COREST_DECL std::optional<time_point> try_send(place& one, time_point now);
    /// Its response has come.
    COREST_DECL void finish(const place& one, const rate_statement& said, time_point now);
    /// It was not sent, or no response came.
    COREST_DECL void leave(const place& one);

private:
    class entry {
    public:
        entry(std::uint64_t with_this, time_point when) : total(with_this), time(when) {}
        std::uint64_t total; ///< weights of all entries up to this one
        time_point time;     ///< when it was sent, or will be at the earliest
        bool is_waiting = true;
    };
    /// What the server has said last.
    class statement {
    public:
        std::uint64_t remaining = 0;
        time_point end;                     ///< until when that holds
        std::uint64_t turn = 0;             ///< requests up to this one were sent before it was known
        std::uint64_t limit = 0;            ///< remaining after the end; 0: not known
        std::chrono::nanoseconds length{0}; ///< the longest that was ever to wait for the end
    };

    /// When an entry may be sent. \param total weights of all entries up to it, and its own \param weight its own
    [[nodiscard]] COREST_DECL time_point earliest(std::uint64_t total, std::uint64_t weight, time_point now) const;
    [[nodiscard]] COREST_DECL time_point earliest_in(
        const rate_window& window, std::uint64_t total, std::uint64_t weight, time_point now) const;
    /// Ends what the server has said, where its time has passed.
    COREST_DECL void turn_page(time_point now);
    COREST_DECL void forget_old(time_point now);
    /// Puts an entry off; those after it are not earlier.
    COREST_DECL void put_off(std::uint64_t number, time_point until);
    /// Marks an entry as one that waits no more.
    COREST_DECL void settle(std::uint64_t number);
    [[nodiscard]] std::uint64_t next_number() const noexcept { return first_ + entries_.size(); }
    [[nodiscard]] entry& entry_at(std::uint64_t number) { return entries_[static_cast<std::size_t>(number - first_)]; }
    [[nodiscard]] static std::chrono::nanoseconds held(const rate_window& window) noexcept;

    std::vector<rate_window> given_;
    std::vector<rate_window> stated_;
    std::deque<entry> entries_;
    std::uint64_t first_ = 0;     ///< number of the first entry
    std::uint64_t waiting_ = 0;   ///< number of the first entry that waits; the next one's where none does
    std::uint64_t forgotten_ = 0; ///< weights of all entries before the first
    std::uint64_t total_ = 0;     ///< weights of all entries that there ever were
    std::uint64_t under_way_ = 0; ///< weights of those sent and not finished
    std::uint64_t turns_ = 0;     ///< how many were sent
    std::optional<statement> said_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/retry/impl/rate_budget.ipp>
#endif
