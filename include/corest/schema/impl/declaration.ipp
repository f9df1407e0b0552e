#pragma once

#include <corest/schema/declaration.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace corest::schema {

namespace declared_json {

using corest::detail::in_quotes;

[[nodiscard]] COREST_DECL std::string kind_of(const boost::json::value& v)
{
    switch (v.kind()) {
    case boost::json::kind::null:
        return "null";
    case boost::json::kind::bool_:
        return v.get_bool() ? "true" : "false";
    case boost::json::kind::string:
        return "text";
    case boost::json::kind::array:
        return "a list";
    case boost::json::kind::object:
        return "an object";
    default:
        return "a number";
    }
}

[[nodiscard]] inline std::string_view view(const boost::json::string& s) noexcept
{
    return {s.data(), s.size()};
}

[[nodiscard]] inline const boost::json::value* find(const boost::json::object& object, std::string_view key)
{
    return object.if_contains(boost::json::string_view(key.data(), key.size()));
}

template <class Names>
[[nodiscard]] bool is_one_of(std::string_view name, const Names& names)
{
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// "; did you mean 'nullable'?" cannot be said here without the layer above: the names themselves are said.
template <class Names>
[[nodiscard]] std::string one_of(const Names& names)
{
    return corest::detail::join_words(names, "or");
}

inline constexpr std::array<std::string_view, 11> hint_names = {"data_type", "nullable", "precision", "scale",
    "timezone", "primary_key", "merge_key", "unique", "hard_delete", "dedup_sort", "description"};
/// dlt's other hints.
inline constexpr std::array<std::string_view, 9> idle_hints = {
    "sort", "partition", "cluster", "foreign_key", "row_key", "parent_key", "root_key", "variant", "incremental"};
inline constexpr std::array<std::string_view, 3> entities = {"tables", "columns", "data_type"};

[[nodiscard]] COREST_DECL std::vector<std::string_view> names_of_types()
{
    std::vector<std::string_view> out;
    for (const data_type type : data_types) {
        out.push_back(to_string(type));
    }
    return out;
}

[[nodiscard]] COREST_DECL std::vector<std::string_view> names_of_modes()
{
    std::vector<std::string_view> out;
    for (const contract_mode mode : contract_modes) {
        out.push_back(to_string(mode));
    }
    return out;
}

/// What is wrong with a hint's value; empty: nothing.
[[nodiscard]] COREST_DECL std::string fault_of(std::string_view hint, const boost::json::value& value)
{
    const boost::json::string* const text = value.if_string();
    if (hint == "data_type") {
        const bool good = text != nullptr && find_data_type(view(*text));
        return good ? std::string()
                    : "expected " + one_of(names_of_types()) + ", found "
                + (text == nullptr ? kind_of(value) : in_quotes(view(*text)));
    }
    if (hint == "description") {
        return text != nullptr ? std::string() : "expected text, found " + kind_of(value);
    }
    if (hint == "dedup_sort") {
        const bool good = text != nullptr && (*text == "asc" || *text == "desc");
        return good ? std::string()
                    : "expected asc or desc, found " + (text == nullptr ? kind_of(value) : in_quotes(view(*text)));
    }
    if (hint == "precision" || hint == "scale") {
        const auto* number = value.if_int64();
        const bool good =
            number != nullptr && *number >= 0 && *number <= std::int64_t{std::numeric_limits<std::int32_t>::max()};
        return good ? std::string() : "expected a whole number, found " + kind_of(value);
    }
    return value.is_bool() ? std::string() : "expected true or false, found " + kind_of(value);
}

/// True where an object is a JSON Schema rather than a mapping of names to hints.
[[nodiscard]] COREST_DECL bool is_json_schema(const boost::json::object& object)
{
    for (const std::string_view key : {"$schema", "$ref", "$id", "type"}) {
        const auto* value = find(object, key);
        if (value != nullptr && (value->is_string() || value->is_array())) {
            return true;
        }
    }
    const auto* properties = find(object, "properties");
    return properties != nullptr && properties->is_object() && !properties->get_object().empty()
        && std::all_of(properties->get_object().begin(), properties->get_object().end(),
            [](const auto& member) { return member.value().is_object(); });
}

} // namespace declared_json

/// Reads one JSON Schema into hints.
class declaration::json_schema_reader {
public:
    json_schema_reader(declaration& to, const boost::json::object& document) : to_(to), document_(document) {}

    void read()
    {
        const boost::json::object* root = &document_;
        path place;
        if (const auto* reference = declared_json::find(document_, "$ref")) {
            root = follow(*reference, place);
            if (root == nullptr) {
                return;
            }
        }
        std::vector<std::string_view> required;
        for (const auto& member : *root) {
            const std::string_view key(member.key().data(), member.key().size());
            path here = place;
            here.emplace_back(key);
            read_root(key, member.value(), here, required);
        }
        const auto* properties = declared_json::find(*root, "properties");
        if (properties == nullptr || !properties->is_object()) {
            return;
        }
        place.emplace_back("properties");
        for (const auto& member : properties->get_object()) {
            const std::string name(member.key());
            path here = place;
            here.push_back(name);
            read_property(name, member.value(), here,
                std::find(required.begin(), required.end(), std::string_view(name)) != required.end());
        }
        for (const std::string_view name : required) {
            if (declared_json::find(properties->get_object(), name) == nullptr) {
                to_.hints_of(std::string(name))["nullable"] = false;
            }
        }
    }

private:
    /// Says nothing of values.
    static constexpr std::array<std::string_view, 11> annotations = {"$schema", "$id", "$anchor", "$comment", "title",
        "default", "examples", "deprecated", "readOnly", "writeOnly", "description"};
    /// Restricts values, or what is inside them.
    static constexpr std::array<std::string_view, 31> unchecked = {"enum", "const", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "pattern", "items", "prefixItems",
        "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems", "additionalItems",
        "properties", "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties",
        "maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties",
        "contentMediaType", "contentSchema"};
    static constexpr std::array<std::string_view, 2> definitions = {"$defs", "definitions"};

    void read_root(std::string_view key, const boost::json::value& value, const path& here,
        std::vector<std::string_view>& required)
    {
        using declared_json::kind_of;
        if (key == "type") {
            if (!value.is_string() || value.get_string() != "object") {
                to_.add_problem(here, "expected \"object\": the schema is that of a record");
            }
        } else if (key == "properties") {
            if (!value.is_object()) {
                to_.add_problem(here, "expected an object, found " + kind_of(value));
            }
        } else if (key == "required") {
            if (!value.is_array()) {
                to_.add_problem(here, "expected a list of names, found " + kind_of(value));
                return;
            }
            for (const boost::json::value& name : value.get_array()) {
                if (const auto* text = name.if_string()) {
                    required.push_back(declared_json::view(*text));
                } else {
                    to_.add_problem(here, "expected a list of names, found " + kind_of(name) + " in it");
                }
            }
        } else if (key == "additionalProperties") {
            if (const auto* open = value.if_bool()) {
                to_.open_ = *open;
            } else {
                to_.add_problem(here, "expected true or false, found " + kind_of(value));
            }
        } else if (!declared_json::is_one_of(key, annotations) && !declared_json::is_one_of(key, definitions)
            && key != "$ref")
        {
            to_.add_problem(here, "unknown keyword of JSON Schema, or one that a record's schema cannot have here");
        }
    }

    void read_property(const std::string& name, const boost::json::value& value, const path& here, bool is_required)
    {
        boost::json::object& hints = to_.hints_of(name);
        if (value.is_bool()) { // true: anything
            if (is_required) {
                hints["nullable"] = false;
            }
            return;
        }
        if (!value.is_object()) {
            to_.add_problem(here, "expected a JSON Schema, found " + declared_json::kind_of(value));
            return;
        }
        property found;
        read_keywords(value.get_object(), here, found, 0);
        if (found.failed) {
            return;
        }
        if (found.type) {
            hints["data_type"] = boost::json::string_view(to_string(*found.type).data(), to_string(*found.type).size());
        }
        hints["nullable"] = found.nullable || !is_required;
        if (found.length && found.type == data_type::text) {
            hints["precision"] = *found.length;
        }
        if (!found.description.empty()) {
            hints["description"] = boost::json::string_view(found.description.data(), found.description.size());
        }
    }

    /// What the keywords of a field have said.
    class property {
    public:
        std::optional<data_type> type;
        bool nullable = false;
        bool failed = false;
        std::optional<std::int64_t> length;
        std::string description;
    };

    void fail(property& found, const path& here, std::string text)
    {
        found.failed = true;
        to_.add_problem(here, std::move(text));
    }

    void read_keywords(const boost::json::object& keywords, const path& here, property& found, int depth)
    {
        using declared_json::find;
        std::string_view format;
        std::string_view encoding;
        for (const auto& member : keywords) {
            const std::string_view key(member.key().data(), member.key().size());
            const boost::json::value& value = member.value();
            path below = here;
            below.emplace_back(key);
            const boost::json::string* const text = value.if_string();
            if (key == "type") {
                read_type(value, below, found);
            } else if (key == "format" && text != nullptr) {
                format = declared_json::view(*text);
            } else if (key == "contentEncoding" && text != nullptr) {
                encoding = declared_json::view(*text);
            } else if (key == "maxLength" && value.is_int64() && value.get_int64() >= 0) {
                found.length = value.get_int64();
            } else if (key == "nullable" && value.is_bool()) { // OpenAPI 3.0
                found.nullable = found.nullable || value.get_bool();
            } else if (key == "description" && text != nullptr) {
                found.description = *text;
            } else if (key == "$ref") {
                path there;
                const boost::json::object* const target = follow(value, there);
                if (target == nullptr) {
                    found.failed = true;
                } else if (depth > 16) {
                    fail(found, below, "the references lead in a circle, or too deep");
                } else {
                    read_keywords(*target, there, found, depth + 1);
                }
            } else if (key == "anyOf" || key == "oneOf" || key == "allOf") {
                read_choices(key, value, below, found, depth);
            } else if (declared_json::is_one_of(key, unchecked)) {
                warn_of(key, keywords, below);
            } else if (!declared_json::is_one_of(key, annotations) && !declared_json::is_one_of(key, definitions)) {
                fail(found, below, "unknown keyword of JSON Schema");
            }
        }
        if (found.type == data_type::text) {
            if (encoding == "base64") {
                found.type = data_type::binary;
            } else if (format == "date-time") {
                found.type = data_type::timestamp;
            } else if (format == "date") {
                found.type = data_type::date;
            } else if (format == "time") {
                found.type = data_type::time;
            }
        }
    }

    /// What is inside a nested value is stored as it is, so that nobody expects it to be checked.
    void warn_of(std::string_view key, const boost::json::object& keywords, const path& here)
    {
        const auto* type = declared_json::find(keywords, "type");
        const bool is_nested =
            type != nullptr && type->is_string() && (type->get_string() == "object" || type->get_string() == "array");
        if (!is_nested && key != "enum" && key != "items" && key != "properties") {
            to_.warnings_.emplace_back(here, "accepted, but has no effect: values are not checked for it");
        }
    }

    void read_type(const boost::json::value& value, const path& here, property& found)
    {
        const auto take = [&](const boost::json::value& one) {
            const boost::json::string* const name = one.if_string();
            if (name == nullptr) {
                fail(found, here, "expected the name of a type, found " + declared_json::kind_of(one));
                return;
            }
            if (*name == "null") {
                found.nullable = true;
                return;
            }
            const std::optional<data_type> type = type_named(declared_json::view(*name));
            if (!type) {
                fail(found, here,
                    "expected string, integer, number, boolean, object, array or null, found "
                        + declared_json::in_quotes(declared_json::view(*name)));
            } else if (!join(found, *type)) {
                fail(found, here, "expected one type besides null: a column has one");
            }
        };
        if (const auto* list = value.if_array()) {
            for (const boost::json::value& one : *list) {
                take(one);
            }
        } else {
            take(value);
        }
    }

    /// Adds a type. \return false where there is another one
    static bool join(property& found, data_type type)
    {
        const bool is_number = type == data_type::bigint || type == data_type::floating;
        const bool was_number = found.type == data_type::bigint || found.type == data_type::floating;
        if (found.type && found.type != type && is_number && was_number) {
            found.type = data_type::floating;
            return true;
        }
        const bool good = !found.type || found.type == type;
        found.type = type;
        return good;
    }

    [[nodiscard]] static std::optional<data_type> type_named(std::string_view name)
    {
        if (name == "string") {
            return data_type::text;
        }
        if (name == "integer") {
            return data_type::bigint;
        }
        if (name == "number") {
            return data_type::floating;
        }
        if (name == "boolean") {
            return data_type::boolean;
        }
        return name == "object" || name == "array" ? std::optional(data_type::json) : std::nullopt;
    }

    /// `anyOf` and the like: choices that come to one type, null aside.
    void read_choices(
        std::string_view key, const boost::json::value& value, const path& here, property& found, int depth)
    {
        const auto* list = value.if_array();
        if (list == nullptr || depth > 16) {
            fail(found, here, "expected a list of schemas, found " + declared_json::kind_of(value));
            return;
        }
        for (std::size_t i = 0; i < list->size(); ++i) {
            path below = here;
            below.push_back("[" + std::to_string(i) + "]");
            if (!(*list)[i].is_object()) {
                fail(found, below, "expected a JSON Schema, found " + declared_json::kind_of((*list)[i]));
                continue;
            }
            property one;
            read_keywords((*list)[i].get_object(), below, one, depth + 1);
            found.failed = found.failed || one.failed;
            found.nullable = found.nullable || (one.nullable && key != "allOf");
            found.length = one.length ? one.length : found.length;
            if (one.type && !join(found, *one.type)) {
                fail(found, below, "expected one type besides null: a column has one");
            }
        }
    }

    /// The object that `#/a/b` leads to. \param[out] place where that is
    [[nodiscard]] const boost::json::object* follow(const boost::json::value& reference, path& place)
    {
        const boost::json::string* const text = reference.if_string();
        if (text == nullptr || !text->starts_with("#/")) {
            to_.add_problem({"$ref"},
                "expected \"#/...\", a place in the same schema; a file can only be named in place of the whole "
                "schema");
            return nullptr;
        }
        const boost::json::value* found = nullptr;
        const boost::json::object* object = &document_;
        std::string_view rest = declared_json::view(*text).substr(2);
        while (true) {
            const std::size_t slash = rest.find('/');
            const std::string_view step = rest.substr(0, slash);
            found = object == nullptr ? nullptr : declared_json::find(*object, step);
            place.emplace_back(step);
            object = found == nullptr ? nullptr : found->if_object();
            if (slash == std::string_view::npos || object == nullptr) {
                break;
            }
            rest.remove_prefix(slash + 1);
        }
        if (object == nullptr) {
            to_.add_problem({"$ref"}, "there is no schema at " + declared_json::in_quotes(declared_json::view(*text)));
        }
        return object;
    }

    declaration& to_;
    const boost::json::object& document_;
};

COREST_DECL boost::json::object& declaration::hints_of(const std::string& name)
{
    const auto known =
        std::find_if(columns_.begin(), columns_.end(), [&](const auto& one) { return one.first == name; });
    if (known != columns_.end()) {
        return known->second;
    }
    return columns_.emplace_back(name, boost::json::object()).second;
}

COREST_DECL void declaration::add_hints(const std::string& name, const boost::json::value& hints, const path& place)
{
    boost::json::object& kept = hints_of(name);
    if (hints.is_null()) {
        return;
    }
    if (!hints.is_object()) {
        add_problem(
            place, "expected an object such as {\"data_type\": \"bigint\"}, found " + declared_json::kind_of(hints));
        return;
    }
    for (const auto& member : hints.get_object()) {
        const std::string_view key(member.key().data(), member.key().size());
        path here = place;
        here.emplace_back(key);
        if (key == "name") {
            const auto* text = member.value().if_string();
            if (text == nullptr || *text != name) {
                add_problem(here, "expected " + declared_json::in_quotes(name) + ", the name of the column");
            }
        } else if (declared_json::is_one_of(key, declared_json::idle_hints) || key.starts_with("x-")) {
            warnings_.emplace_back(here, "accepted, but has no effect");
        } else if (!declared_json::is_one_of(key, declared_json::hint_names)) {
            add_problem(
                here, "unknown hint; those of a column are " + corest::detail::join_words(declared_json::hint_names));
        } else if (member.value().is_null()) {
            kept.erase(member.key()); // takes a default back
        } else if (std::string fault = declared_json::fault_of(key, member.value()); !fault.empty()) {
            add_problem(here, std::move(fault));
        } else {
            kept[member.key()] = member.value();
        }
    }
}

COREST_DECL void declaration::add_columns(const boost::json::value& columns)
{
    if (const auto* list = columns.if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            const path place = {"[" + std::to_string(i) + "]"};
            const auto* object = (*list)[i].if_object();
            const auto* name = object == nullptr ? nullptr : object->if_contains("name");
            if (name == nullptr || !name->is_string() || name->get_string().empty()) {
                add_problem(place, "expected an object with the name of the column");
                continue;
            }
            add_hints(std::string(name->get_string()), (*list)[i], place);
        }
        return;
    }
    const auto* object = columns.if_object();
    if (object == nullptr) {
        add_problem({}, "expected an object, a list or a JSON Schema, found " + declared_json::kind_of(columns));
    } else if (declared_json::is_json_schema(*object)) {
        json_schema_reader(*this, *object).read();
    } else {
        for (const auto& member : *object) {
            add_hints(std::string(member.key()), member.value(), {std::string(member.key())});
        }
    }
}

COREST_DECL void declaration::add_contract(const boost::json::value& contract)
{
    const auto mode_of = [this](const boost::json::value& value, const path& place) -> std::optional<contract_mode> {
        const auto* text = value.if_string();
        const auto mode = text == nullptr ? std::nullopt : find_contract_mode(declared_json::view(*text));
        if (!mode) {
            add_problem(place,
                "expected " + declared_json::one_of(declared_json::names_of_modes()) + ", found "
                    + (text == nullptr ? declared_json::kind_of(value)
                                       : declared_json::in_quotes(declared_json::view(*text))));
        }
        return mode;
    };
    const auto* object = contract.if_object();
    if (object == nullptr) {
        if (const auto mode = mode_of(contract, {})) {
            contract_ = schema_contract(*mode);
            has_contract_ = true;
            has_columns_mode_ = true;
        }
        return;
    }
    for (const auto& member : *object) {
        const std::string_view key(member.key().data(), member.key().size());
        const path place = {std::string(key)};
        if (!declared_json::is_one_of(key, declared_json::entities)) {
            add_problem(place, "unknown key; expected " + declared_json::one_of(declared_json::entities));
        } else if (member.value().is_null()) {
            continue;
        } else if (const auto mode = mode_of(member.value(), place)) {
            has_contract_ = true;
            if (key == "tables") {
                contract_.tables = *mode;
            } else if (key == "columns") {
                contract_.columns = *mode;
                has_columns_mode_ = true;
            } else {
                contract_.data_type = *mode;
            }
        }
    }
}

COREST_DECL table_schema declaration::schema() const
{
    using declared_json::find;
    table_schema out;
    out.contract = contract_;
    if (open_ && !has_columns_mode_) {
        out.contract.columns = *open_ ? contract_mode::evolve : contract_mode::freeze;
    }
    for (const auto& [name, hints] : columns_) {
        column c(name);
        const auto flag = [&, &h = hints](std::string_view key, bool& value) {
            if (const auto* given = find(h, key)) {
                value = given->get_bool();
            }
        };
        const auto number = [&, &h = hints](std::string_view key, std::optional<std::uint32_t>& value) {
            if (const auto* given = find(h, key)) {
                value = static_cast<std::uint32_t>(given->get_int64());
            }
        };
        const auto text = [&, &h = hints](std::string_view key, std::string& value) {
            if (const auto* given = find(h, key)) {
                value = given->get_string();
            }
        };
        if (const auto* type = find(hints, "data_type")) {
            c.type = find_data_type(declared_json::view(type->get_string()));
        }
        flag("primary_key", c.primary_key);
        flag("merge_key", c.merge_key);
        c.nullable = !c.primary_key && !c.merge_key;
        if (c.nullable) {
            flag("nullable", c.nullable);
        }
        number("precision", c.precision);
        number("scale", c.scale);
        flag("timezone", c.timezone);
        flag("unique", c.unique);
        flag("hard_delete", c.hard_delete);
        text("dedup_sort", c.dedup_sort);
        text("description", c.description);
        out.columns.push_back(std::move(c));
    }
    return out;
}

COREST_DECL void add_key_columns(table_schema& schema, const std::vector<std::string>& names, bool column::* key_flag)
{
    for (const std::string& name : names) {
        column* known = schema.find(name);
        if (known == nullptr) {
            known = &schema.columns.emplace_back(name);
        }
        known->*key_flag = true;
        known->nullable = false;
    }
}

COREST_DECL table_schema read_schema(std::string_view text)
{
    const auto fail = [](const std::string& reason) {
        throw error(errc::invalid_argument, "the text is no schema of a table: " + reason);
    };
    boost::system::error_code failure;
    const boost::json::value parsed = boost::json::parse(boost::json::string_view(text.data(), text.size()), failure);
    const boost::json::object* const whole = failure ? nullptr : parsed.if_object();
    const boost::json::value* const stated = whole == nullptr ? nullptr : whole->if_contains("columns");
    if (stated == nullptr) {
        fail("expected an object with columns");
    }
    declaration all;
    all.add_columns(*stated);
    if (const auto* modes = whole->if_contains("schema_contract")) {
        all.add_contract(*modes);
    }
    if (!all.problems().empty()) {
        fail(all.problems().front().text);
    }
    return all.schema();
}

} // namespace corest::schema
