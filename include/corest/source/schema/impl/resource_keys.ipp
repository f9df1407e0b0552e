#pragma once

#include <corest/source/schema/resource_keys.hpp>

#include <corest/error.hpp>
#include <corest/http/headers.hpp>
#include <corest/schema/declaration.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

namespace corest::source::detail {

COREST_DECL const shape& parameter_shape() noexcept
{
    static constexpr shape value{
        .name = "param",
        .doc = "A value that is not written down",
        .fields = {},
        .kinds =
            [] {
                return std::vector<kind>{{resolve_keys::names, &shape_of<resolve_keys>},
                    {incremental_keys::names, &shape_of<incremental_keys>}};
            },
    };
    return value;
}

namespace rules {

COREST_DECL void endpoint_path::read_into(const dictionary& input, std::string_view key, resource_config& resource)
{
    const auto path = input.find(key);
    std::string text = resource.name; // as in dlt
    if (path && !path->value->is_null()) {
        // An empty path is the base URL itself.
        if (const auto* given = path->value->if_string()) {
            text = std::string(*given);
        } else {
            input.problem(*path, "expected text, found " + type_name(*path->value));
            text.clear();
        }
    }
    try {
        resource.path = path_template(text);
    } catch (const error& e) {
        input.problems().add(path ? path->path : input.path_of(key), resource.name, said_by(e));
    }
}

COREST_DECL std::optional<std::string> method::read(const dictionary& input, std::string_view key)
{
    const auto given = input.text(key);
    if (!given) {
        return std::nullopt;
    }
    for (const char* known : {"GET", "POST"}) {
        if (iequals(*given, known)) {
            return known;
        }
    }
    input.problem(*input.get(key), "expected GET or POST, found " + in_quotes(*given));
    return std::nullopt;
}

COREST_DECL boost::json::object method::schema()
{
    constexpr std::array<std::string_view, 2> usual = {"GET", "POST"};
    return any_of({one_of_texts(usual), typed("string", {{"pattern", "^([Gg][Ee][Tt]|[Pp][Oo][Ss][Tt])$"}})});
}

/// The parameters of one resource, while they are being read.
class parameter_reader {
public:
    parameter_reader(const dictionary& endpoint, resource_config& resource) : endpoint_(endpoint), resource_(resource)
    {
    }

    /// Reads the parameters of one layer; those of a layer before it stay.
    void read(const located& object_place, const boost::json::object& parameters)
    {
        for (const auto& member : parameters) {
            const std::string name(member.key());
            if (!seen_.insert(name).second) {
                continue;
            }
            const located place(&member.value(), join_key(object_place.path, name), object_place.owner);
            const auto* object = member.value().if_object();
            if (const auto* list = member.value().if_array()) {
                for (std::size_t i = 0; i < list->size(); ++i) {
                    add(name, located(&(*list)[i], place.path + "[" + std::to_string(i) + "]", place.owner));
                }
            } else if (object != nullptr && !secret_reference(member.value())) {
                read_object(name, place, *object);
            } else {
                add(name, place);
            }
        }
    }

private:
    void add(const std::string& name, const located& place)
    {
        const boost::json::value& v = *place.value;
        if (v.is_null()) {
            return; // removes a default
        }
        if (v.is_number()) {
            resource_.params.emplace_back(name, source_text(sent_number(v)), place.path);
        } else if (const auto* flag = v.if_bool()) {
            resource_.params.emplace_back(name, source_text(std::string(*flag ? "true" : "false")), place.path);
        } else if (v.is_string() || secret_reference(v)) {
            resource_.params.emplace_back(name, read_text(endpoint_.problems(), place, true), place.path);
        } else {
            endpoint_.problem(place, "expected text, a number, true, false or a secret, found " + type_name(v));
        }
    }

    void read_object(const std::string& name, const located& place, const boost::json::object& object)
    {
        const dictionary param(endpoint_.problems(), object, place.path, place.owner);
        const auto type = param.text(type_key);
        if (type && *type == key_name::incremental) {
            read_cursor(name, place, param);
        } else if (!type || *type != resolve_keys::names.front()) {
            endpoint_.problem(place,
                "expected a value, {\"type\": \"resolve\", \"resource\": ..., \"field\": ...} or {\"type\": "
                "\"incremental\", \"cursor_path\": ...}");
        } else {
            resolve_keys keys;
            if (read_fields<resolve_keys>(param, keys, &parameter_shape())) {
                resource_.resolves.emplace_back(name, std::move(keys.resource), std::move(keys.field), place.path);
            }
        }
    }

    void read_cursor(const std::string& name, const located& place, const dictionary& param)
    {
        if (resource_.incremental) {
            endpoint_.problem(place, "another parameter is of type incremental already; an endpoint has one cursor");
            return;
        }
        incremental_config read;
        read.path = place.path;
        if (!read_incremental(param, place, &parameter_shape(), read)) {
            return;
        }
        if (read.rules.end_value || !read.end_param.empty() || !read.start_param.empty()) {
            endpoint_.problem(place,
                "a parameter holds the start value alone; for end_value, start_param and end_param write "
                "endpoint.incremental");
            return;
        }
        read.start_param = name;
        resource_.incremental = std::move(read);
    }

    const dictionary& endpoint_;
    resource_config& resource_;
    std::set<std::string> seen_;
};

COREST_DECL void params::read_into(const dictionary& input, std::string_view key, resource_config& resource)
{
    parameter_reader reader(input, resource);
    for (std::size_t layer = 0; layer < input.layers(); ++layer) {
        const auto place = input.get_in(layer, key);
        if (!place) {
            continue;
        }
        if (const auto* object = place->value->if_object()) {
            reader.read(*place, *object);
        } else {
            input.problem(*place, "expected an object, found " + type_name(*place->value));
        }
    }
}

COREST_DECL boost::json::object params::schema(schema_writer& writer)
{
    const auto one = [&] {
        return any_of({typed("string"), typed("number"), typed("boolean"), typed("null"), writer.secret()});
    };
    boost::json::object list = typed("array");
    list["items"] = one();
    boost::json::object value = one();
    value["anyOf"].as_array().emplace_back(std::move(list));
    value["anyOf"].as_array().emplace_back(writer.reference(parameter_shape()));
    boost::json::object out = typed("object");
    out["additionalProperties"] = std::move(value);
    return out;
}

COREST_DECL void json_body::read_into(
    const dictionary& input, std::string_view key, std::optional<boost::json::value>& body)
{
    const auto place = input.get(key);
    if (!place) {
        return;
    }
    if (!place->value->is_object() && !place->value->is_array()) {
        input.problem(*place, "expected an object or a list, found " + type_name(*place->value));
        return;
    }
    body = *place->value;
    if (!body->is_object()) {
        return;
    }
    for (std::size_t layer = 0; layer < input.layers(); ++layer) {
        const auto other = input.get_in(layer, key);
        if (!other || other->value == place->value || !other->value->is_object()) {
            continue;
        }
        for (const auto& member : other->value->get_object()) {
            body->get_object().emplace(member.key(), member.value()); // keeps what is there
        }
    }
}

COREST_DECL boost::json::object json_body::schema()
{
    return any_of({typed("object"), typed("array")});
}

COREST_DECL void form_body::read_into(const dictionary& input, std::string_view key, std::vector<named_text>& form)
{
    const auto place = input.get(key);
    if (!place) {
        return;
    }
    const auto* object = place->value->if_object();
    if (object == nullptr) {
        input.problem(*place, "expected an object, the fields of a form, found " + type_name(*place->value));
        return;
    }
    if (input.get(key_name::json)) {
        input.problem(*place, "a request has one body: give json or data");
        return;
    }
    const auto add = [&](const std::string& name, const located& at) {
        const boost::json::value& v = *at.value;
        if (v.is_number()) {
            form.emplace_back(name, source_text(sent_number(v)), at.path);
        } else if (const auto* flag = v.if_bool()) {
            form.emplace_back(name, source_text(std::string(*flag ? "true" : "false")), at.path);
        } else if (v.is_string() || secret_reference(v)) {
            form.emplace_back(name, read_text(input.problems(), at, true), at.path);
        } else if (!v.is_null()) {
            input.problem(at, "expected text, a number, true, false or a secret, found " + type_name(v));
        }
    };
    for (const auto& member : *object) {
        const std::string name(member.key());
        const located at(&member.value(), join_key(place->path, name), place->owner);
        if (const auto* list = member.value().if_array()) {
            for (std::size_t i = 0; i < list->size(); ++i) {
                add(name, located(&(*list)[i], at.path + "[" + std::to_string(i) + "]", at.owner));
            }
        } else {
            add(name, at);
        }
    }
}

COREST_DECL boost::json::object form_body::schema(schema_writer& writer)
{
    boost::json::object list = typed("array");
    list["items"] = any_of({typed("string"), typed("number"), typed("boolean"), writer.secret()});
    boost::json::object out = typed("object");
    out["additionalProperties"] =
        any_of({typed("string"), typed("number"), typed("boolean"), typed("null"), writer.secret(), std::move(list)});
    return out;
}

COREST_DECL std::optional<boost::json::value> seed_list::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place) {
        return std::nullopt;
    }
    if (!place->value->is_array()) {
        input.problem(*place, "expected a list of records, found " + type_name(*place->value));
        return std::nullopt;
    }
    if (input.get_in(0, key_name::endpoint)) {
        input.problem(*place, "a resource has its records from data or from an endpoint, and this one has both");
        return std::nullopt;
    }
    return *place->value;
}

COREST_DECL std::optional<write_disposition> disposition::read(const dictionary& input, std::string_view key)
{
    constexpr std::array<write_disposition, 3> meant = {
        write_disposition::append, write_disposition::replace, write_disposition::merge};
    const auto name = input.text(key);
    if (!name) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == *name) {
            return meant[i];
        }
    }
    input.problem(*input.get(key),
        *name == "skip"
            ? "corest does not support 'skip'; write \"selected\": false"
            : "unknown write disposition " + in_quotes(*name) + corest::detail::suggestion(*name, names, "one"));
    return std::nullopt;
}

COREST_DECL std::optional<corest::schema::naming> naming::read(const dictionary& input, std::string_view key)
{
    const auto name = input.text(key);
    const auto found = name ? corest::schema::find_naming(*name) : std::nullopt;
    if (name && !found) {
        std::vector<std::string_view> names;
        for (const corest::schema::naming one : corest::schema::naming_conventions) {
            names.push_back(to_string(one));
        }
        input.problem(*input.get(key),
            "unknown naming convention " + in_quotes(*name) + corest::detail::suggestion(*name, names, "one"));
    }
    return found;
}

COREST_DECL boost::json::object naming::schema()
{
    std::vector<std::string_view> names;
    for (const corest::schema::naming one : corest::schema::naming_conventions) {
        names.push_back(to_string(one));
    }
    return one_of_texts(names);
}

COREST_DECL std::optional<body_format> body_format_name::read(const dictionary& input, std::string_view key)
{
    constexpr std::array<body_format, 3> meant = {body_format::json, body_format::json_lines, body_format::csv};
    const auto name = input.text(key);
    if (!name) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == *name) {
            return meant[i];
        }
    }
    input.problem(
        *input.get(key), "unknown decoder " + in_quotes(*name) + corest::detail::suggestion(*name, names, "one"));
    return std::nullopt;
}

COREST_DECL std::optional<std::vector<std::string>> any_texts::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place) {
        return std::nullopt;
    }
    const auto* const list = place->value->if_array();
    std::vector<std::string> all;
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (!(*list)[i].is_string()) {
            input.problem(*place, "expected a list of texts, found " + type_name((*list)[i]) + " in it");
            return std::nullopt;
        }
        all.emplace_back((*list)[i].get_string());
    }
    if (list == nullptr) {
        input.problem(*place, "expected a list of texts, found " + type_name(*place->value));
        return std::nullopt;
    }
    return all;
}

COREST_DECL boost::json::object any_texts::schema()
{
    return {{"type", "array"}, {"items", typed("string")}};
}

COREST_DECL std::optional<body_decoder> decoder::read(const dictionary& input, std::string_view key)
{
    const auto place = input.get(key);
    if (!place || place->value->is_null()) {
        return std::nullopt;
    }
    if (!place->value->is_object()) {
        const auto format = body_format_name::read(input, key);
        return format ? std::optional(body_decoder(*format)) : std::nullopt;
    }
    decoder_keys::settings given;
    object<decoder_keys>::read_into(input, key, given);
    csv_rows csv;
    csv.null_values(std::move(given.null_values));
    if (given.delimiter.size() != 1 || given.delimiter.find_first_of("\"\r\n") != std::string::npos) {
        input.problem(*place,
            "the delimiter is one character, neither a quote nor a line break, found " + in_quotes(given.delimiter));
    } else {
        csv.delimiter(given.delimiter.front());
    }
    return body_decoder(given.format, std::move(csv));
}

COREST_DECL const shape* decoder::nested()
{
    return &shape_of<decoder_keys>;
}

COREST_DECL void merge_strategy::read_into(const dictionary& input, std::string_view key, write_disposition&)
{
    const auto strategy = input.text(key);
    if (strategy && std::find(names.begin(), names.end(), *strategy) == names.end()) {
        input.problem(*input.get(key),
            "unknown strategy " + in_quotes(*strategy)
                + "; corest merges as 'upsert' and 'delete-insert' do: "
                  "the last row of a primary key wins");
    }
}

COREST_DECL void disposition_or_object::read_into(
    const dictionary& input, std::string_view key, write_disposition& value)
{
    const auto place = input.get(key);
    if (place && place->value->is_object()) {
        object<write_disposition_keys>::read_into(input, key, value);
    } else if (const auto name = disposition::read(input, key)) {
        value = *name;
    }
}

COREST_DECL const shape* disposition_or_object::nested()
{
    return &shape_of<write_disposition_keys>;
}

/// Reads `columns` and `schema_contract` of all layers.
class schema_reader {
public:
    explicit schema_reader(const dictionary& input) : input_(input) {}

    [[nodiscard]] corest::schema::declaration read()
    {
        add(key_name::columns, &corest::schema::declaration::add_columns);
        add(key_name::schema_contract, &corest::schema::declaration::add_contract);
        return std::move(declared_);
    }

private:
    using adder = void (corest::schema::declaration::*)(const boost::json::value&);

    /// Adds the layers of a key, the defaults first; those below a null are taken back by it.
    void add(std::string_view key, adder add_layer)
    {
        std::size_t layers = 0;
        while (layers < input_.layers()) {
            const auto* value = input_.object(layers).if_contains(boost::json::string_view(key.data(), key.size()));
            if (value != nullptr && value->is_null()) {
                break;
            }
            ++layers;
        }
        while (layers != 0) {
            --layers;
            const auto place = input_.get_in(layers, key);
            if (!place) {
                continue;
            }
            const std::size_t problems = declared_.problems().size();
            const std::size_t warnings = declared_.warnings().size();
            (declared_.*add_layer)(*place->value);
            for (std::size_t i = problems; i < declared_.problems().size(); ++i) {
                const corest::schema::remark& one = declared_.problems()[i];
                input_.problems().add(path_of(*place, one), place->owner, one.text);
            }
            for (std::size_t i = warnings; i < declared_.warnings().size(); ++i) {
                const corest::schema::remark& one = declared_.warnings()[i];
                input_.problems().warn(path_of(*place, one), place->owner, one.text);
            }
        }
    }

    [[nodiscard]] static std::string path_of(const located& place, const corest::schema::remark& one)
    {
        std::string path = place.path;
        for (const std::string& key : one.keys) {
            path = key.starts_with("[") ? path + key : join_key(path, key);
        }
        return path;
    }

    const dictionary& input_;
    corest::schema::declaration declared_;
};

/// Reads what hints say of a merge: there is one column of each at most, and without a merge they say nothing.
class merge_hints {
public:
    merge_hints(const dictionary& input, const resource_config& resource) : input_(input), resource_(resource) {}

    void check(const corest::schema::table_schema& schema) const
    {
        const bool merges = resource_.disposition == write_disposition::merge;
        const auto names_with = [&](auto&& has_hint) {
            std::vector<std::string> names;
            for (const corest::schema::column& c : schema.columns) {
                if (has_hint(c)) {
                    names.push_back(c.name);
                }
            }
            return names;
        };
        const auto check_one = [&](std::string_view hint, const std::vector<std::string>& names, const char* idle) {
            if (names.size() > 1) {
                input_.problems().add(path(), input_.owner(),
                    std::string(hint) + " is a hint of one column at most, and " + corest::detail::join_words(names)
                        + " have it");
            } else if (idle != nullptr && !names.empty()) {
                warn(hint, names.front(), idle);
            }
        };
        check_one("hard_delete", names_with([](const auto& c) { return c.hard_delete; }),
            merges ? nullptr : "has no effect: only a merge deletes rows");
        check_one("dedup_sort", names_with([](const auto& c) { return !c.dedup_sort.empty(); }),
            !merges ? "has no effect: only in a merge rows take each other's place"
                : resource_.primary_key.empty()
                ? "has no effect: rows without a primary_key do not take each other's place"
                : nullptr);
    }

private:
    [[nodiscard]] std::string path() const
    {
        const auto place = input_.get(key_name::columns);
        return place ? place->path : input_.path_of(key_name::columns);
    }
    void warn(std::string_view hint, const std::string& column, const char* idle) const
    {
        input_.problems().warn(
            path(), input_.owner(), "'" + std::string(hint) + "' of the column " + in_quotes(column) + " " + idle);
    }

    const dictionary& input_;
    const resource_config& resource_;
};

/// The names of the columns that are part of a key.
[[nodiscard]] COREST_DECL std::vector<std::string> key_columns(
    const corest::schema::table_schema& schema, bool corest::schema::column::* flag)
{
    std::vector<std::string> names;
    for (const corest::schema::column& c : schema.columns) {
        if (c.*flag) {
            names.push_back(c.name);
        }
    }
    return names;
}

/// Each column that is declared has a name of its own by the convention.
COREST_DECL void check_naming(
    const dictionary& input, corest::schema::naming convention, const corest::schema::table_schema& schema)
{
    std::map<std::string, std::string> known;
    for (const corest::schema::column& c : schema.columns) {
        const auto [first, is_new] = known.try_emplace(corest::schema::name_by(convention, c.name), c.name);
        if (!is_new) {
            const auto place = input.get(key_name::columns);
            input.problems().add(place ? place->path : input.path_of(key_name::columns), input.owner(),
                "the fields " + in_quotes(first->second) + " and " + in_quotes(c.name) + " would both be the column "
                    + in_quotes(first->first) + "; declare one of them, or remove " + std::string(key_name::naming));
        }
    }
}

COREST_DECL void columns::read_into(const dictionary& input, std::string_view, resource_config& resource)
{
    using corest::schema::column;
    const corest::schema::declaration declared = schema_reader(input).read();
    if (!declared.has_columns() && !declared.has_contract()) {
        return;
    }
    corest::schema::table_schema schema = declared.schema();
    if (resource.primary_key.empty()) {
        resource.primary_key = key_columns(schema, &column::primary_key);
    }
    if (resource.merge_key.empty()) {
        resource.merge_key = key_columns(schema, &column::merge_key);
    }
    add_key_columns(schema, resource.primary_key, &column::primary_key);
    add_key_columns(schema, resource.merge_key, &column::merge_key);
    merge_hints(input, resource).check(schema);
    check_naming(input, resource.naming, schema);
    resource.schema = std::move(schema);
}

COREST_DECL boost::json::object contract::schema()
{
    std::vector<std::string_view> modes;
    for (const corest::schema::contract_mode mode : corest::schema::contract_modes) {
        modes.push_back(corest::schema::to_string(mode));
    }
    boost::json::object properties;
    for (const char* const entity : {"tables", "columns", "data_type"}) {
        properties[entity] = any_of({one_of_texts(modes), typed("null")});
    }
    boost::json::object by_entity = typed("object");
    by_entity["properties"] = std::move(properties);
    by_entity["additionalProperties"] = false;
    return any_of({one_of_texts(modes), std::move(by_entity)});
}

/// What tells a GraphQL request from others, whose `errors` may be anything.
namespace graphql {

/// True of a document: a text with a selection in braces. Of other APIs `query` is what is searched for, and that may
/// be a placeholder.
[[nodiscard]] COREST_DECL bool is_document(std::string_view text)
{
    const auto opens = text.find('{');
    if (opens == text.npos || text.find('}', opens) == text.npos) {
        return false;
    }
    try {
        return !path_template(text, path_template::kind::text).is_one_placeholder();
    } catch (const error&) {
        return true; // what is wrong with it is told where it is sent
    }
}

[[nodiscard]] COREST_DECL const boost::json::value* member(const boost::json::object& of, std::string_view name)
{
    return of.if_contains(boost::json::string_view(name.data(), name.size()));
}

/// True of a body with a document, or with what names one that the server has: `documentId` of GraphQL over HTTP, its
/// hash (`extensions.persistedQuery`, Apollo's), or `id`, `doc_id` or `operationName` beside `variables`.
[[nodiscard]] COREST_DECL bool is_request(const boost::json::value& body)
{
    const auto* const object = body.if_object();
    if (object == nullptr) {
        return false;
    }
    if (const auto* const query = member(*object, "query"); query != nullptr && query->is_string()) {
        return is_document(query->get_string());
    }
    const auto* const extensions = member(*object, "extensions");
    if (member(*object, "documentId") != nullptr
        || (extensions != nullptr && extensions->is_object()
            && member(extensions->get_object(), "persistedQuery") != nullptr))
    {
        return true;
    }
    const auto* const variables = member(*object, "variables");
    constexpr std::array<std::string_view, 3> names = {"id", "doc_id", "operationName"};
    return variables != nullptr && variables->is_object()
        && std::any_of(names.begin(), names.end(), [&](std::string_view name) {
               const auto* const given = member(*object, name);
               return given != nullptr && (given->is_string() || given->is_number() || secret_reference(*given));
           });
}

/// The same of a query or a form, whose values are texts.
[[nodiscard]] COREST_DECL bool is_request(const std::vector<named_text>& fields)
{
    const auto has = [&](std::string_view name, std::string_view part) {
        return std::any_of(fields.begin(), fields.end(), [&](const named_text& field) {
            return field.name == name && (part.empty() || field.value.value().reveal().find(part) != std::string::npos);
        });
    };
    const bool has_document = std::any_of(fields.begin(), fields.end(),
        [](const named_text& field) { return field.name == "query" && is_document(field.value.value().reveal()); });
    return has_document || has("documentId", {}) || has("extensions", "persistedQuery")
        || (has("variables", "{") && (has("id", {}) || has("doc_id", {}) || has("operationName", {})));
}

} // namespace graphql

COREST_DECL void endpoint::read_into(const dictionary& input, std::string_view key, resource_config& resource)
{
    // Its layers: an object each, or just a path, or nothing.
    std::array<boost::json::object, 2> short_forms;
    dictionary all(input.problems());
    for (std::size_t layer = 0; layer < input.layers(); ++layer) {
        const auto place = input.get_in(layer, key);
        const std::string path = layer == 0 ? input.path_of(key) : join_key(input.path(layer), key);
        const std::string owner = layer == 0 ? resource.name : std::string();
        if (place && place->value->is_object()) {
            all.add_layer(place->value->get_object(), path, owner);
            continue;
        }
        if (place && place->value->is_string()) {
            short_forms[layer].emplace(
                boost::json::string_view(endpoint_keys::short_form.data(), endpoint_keys::short_form.size()),
                *place->value);
        } else if (place) {
            input.problem(*place, "expected an object or a path, found " + type_name(*place->value));
        }
        all.add_layer(short_forms[layer], path, owner);
    }
    read_fields<endpoint_keys>(all, resource);
    if ((resource.json && graphql::is_request(*resource.json)) || graphql::is_request(resource.params)
        || graphql::is_request(resource.form))
    { // behind those of the dictionary, which count first
        resource.response_rules.push_back(graphql_errors());
    }
}

COREST_DECL const shape* endpoint::nested()
{
    return &shape_of<endpoint_keys>;
}

} // namespace rules

} // namespace corest::source::detail
