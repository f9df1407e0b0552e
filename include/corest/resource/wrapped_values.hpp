#pragma once

/// \file
/// Records that are no objects, made into objects: what is to be stored needs fields. Not for users.

#include <corest/config.hpp>
#include <corest/select/page.hpp>

namespace corest::detail {

/// Makes `"a"` into `{"value":"a"}`, as dlt does, where a page has records that are no objects. Its body is then the
/// list of its records, without the envelope.
COREST_DECL void wrap_values(page_data& data);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/wrapped_values.ipp>
#endif
