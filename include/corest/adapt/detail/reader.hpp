#pragma once

/// \file
/// What coroutines have in common that read a stream beside its consumer.

#include <corest/net.hpp>

#include COREST_ASIO(cancellation_state.hpp)

namespace corest::detail {

/// A reader that was cancelled just when what it awaited had come goes on without an exception. Its consumer may be
/// gone, and with it what the functions of adapters refer to, so none of them may be called.
/// \throws system_error (operation_aborted)
inline void throw_if_cancelled(const net::cancellation_state& cancellation)
{
    if (cancellation.cancelled() != net::cancellation_type::none) {
        throw system_error(net::error::operation_aborted);
    }
}

} // namespace corest::detail
