#pragma once

/// \file
/// `async_generator<T>`: a coroutine that may `co_await` any Asio operation and `co_yield` values of type T.

#include <corest/detail/completion.hpp>
#include <corest/detail/generator_frame.hpp>
#include <corest/net.hpp>

#include <cassert>
#include <concepts>
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace corest {

template <class T, class Executor = net::any_io_executor>
class async_generator;

namespace detail {

template <class T, class Executor>
class generator_promise;

/// The driver: awaits on behalf of the body, in the consumer's own thread of execution, so that executor,
/// cancellation and unwinding are the consumer's. It holds the promise, not the generator, which may move.
template <class T, class Executor>
net::awaitable<std::optional<T>, Executor> drive(generator_promise<T, Executor>* root)
{
    if (!root) {
        co_return std::nullopt;
    }

    const generator_use<Executor> use(*root);
    generator_step step = advance<Executor>(*root);
    while (step == generator_step::request) {
        generator_request<Executor>& request = *root->active->leaf->request;
        request.state = request_state::started;
        try {
            // The tags are awaited in this frame: nested in another awaitable they would throw in a thread that has
            // been cancelled, and a body could not shield its cleanup.
            switch (request.kind) {
            case request_kind::await:
                co_await static_cast<await_request<Executor>&>(request).start();
                break;
            case request_kind::executor:
                static_cast<tag_request<Executor, Executor>&>(request).result.emplace(
                    co_await net::this_coro::executor);
                break;
            case request_kind::cancellation_state:
                static_cast<tag_request<net::cancellation_state, Executor>&>(request).result.emplace(
                    co_await net::this_coro::cancellation_state);
                break;
            case request_kind::reset_cancellation_state: {
                auto& reset = static_cast<reset_cancellation_request<Executor>&>(request);
                co_await net::this_coro::reset_cancellation_state(std::move(reset.input), std::move(reset.output));
                break;
            }
            case request_kind::get_throw_if_cancelled:
                static_cast<tag_request<bool, Executor>&>(request).result.emplace(
                    co_await net::this_coro::throw_if_cancelled());
                break;
            case request_kind::set_throw_if_cancelled:
                co_await net::this_coro::throw_if_cancelled(
                    static_cast<throw_if_cancelled_request<Executor>&>(request).value);
                break;
            }
        } catch (...) {
            request.error = std::current_exception();
        }
        request.state = request_state::done;
        step = advance<Executor>(*root);
    }

    if (step == generator_step::item) {
        co_return std::optional<T>(root->take());
    }
    root->rethrow();
    co_return std::nullopt;
}

/// `co_await generator.pull()` in the body of another generator.
template <class T, class Executor>
class pull_request {
public:
    explicit pull_request(generator_promise<T, Executor>* from) noexcept : from_(from) {}

    /// \throws error (invalid_argument) where a next() or another pull() is under way
    bool await_ready() const
    {
        const bool ended = !from_ || from_->signal == generator_signal::finished;
        if (!ended && from_->in_use) {
            throw_second_consumer();
        }
        return ended;
    }

    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> body) noexcept
    {
        from_->in_use = true;
        body.promise().ask_pull(*from_);
    }

    std::optional<T> await_resume()
    {
        if (!from_) {
            return std::nullopt;
        }
        if (from_->leaf->signal == generator_signal::yields) {
            return std::optional<T>(from_->take());
        }
        if (from_->signal != generator_signal::finished) {
            throw system_error(net::error::operation_aborted); // abandoned, see there
        }
        from_->rethrow();
        return std::nullopt;
    }

private:
    generator_promise<T, Executor>* from_;
};

/// How `async_next` finds the generator, which may move.
template <class T, class Executor>
class generator_source {
public:
    explicit generator_source(generator_promise<T, Executor>* promise) noexcept : promise_(promise) {}

    net::awaitable<std::optional<T>, Executor> next() const { return drive<T, Executor>(promise_); }

    void keep(const std::exception_ptr& failure) const noexcept
    {
        if (promise_) {
            promise_->failure = failure;
        }
    }

private:
    generator_promise<T, Executor>* promise_;
};

} // namespace detail

/// `co_yield elements_of(std::move(generator))` in the body of an `async_generator<T>` yields every item that is left
/// in another `async_generator<T>`. Each item costs the same at any depth of nesting. An exception of the inner
/// generator is thrown by the `co_yield` expression.
template <class T, class Executor = net::any_io_executor>
class elements_of {
public:
    /// \param generator whose items are to be yielded; taken over
    explicit elements_of(async_generator<T, Executor> generator) noexcept : generator_(std::move(generator)) {}

private:
    friend class detail::generator_promise<T, Executor>;

    async_generator<T, Executor> generator_;
};

namespace detail {

/// What an operation that can be called with a completion token gives as an awaitable.
template <class Operation, class Executor>
using awaited_as = decltype(std::declval<Operation>()(std::declval<net::use_awaitable_t<Executor>>()));

template <class A, class Executor>
inline constexpr bool is_awaitable_with = false;

template <class T, class Executor>
inline constexpr bool is_awaitable_with<net::awaitable<T, Executor>, Executor> = true;

template <class T, class Executor>
class generator_promise final : public generator_frame<Executor> {
    /// The awaiter of `co_yield` of an rvalue, which lives until the body goes on.
    class yield_awaiter {
    public:
        explicit yield_awaiter(generator_promise& body) noexcept : body_(body) {}

        bool await_ready() const noexcept { return false; }

        void await_suspend(std::coroutine_handle<>) const noexcept {}

        void await_resume() const { body_.go_on(); }

    private:
        generator_promise& body_;
    };

    /// The awaiter of `co_yield` of an lvalue: holds the copy that the consumer moves from.
    class yield_copy_awaiter {
    public:
        yield_copy_awaiter(generator_promise& body, const T& item) : body_(body), item_(item) {}

        yield_copy_awaiter(const yield_copy_awaiter&) = delete;
        yield_copy_awaiter& operator=(const yield_copy_awaiter&) = delete;

        bool await_ready() const noexcept { return false; }

        void await_suspend(std::coroutine_handle<>) noexcept { body_.offer(std::addressof(item_)); }

        void await_resume() const { body_.go_on(); }

    private:
        generator_promise& body_;
        T item_;
    };

    class nest_awaiter {
    public:
        explicit nest_awaiter(async_generator<T, Executor>&& generator) noexcept : generator_(std::move(generator)) {}

        nest_awaiter(const nest_awaiter&) = delete;
        nest_awaiter& operator=(const nest_awaiter&) = delete;

        bool await_ready() const noexcept
        {
            return !generator_.promise_ || generator_.promise_->signal == generator_signal::finished;
        }

        void await_suspend(std::coroutine_handle<generator_promise> body) noexcept
        {
            body.promise().ask_nest(*generator_.promise_);
        }

        void await_resume()
        {
            if (generator_.promise_) {
                generator_.promise_->rethrow();
            }
        }

    private:
        async_generator<T, Executor> generator_;
    };

public:
    async_generator<T, Executor> get_return_object() noexcept
    {
        this->self = std::coroutine_handle<generator_promise>::from_promise(*this);
        return async_generator<T, Executor>(this);
    }

    yield_awaiter yield_value(T&& item) noexcept
    {
        this->offer(std::addressof(item));
        return yield_awaiter(*this);
    }

    yield_copy_awaiter yield_value(const T& item)
        requires std::copy_constructible<T>
    {
        return yield_copy_awaiter(*this, item);
    }

    nest_awaiter yield_value(elements_of<T, Executor> elements) noexcept
    {
        return nest_awaiter(std::move(elements.generator_));
    }

    template <class U>
    awaitable_request<U, Executor> await_transform(net::awaitable<U, Executor> operation)
    {
        return awaitable_request<U, Executor>(std::move(operation));
    }

    /// Any operation that takes a completion token (what `deferred` and its kin make).
    template <class Operation>
        requires is_awaitable_with<awaited_as<Operation, Executor>, Executor>
    auto await_transform(Operation&& operation)
    {
        return this->await_transform(std::forward<Operation>(operation)(net::use_awaitable_t<Executor>()));
    }

    template <class U>
    pull_request<U, Executor> await_transform(pull_request<U, Executor> pull) noexcept
    {
        return pull;
    }

    auto await_transform(net::this_coro::executor_t) noexcept
    {
        return tag_request<Executor, Executor>(request_kind::executor);
    }

    auto await_transform(net::this_coro::cancellation_state_t) noexcept
    {
        return tag_request<net::cancellation_state, Executor>(request_kind::cancellation_state);
    }

    auto await_transform(net::this_coro::reset_cancellation_state_0_t)
    {
        return reset_cancellation_request<Executor>(
            net::enable_terminal_cancellation(), net::enable_terminal_cancellation());
    }

    template <class Filter>
    auto await_transform(net::this_coro::reset_cancellation_state_1_t<Filter> reset)
    {
        return reset_cancellation_request<Executor>(reset.filter, reset.filter);
    }

    template <class InFilter, class OutFilter>
    auto await_transform(net::this_coro::reset_cancellation_state_2_t<InFilter, OutFilter> reset)
    {
        return reset_cancellation_request<Executor>(std::move(reset.in_filter), std::move(reset.out_filter));
    }

    auto await_transform(net::this_coro::throw_if_cancelled_0_t) noexcept
    {
        return tag_request<bool, Executor>(request_kind::get_throw_if_cancelled);
    }

    auto await_transform(net::this_coro::throw_if_cancelled_1_t tag) noexcept
    {
        return throw_if_cancelled_request<Executor>(tag.value);
    }

    /// The item at which the generator stands. Called once for each.
    T&& take() noexcept { return std::move(*static_cast<T*>(this->leaf->value)); }

    /// Throws what left the body, once.
    void rethrow()
    {
        if (this->error) {
            std::rethrow_exception(std::exchange(this->error, nullptr));
        }
    }
};

} // namespace detail

/// A coroutine that may `co_await` any Asio operation and `co_yield` values of type T.
///
///     corest::async_generator<int> ticks(net::steady_timer timer, int count)
///     {
///         for (int i = 0; i < count; ++i) {
///             timer.expires_after(1s);
///             co_await timer.async_wait(net::use_awaitable);
///             co_yield i;
///         }
///     }
///
///     auto generator = ticks(net::steady_timer(executor), 3);
///     while (auto tick = co_await generator.next())
///         std::cout << *tick << '\n';
///
/// **Lazy.** Nothing runs before the first `next()`, and nothing runs between two of them: the body is suspended at
/// its `co_yield` (a generator that works ahead is made with `prefetch`).
///
/// **Where it runs.** `next()` awaits on behalf of the body, in the consumer's thread of execution: the body has the
/// consumer's executor, and cancelling the consumer cancels what the body awaits. A body that resets the cancellation
/// state or `throw_if_cancelled` changes it for the consumer too, so it puts it back.
///
/// **Cancellation** reaches a `next()` that is running, as `operation_aborted` out of the `co_await` at which the body
/// waits. Between two `next()` nothing waits: the consumer's own next `co_await` throws, and the body, with all that it
/// owns, lives until the generator is destroyed or closed. A cancelled or timed out `next()` ends the generator, unless
/// the body catches the exception and goes on.
///
/// **The end.** After the body has returned or thrown (the exception leaves `next()`), `next()` gives `nullopt`.
///
/// **Destruction** destroys the body at the `co_yield` where it stands. It must not be destroyed while a `next()` is
/// under way (checked by `assert`). If the io_context goes away in the middle of a `next()`, the body sees
/// `operation_aborted` should it ever be resumed.
///
/// Parameters of a body are taken by value: what a reference refers to may be gone before the first `next()`.
/// Single consumer, not thread-safe: like the consumer, it belongs on one thread or strand at a time. A second one that
/// asks while the first one waits gets an error (invalid_argument).
///
/// \tparam T          what is yielded: an object type that can be moved
/// \tparam Executor   the executor type of the awaitables that the body awaits and of those that `next()` returns
template <class T, class Executor>
class [[nodiscard]] async_generator {
    static_assert(std::is_object_v<T> && !std::is_const_v<T>, "async_generator<T> yields objects: use a value type");
    static_assert(std::is_move_constructible_v<T>, "async_generator<T> hands its items out by moving them");

public:
    using value_type = T;                                        ///< what is yielded
    using executor_type = Executor;                              ///< of the awaitables, inside and outside
    using promise_type = detail::generator_promise<T, Executor>; ///< for the compiler

    /// A generator without a body, which has ended.
    async_generator() noexcept = default;

    /// The other one is left without a body. Allowed while its `next()` is under way.
    async_generator(async_generator&& other) noexcept : promise_(std::exchange(other.promise_, nullptr)) {}

    /// Destroys the body that there was, and takes over the other one's.
    async_generator& operator=(async_generator&& other) noexcept
    {
        if (this != &other) {
            destroy();
            promise_ = std::exchange(other.promise_, nullptr);
        }
        return *this;
    }

    ~async_generator() { destroy(); }

    /// The next item, or `nullopt` after the last one. Throws what the body throws.
    /// The generator may be moved, but not destroyed, while this is under way. One at a time.
    /// \throws error (invalid_argument) where another next(), pull() or try_next() is under way; that one goes on
    [[nodiscard]] net::awaitable<std::optional<T>, Executor> next() & { return detail::drive<T, Executor>(promise_); }

    /// `next()` for those who do not await it in a coroutine: a future, a callback, a token that gives an error code.
    ///
    ///     generator.async_next(executor, [](corest::error_code ec, std::optional<int> item) { ... });
    ///     std::optional<int> item = generator.async_next(executor, net::use_future).get();
    ///     auto [ec, item] = co_await generator.async_next(net::as_tuple(net::use_awaitable));
    ///
    /// The signature is `void(corest::error_code, std::optional<T>)`. The code is what `code_of` makes of the exception
    /// that `next()` would throw: an `errc`, `net::error::operation_aborted`, another code of Asio's. `failure()` is
    /// the exception itself. At the end the code says success and the item is empty.
    ///
    /// The body runs on the executor given, or else on the token's associated one; a token that has none does not
    /// compile, or, where that shows only at run time (as with `use_future`), is told errc::invalid_argument. The
    /// token's cancellation slot is observed: terminal cancellation ends the wait as it ends `next()`. The handler is
    /// never called before this function has returned, and runs on its own associated executor. The generator may be
    /// moved, but not destroyed, until the handler runs. One at a time, as `next()`.
    template <class Token>
    auto async_next(Token&& token) &
    {
        return net::async_initiate<Token, void(error_code, std::optional<T>)>(
            detail::next_operation<T, Executor>(), token, detail::generator_source<T, Executor>(promise_));
    }
    /// The same.
    /// \param executor where the body runs
    /// \param token called when the item is there
    template <class Token>
    auto async_next(Executor executor, Token&& token) &
    {
        return net::async_initiate<Token, void(error_code, std::optional<T>)>(detail::next_operation<T, Executor>(),
            token, detail::generator_source<T, Executor>(promise_), std::move(executor));
    }
    /// The exception that the last `async_next` told as an error code, with its text; none where it gave an item or the
    /// end.
    [[nodiscard]] std::exception_ptr failure() const noexcept { return promise_ ? promise_->failure : nullptr; }

    /// What `next()` is, for use in the body of another generator (with the same executor type): no coroutine
    /// frame between the two, so a stack of adapters costs little and any height of it is run in a loop.
    ///
    ///     while (auto item = co_await in.pull())
    ///         co_yield f(*item);
    [[nodiscard]] detail::pull_request<T, Executor> pull() & { return detail::pull_request<T, Executor>(promise_); }

    /// The next item if the body comes to it without having to await anything; an ordinary function, no coroutine.
    ///
    /// The body is resumed and runs until it yields (the item is returned), returns or throws, or wants to await
    /// (`nullopt`). Nothing is lost by calling it: what it came upon - the wait, the end, the exception - is what the
    /// next `next()`, `pull()` or `close()` goes on with. So `nullopt` does not mean the end, only "ask `next()`":
    ///
    ///     while (auto item = co_await generator.next()) {
    ///         use(*item);
    ///         while (auto more = generator.try_next()) // the rest of a page, without a coroutine for each item
    ///             use(*more);
    ///     }
    ///
    /// It works through any stack of `pull()` and `elements_of`. Reading a tag of `this_coro` counts as awaiting. As
    /// nothing is awaited, a long run of `try_next()` notices no cancellation.
    [[nodiscard]] std::optional<T> try_next() &
    {
        if (!promise_) {
            return std::nullopt;
        }
        detail::generator_use<Executor> use(*promise_);
        const detail::generator_step step = detail::advance<Executor>(*promise_);
        if (step == detail::generator_step::item) {
            return std::optional<T>(promise_->take());
        }
        use.park();
        return std::nullopt;
    }

    /// \name Of a temporary: does not compile, and says why
    /// `co_await numbers().next()` in a loop would ask for the first item for ever.
    /// @{
    template <class Never = void>
    void next() && ///< refused
    {
        detail::refuse_temporary<Never>();
    }
    template <class Never = void>
    void pull() && ///< refused
    {
        detail::refuse_temporary<Never>();
    }
    template <class Never = void>
    void try_next() && ///< refused
    {
        detail::refuse_temporary<Never>();
    }
    template <class... Arguments>
    void async_next(Arguments&&...) && ///< refused
    {
        detail::refuse_temporary<std::tuple<Arguments...>>();
    }
    /// @}

    /// Ends the generator and waits until it has ended, which the destructor cannot: the `co_yield` (or the `co_await`
    /// met by `try_next()`) at which the body stands throws `operation_aborted`, what the body awaits on its way out is
    /// awaited, and the body is destroyed. The generator that the body pulled from last is ended before, and what that
    /// one pulled from before it, so this goes up through a stack of adapters; nested generators (`elements_of`) end
    /// with it too. A generator made of children (`prefetch`, `flat_map`) is thereby joined: none of them is left.
    ///
    /// `next()` gives `nullopt` from now on. A body that was never started is not started, and one that yields once
    /// more is destroyed there. An exception other than `operation_aborted` that leaves the body leaves `close()`.
    /// The generator may neither be moved nor destroyed while this is under way.
    /// \throws error (invalid_argument) where a next() is under way; that one goes on
    [[nodiscard]] net::awaitable<void, Executor> close()
    {
        if (promise_ && promise_->in_use) {
            detail::throw_second_consumer();
        }
        if (promise_) {
            detail::interrupt<Executor>(*promise_);
        }
        std::exception_ptr error;
        try {
            co_await next();
        } catch (const system_error& e) {
            if (e.code() != net::error::operation_aborted) {
                error = std::current_exception();
            }
        } catch (...) {
            error = std::current_exception();
        }
        destroy();
        if (error) {
            std::rethrow_exception(error);
        }
    }

private:
    friend class detail::generator_promise<T, Executor>;

    explicit async_generator(promise_type* promise) noexcept : promise_(promise) {}

    void destroy() noexcept
    {
        if (!promise_) {
            return;
        }
        assert(!promise_->in_use && "a generator was destroyed while its next() or pull() is under way");
        detail::abandon<Executor>(*promise_);
        promise_->unlink_source();
        promise_->unlink_drain();
        std::exchange(promise_, nullptr)->self.destroy();
    }

    promise_type* promise_ = nullptr;
};

} // namespace corest
