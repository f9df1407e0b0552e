#pragma once

/// \file
/// Which requests of a walk go out before their turn.

#include <corest/config.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/net.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/page_walk.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

namespace corest::detail {

/// Sends one page's request and counts it. Owns what it needs; may be awaited on any executor.
/// \throws what the client throws
[[nodiscard]] COREST_DECL net::awaitable<response> fetch_page(std::shared_ptr<const collection> walked, request r);

/// A request that is under way beside its owner. It runs on the client's executor from the moment it is made, and its
/// owner may be anywhere.
class page_request {
public:
    /// \param executor of the client
    /// \param operation runs there
    COREST_DECL page_request(net::any_io_executor executor, net::awaitable<response> operation);
    page_request(page_request&&) noexcept = default;
    page_request& operator=(page_request&&) = delete;
    /// Cancels the request, unless it has ended.
    COREST_DECL ~page_request();

    /// Waits for the response, or throws what the client throws. Once.
    [[nodiscard]] COREST_DECL net::awaitable<response> get();

private:
    class state;
    COREST_DECL static net::awaitable<response> get(std::shared_ptr<state> shared);
    COREST_DECL static net::awaitable<response> answer_of(std::shared_ptr<state> shared);

    std::shared_ptr<state> state_;
};

/// The requests of one walk that were sent before their pages' turn has come, in the order of the pages.
///
/// For each page its owner
/// 1. takes the first of them (`response`, `pop`), or sends the request itself where there is none;
/// 2. calls `predict` with the response in hand, so that the server works while the page is cut;
/// 3. has the walk take the response, and calls `confirm` with the request that has really become the next one: what
///    was predicted otherwise is thrown away, and nothing is lost or repeated by it;
/// 4. calls `predict` again, now that it is known what the pages are like.
class read_ahead {
public:
    /// \param walk the walk it belongs to; outlives this
    explicit read_ahead(const page_walk& walk) : walk_(walk) {}

    /// True where no request is under way.
    [[nodiscard]] bool empty() const noexcept { return sent_.empty(); }
    /// The response to the first of them. \pre !empty()
    [[nodiscard]] net::awaitable<corest::response> response() { return sent_.front().answer.get(); }
    /// Forgets the first of them. \pre its response has come
    void pop() { sent_.pop_front(); }

    /// Sends the requests that can be predicted, as many as the paginator's window allows.
    /// \param in_hand how many responses have come and were not taken by the walk: 0 or 1
    COREST_DECL void predict(std::size_t in_hand);
    /// Makes the next page's request the first of them.
    COREST_DECL void confirm(const request& next);

private:
    class exchange {
    public:
        exchange(request sent, net::any_io_executor executor, net::awaitable<corest::response> operation)
            : asked(std::move(sent)),
              answer(std::move(executor), std::move(operation))
        {
        }
        request asked;
        page_request answer;
    };

    COREST_DECL void send(request r);

    const page_walk& walk_;
    std::optional<any_paginator> predicted_; ///< stands at the page that was asked for last
    std::deque<exchange> sent_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/read_ahead.ipp>
#endif
