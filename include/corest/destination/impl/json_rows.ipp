#pragma once

#include <corest/destination/json_rows.hpp>

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/ndjson_line.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/error.hpp>

#include <cstddef>

namespace corest {

COREST_DECL std::vector<json_row> json_rows(const table& t, const page& rows)
{
    std::vector<json_row> all;
    all.reserve(rows.size());
    try {
        const std::vector<detail::bound_column> members = detail::bound_columns(rows);
        detail::store_error::for_each_record(rows.size(), [&](std::size_t i) {
            std::string text;
            std::string key = detail::ndjson_line::append_row(text, t, rows.json(i), members);
            text.pop_back(); // the line feed
            all.emplace_back(std::move(text), std::move(key));
        });
    } catch (const error& e) {
        throw detail::store_error::in_page(t.name, rows, e);
    }
    return all;
}

COREST_DECL std::optional<std::string> json_key(std::string_view row, const std::vector<std::string>& primary_key)
{
    std::string lacking;
    return detail::ndjson_line::key(row, primary_key, {}, lacking);
}

} // namespace corest
