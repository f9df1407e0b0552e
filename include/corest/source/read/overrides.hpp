#pragma once

/// \file
/// Changes a dictionary from the command line: `--set client.base_url=URL`.

#include <corest/config.hpp>

#include <boost/json/value.hpp>

#include <string_view>

namespace corest::source {

/// Sets one value of a dictionary.
///
/// \param dictionary from `read_source`, not checked yet
/// \param setting `path=value`. The path's parts are keys, `[2]` for an element, and names of resources:
///        `resources.samples.endpoint.paginator.limit=10`, `resources[samples].selected=false`. The value is JSON where
///        it is valid JSON, else text; a number that takes the place of a text or secret stays text. Objects on the way
///        that are missing are made where their key is known.
/// \throws error (invalid_source) naming the part that is wrong and the nearest known name; never the value
COREST_DECL void apply_override(boost::json::value& dictionary, std::string_view setting);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/overrides.ipp>
#endif
