#pragma once

/// \file
/// Asio's completion tokens that have another place in each flavour.

#include <corest/net.hpp>

// Blanks around the slash would make it another name.
// clang-format off
#include COREST_ASIO(experimental/deferred.hpp)
#if defined(COREST_STANDALONE_ASIO)
#    include COREST_ASIO(experimental/as_tuple.hpp)
#else
#    include COREST_ASIO(as_tuple.hpp)
#endif
// clang-format on

namespace corest::test {

#if defined(COREST_STANDALONE_ASIO)
using net::experimental::as_tuple;
using net::experimental::deferred;
#else
using net::as_tuple;
using net::deferred;
#endif

} // namespace corest::test
