#pragma once

/// \file
/// Error codes and the exception that carries one, of the selected Asio flavour. What includes this needs no other part
/// of Asio.

#include <corest/config.hpp>

#include <system_error>

#if !defined(COREST_STANDALONE_ASIO)
#    include <boost/system/error_category.hpp>
#    include <boost/system/error_code.hpp>
#    include <boost/system/system_error.hpp>
#endif

namespace corest {

#if defined(COREST_STANDALONE_ASIO)
/// The error code type that the selected Asio flavour completes with.
using error_code = std::error_code;
/// The category type of such codes.
using error_category = std::error_category;
/// The exception type that the selected Asio flavour throws; how a cancelled operation ends, and what `error` is.
using system_error = std::system_error;
#else
/// The error code type that the selected Asio flavour completes with.
using error_code = boost::system::error_code;
/// The category type of such codes.
using error_category = boost::system::error_category;
/// The exception type that the selected Asio flavour throws; how a cancelled operation ends, and what `error` is.
using system_error = boost::system::system_error;
#endif

} // namespace corest
