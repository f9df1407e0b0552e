#pragma once

/// \file
/// Which requests of a walk go out before their turn.

#include <corest/concurrency/detail/remote_run.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/net.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/page_walk.hpp>
#include <corest/select/page.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

namespace corest::detail {

/// What has come of a request ahead.
enum class ahead_state {
    pending,
    page,    ///< a response with a status of success
    failed,  ///< anything else
    limited, ///< 429
    unsent   ///< the request was not sent, because of an earlier 429 or for want of a budget
};

/// What has come of a request ahead, as far as it is known: read by its owner, wherever the client runs.
class ahead_outcome {
public:
    std::atomic<ahead_state> state{ahead_state::pending};
    std::atomic<std::size_t> bytes{0}; ///< of the body that has come
};

/// Sends one page's request and counts it. Owns what it needs; may be awaited on any executor.
/// \param told where to say what has come, of a speculative request; else null
/// \throws what the client throws
[[nodiscard]] COREST_DECL net::awaitable<response> fetch_page(
    std::shared_ptr<const collection> walked, request r, std::shared_ptr<ahead_outcome> told = nullptr);

/// A request that is under way beside its owner. It runs on the client's executor from the moment it is made, and its
/// owner may be anywhere.
class page_request {
public:
    /// \param executor of the client
    /// \param operation runs there
    COREST_DECL page_request(net::any_io_executor executor, net::awaitable<response> operation);
    page_request(page_request&&) noexcept = default;
    page_request& operator=(page_request&&) = delete;
    /// Cancels the request, unless its response was taken.
    COREST_DECL ~page_request();

    /// Waits for the response, or throws what the client throws. Once.
    [[nodiscard]] COREST_DECL net::awaitable<response> get();

private:
    std::shared_ptr<remote_run<response>> run_;
    net::awaitable<response> unsent_; ///< where there is no executor any more, which the client says itself
};

/// The requests of one walk that were sent before their pages' turn has come, in the order of the pages.
///
/// For each page its owner
/// 1. calls `receive`, which waits for the first of them, or sends the request where there is none;
/// 2. calls `predict(1)` and `peek` with the response in hand, so that the server works while the page is cut;
/// 3. has the walk take the response, and calls `learn` with the page; then
/// 4. `confirm` with the request that has really become the next one: what was predicted otherwise is thrown away, and
///    nothing is lost or repeated by it;
/// 5. calls `predict(0)`, now that it is known what the pages are like.
///
/// What comes for requests ahead is of no consequence until their turn has come; then what is no page is asked for
/// again, as if it had not been. They are not tried again before, for a server may say that there is more than there
/// is. Where it is not known where the collection ends, they are speculative: their number grows from none, doubled by
/// each page that was the predicted one, and begins anew where one was not, or where they would have to wait.
///
/// Requests before their turn are sent only as long as all walks of the collection together have fewer than the window
/// under way, each of them one at least, and the client has a connection free: none whose turn it is waits for them in
/// line, and many walks at once do not read ahead at all. Several walks that do have an equal part of the connections
/// each, and what the others leave (`client_load::share`).
class read_ahead {
public:
    /// \param walk the walk it belongs to; outlives this
    COREST_DECL explicit read_ahead(const page_walk& walk);
    read_ahead(const read_ahead&) = delete;
    read_ahead& operator=(const read_ahead&) = delete;
    COREST_DECL ~read_ahead();

    /// The response to the request of the page whose turn it is.
    /// \param next outlives the wait \throws what the client throws
    [[nodiscard]] COREST_DECL net::awaitable<response> receive(const request& next);
    /// True where the response that was received last is that of a speculative request.
    [[nodiscard]] bool is_speculative() const noexcept { return is_speculative_; }
    /// Forgets that response, which was no page, and sends the request anew. \throws what the client throws
    [[nodiscard]] COREST_DECL net::awaitable<response> receive_again(const request& next);

    /// Sends the next page's request before a long page is cut that says which one it is.
    /// \param got the response that the walk takes next
    COREST_DECL void peek(const response& got);
    /// Sends the requests that can be predicted, as many as may be under way.
    /// \param in_hand how many responses have come and were not taken by the walk: 0 or 1
    COREST_DECL void predict(std::size_t in_hand);
    /// Looks at the page that was taken, and is not the last one. \param bytes of its body
    COREST_DECL void learn(std::size_t bytes);
    /// Makes the next page's request the first of them.
    COREST_DECL void confirm(const request& next);
    /// Cancels all of them.
    COREST_DECL void drop();

private:
    class exchange {
    public:
        exchange(request sent, std::shared_ptr<ahead_outcome> outcome, net::any_io_executor executor,
            net::awaitable<response> operation)
            : asked(std::move(sent)),
              told(std::move(outcome)),
              answer(std::move(executor), std::move(operation))
        {
        }
        [[nodiscard]] ahead_state state() const noexcept { return told ? told->state.load() : ahead_state::pending; }
        [[nodiscard]] bool has_failed() const noexcept
        {
            const ahead_state now = state();
            return now != ahead_state::pending && now != ahead_state::page;
        }

        request asked;
        std::shared_ptr<ahead_outcome> told; ///< null where it is not speculative
        page_request answer;
    };

    [[nodiscard]] COREST_DECL exchange send(request r) const;
    /// True where a request may be sent that is not the next page's.
    [[nodiscard]] COREST_DECL bool has_room();
    /// How many may be sent and not be received, as things stand.
    [[nodiscard]] COREST_DECL std::size_t window() const;
    /// The same at the most.
    [[nodiscard]] COREST_DECL std::size_t most() const;
    /// The same as far as memory goes.
    [[nodiscard]] COREST_DECL std::size_t most_by_bytes() const;
    /// Nothing more can be predicted from what has been sent.
    COREST_DECL void end_prediction();
    /// Notices rate limits. \return true where one of the requests has failed
    COREST_DECL bool notice_failures();
    /// One page at a time for a while, which is longer each time.
    COREST_DECL void slow_down();
    COREST_DECL void count_discarded(const exchange& useless) const;
    /// Says to the other walks of the collection how many requests this one has under way.
    COREST_DECL void occupy(std::uint64_t places);
    COREST_DECL void occupy_sent();

    const page_walk& walk_;
    std::optional<any_paginator> predicted_; ///< stands at the page that was asked for last
    std::deque<exchange> sent_;
    std::size_t allowed_ = 1;     ///< at once, where it is not known where the collection ends
    bool has_learned_ = false;    ///< a page was taken
    std::size_t large_bytes_ = 1; ///< of the largest body of late
    std::size_t slow_pages_ = 0;  ///< to come one at a time, after a rate limit
    std::size_t next_slow_pages_ = 8;
    std::uint64_t occupied_ = 0; ///< places in the window that the walks of the collection share
    bool is_speculative_ = false;
    std::optional<client_load::share> share_; ///< once there was something to send besides the next page's request
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/read_ahead.ipp>
#endif
