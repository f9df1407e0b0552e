#pragma once

/// \file
/// What the columns of a source's tables are: declared, or found in the first rows.

#include <corest/config.hpp>
#include <corest/net.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/run/connect.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace corest::source {

/// The columns of a resource's table.
class found_schema {
public:
    std::string name;                    ///< of the resource, or of a table that is nested in its own
    corest::schema::table_schema schema; ///< declared columns first, then those that were found
    std::uint64_t records = 0;           ///< that were looked at
};

/// Reads some rows of each resource of a plan that is stored. Behind a resource with `max_table_nesting` come the
/// tables of what is nested in its records; nothing can be declared of these.
/// \param p with its secrets looked up
/// \param options how the API is reached
/// \param limit rows of each resource, parents included
/// \throws error as `pages`
[[nodiscard]] COREST_DECL net::awaitable<std::vector<found_schema>> find_schemas(
    plan p, connect_options options, std::uint64_t limit);

/// The schemas as JSON text, a column to a line: `{"projects": {"columns": {...}}, ...}`, to be pasted.
[[nodiscard]] COREST_DECL std::string to_text(const std::vector<found_schema>& found);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/find_schemas.ipp>
#endif
