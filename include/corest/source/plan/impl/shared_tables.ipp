#pragma once

#include <corest/source/plan/shared_tables.hpp>

#include <corest/detail/text.hpp>
#include <corest/schema/naming.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source::detail {

namespace shared_table {

/// A key in which two resources differ, and what each has there; no key: they agree.
class difference {
public:
    std::string_view key;
    std::string first;  ///< for people; empty: it is too long to be shown
    std::string second; ///< likewise
};

[[nodiscard]] COREST_DECL std::string fields_text(const std::vector<std::string>& fields)
{
    return fields.empty() ? "none" : in_quotes(corest::detail::join(fields));
}

/// The columns that are declared, in an order that does not depend on who has written them down.
[[nodiscard]] COREST_DECL std::vector<corest::schema::column> columns_of(const resource_config& r)
{
    std::vector<corest::schema::column> columns = r.schema ? r.schema->columns : std::vector<corest::schema::column>();
    std::sort(columns.begin(), columns.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return columns;
}

[[nodiscard]] COREST_DECL difference find_difference(
    const resource_config& first, const resource_config& second, const plan_options& options)
{
    if (!options.full_refresh && first.disposition != second.disposition) {
        return {key_name::write_disposition, std::string(to_string(first.disposition)),
            std::string(to_string(second.disposition))};
    }
    if (first.primary_key != second.primary_key) {
        return {key_name::primary_key, fields_text(first.primary_key), fields_text(second.primary_key)};
    }
    if (first.merge_key != second.merge_key) {
        return {key_name::merge_key, fields_text(first.merge_key), fields_text(second.merge_key)};
    }
    if (first.naming != second.naming) {
        return {key_name::naming, std::string(to_string(first.naming)), std::string(to_string(second.naming))};
    }
    if (first.load_columns != second.load_columns) {
        return {key_name::load_columns, first.load_columns ? "true" : "false", second.load_columns ? "true" : "false"};
    }
    if (first.max_table_nesting != 0 || second.max_table_nesting != 0) {
        return {key_name::max_table_nesting, std::to_string(first.max_table_nesting),
            std::to_string(second.max_table_nesting)};
    }
    const auto contract = [](const resource_config& r) {
        return r.schema ? r.schema->contract : corest::schema::schema_contract();
    };
    if (contract(first) != contract(second)) {
        return {key_name::schema_contract, {}, {}};
    }
    if (columns_of(first) != columns_of(second)) {
        return {key_name::columns, {}, {}};
    }
    return {};
}

[[nodiscard]] COREST_DECL std::string text_of(
    const difference& found, const resource_config& first, const resource_config& second)
{
    const std::string names = in_quotes(first.name) + " and " + in_quotes(second.name);
    const std::string key(found.key);
    if (key == key_name::max_table_nesting) {
        return "the resources " + names + " load into the same table, " + in_quotes(first.table_name)
            + ", whose rows cannot have tables nested in them then (" + key + ": " + found.first + " and "
            + found.second + "); set it to 0 for both, or give one of them a table_name of its own";
    }
    const std::string values = found.first.empty()
        ? std::string()
        : " (" + in_quotes(first.name) + ": " + found.first + ", " + in_quotes(second.name) + ": " + found.second + ")";
    return "the resources " + names + " load into the same table, " + in_quotes(first.table_name)
        + ", and differ in their " + key + values + "; give both the same " + key
        + ", or one of them a table_name of its own";
}

} // namespace shared_table

COREST_DECL void check_shared_tables(
    problem_list& problems, const draft_list& drafts, const plan_members& members, const plan_options& options)
{
    std::map<std::string_view, std::size_t> first_of; // by table: the first resource that is stored there
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        if (members.stored[i]) {
            const resource_config& r = drafts[i].config();
            const auto [known, is_new] = first_of.emplace(r.table_name, i);
            const resource_config& first = drafts[known->second].config();
            const shared_table::difference found =
                is_new ? shared_table::difference() : shared_table::find_difference(first, r, options);
            if (!found.key.empty()) {
                problems.add(r.key_path, r.name, shared_table::text_of(found, first, r));
            }
        }
    }
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const resource_config& r = drafts[i].config();
        const auto loaded = first_of.find(r.table_name);
        if (members.stored[i] || !r.selected || loaded == first_of.end()) {
            continue;
        }
        if (options.full_refresh || drafts[loaded->second].config().disposition == write_disposition::replace) {
            problems.add("--only", {},
                "the table " + in_quotes(r.table_name) + " would be replaced by the rows of "
                    + in_quotes(drafts[loaded->second].config().name) + " alone, and those of " + in_quotes(r.name)
                    + " would be gone; add --only " + r.name);
        }
    }
}

COREST_DECL void link_shared_tables(plan& p)
{
    std::map<std::string, std::vector<std::size_t>> resources_of; // by table
    for (std::size_t i = 0; i < p.resources.size(); ++i) {
        if (p.resources[i].stored) {
            resources_of[p.resources[i].config.table_name].push_back(i);
        }
    }
    for (const auto& known : resources_of) {
        for (const std::size_t one : known.second) {
            for (const std::size_t other : known.second) {
                if (other != one) {
                    p.resources[one].shares_table_with.push_back(p.resources[other].config.name);
                }
            }
        }
    }
}

} // namespace corest::source::detail
