#pragma once

#include <corest/schema/table_schema.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/detail/sha256.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>

namespace corest::schema {

COREST_DECL std::string describe_type(const column& c)
{
    if (!c.type) {
        return "any type";
    }
    std::string out(to_string(*c.type));
    if (c.precision) {
        out += "(" + std::to_string(*c.precision) + (c.scale ? ", " + std::to_string(*c.scale) : "") + ")";
    }
    if (c.type == data_type::timestamp && !c.timezone) {
        out += " without time zone";
    }
    return out;
}

COREST_DECL std::string_view to_string(contract_mode mode) noexcept
{
    switch (mode) {
    case contract_mode::evolve:
        return "evolve";
    case contract_mode::freeze:
        return "freeze";
    case contract_mode::discard_row:
        return "discard_row";
    case contract_mode::discard_value:
        return "discard_value";
    }
    return {};
}

COREST_DECL std::optional<contract_mode> find_contract_mode(std::string_view name) noexcept
{
    for (const contract_mode mode : contract_modes) {
        if (to_string(mode) == name) {
            return mode;
        }
    }
    return std::nullopt;
}

COREST_DECL const column* table_schema::find(std::string_view name) const noexcept
{
    return find_hinted([&](const column& c) { return c.name == name; });
}

COREST_DECL column* table_schema::find(std::string_view name) noexcept
{
    return const_cast<column*>(std::as_const(*this).find(name));
}

COREST_DECL std::unordered_map<std::string_view, const column*> table_schema::by_name() const
{
    std::unordered_map<std::string_view, const column*> found;
    found.reserve(columns.size());
    for (const column& c : columns) {
        found.emplace(c.name, &c);
    }
    return found;
}

namespace schema_text {

/// Appends `"key":value`, with what separates it from what stands before.
inline void append_member(std::string& out, std::string_view key, std::string_view json)
{
    if (out.back() != '{') {
        out += ',';
    }
    append_quoted(out, key);
    out += ':';
    out += json;
}

[[nodiscard]] inline std::string quoted(std::string_view text)
{
    std::string out;
    append_quoted(out, text);
    return out;
}

[[nodiscard]] COREST_DECL std::string hints(const column& c)
{
    std::string out = "{";
    const auto flag = [&](std::string_view key, bool value, bool usual) {
        if (value != usual) {
            append_member(out, key, value ? "true" : "false");
        }
    };
    const auto number = [&](std::string_view key, const std::optional<std::uint32_t>& value) {
        if (value) {
            append_member(out, key, std::to_string(*value));
        }
    };
    const auto text = [&](std::string_view key, std::string_view value) {
        if (!value.empty()) {
            append_member(out, key, quoted(value));
        }
    };
    text("data_type", c.type ? to_string(*c.type) : std::string_view());
    flag("nullable", c.nullable, true);
    number("precision", c.precision);
    number("scale", c.scale);
    flag("timezone", c.timezone, true);
    flag("primary_key", c.primary_key, false);
    flag("merge_key", c.merge_key, false);
    flag("unique", c.unique, false);
    flag("hard_delete", c.hard_delete, false);
    text("dedup_sort", c.dedup_sort);
    text("description", c.description);
    return out + "}";
}

[[nodiscard]] COREST_DECL std::string named(const std::string& name)
{
    return "the column " + corest::detail::in_quotes(name);
}

} // namespace schema_text

COREST_DECL std::string table_schema::columns_json() const
{
    std::string out = "{";
    for (const column& c : columns) {
        schema_text::append_member(out, c.name, schema_text::hints(c));
    }
    return out + "}";
}

COREST_DECL std::string table_schema::to_json() const
{
    std::string modes = "{";
    schema_text::append_member(modes, "tables", schema_text::quoted(to_string(contract.tables)));
    schema_text::append_member(modes, "columns", schema_text::quoted(to_string(contract.columns)));
    schema_text::append_member(modes, "data_type", schema_text::quoted(to_string(contract.data_type)));
    return "{\"columns\":" + columns_json() + ",\"schema_contract\":" + modes + "}}";
}

COREST_DECL std::string table_schema::version_hash() const
{
    return corest::detail::hexadecimal(corest::detail::sha256_of(to_json()));
}

COREST_DECL std::vector<std::string> table_schema::changes_since(const table_schema& earlier) const
{
    using schema_text::named;
    std::vector<std::string> out;
    const auto known = earlier.by_name();
    const auto own = by_name();
    for (const column& c : columns) {
        const auto found = known.find(c.name);
        if (found == known.end()) {
            out.push_back(named(c.name) + " is new, " + describe_type(c));
            continue;
        }
        const column* const before = found->second;
        if (describe_type(*before) != describe_type(c)) {
            out.push_back(named(c.name) + " was " + describe_type(*before) + " and is " + describe_type(c) + " now");
        }
        if (before->nullable != c.nullable) {
            out.push_back(named(c.name) + (c.nullable ? " may be null now" : " may not be null any more"));
        }
        const auto key = [&](bool was, bool is, const std::string& of_what) {
            if (was != is) {
                out.push_back(named(c.name) + (is ? " is part of the " : " is no part any more of the ") + of_what);
            }
        };
        key(before->primary_key, c.primary_key, "primary key");
        key(before->merge_key, c.merge_key, "merge key");
        if (before->hard_delete != c.hard_delete) {
            out.push_back(
                named(c.name) + (c.hard_delete ? " says" : " does not say any more") + " which rows are deleted");
        }
        if (before->dedup_sort != c.dedup_sort) {
            out.push_back(named(c.name)
                + (c.dedup_sort.empty() ? " does not decide any more which row of a key stays"
                                        : " decides which row of a key stays (dedup_sort " + c.dedup_sort + ")"));
        }
    }
    for (const column& c : earlier.columns) {
        if (!own.contains(c.name)) {
            out.push_back(named(c.name) + " is gone");
        }
    }
    const auto mode = [&](std::string_view entity, contract_mode was, contract_mode is) {
        if (was != is) {
            out.push_back("the contract for " + std::string(entity) + " was " + std::string(to_string(was)) + " and is "
                + std::string(to_string(is)) + " now");
        }
    };
    mode("tables", earlier.contract.tables, contract.tables);
    mode("columns", earlier.contract.columns, contract.columns);
    mode("data_type", earlier.contract.data_type, contract.data_type);
    return out;
}

COREST_DECL std::vector<std::string> table_schema::altered_since(const table_schema& earlier) const
{
    table_schema known = earlier;
    const auto names = earlier.by_name();
    for (const column& c : columns) {
        if (!names.contains(c.name)) {
            known.columns.push_back(c);
        }
    }
    return changes_since(known);
}

} // namespace corest::schema
