#pragma once

#include <corest/source/run/find_schemas.hpp>

#include <corest/schema/infer.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/source/plan/nested_columns.hpp>
#include <corest/source/run/pages.hpp>
#include <corest/source/run/row_nesting.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
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

/// A resource, and what was found of it.
class searched {
public:
    explicit searched(const planned_resource& r)
    {
        resource.name = r.config.name;
        resource.schema = r.config.schema.value_or(corest::schema::table_schema());
        if (r.config.max_table_nesting != 0) {
            nesting_.emplace(r.destination_table(), r.config.naming, 0, r.config.max_table_nesting);
        }
    }

    void look_at(const page& rows)
    {
        resource.records += rows.size();
        if (!nesting_) {
            corest::schema::infer(found_, rows);
            return;
        }
        const nested_rows split = nesting_->apply(rows, nullptr);
        corest::schema::infer(found_, split.rows);
        for (const nested_page& below : split.nested) {
            found_schema& one = nested_[below.table];
            corest::schema::infer(one.schema, below.rows);
            one.records += below.rows.size();
        }
    }

    /// Adds the resource, and the tables of what is nested in its records.
    void add_to(std::vector<found_schema>& all)
    {
        if (nesting_) { // adds it by itself
            std::erase_if(
                found_.columns, [](const corest::schema::column& c) { return c.name == nested_column::row_id; });
        }
        merge(resource.schema, found_);
        all.push_back(std::move(resource));
        for (auto& [table, one] : nested_) {
            one.name = table;
            all.push_back(std::move(one));
        }
    }

    found_schema resource;

private:
    corest::schema::table_schema found_;
    std::optional<row_nesting> nesting_;
    std::map<std::string, found_schema> nested_; ///< by table
};

} // namespace schema_search

} // namespace detail

COREST_DECL net::awaitable<std::vector<found_schema>> find_schemas(plan p, connect_options options, std::uint64_t limit)
{
    using detail::schema_search::searched;
    std::vector<searched> all;
    for (const planned_resource& r : p.resources) {
        if (r.stored) {
            all.emplace_back(r);
        }
    }
    const auto executor = co_await net::this_coro::executor;
    auto rows = pages(executor, std::move(p), std::move(options), limit);
    while (std::optional<source_page> next = co_await rows.next()) {
        for (searched& one : all) {
            if (one.resource.name == next->resource()) {
                one.look_at(next->page());
            }
        }
    }
    std::vector<found_schema> found;
    for (searched& one : all) {
        one.add_to(found);
    }
    co_return found;
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
