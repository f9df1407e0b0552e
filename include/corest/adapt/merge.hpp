#pragma once

/// \file
/// `merge`: the items of several flows as they come.

#include <corest/adapt/detail/reader.hpp>
#include <corest/adapt/stream.hpp>
#include <corest/async_generator.hpp>
#include <corest/concurrency/detail/call_gate.hpp>
#include <corest/concurrency/detail/hosted.hpp>
#include <corest/concurrency/detail/joined.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/concurrency/queue.hpp>

#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

/// What the readers of a merge and its consumer share. Items go through the queue by the lot, so that one of them costs
/// neither a coroutine nor a notification.
template <class T, class... In>
class merge_state {
public:
    explicit merge_state(In... in) : streams(std::move(in)...) {}

    std::tuple<In...> streams;
    queue<std::vector<T>> lots{sizeof...(In)}; ///< none is empty
    std::size_t readers = sizeof...(In);
    call_gate functions; ///< of the streams; closed when the consumer is gone
};

/// One of the readers, also one that is never started. The last to end closes the queue, whichever way it ends.
template <class State, class In>
class merge_reader {
public:
    /// \param shared counts this reader already
    merge_reader(std::shared_ptr<State> shared, In& stream) noexcept : state(std::move(shared)), in(&stream) {}
    merge_reader(merge_reader&&) noexcept = default;
    merge_reader& operator=(merge_reader&&) = delete;
    ~merge_reader()
    {
        if (state && --state->readers == 0) {
            state->lots.close();
        }
    }

    std::shared_ptr<State> state;
    In* in; ///< part of the state
};

#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic push
#    pragma GCC diagnostic ignored "-Wsubobject-linkage" // see adapt/stream.hpp
#endif

/// Takes what a stream has at hand, up to 64 items. \return what a function of the stream threw
template <class T, class In>
[[nodiscard]] std::exception_ptr take_lot(call_gate& functions, In& in, std::vector<T>& lot)
{
    static constexpr std::size_t most = 64;
    try {
        functions.call([&] {
            auto* item = in.advance();
            while (item) {
                lot.push_back(std::move(*item));
                item = lot.size() < most ? in.advance() : nullptr;
            }
        });
    } catch (...) {
        return std::current_exception();
    }
    return nullptr;
}

/// Puts the items of one stream into the queue.
template <class T, class State, class In>
net::awaitable<void> read_merged(merge_reader<State, In> reader)
{
    queue<std::vector<T>>& lots = reader.state->lots;
    In& in = *reader.in;
    std::exception_ptr failure;
    try {
        bool more = true;
        while (more) {
            const net::cancellation_state cancellation = co_await net::this_coro::cancellation_state;
            throw_if_cancelled(cancellation);
            std::vector<T> lot;
            const std::exception_ptr broken = take_lot(reader.state->functions, in, lot);
            if (!lot.empty()) {
                static_cast<void>(co_await lots.push(std::move(lot))); // only readers close it, at their end
            } else if (!broken) {
                more = co_await in.fetch();
            }
            if (broken) {
                std::rethrow_exception(broken);
            }
        }
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        co_await net::this_coro::throw_if_cancelled(false);
        co_await in.close();
        std::rethrow_exception(failure);
    }
}

template <class T, class State>
async_generator<std::vector<T>> merged_lots(std::shared_ptr<State> state)
{
    while (auto lot = co_await state->lots.pop()) {
        co_yield std::move(*lot);
    }
}

template <class In>
net::awaitable<void> close_into(In* in, std::exception_ptr* failure)
{
    try {
        co_await in->close();
    } catch (...) {
        *failure = *failure ? *failure : std::current_exception();
    }
}

template <class State, std::size_t... Index>
net::awaitable<void> close_all(std::shared_ptr<State> state, std::index_sequence<Index...>)
{
    std::exception_ptr failure;
    (co_await close_into(&std::get<Index>(state->streams), &failure), ...);
    if (failure) {
        std::rethrow_exception(failure);
    }
}

template <class T, class State, std::size_t... Index>
void start_readers(nursery& children, const std::shared_ptr<State>& state, std::index_sequence<Index...>)
{
    (children.spawn(read_merged<T>(merge_reader(state, std::get<Index>(state->streams)))), ...);
}

template <class T, class Indices, class State>
async_generator<std::vector<T>> merge_with_readers(std::shared_ptr<State> state)
{
    nursery children(co_await net::this_coro::executor);
    start_readers<T>(children, state, Indices());
    co_yield elements_of(joined(std::move(children), merged_lots<T>(state), close_all(state, Indices())));
}

#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic pop
#endif

} // namespace detail

/// The items of several streams as they come. See `merge`.
template <class T>
class merge_stream : public stream_interface<merge_stream<T>, T> {
public:
    /// \param lots some items each, none empty
    explicit merge_stream(async_generator<std::vector<T>> lots) : lots_(std::move(lots)) {}

    /// See `stream`.
    [[nodiscard]] T* advance()
    {
        if (next_ == lot_.size()) {
            std::vector<T>* const following = lots_.advance();
            if (!following) {
                return nullptr;
            }
            lot_ = std::move(*following);
            next_ = 0;
        }
        return &lot_[next_++];
    }

    /// See `stream`.
    [[nodiscard]] net::awaitable<bool> fetch() { return lots_.fetch(); }

    /// See `stream`.
    [[nodiscard]] net::awaitable<void> close()
    {
        lot_.clear();
        next_ = 0;
        return lots_.close();
    }

private:
    item_stream<async_generator<std::vector<T>>> lots_;
    std::vector<T> lot_;
    std::size_t next_ = 0; ///< position in `lot_`
};

namespace detail {

template <class First, class... In>
[[nodiscard]] auto merge_streams(First first, In... others)
{
    using item = typename First::value_type;
    static_assert((std::same_as<item, typename In::value_type> && ...),
        "merge(a, b) needs flows of the same items: transform one of them first");
    using state = merge_state<item, First, In...>;
    auto shared = std::make_shared<state>(std::move(first), std::move(others)...);
    auto lots = merge_with_readers<item, std::index_sequence_for<First, In...>>(shared);
    std::shared_ptr<call_gate> functions(shared, &shared->functions);
    return merge_stream<item>(hosted(std::move(lots), net::any_io_executor(), std::move(functions)));
}

} // namespace detail

/// The items of two flows or more, which are read at once, as they come: in order within each of them.
///
///     auto all = merge(get(api, "/open"), get(api, "/closed"));
///     while (auto ticket = co_await all.next())
///         std::cout << ticket->json() << '\n';
///
/// Reading starts with the first `next()`, each flow in a thread of execution of its own on the consumer's executor, or
/// on a strand over it where that is not known to be one thread's. What was read and not taken is bounded: of each flow
/// two lots of at most 64 items, and what the flow itself has at hand (a page). No item that is at hand waits for one
/// that is not.
///
/// The first failure cancels the others; what was read before is handed out, then it is thrown. **Cancelling** the
/// consumer, or `close()`, cancels the readers, and waits until they and the flows have ended. **Destruction** cancels
/// them and lets them end on their own, so the flows own what they use; functions that were given to adapters in them
/// are not called any more, but may be destroyed later.
template <class... Flow>
    requires(sizeof...(Flow) >= 2) && (flow<std::remove_cvref_t<Flow>> && ...)
[[nodiscard]] auto merge(Flow&&... flows)
{
    return detail::merge_streams(as_stream(std::remove_cvref_t<Flow>(std::forward<Flow>(flows)))...);
}

} // namespace corest
