#pragma once

/// \file
/// Where a child coroutine leaves its result for its parent.

#include <corest/net.hpp>

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace corest::detail {

/// T, or something that stands for `void`.
template <class T>
using stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// Empty until there is a result. Unlike the completion handler of `co_spawn` it needs no default constructor.
template <class T>
using result_slot = std::shared_ptr<std::optional<stored<T>>>;

/// Awaits the operation and leaves its result in the slot.
template <class T>
net::awaitable<void> run_into(net::awaitable<T> operation, result_slot<T> slot)
{
    if constexpr (std::is_void_v<T>) {
        co_await std::move(operation);
        slot->emplace();
    } else {
        slot->emplace(co_await std::move(operation));
    }
}

/// Takes the result out of the slot.
template <class T>
T take_result(const result_slot<T>& slot)
{
    std::optional<stored<T>> result = std::exchange(*slot, std::nullopt);
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

} // namespace corest::detail
