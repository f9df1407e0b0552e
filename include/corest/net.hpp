#pragma once

/// \file
/// The only header that names an Asio flavour's headers (`system_error.hpp` has its error types). Everything else says
/// `corest::net`, and includes further Asio headers as `#include COREST_ASIO(steady_timer.hpp)`.
/// Boost.Asio is the default; `COREST_STANDALONE_ASIO` selects Asio without Boost.

#include <corest/config.hpp>
#include <corest/system_error.hpp>

#if defined(COREST_STANDALONE_ASIO)
// Asio 1.22, which Debian 12 has, does not know that clang has had coroutines since.
#    if defined(__clang__) && !defined(ASIO_HAS_CO_AWAIT)
#        define ASIO_HAS_CO_AWAIT 1
#    endif
/// The name of an Asio header in the selected flavour, for `#include`.
#    define COREST_ASIO(header) <asio/header>
#else
/// The name of an Asio header in the selected flavour, for `#include`.
#    define COREST_ASIO(header) <boost/asio/header>
#endif

#include COREST_ASIO(any_io_executor.hpp)
#include COREST_ASIO(awaitable.hpp)
#include COREST_ASIO(error.hpp)
#include COREST_ASIO(this_coro.hpp)
#include COREST_ASIO(use_awaitable.hpp)

// Options hold a pointer to one; who makes one includes ssl/context.hpp, and with it OpenSSL.
#if defined(COREST_STANDALONE_ASIO)
namespace asio::ssl {
class context;
} // namespace asio::ssl
#else
namespace boost::asio::ssl {
class context;
} // namespace boost::asio::ssl
#endif

namespace corest {

#if defined(COREST_STANDALONE_ASIO)
namespace net = ::asio;
#else
namespace net = ::boost::asio;
#endif

} // namespace corest
