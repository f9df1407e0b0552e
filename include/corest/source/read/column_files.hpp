#pragma once

/// \file
/// Schemas in files of their own: `"columns": {"$ref": "projects.schema.json"}`. Not for users.

#include <corest/config.hpp>
#include <corest/source/read/source_reading.hpp>

#include <boost/json/value.hpp>

#include <string>

namespace corest::source::detail {

/// Puts what the files hold in the place of their names, in the `columns` of all resources and of their defaults.
/// \param dictionary not checked yet
/// \param directory that the names are relative to
/// \throws error (invalid_source) naming the key, where a file cannot be read or is no JSON
COREST_DECL void read_column_files(boost::json::value& dictionary, const std::string& directory);

/// The same for a reading, whenever it is read.
[[nodiscard]] COREST_DECL source_reading with_column_files(source_reading reading, const std::string& directory);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/column_files.ipp>
#endif
