#pragma once

/// \file
/// A time limit for an awaitable.

#include <corest/concurrency/detail/guarded.hpp>
#include <corest/config.hpp>
#include <corest/net.hpp>

#include <chrono>
#include <utility>

namespace corest {

namespace detail {

/// Waits for the end of the time. \throws system_error (net::error::timed_out)
COREST_DECL net::awaitable<void> expire(std::chrono::steady_clock::duration limit);

} // namespace detail

/// Awaits the operation, for no longer than the limit. It gives the operation's value whenever there is one, be it that
/// it came together with the end of the time, so that nothing is lost.
///
/// When the time is up the operation is cancelled (terminal cancellation) and waited for; then this throws
/// `system_error(net::error::timed_out)`. A failure of the operation within its time is thrown as it is. If the
/// calling coroutine is cancelled, the operation is cancelled and waited for, and `operation_aborted` is thrown: the
/// two are told apart by the code.
///
/// The operation runs in a thread of execution of its own on the caller's executor, or on a strand over it where that
/// is not known to be one thread's. A `next()` that times out ends its generator; a limit that is to be retried belongs
/// around the single request inside.
///
/// (`operation || timer` is no time limit: it drops a value that arrives together with the timer, and waits out the
/// timer when the operation fails.)
template <class T>
[[nodiscard]] net::awaitable<T> with_timeout(net::awaitable<T> operation, std::chrono::steady_clock::duration limit)
{
    return detail::guarded<T>(std::move(operation), detail::expire(limit));
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/concurrency/impl/with_timeout.ipp>
#endif
