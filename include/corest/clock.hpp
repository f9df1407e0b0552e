#pragma once

/// \file
/// Time as something that is handed in: token lifetimes and waits are tested without waiting.

#include <corest/config.hpp>
#include <corest/net.hpp>

#include <chrono>
#include <memory>

namespace corest {

/// Where the time comes from, and how it passes. The default one is the machine's.
class clock_source {
public:
    clock_source() = default;
    clock_source(const clock_source&) = delete;
    clock_source& operator=(const clock_source&) = delete;
    virtual ~clock_source() = default;

    /// Monotonic time, for lifetimes and waits.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;
    /// Wall-clock time, for dates in headers.
    [[nodiscard]] virtual std::chrono::system_clock::time_point date() const = 0;
    /// Waits on the awaiting coroutine's executor. Cancelled, it throws `system_error` (operation_aborted).
    [[nodiscard]] virtual net::awaitable<void> sleep_until(std::chrono::steady_clock::time_point deadline) = 0;
};

/// The machine's clock.
[[nodiscard]] COREST_DECL std::shared_ptr<clock_source> system_clock_source();

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/impl/clock.ipp>
#endif
