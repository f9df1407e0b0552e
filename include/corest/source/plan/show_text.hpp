#pragma once

/// \file
/// The plan for people.

#include <corest/config.hpp>
#include <corest/source/plan/plan.hpp>

#include <string>

namespace corest::source {

/// The plan for people: a tree of resources. Holds no secret, and of headers and parameters only the names; constants
/// that fill a path and are no secrets are shown.
[[nodiscard]] COREST_DECL std::string to_text(const plan& p);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/show_text.ipp>
#endif
