#pragma once

/// \file
/// Keeps secrets that a server repeats out of error messages.

#include <corest/config.hpp>
#include <corest/http/response.hpp>

#include <exception>
#include <span>
#include <string>

namespace corest {

/// Replaces secrets in the body by `***` where an error message may quote it: the status is no success, or the body is
/// neither a JSON object nor an array. Records are never changed.
COREST_DECL void conceal(response& got, std::span<const std::string> secrets);

/// The text with secrets of four bytes and more replaced by `***`, as they are and percent-encoded.
[[nodiscard]] COREST_DECL std::string concealed(std::string text, std::span<const std::string> secrets);

/// An `error` whose texts show no secret; any other exception as it is.
[[nodiscard]] COREST_DECL std::exception_ptr concealed(
    std::exception_ptr failure, std::span<const std::string> secrets);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/conceal.ipp>
#endif
