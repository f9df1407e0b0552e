#pragma once

/// \file
/// A generator made of the items' generators, several of which run at a time: parents in, all their children out.

#include <corest/async_generator.hpp>
#include <corest/concurrency/detail/joined.hpp>
#include <corest/concurrency/mutex.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/concurrency/queue.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace corest {

namespace detail {

/// What the workers of a flat_map and its consumer share. `Out` is what goes through the queue to the consumer.
template <class T, class F, class Out>
class flat_map_state {
public:
    flat_map_state(async_generator<T> generator, F function, std::size_t capacity, std::size_t items_per_child)
        : parents(std::move(generator)),
          fn(std::move(function)),
          out(capacity),
          buffer(items_per_child)
    {
    }

    async_generator<T> parents;
    mutex parents_access; ///< a generator has one consumer at a time
    F fn;
    queue<Out> out;
    std::size_t buffer;
    std::size_t workers = 0;
};

/// One of the workers. The last to end closes the queue.
template <class State>
class flat_map_worker {
public:
    explicit flat_map_worker(std::shared_ptr<State> shared) noexcept : state(std::move(shared)) { ++state->workers; }

    flat_map_worker(flat_map_worker&& other) noexcept = default;
    flat_map_worker& operator=(flat_map_worker&&) = delete;

    ~flat_map_worker()
    {
        if (state && --state->workers == 0) {
            state->out.close();
        }
    }

    std::shared_ptr<State> state;
};

/// The generator that `fn` makes of a parent.
template <class T, class F>
using flat_mapped = std::invoke_result_t<F&, T>;

/// Unordered: everybody's items go into one queue.
template <class State>
net::awaitable<void> work_unordered(flat_map_worker<State> worker)
{
    State& state = *worker.state;
    for (;;) {
        auto lock = co_await state.parents_access.lock();
        auto parent = co_await state.parents.next();
        lock.release();
        if (!parent) {
            co_return;
        }
        auto items = state.fn(std::move(*parent));
        co_await pour(std::move(items), state.out);
    }
}

template <class State, class U>
async_generator<U> unordered_items(std::shared_ptr<State> state)
{
    while (auto item = co_await state->out.pop()) {
        co_yield std::move(*item);
    }
}

/// The items of one child, on their way to the consumer.
template <class U>
class flat_map_lane {
public:
    explicit flat_map_lane(std::size_t buffer) : items(buffer) {}

    queue<U> items;
    bool complete = false; ///< the child has come to its end, and has not failed or been cancelled
};

/// Ordered: a queue of queues. A worker puts its lane into the queue before it lets the others at the parents.
template <class U, class State>
net::awaitable<void> work_ordered(flat_map_worker<State> worker)
{
    State& state = *worker.state;
    for (;;) {
        auto lock = co_await state.parents_access.lock();
        auto parent = co_await state.parents.next();
        if (!parent) {
            co_return;
        }
        auto lane = std::make_shared<flat_map_lane<U>>(state.buffer);
        const closes_at_end end(lane->items);
        static_cast<void>(co_await state.out.push(lane)); // nobody closes it before
        lock.release();

        auto items = state.fn(std::move(*parent));
        co_await pour(std::move(items), lane->items);
        lane->complete = true;
    }
}

template <class State, class U>
async_generator<U> ordered_items(std::shared_ptr<State> state)
{
    while (auto lane = co_await state->out.pop()) {
        while (auto item = co_await (*lane)->items.pop()) {
            co_yield std::move(*item);
        }
        if (!(*lane)->complete) {
            co_return; // the failure is the next thing in order
        }
    }
}

template <class U, class T, class F>
async_generator<U> flat_map_with_workers(async_generator<T> parents, F fn, std::size_t width, std::size_t buffer)
{
    using state_type = flat_map_state<T, F, U>;
    nursery children(co_await net::this_coro::executor);
    auto state = std::make_shared<state_type>(std::move(parents), std::move(fn), buffer, buffer);
    for (std::size_t i = 0; i < width; ++i) {
        children.spawn(work_unordered(flat_map_worker<state_type>(state)));
    }
    co_yield elements_of(joined(std::move(children), unordered_items<state_type, U>(state), state->parents.close()));
}

template <class U, class T, class F>
async_generator<U> flat_map_with_lanes(async_generator<T> parents, F fn, std::size_t width, std::size_t buffer)
{
    using state_type = flat_map_state<T, F, std::shared_ptr<flat_map_lane<U>>>;
    nursery children(co_await net::this_coro::executor);
    auto state = std::make_shared<state_type>(std::move(parents), std::move(fn), width, buffer);
    for (std::size_t i = 0; i < width; ++i) {
        children.spawn(work_ordered<U>(flat_map_worker<state_type>(state)));
    }
    co_yield elements_of(joined(std::move(children), ordered_items<state_type, U>(state), state->parents.close()));
}

} // namespace detail

/// For every item of the generator, all items of the generator that `fn` makes of it, as they come: **unordered**
/// between children, in order within a child.
///
/// At most `width` children run at a time, and at most `buffer` items wait for the consumer (each child may have one
/// more in hand), so memory depends neither on the number of parents nor on the length of a child. Everything starts
/// with the first `next()`.
///
/// The first failure, of the parents' generator or of a child, cancels all the others; what had already been put out
/// is handed out, then it is thrown. Cancelling the consumer, or `close()`, cancels all children and waits until they
/// have ended; destruction cancels them and lets them end on their own. Children run in threads of execution of their
/// own on the consumer's executor, so `fn` and the generators must own what they use.
///
/// \param parents taken over; one worker reads it at a time
/// \param fn      `T -> async_generator<U>`, called once for each item, in the order of the items
/// \param width   0 is taken as 1
/// \param buffer  0 is taken as 1
template <class T, class F>
[[nodiscard]] detail::flat_mapped<T, F> flat_map(
    async_generator<T> parents, F fn, std::size_t width, std::size_t buffer)
{
    using item = typename detail::flat_mapped<T, F>::value_type;
    return detail::flat_map_with_workers<item>(std::move(parents), std::move(fn), width == 0 ? 1 : width, buffer);
}

/// `flat_map` in the order of the parents: all items of the first child, then all of the second, and so on. The
/// children still run `width` at a time; those that run ahead of the one whose turn it is wait when `buffer` items
/// of theirs are waiting, and no further ones are started when `width` children wait for their turn.
///
/// A failure of a child is thrown after the last item of the children before it and its own.
template <class T, class F>
[[nodiscard]] detail::flat_mapped<T, F> flat_map_ordered(
    async_generator<T> parents, F fn, std::size_t width, std::size_t buffer)
{
    using item = typename detail::flat_mapped<T, F>::value_type;
    return detail::flat_map_with_lanes<item>(std::move(parents), std::move(fn), width == 0 ? 1 : width, buffer);
}

} // namespace corest
