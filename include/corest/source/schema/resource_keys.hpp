#pragma once

/// \file
/// The keys of a resource, of its endpoint, and of what stands in them. Not for users.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/source/schema/client_keys.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/incremental_keys.hpp>
#include <corest/source/schema/poll_keys.hpp>
#include <corest/source/schema/record_steps.hpp>
#include <corest/source/schema/resource_config.hpp>
#include <corest/source/schema/response_actions.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail {

/// The key in a resource, where it does not belong.
inline constexpr other_key incremental_key{
    key_name::incremental, "write it in the endpoint, endpoint.incremental, or as a parameter of type incremental"};

/// What a parameter may be that is an object.
[[nodiscard]] COREST_DECL const shape& parameter_shape() noexcept;

namespace rules {

/// The path, which is the resource's name where none is given. An empty path is the base URL itself.
class endpoint_path {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, resource_config& resource);
    static boost::json::object schema() { return typed("string"); }
};

/// GET or POST, in any case.
class method {
public:
    COREST_DECL static std::optional<std::string> read(const dictionary& input, std::string_view key);
    COREST_DECL static boost::json::object schema();
};

/// Query parameters: the resource's own, then those defaults that it does not mention. Null removes a default.
class params {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, resource_config& resource);
    COREST_DECL static boost::json::object schema(schema_writer& writer);
};

/// The body. An object is merged with the defaults' object, key by key.
class json_body {
public:
    COREST_DECL static void read_into(
        const dictionary& input, std::string_view key, std::optional<boost::json::value>& body);
    COREST_DECL static boost::json::object schema();
};

/// The fields of a form: texts, numbers and booleans; a list gives the same name several times.
class form_body {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, std::vector<named_text>& form);
    COREST_DECL static boost::json::object schema(schema_writer& writer);
};

/// `auth` of an endpoint. Null is no setting, as in dlt: the client's is used.
class endpoint_auth {
public:
    static void read_into(const dictionary& input, std::string_view key, resource_config& resource)
    {
        resource.auth = auth::read(input, key);
        if (const auto place = input.find(key); place && place->value->is_null()) {
            resource.null_auth = place->path;
        }
    }
    static boost::json::object schema(schema_writer& writer) { return auth::schema(writer); }
    static const shape* nested() { return auth::nested(); }
};

/// A list of records that are written down.
class seed_list {
public:
    COREST_DECL static std::optional<boost::json::value> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return typed("array"); }
};

/// Where the records stand.
class records {
public:
    static void read_into(const dictionary& input, std::string_view key, resource_config& resource)
    {
        if (auto given = path::read(input, key)) {
            resource.records = selector(*std::move(given));
            resource.detects_records = false;
        }
    }
    static boost::json::object schema() { return path::schema(); }
};

/// json, jsonl or csv.
class body_format_name {
public:
    static constexpr std::array<std::string_view, 3> names = {"json", "jsonl", "csv"};
    COREST_DECL static std::optional<body_format> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return one_of_texts(names); }
};

/// A list of texts, the empty one included.
class any_texts {
public:
    COREST_DECL static std::optional<std::vector<std::string>> read(const dictionary& input, std::string_view key);
    COREST_DECL static boost::json::object schema();
};

/// The form of the bodies: a name, or an object with one.
class decoder {
public:
    COREST_DECL static std::optional<body_decoder> read(const dictionary& input, std::string_view key);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(*nested()); }
    COREST_DECL static const shape* nested();
};

/// append, replace or merge.
class disposition {
public:
    static constexpr std::array<std::string_view, 3> names = {"append", "replace", "merge"};
    COREST_DECL static std::optional<write_disposition> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return one_of_texts(names); }
    static std::optional<boost::json::value> show(write_disposition value)
    {
        const std::string_view name = to_string(value);
        return boost::json::value(boost::json::string_view(name.data(), name.size()));
    }
};

/// Whether a parent's record that lacks a placeholder's field is skipped.
class missing_parent_field_names {
public:
    using type = bool;
    static constexpr std::array<std::string_view, 2> names = {"raise", "skip"};
};

/// direct or snake_case.
class naming {
public:
    COREST_DECL static std::optional<corest::schema::naming> read(const dictionary& input, std::string_view key);
    COREST_DECL static boost::json::object schema();
    static std::optional<boost::json::value> show(corest::schema::naming value)
    {
        const std::string_view name = to_string(value);
        return boost::json::value(boost::json::string_view(name.data(), name.size()));
    }
};

/// How rows are merged: both of dlt's strategies come to the same.
class merge_strategy {
public:
    static constexpr std::array<std::string_view, 2> names = {"upsert", "delete-insert"};
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, write_disposition& value);
    static boost::json::object schema() { return one_of_texts(names); }
    static std::optional<boost::json::value> show(write_disposition) { return std::nullopt; }
};

/// A disposition, or an object with one.
class disposition_or_object {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, write_disposition& value);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(*nested()); }
    COREST_DECL static const shape* nested();
    static std::optional<boost::json::value> show(write_disposition value) { return disposition::show(value); }
};

/// The name, which is known before the resource is read: it is in every message.
class resource_name {
public:
    static std::optional<std::string> read(const dictionary& input, std::string_view) { return input.owner(); }
    static boost::json::object schema() { return text::schema(); }
};

/// The table's name: the resource's where none is given.
class table_name {
public:
    static void read_into(const dictionary& input, std::string_view key, resource_config& resource)
    {
        resource.table_name = input.text(key).value_or(resource.name);
    }
    static boost::json::object schema() { return text::schema(); }
};

/// Columns and the contract, the resource's own over the defaults', hint by hint. \pre the keys of the table are read
class columns {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, resource_config& resource);
    static boost::json::object schema() { return any_of({typed("object"), typed("array")}); }
};

/// One word or an object of words. It is read with the columns.
class contract {
public:
    static void read_into(const dictionary&, std::string_view, resource_config&) {}
    COREST_DECL static boost::json::object schema();
};

/// An object, or just the path; the resource's own over the defaults'.
class endpoint {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, resource_config& resource);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(*nested()); }
    COREST_DECL static const shape* nested();
};

} // namespace rules

/// A parameter that is taken from the parent's record.
class resolve_keys {
public:
    static constexpr std::string_view object_name = "resolve";
    static constexpr std::string_view doc = "A value of the parent's record, for a placeholder of the path";
    static constexpr std::array<std::string_view, 1> names = {"resolve"};

    std::string resource;
    std::string field;

    static constexpr auto fields()
    {
        using key = keys_of<resolve_keys>;
        using self = resolve_keys;
        return key::table(
            key::entry<rules::text, &self::resource>("resource", "The parent").needed("write the parent's name"),
            key::entry<rules::text, &self::field>("field", "Of the parent's record")
                .needed("write the parent's field"));
    }
};

/// `endpoint.decoder`.
class decoder_keys {
public:
    /// What the keys say.
    class settings {
    public:
        body_format format = body_format::stated;
        std::string delimiter = ",";
        std::vector<std::string> null_values;
    };
    static constexpr std::string_view object_name = "decoder";
    static constexpr std::string_view doc = "The form of the bodies, where Content-Type does not say it";
    static constexpr std::string_view short_form = "type";

    static constexpr auto fields()
    {
        using key = keys_of<settings>;
        return key::table(
            key::entry<rules::body_format_name, &settings::format>(short_form, "json, jsonl or csv").needed(),
            key::entry<rules::text, &settings::delimiter>("delimiter", "Of csv: the character between values; a comma"),
            key::entry<rules::any_texts, &settings::null_values>(
                "null_values", "Of csv: values that mean none where they do not stand in quotes"));
    }
};

/// `endpoint`.
class endpoint_keys {
public:
    using settings = resource_config;
    static constexpr std::string_view object_name = "endpoint";
    static constexpr std::string_view doc = "What is asked for: an object, or just the path";
    static constexpr std::string_view short_form = key_name::path;
    static constexpr auto fields()
    {
        using key = keys_of<resource_config>;
        using self = resource_config;
        return key::table(
            key::entry<rules::endpoint_path>(short_form, "Joined to the base URL; placeholders as <name> or {name}"),
            key::entry<rules::method, &self::method>(key_name::method, "GET or POST"),
            key::entry<rules::params>(
                key_name::params, "Query parameters, constants for the path, and resolve parameters"),
            key::entry<rules::count, &self::group_size>(key_name::group_size,
                "How many of the parent's records one request is for; values are joined by commas"),
            key::entry<rules::incremental, &self::incremental>(key_name::incremental, incremental_keys::doc),
            key::entry<rules::object<pagination_reset_keys>, &self::paging_reset>(
                key_name::pagination_reset, pagination_reset_keys::doc),
            key::entry<rules::json_body, &self::json>(key_name::json, "The body of a POST"),
            key::entry<rules::form_body, &self::form>("data", "The body of a POST, as a form"),
            key::entry<rules::headers, &self::headers>(key_name::headers, "Header fields besides the client's"),
            key::entry<rules::poll, &self::poll>(key_name::poll, poll_keys::doc),
            key::entry<rules::paginator, &self::paginator>("paginator", "How pages are asked for"),
            key::entry<rules::decoder, &self::decoder>(key_name::decoder, decoder_keys::doc),
            key::entry<rules::records>(key_name::data_selector, "Where the records stand in the body"),
            key::entry<rules::response_actions, &self::response_rules>(
                key_name::response_actions, "What is done with responses; the first one that is for it counts"),
            key::entry<rules::endpoint_auth>(key_name::auth, "In place of the client's; none signs nothing"));
    }
};

/// The object that `write_disposition` may be.
class write_disposition_keys {
public:
    using settings = write_disposition;
    static constexpr std::string_view object_name = "write_disposition";
    static constexpr std::string_view doc = "How rows are written";
    static constexpr std::string_view short_form = "disposition";

    static constexpr auto fields()
    {
        using key = keys_of<write_disposition>;
        return key::table(key::entry<rules::disposition>(short_form, "append, replace or merge").needed(),
            key::entry<rules::merge_strategy>("strategy", "How rows are merged: the last row of a primary key wins"));
    }
};

/// A resource, of which the name is the only key that the defaults do not have.
class resource_keys {
public:
    using settings = resource_config;
    static constexpr std::string_view object_name = "resource";
    static constexpr std::string_view doc =
        "A list of records at a path: an object, or just the name, which is the path too";
    static constexpr std::string_view short_form = key_name::name;
    static constexpr std::array<other_key, 6> others = {{
        {"parallelized", "accepted, but has no effect: walks always run side by side (concurrency sets how many)",
            true},
        {"table_format", "accepted, but has no effect", true},
        {"file_format", "accepted, but has no effect", true},
        {"references", "accepted, but has no effect", true},
        {"nested_hints", "accepted, but has no effect", true},
        incremental_key,
    }};

    static constexpr auto name_field()
    {
        using key = keys_of<resource_config>;
        return key::table(
            key::entry<rules::resource_name, &resource_config::name>(short_form, "Unique in the dictionary").needed(),
            key::entry<rules::seed_list, &resource_config::seed>(
                "data", "Its records, in place of an endpoint: what children are read for"));
    }
    static constexpr auto shared_fields()
    {
        using key = keys_of<resource_config>;
        using self = resource_config;
        return key::table(
            key::entry<rules::table_name>("table_name", "Where its rows go; the resource's name by default"),
            key::entry<rules::endpoint>(key_name::endpoint, endpoint_keys::doc),
            key::entry<rules::disposition_or_object, &self::disposition>(
                key_name::write_disposition, write_disposition_keys::doc),
            key::entry<rules::texts, &self::primary_key>(
                key_name::primary_key, "The fields that tell its records apart"),
            key::entry<rules::texts, &self::merge_key>(
                key_name::merge_key, "Fields: in a merge all rows go that have the values of a new one in them"),
            key::entry<rules::naming, &self::naming>(key_name::naming,
                "How its table and columns are named: direct, as the resource and its fields, or snake_case, as dlt"),
            key::entry<rules::columns>(
                key_name::columns, "What its table's columns are: dlt's hints, as a mapping or a list, or JSON Schema"),
            key::entry<rules::contract>(key_name::schema_contract, "What happens to data that is not as columns say"),
            key::entry<rules::texts, &self::include_from_parent>(
                key_name::include_from_parent, "Fields of the parent that its rows take over"),
            key::entry<rules::one_of<rules::missing_parent_field_names>, &self::skips_lacking_parents>(
                key_name::on_parent_field_missing,
                "What becomes of a parent's record that lacks the field of a placeholder, or has null there: raise, an "
                "error, or skip, it has no children"),
            key::entry<rules::boolean, &self::load_columns>(key_name::load_columns,
                "True: its rows have _dlt_load_id, _dlt_id and _corest_loaded_at, which load, row and moment they are"),
            key::entry<rules::integer<0, 1000>, &self::max_table_nesting>(key_name::max_table_nesting,
                "So many levels of its records become tables and columns of their own, as in dlt; 0: they are JSON"),
            key::entry<rules::processing_steps, &self::steps>(
                "processing_steps", "What is done with its records, in this order: conditions, and nested lists"),
            key::entry<rules::boolean, &self::selected>("selected", "False: only read where a child needs it"),
            key::entry<rules::count, &self::concurrency>("concurrency", "Walks of this resource at once"));
    }
    static constexpr auto fields() { return concat(name_field(), shared_fields()); }
};

/// `resource_defaults`.
class resource_defaults_keys {
public:
    using settings = resource_config;
    static constexpr std::string_view object_name = key_name::resource_defaults;
    static constexpr std::string_view doc = "What every resource has that does not say otherwise";
    static constexpr auto others = resource_keys::others;

    static constexpr auto fields() { return resource_keys::shared_fields(); }
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/resource_keys.ipp>
#endif
