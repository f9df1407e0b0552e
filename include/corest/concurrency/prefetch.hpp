#pragma once

/// \file
/// Reads a generator ahead of its consumer.

#include <corest/async_generator.hpp>
#include <corest/concurrency/detail/joined.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/concurrency/queue.hpp>
#include <corest/concurrency/semaphore.hpp>

#include <cstddef>
#include <memory>
#include <utility>

namespace corest {

namespace detail {

/// What the reader and the consumer of a prefetch share.
template <class T>
class prefetch_state {
public:
    prefetch_state(async_generator<T> generator, std::size_t count)
        : input(std::move(generator)),
          slots(count),
          output(count)
    {
    }

    async_generator<T> input;
    semaphore slots; ///< one for each item that is being read or has been read and not taken
    queue<std::pair<T, semaphore::permit>> output;
};

template <class T>
net::awaitable<void> prefetch_reader(std::shared_ptr<prefetch_state<T>> state)
{
    const closes_at_end end(state->output);
    for (;;) {
        auto slot = co_await state->slots.acquire();
        auto item = co_await state->input.next();
        if (!item) {
            co_return;
        }
        auto entry = std::pair<T, semaphore::permit>(std::move(*item), std::move(slot));
        static_cast<void>(
            co_await state->output.push(std::move(entry))); // there is room for as many as there are slots
    }
}

template <class T>
async_generator<T> prefetched_items(std::shared_ptr<prefetch_state<T>> state)
{
    while (auto entry = co_await state->output.pop()) {
        entry->second.release(); // the reader may go on while this item is being worked on
        co_yield std::move(entry->first);
    }
}

template <class T>
async_generator<T> prefetch_with_reader(async_generator<T> generator, std::size_t count)
{
    nursery children(co_await net::this_coro::executor);
    auto state = std::make_shared<prefetch_state<T>>(std::move(generator), count);
    children.spawn(prefetch_reader(state));
    co_yield elements_of(joined(std::move(children), prefetched_items(state), state->input.close()));
}

} // namespace detail

/// The items of the generator, in their order, with up to `count` of them read or being read while the consumer works
/// on the one before. Reading starts with the first `next()`; 0 gives the generator as it is.
///
/// An exception of the generator is thrown in its place, after the items before it. Cancelling the consumer, or
/// `close()`, ends the reading and waits until it has ended; destruction cancels it and lets it end on its own, so the
/// generator must own what it uses. The generator runs in a thread of execution of its own on the consumer's executor.
template <class T>
[[nodiscard]] async_generator<T> prefetch(async_generator<T> generator, std::size_t count)
{
    if (count == 0) {
        return generator;
    }
    return detail::prefetch_with_reader(std::move(generator), count);
}

} // namespace corest
