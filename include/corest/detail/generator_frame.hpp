#pragma once

/// \file
/// The machinery of `async_generator` that does not depend on what is yielded: what a body asks for, and the loop that
/// runs bodies until one of them wants something to be awaited.

#include <corest/config.hpp>
#include <corest/net.hpp>

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace corest::detail {

/// \throws error (invalid_argument): a generator has one consumer
[[noreturn]] COREST_DECL void throw_second_consumer();

/// What the body of a generator asks of whoever drives it.
enum class request_kind : unsigned char {
    await,                    ///< `co_await` an operation and store what came of it
    executor,                 ///< `this_coro::executor`
    cancellation_state,       ///< `this_coro::cancellation_state`
    reset_cancellation_state, ///< `this_coro::reset_cancellation_state(...)`
    get_throw_if_cancelled,   ///< `this_coro::throw_if_cancelled()`
    set_throw_if_cancelled    ///< `this_coro::throw_if_cancelled(bool)`
};

/// How far a request has come. One that was started and is resumed without being done was orphaned: its driver was
/// destroyed (a handler was dropped, an io_context went away) and the result will never come.
enum class request_state : unsigned char { waiting, started, done };

/// A request for the driver. It is the awaiter, so it lives in the body's frame until the body goes on.
template <class Executor>
class generator_request {
public:
    generator_request(const generator_request&) = delete;
    generator_request& operator=(const generator_request&) = delete;

    bool await_ready() const noexcept { return false; }

    /// Stores, and resumes nothing: the driver's loop does, so the stack does not grow, and nobody writes to a frame
    /// after it was suspended.
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> body) noexcept
    {
        body.promise().ask(*this);
    }

    const request_kind kind;
    request_state state = request_state::waiting;
    std::exception_ptr error;

protected:
    explicit generator_request(request_kind requested_kind) noexcept : kind(requested_kind) {}

    ~generator_request() = default;

    /// Throws what the body has to see; returns if the request was done without an error.
    void check()
    {
        if (state != request_state::done) {
            throw system_error(net::error::operation_aborted);
        }
        if (error) {
            std::rethrow_exception(std::move(error));
        }
    }
};

/// A request to await something.
template <class Executor>
class await_request : public generator_request<Executor> {
public:
    /// What the driver has to await. Called once.
    virtual net::awaitable<void, Executor> start() = 0;

protected:
    await_request() noexcept : generator_request<Executor>(request_kind::await) {}

    ~await_request() = default;
};

// g++ warns of coroutine frames in a header that hold a type of an anonymous namespace, though the frame is as local
// to the source file as the type is.
#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic push
#    pragma GCC diagnostic ignored "-Wsubobject-linkage"
#endif

template <class T, class Executor>
net::awaitable<void, Executor> store_result(net::awaitable<T, Executor> operation, std::optional<T>* result)
{
    result->emplace(co_await std::move(operation));
}

#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic pop
#endif

/// Awaits an awaitable.
template <class T, class Executor>
class awaitable_request final : public await_request<Executor> {
public:
    explicit awaitable_request(net::awaitable<T, Executor>&& operation) noexcept : operation_(std::move(operation)) {}

    net::awaitable<void, Executor> start() override { return store_result(std::move(operation_), &result_); }

    T await_resume()
    {
        this->check();
        return std::move(*result_);
    }

private:
    net::awaitable<T, Executor> operation_;
    std::optional<T> result_;
};

template <class Executor>
class awaitable_request<void, Executor> final : public await_request<Executor> {
public:
    explicit awaitable_request(net::awaitable<void, Executor>&& operation) noexcept : operation_(std::move(operation))
    {
    }

    net::awaitable<void, Executor> start() override { return std::move(operation_); }

    void await_resume() { this->check(); }

private:
    net::awaitable<void, Executor> operation_;
};

/// One of the tags of `net::this_coro` that have a result.
template <class Result, class Executor>
class tag_request final : public generator_request<Executor> {
public:
    explicit tag_request(request_kind requested_kind) noexcept : generator_request<Executor>(requested_kind) {}

    Result await_resume()
    {
        this->check();
        return std::move(*result);
    }

    std::optional<Result> result;
};

/// `this_coro::throw_if_cancelled(bool)`.
template <class Executor>
class throw_if_cancelled_request final : public generator_request<Executor> {
public:
    explicit throw_if_cancelled_request(bool throws) noexcept
        : generator_request<Executor>(request_kind::set_throw_if_cancelled),
          value(throws)
    {
    }

    void await_resume() { this->check(); }

    const bool value;
};

/// `this_coro::reset_cancellation_state(in, out)`; the other two forms are short for it.
template <class Executor>
class reset_cancellation_request final : public generator_request<Executor> {
public:
    using filter = std::function<net::cancellation_type_t(net::cancellation_type_t)>;

    reset_cancellation_request(filter in_filter, filter out_filter)
        : generator_request<Executor>(request_kind::reset_cancellation_state),
          input(std::move(in_filter)),
          output(std::move(out_filter))
    {
    }

    void await_resume() { this->check(); }

    filter input;
    filter output;
};

/// Why the body of a generator is suspended.
enum class generator_signal : unsigned char { created, yields, requests, pulls, nests, finished };

/// What `advance()` came to.
enum class generator_step : unsigned char { item, request, end };

/// The part of a generator's promise that does not depend on T.
///
/// Two relations tie frames together while they run:
/// - *nesting* (`co_yield elements_of(child)`): the items of the child are the parent's. The outermost parent is
///   the *head*; its `leaf` is the frame that runs when the head is asked for an item, whatever the depth.
/// - *pulling* (`co_await in.pull()`): a body asks another generator for its next item. The *root*, whose `next()`
///   the consumer awaits, has in `active` the head that has to deliver first; each head's `puller` is the next one.
template <class Executor>
class generator_frame {
public:
    generator_frame() noexcept = default;
    generator_frame(const generator_frame&) = delete;
    generator_frame& operator=(const generator_frame&) = delete;

    std::suspend_always initial_suspend() const noexcept { return {}; }

    std::suspend_always final_suspend() const noexcept { return {}; }

    void return_void() const noexcept {}

    void unhandled_exception() noexcept { error = std::current_exception(); }

    void ask(generator_request<Executor>& made) noexcept
    {
        request = &made;
        signal = generator_signal::requests;
    }

    void ask_pull(generator_frame& other) noexcept
    {
        inner = &other;
        signal = generator_signal::pulls;
        if (source != &other || other.drain != this) {
            unlink_source();
            other.unlink_drain();
            source = &other;
            other.drain = this;
        }
    }

    void ask_nest(generator_frame& other) noexcept
    {
        inner = &other;
        signal = generator_signal::nests;
    }

    void offer(void* item) noexcept
    {
        value = item;
        signal = generator_signal::yields;
    }

    /// After a `co_yield`: throws if the generator is being closed, namely what its source threw, if anything.
    void go_on()
    {
        if (!closing) {
            return;
        }
        closing = false;
        if (error) {
            std::rethrow_exception(std::exchange(error, nullptr));
        }
        throw system_error(net::error::operation_aborted);
    }

    void unlink_source() noexcept
    {
        if (source) {
            std::exchange(source, nullptr)->drain = nullptr;
        }
    }

    void unlink_drain() noexcept
    {
        if (drain) {
            std::exchange(drain, nullptr)->source = nullptr;
        }
    }

    /// True while the body waits for a request that nobody has started.
    bool is_parked() const noexcept
    {
        return signal == generator_signal::requests && request->state == request_state::waiting;
    }

    std::coroutine_handle<> self;
    void* value = nullptr; ///< the yielded item (signal `yields`), alive until the resume
    generator_request<Executor>* request = nullptr;
    generator_frame* inner = nullptr;  ///< who is to be pulled or nested
    generator_frame* leaf = this;      ///< of a head
    generator_frame* parent = nullptr; ///< of a nested frame
    generator_frame* puller = nullptr; ///< of a head that is being pulled
    generator_frame* active = this;    ///< of a root
    generator_frame* source = nullptr; ///< who was pulled last, if it is still there
    generator_frame* drain = nullptr;  ///< who pulled last, if it is still there
    std::exception_ptr error;          ///< what left the body
    std::exception_ptr failure;        ///< what the last `async_next` has told as a code
    generator_signal signal = generator_signal::created;
    bool in_use = false;  ///< a next() or a pull() is under way
    bool closing = false; ///< the `co_yield` at which the body stands has to throw
};

/// Runs the root and whatever it pulls from until the root has an item, has ended, or somebody wants something to be
/// awaited. A loop, not a recursion: however many generators are stacked, the stack does not grow.
template <class Executor>
generator_step advance(generator_frame<Executor>& root)
{
    if (root.signal == generator_signal::finished) {
        return generator_step::end;
    }
    for (;;) {
        generator_frame<Executor>& head = *root.active;
        generator_frame<Executor>& leaf = *head.leaf;
        if (leaf.is_parked()) {
            return generator_step::request;
        }

        leaf.signal = generator_signal::finished; // stays, unless the body suspends
        leaf.self.resume();

        switch (leaf.signal) {
        case generator_signal::requests:
            return generator_step::request;

        case generator_signal::pulls:
            leaf.inner->puller = &head;
            // the other one may have been left by try_next() amid a pull of its own
            root.active = std::exchange(leaf.inner->active, leaf.inner);
            break;

        case generator_signal::nests: {
            generator_frame<Executor>& child = *leaf.inner;
            child.parent = &leaf;
            head.leaf = std::exchange(child.leaf, &child);
            if (child.active != &child) // left by try_next() amid a pull, which is now the head's
            {
                generator_frame<Executor>* pulled = child.active;
                while (pulled->puller != &child) {
                    pulled = pulled->puller;
                }
                pulled->puller = &head;
                root.active = std::exchange(child.active, &child);
            }
            break;
        }

        case generator_signal::finished:
            if (leaf.parent) {
                head.leaf = std::exchange(leaf.parent, nullptr);
                break;
            }
            [[fallthrough]];

        default: // an item, or the end, for whoever asked this head
            if (&head == &root) {
                return leaf.signal == generator_signal::yields ? generator_step::item : generator_step::end;
            }
            root.active = std::exchange(head.puller, nullptr);
            head.in_use = false;
            if (root.active->leaf->signal == generator_signal::yields) // it did not ask, see interrupt()
            {
                root.active->leaf->error = std::exchange(head.error, nullptr);
            }
            break;
        }
    }
}

/// Undoes the pulls that are under way: their bodies will see `operation_aborted` when they are resumed.
template <class Executor>
void abandon(generator_frame<Executor>& root) noexcept
{
    while (root.active != &root) {
        generator_frame<Executor>* pulled = root.active;
        root.active = std::exchange(pulled->puller, nullptr);
        pulled->in_use = false;
    }
}

/// Makes the place at which the body stands throw `operation_aborted` when it is resumed, and first of all the place at
/// which the generator stands that it pulled from last, and so on.
template <class Executor>
void interrupt(generator_frame<Executor>& root) noexcept
{
    for (;;) {
        generator_frame<Executor>& head = *root.active;
        generator_frame<Executor>& leaf = *head.leaf;
        if (leaf.signal == generator_signal::created) {
            leaf.signal = generator_signal::finished; // and is not started
        } else if (leaf.is_parked()) {
            leaf.request->state = request_state::started;
        }
        if (leaf.signal != generator_signal::yields) {
            return;
        }

        leaf.closing = true;
        generator_frame<Executor>* const source = leaf.source;
        if (!source || source->in_use || source->signal == generator_signal::finished) {
            return;
        }
        // as if the body were pulling from it: when it has ended, the body is resumed, and throws
        source->in_use = true;
        source->puller = &head;
        root.active = std::exchange(source->active, source);
    }
}

/// Marks a generator as being asked for an item.
template <class Executor>
class generator_use {
public:
    /// \throws error (invalid_argument) where another one is under way
    explicit generator_use(generator_frame<Executor>& root) : root_(root)
    {
        if (root.in_use) {
            throw_second_consumer();
        }
        root.in_use = true;
    }

    generator_use(const generator_use&) = delete;
    generator_use& operator=(const generator_use&) = delete;

    ~generator_use()
    {
        root_.in_use = false;
        // only where the driver is destroyed in the middle of a wait is there anything left to undo
        if (root_.active != &root_ && !parked_) {
            abandon(root_);
        }
    }

    /// The request under way has not been started and can be left for the next driver.
    void park() noexcept { parked_ = true; }

private:
    generator_frame<Executor>& root_;
    bool parked_ = false;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/detail/impl/generator_frame.ipp>
#endif
