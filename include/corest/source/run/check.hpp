#pragma once

/// \file
/// Asks for one page of each root resource.

#include <corest/config.hpp>
#include <corest/net.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/run/connect.hpp>

#include <cstddef>
#include <exception>
#include <string>
#include <vector>

namespace corest::source {

/// What `check` found at one root resource.
class check_result {
public:
    std::string name;                ///< of the resource
    std::size_t records = 0;         ///< on the first page
    std::vector<std::string> fields; ///< of the first record
    std::exception_ptr failure;      ///< null where all is well
};

/// Sends one request per root resource: are address, credentials and selector right?
[[nodiscard]] COREST_DECL net::awaitable<std::vector<check_result>> check(plan p, connect_options options);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/check.ipp>
#endif
