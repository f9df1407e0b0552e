#pragma once

/// \file
/// The texts that a request carries besides its path: parameters, headers, the body's texts. Not for users.

#include <corest/config.hpp>
#include <corest/source/plan/draft.hpp>
#include <corest/source/plan/planned_resource.hpp>
#include <corest/source/schema/source_config.hpp>

#include <string>
#include <vector>

namespace corest::source::detail {

/// Parses the params that the path does not use, the headers, the client's among them, a form's fields, and the body's
/// texts that hold placeholders. What is not understood becomes a problem of the draft.
COREST_DECL void parse_request_texts(draft& d, const client_config& client);

/// Where in the dictionary a text stands. \param texts the draft's list that holds `text`
[[nodiscard]] COREST_DECL std::string key_of_text(
    const draft& d, const std::vector<planned_text>& texts, const planned_text& text);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/plan/impl/request_texts.ipp>
#endif
