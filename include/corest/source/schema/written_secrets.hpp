#pragma once

/// \file
/// Credentials that are written down in a dictionary, rather than looked up. Not for users.

#include <corest/auth/secret.hpp>
#include <corest/config.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail {

/// Whether what stands under a name is a credential, by the name.
[[nodiscard]] COREST_DECL bool is_secret_key(std::string_view name);

/// Adds the value of a header field that is a credential, and the credentials in it: of `Bearer abc` also `abc`.
COREST_DECL void add_header_secrets(std::string_view name, const secret& value, std::vector<secret>& out);

/// Adds the values of a path's own query whose names say that they are credentials: of `items?api_key=abc` it is `abc`.
/// A value with a placeholder is none of them. \param path a template in its normal spelling
COREST_DECL void add_query_secrets(std::string_view path, std::vector<secret>& out);

/// The path for people: with `***` in place of each of these.
[[nodiscard]] COREST_DECL std::string without_query_secrets(std::string_view path);
/// The same of a sentence that names the path.
[[nodiscard]] COREST_DECL std::string without_query_secrets(std::string sentence, std::string_view path);

/// Whether a constant that fills a placeholder is a credential, by the place where it is sent.
/// \param name of the parameter, header or field whose text has the placeholder; empty: a path has it
/// \param prefix what stands before the placeholder, which may be a path with a query
[[nodiscard]] COREST_DECL bool fills_credential(std::string_view name, std::string_view prefix);

/// Adds the texts below a value whose names say that they are credentials. \param name of the value itself
COREST_DECL void add_written_secrets(const boost::json::value& v, std::string_view name, std::vector<secret>& out);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/written_secrets.ipp>
#endif
