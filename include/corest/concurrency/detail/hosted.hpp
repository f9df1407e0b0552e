#pragma once

/// \file
/// A generator that runs on an executor of its own, for a consumer on any other.

#include <corest/async_generator.hpp>
#include <corest/concurrency/detail/call_gate.hpp>
#include <corest/concurrency/detail/serial_executor.hpp>
#include <corest/concurrency/run_on.hpp>
#include <corest/net.hpp>

#include COREST_ASIO(dispatch.hpp)

#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace corest::detail {

/// A generator and where it runs; shared by its consumer and by what runs there for him.
template <class T>
class hosted_generator {
public:
    hosted_generator(async_generator<T> generator, net::any_io_executor executor)
        : inner(std::move(generator)),
          home(std::move(executor))
    {
    }

    async_generator<T> inner;
    net::any_io_executor home; ///< empty until the first `next()`, if it is to be that of the first consumer
};

template <class T>
net::awaitable<std::optional<T>> next_of(std::shared_ptr<hosted_generator<T>> hosted)
{
    co_return co_await hosted->inner.next();
}

template <class T>
net::awaitable<void> close_of(std::shared_ptr<hosted_generator<T>> hosted)
{
    co_await hosted->inner.close();
}

/// The consumer's share of a generator. Destroys it where it runs, since what works for it runs there too.
template <class T>
class destroyed_at_home {
public:
    destroyed_at_home(std::shared_ptr<hosted_generator<T>> hosted, std::shared_ptr<call_gate> gate) noexcept
        : hosted_(std::move(hosted)),
          gate_(std::move(gate))
    {
    }
    destroyed_at_home(const destroyed_at_home&) = delete;
    destroyed_at_home& operator=(const destroyed_at_home&) = delete;
    [[nodiscard]] const std::shared_ptr<hosted_generator<T>>& share() const noexcept { return hosted_; }
    ~destroyed_at_home()
    {
        if (gate_) {
            gate_->close();
        }
        if (const net::any_io_executor home = hosted_->home) {
            net::dispatch(home, [last = std::move(hosted_)]() mutable { last.reset(); });
        }
    }

private:
    std::shared_ptr<hosted_generator<T>> hosted_;
    std::shared_ptr<call_gate> gate_;
};

/// The items of a generator whose own coroutines must run one at a time, for a consumer whose executor may run several.
/// Each `next()` from another executor is one hop there and back; one from that executor itself is none.
/// \param inner runs on `home` only
/// \param home serial; empty: the first consumer's executor, or a strand over it where that is not known to be serial
/// \param gate closed when the consumer destroys this; may be null
template <class T>
async_generator<T> hosted(async_generator<T> inner, net::any_io_executor home = net::any_io_executor(),
    std::shared_ptr<call_gate> gate = nullptr)
{
    const destroyed_at_home<T> owned(
        std::make_shared<hosted_generator<T>>(std::move(inner), std::move(home)), std::move(gate));
    const std::shared_ptr<hosted_generator<T>>& state = owned.share(); // no other share here
    std::exception_ptr failure;
    try {
        while (true) {
            const net::any_io_executor here = co_await net::this_coro::executor;
            if (!state->home) {
                state->home = serial_executor(here);
            }
            net::awaitable<std::optional<T>> next =
                here == state->home ? state->inner.next() : run_on(state->home, next_of(state));
            std::optional<T> item = co_await std::move(next);
            if (!item) {
                break;
            }
            co_yield std::move(*item);
        }
    } catch (...) {
        failure = std::current_exception();
    }
    if (!failure || !state->home) {
        co_return;
    }
    // The thread may have been cancelled, and its co_awaits would throw before the generator has ended.
    const bool throws = co_await net::this_coro::throw_if_cancelled();
    co_await net::this_coro::throw_if_cancelled(false);
    const net::any_io_executor here = co_await net::this_coro::executor;
    try {
        net::awaitable<void> end = here == state->home ? state->inner.close() : run_on(state->home, close_of(state));
        co_await std::move(end);
    } catch (const system_error& e) {
        failure = e.code() == net::error::operation_aborted ? failure : std::current_exception();
    } catch (...) {
        failure = std::current_exception();
    }
    co_await net::this_coro::throw_if_cancelled(throws);
    std::rethrow_exception(failure);
}

/// The items of lots, one after another.
template <class T>
async_generator<T> unpacked(async_generator<std::vector<T>> lots)
{
    std::optional<std::vector<T>> lot; // outlives the generator: what nobody has taken goes after all that works for it
    async_generator<std::vector<T>> source(std::move(lots));
    while (true) {
        lot = co_await source.pull();
        if (!lot) {
            break;
        }
        for (T& item : *lot) {
            co_yield std::move(item);
        }
    }
}

/// As `hosted`, of a generator that yields several items at once where there are several: one hop there and back for
/// all of them.
template <class T>
async_generator<T> hosted_lots(async_generator<std::vector<T>> inner,
    net::any_io_executor home = net::any_io_executor(), std::shared_ptr<call_gate> gate = nullptr)
{
    return unpacked<T>(hosted(std::move(inner), std::move(home), std::move(gate)));
}

} // namespace corest::detail
