#pragma once

#include <corest/source/run/find_schemas.hpp>

#include <corest/schema/infer.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/source/run/pages.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace corest::source {

namespace detail {

namespace schema_search {

/// Adds what was found to what is declared.
COREST_DECL void merge(corest::schema::table_schema& declared, const corest::schema::table_schema& found)
{
    for (const corest::schema::column& c : found.columns) {
        corest::schema::column* const known = declared.find(c.name);
        if (known == nullptr) {
            declared.columns.push_back(c);
        } else if (!known->type) {
            known->type = c.type;
        }
    }
}

} // namespace schema_search

} // namespace detail

COREST_DECL net::awaitable<std::vector<found_schema>> find_schemas(plan p, connect_options options, std::uint64_t limit)
{
    std::vector<found_schema> all;
    std::vector<corest::schema::table_schema> found;
    for (const planned_resource& r : p.resources) {
        if (r.stored) {
            found_schema& one = all.emplace_back();
            one.name = r.config.name;
            one.schema = r.config.schema.value_or(corest::schema::table_schema());
        }
    }
    found.resize(all.size());
    const auto executor = co_await net::this_coro::executor;
    auto rows = pages(executor, std::move(p), std::move(options), limit);
    while (std::optional<source_page> next = co_await rows.next()) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i].name == next->resource()) {
                corest::schema::infer(found[i], next->page());
                all[i].records += next->page().size();
            }
        }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        detail::schema_search::merge(all[i].schema, found[i]);
    }
    co_return all;
}

COREST_DECL std::string to_text(const std::vector<found_schema>& found)
{
    std::string out = "{";
    for (const found_schema& one : found) {
        out += out.size() == 1 ? "\n  " : ",\n  ";
        append_quoted(out, one.name);
        out += ": {\"columns\": {";
        bool first = true;
        for (const corest::schema::column& c : one.schema.columns) {
            // `{"name":{hints}}` of a schema of this column alone, without the outer braces.
            const std::string hints = corest::schema::table_schema({c}).columns_json();
            out += first ? "\n    " : ",\n    ";
            out += std::string_view(hints).substr(1, hints.size() - 2);
            first = false;
        }
        out += first ? "}}" : "\n  }}";
    }
    return out + (found.empty() ? "}\n" : "\n}\n");
}

} // namespace corest::source
