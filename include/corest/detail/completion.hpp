#pragma once

/// \file
/// `async_next`: an awaitable run for a completion token that takes an error code.

#include <corest/error.hpp>
#include <corest/net.hpp>

#include COREST_ASIO(associated_cancellation_slot.hpp)
#include COREST_ASIO(associated_executor.hpp)
#include COREST_ASIO(async_result.hpp)
#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(bind_executor.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(system_executor.hpp)

#include <concepts>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace corest::detail {

template <class T>
inline constexpr bool never = false;

/// Whether a handler says on which executor the operation is to run: the system's, which it has by default, is nobody's
/// wish.
template <class Handler, class Executor, class Own = net::associated_executor_t<Handler>>
concept has_own_executor = std::convertible_to<Own, Executor> && !std::same_as<Own, net::system_executor>;

/// What is asked where the token gives an executor that only looks like one's own, as `use_future` does.
template <class T, class Executor, class Source>
class refused_source {
public:
    explicit refused_source(Source source) : source_(std::move(source)) {}

    [[nodiscard]] net::awaitable<std::optional<T>, Executor> next() const { return refuse(); }
    void keep(const std::exception_ptr& failure) const { source_.keep(failure); }

private:
    static net::awaitable<std::optional<T>, Executor> refuse()
    {
        throw error(errc::invalid_argument,
            "async_next(token) runs on the executor that the token is bound to, and this one is bound to none",
            "Write async_next(executor, token)");
        co_return std::nullopt;
    }

    Source source_;
};

/// What `async_next` initiates.
/// \tparam Source a pointer-like value: `next() -> net::awaitable<std::optional<T>, Executor>`,
///   `keep(std::exception_ptr)`
template <class T, class Executor>
class next_operation {
public:
    /// On the handler's own executor.
    template <class Handler, class Source>
    void operator()(Handler&& handler, Source source) const
    {
        if constexpr (has_own_executor<std::decay_t<Handler>, Executor>) {
            Executor own = net::get_associated_executor(handler);
            // The system's threads belong to nobody's io_context: a walk on them is a mistake.
            const net::execution_context& system = net::query(net::system_executor(), net::execution::context);
            if (&net::query(own, net::execution::context) == &system) {
                (*this)(std::forward<Handler>(handler), refused_source<T, Executor, Source>(std::move(source)),
                    std::move(own));
            } else {
                (*this)(std::forward<Handler>(handler), std::move(source), std::move(own));
            }
        } else {
            static_assert(never<Handler>,
                "async_next(token) runs on the executor that the token is bound to, and this one is bound to none: "
                "write "
                "async_next(executor, token) or async_next(net::bind_executor(executor, token))");
        }
    }
    template <class Handler, class Source>
    void operator()(Handler&& handler, Source source, Executor executor) const
    {
        auto last = net::get_associated_executor(handler, executor);
        const auto slot = net::get_associated_cancellation_slot(handler);
        auto complete = [source, own = std::decay_t<Handler>(std::forward<Handler>(handler))](
                            const std::exception_ptr& failure, std::optional<T>&& item) mutable {
            source.keep(failure);
            std::move(own)(code_of(failure), std::move(item));
        };
        net::co_spawn(executor, source.next(),
            net::bind_executor(std::move(last), net::bind_cancellation_slot(slot, std::move(complete))));
    }
};

/// What a call of a temporary's member comes to.
template <class T>
void refuse_temporary()
{
    static_assert(never<T>,
        "a generator or stream that is a temporary ends with the expression, and the next round of a loop would begin "
        "with its first "
        "item again: keep it in a variable (auto records = users.records(); while (auto r = co_await records.next()) "
        "...)");
}

} // namespace corest::detail
