#pragma once

/// \file
/// Credentials that are written down in a dictionary, rather than looked up. Not for users.

#include <corest/auth/secret.hpp>
#include <corest/config.hpp>

#include <boost/json/value.hpp>

#include <string_view>
#include <vector>

namespace corest::source::detail {

/// Whether what stands under a name is a credential, by the name.
[[nodiscard]] COREST_DECL bool is_secret_key(std::string_view name);

/// Adds the texts below a value whose names say that they are credentials. \param name of the value itself
COREST_DECL void add_written_secrets(const boost::json::value& v, std::string_view name, std::vector<secret>& out);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/written_secrets.ipp>
#endif
