#pragma once

#include <corest/destination/key_types.hpp>

#include <corest/destination/store_error.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace corest::detail {

COREST_DECL std::shared_ptr<key_types> key_types::of(const table& t)
{
    auto made = std::make_shared<key_types>();
    const auto add = [&](const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            const schema::column* const stated = t.schema ? t.schema->find(name) : nullptr;
            const auto& bound = t.binding_columns;
            const bool is_bound = std::find(bound.begin(), bound.end(), name) != bound.end();
            if (!is_bound && (stated == nullptr || !stated->type)) {
                field& added = made->fields_.emplace_back();
                added.name = name;
            }
        }
    };
    if (t.is_keyed()) {
        add(t.primary_key);
    }
    if (t.disposition == write_disposition::merge) {
        add(t.merge_key);
    }
    return made->fields_.empty() ? nullptr : made;
}

COREST_DECL void key_types::check(const page& rows, const schema::row_rules* known)
{
    const std::lock_guard lock(access_);
    std::vector<field> fields = fields_;
    if (known != nullptr) {
        recall(fields, *known);
    }
    store_error::for_each_record(rows.size(), [&](std::size_t i) { check_record(fields, rows.json(i)); });
    fields_ = std::move(fields);
}

COREST_DECL key_types::type key_types::type_of(json_kind kind, std::string_view json) noexcept
{
    switch (kind) {
    case json_kind::null:
        return type::none;
    case json_kind::boolean:
        return type::boolean;
    case json_kind::number:
        return json.find_first_of(".eE") == json.npos ? type::integer : type::number;
    case json_kind::string:
        return type::text;
    default:
        return type::json;
    }
}

/// Takes over the types of columns that an earlier run has found, where no value has come yet.
COREST_DECL void key_types::recall(std::vector<field>& fields, const schema::row_rules& known)
{
    const std::shared_ptr<const schema::table_schema> now = known.schema();
    for (field& f : fields) {
        const schema::column* const c = f.kind == type::none ? now->find(f.name) : nullptr;
        if (c == nullptr || !c->type) {
            continue;
        }
        const schema::data_type found = *c->type;
        f.kind = found == schema::data_type::bigint ? type::integer
            : found == schema::data_type::boolean   ? type::boolean
            : found == schema::data_type::text      ? type::text
                                                    : type::none; // such a column has values of several types of JSON
        f.value = schema::describe_type(*c);
    }
}

/// Reads the values of the fields; what is no record is told by who stores it.
COREST_DECL std::vector<key_types::field> key_types::values_of(
    const std::vector<field>& fields, std::string_view record)
{
    std::vector<field> values(fields.size());
    try {
        json_reader in(record);
        std::string_view name;
        std::string scratch;
        std::size_t left = fields.size();
        in.begin_object();
        while (left != 0 && in.next_key(name, scratch)) {
            const auto found =
                std::find_if(fields.begin(), fields.end(), [&](const field& one) { return one.name == name; });
            const json_kind kind = in.kind();
            const std::string_view json = in.skip();
            if (found != fields.end()) {
                field& value = values[static_cast<std::size_t>(found - fields.begin())];
                value.kind = type_of(kind, json);
                value.value = json;
                --left;
            }
        }
    } catch (const error&) {
        values.clear();
    }
    return values;
}

COREST_DECL void key_types::check_record(std::vector<field>& fields, std::string_view record)
{
    const std::vector<field> values = values_of(fields, record);
    for (std::size_t i = 0; i < values.size(); ++i) {
        field& known = fields[i];
        if (values[i].kind == type::none || values[i].kind == known.kind) {
            continue;
        }
        if (known.kind != type::none) {
            throw error(errc::wrong_type,
                "the key " + in_quotes(known.name) + " is " + printable(values[i].value, 60)
                    + ", and was of another type before, " + known.value
                    + ": such values are one key in some destinations, and several in others",
                "Say which type it has in", remedy::columns);
        }
        known.kind = values[i].kind;
        known.value = printable(values[i].value, 60);
    }
}

} // namespace corest::detail
