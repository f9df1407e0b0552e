#pragma once

/// \file
/// Takes a field of a parent's record over into a child's placeholder.

#include <corest/config.hpp>
#include <corest/select/record.hpp>

#include <string>

namespace corest {

/// The value of a parent's field as a binding: text decoded, numbers and booleans as they are written.
/// \param parent the parent's record
/// \param placeholder the name that it fills in the child's path
/// \param resource the parent's name, for the column `_<resource>_<field>` and for messages
/// \param field a path into the record
/// \throws error (field_missing) where the field is missing, null or empty; error (wrong_type) where it is an object or
///         array. No URL is ever made of such a value.
[[nodiscard]] COREST_DECL binding bind_field(
    const record& parent, std::string placeholder, std::string resource, std::string field);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/bind.ipp>
#endif
