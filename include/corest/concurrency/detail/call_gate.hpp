#pragma once

/// \file
/// When functions of a user's own may no longer be called.

#include <corest/net.hpp>

#include <mutex>
#include <utility>

namespace corest::detail {

/// Closed when a consumer goes away: what the functions that he gave refer to may be gone with him. What works for him
/// elsewhere may not have been told yet, so it calls them through the gate only.
class call_gate {
public:
    /// No function is called any more. One that is running on another thread is waited for.
    void close()
    {
        const std::lock_guard lock(access_);
        closed_ = true;
    }

    /// Calls a function of the user's, which awaits nothing.
    /// \throws system_error (operation_aborted) where the gate is closed, and what the function throws
    template <class F>
    decltype(auto) call(F&& function)
    {
        const std::lock_guard lock(access_);
        if (closed_) {
            throw system_error(net::error::operation_aborted);
        }
        return std::forward<F>(function)();
    }

private:
    std::recursive_mutex access_; ///< a function may itself make the consumer go away
    bool closed_ = false;
};

} // namespace corest::detail
