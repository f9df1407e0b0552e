#pragma once

/// \file
/// Tables whose merge is made of all rows together (`table::merges_together`).

#include <corest/destination/destination.hpp>
#include <corest/schema/table_schema.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::test {

using schema::column;
using schema::data_type;

/// A column with the hint `hard_delete`.
inline column deleting(const std::string& name, std::optional<data_type> type = std::nullopt)
{
    column c(name, type);
    c.hard_delete = true;
    return c;
}

/// A column with the hint `dedup_sort`. \param order "asc" or "desc"
inline column sorting(const std::string& name, const std::string& order)
{
    column c(name);
    c.dedup_sort = order;
    return c;
}

/// A merge on "id".
inline table merge_with(std::vector<column> columns)
{
    table t("samples", write_disposition::merge, {"id"});
    t.schema = schema::table_schema(std::move(columns));
    return t;
}

/// A merge by the day alone.
inline table merge_by_day()
{
    table t("samples", write_disposition::merge);
    t.merge_key = {"day"};
    return t;
}

} // namespace corest::test
