#pragma once

/// \file
/// The plan for programs.

#include <corest/config.hpp>
#include <corest/source/plan/plan.hpp>

#include <boost/json/value.hpp>

namespace corest::source {

/// The plan for programs, with the same content as `to_text`.
[[nodiscard]] COREST_DECL boost::json::value to_json(const plan& p);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/show_json.ipp>
#endif
