#pragma once

/// \file
/// The keys of incremental loading: dlt's, and those for windows and many parents. Not for users.

#include <corest/config.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/incremental_config.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail {

namespace rules {

/// The cursor's path.
class cursor_path {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, incremental_config& settings);
    static boost::json::object schema() { return text::schema(); }
    static std::optional<boost::json::value> show(const incremental_config& settings)
    {
        return setting_json(settings.rules.field);
    }
};

/// A value of the cursor: a number or a text.
class cursor {
public:
    COREST_DECL static std::optional<cursor_value> read(const dictionary& input, std::string_view key);
    COREST_DECL static boost::json::object schema();
    COREST_DECL static std::optional<boost::json::value> show(const std::optional<cursor_value>& value);
};

/// How far before the last value a run begins: a number.
class lag {
public:
    COREST_DECL static std::optional<std::string> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return typed("number"); }
};

/// \name Texts in the order of the enumerators that they stand for
/// @{
class last_value_names {
public:
    using type = corest::last_value_func;
    static constexpr std::array<std::string_view, 2> names = {"max", "min"};
};
class missing_cursor_names {
public:
    using type = missing_cursor;
    static constexpr std::array<std::string_view, 3> names = {"raise", "include", "exclude"};
};
class row_order_names {
public:
    using type = corest::row_order;
    static constexpr std::array<std::string_view, 2> names = {"asc", "desc"};
};
class range_bound_names {
public:
    using type = range_bound;
    static constexpr std::array<std::string_view, 2> names = {"open", "closed"};
};
/// @}

/// The fields by which rows are known again; an empty list: they are not.
class boundary_key {
public:
    COREST_DECL static std::optional<std::vector<json_path>> read(const dictionary& input, std::string_view key);
    COREST_DECL static boost::json::object schema();
    COREST_DECL static std::optional<boost::json::value> show(const std::optional<std::vector<json_path>>& fields);
};

/// The length of a window, or the smallest distance of two values.
class window {
public:
    COREST_DECL static std::optional<window_step> read(const dictionary& input, std::string_view key);
    COREST_DECL static boost::json::object schema();
    static std::optional<boost::json::value> show(const std::optional<window_step>& value)
    {
        return value ? setting_json(value->text()) : std::nullopt;
    }
};

/// The form of a cursor in requests.
class conversion {
public:
    COREST_DECL static std::optional<cursor_format> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return text::schema(); }
    static std::optional<boost::json::value> show(const cursor_format& value)
    {
        return value.is_usual() ? std::nullopt : setting_json(value.name());
    }
};

/// `endpoint.incremental`. The `type` that a parameter has may stand there too.
class incremental {
public:
    COREST_DECL static void read_into(
        const dictionary& input, std::string_view key, std::optional<incremental_config>& settings);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(*nested()); }
    COREST_DECL static const shape* nested();
    static std::optional<boost::json::value> show(const std::optional<incremental_config>&) { return std::nullopt; }
};

} // namespace rules

/// What stands in `endpoint.incremental`, and in a parameter of type `incremental`.
class incremental_keys {
public:
    using settings = incremental_config;
    static constexpr std::string_view object_name = "incremental";
    static constexpr std::string_view doc = "Only what is new is read, by a field that tells";
    static constexpr std::array<std::string_view, 1> names = {"incremental"};
    static constexpr std::array<other_key, 1> others = {
        {{"allow_external_schedulers", "accepted, but has no effect: corest is started by schedulers", true}}};

    static constexpr auto fields()
    {
        using key = keys_of<incremental_config>;
        using self = incremental_config;
        using rule = cursor_rules;
        return key::table(
            key::entry<rules::cursor_path>("cursor_path", "The field that tells new records from old ones")
                .needed("name the field of the records that tells new ones from old ones"),
            key::entry<rules::cursor, &self::rules, &rule::initial_value>(
                "initial_value", "Where the first run begins"),
            key::entry<rules::cursor, &self::rules, &rule::end_value>(
                "end_value", "Where the range ends; what is kept is then neither used nor changed"),
            key::entry<rules::any_text, &self::start_param>(
                "start_param", "The query parameter that the start value is sent in"),
            key::entry<rules::any_text, &self::end_param>(
                "end_param", "The query parameter that the end value is sent in"),
            key::entry<rules::one_of<rules::last_value_names>, &self::rules, &rule::last_value>(
                "last_value_func", "Which value of the cursor is kept: the largest or the smallest"),
            key::entry<rules::boundary_key, &self::rules, &rule::primary_key>(
                "primary_key", "By which records with the last value are known again; the resource's by default"),
            key::entry<rules::lag, &self::rules, &rule::lag>(
                "lag", "A run begins so far before the last value: seconds, days of dates, or a number"),
            key::entry<rules::one_of<rules::missing_cursor_names>, &self::rules, &rule::on_missing>(
                "on_cursor_value_missing", "What is done with records that have no cursor"),
            key::entry<rules::one_of<rules::row_order_names>, &self::rules, &rule::row_order>(
                "row_order", "The order of the records: paging stops at the first one out of range"),
            key::entry<rules::one_of<rules::range_bound_names>, &self::rules, &rule::range_start>(
                "range_start", "Whether records with the start value are kept"),
            key::entry<rules::one_of<rules::range_bound_names>, &self::rules, &rule::range_end>(
                "range_end", "Whether records with the end value are kept"),
            key::entry<rules::conversion, &self::rules, &rule::convert>("convert",
                "The cursor's form in requests: epoch_seconds, epoch_milliseconds, iso8601 or a strftime format")
                .also("transform"),
            key::entry<rules::window, &self::rules, &rule::step>(
                "step", "The range is asked for in windows of this length: P1D, PT1H, 1000"),
            key::entry<rules::window, &self::rules, &rule::cursor_granularity>(
                "cursor_granularity", "The smallest distance of two cursors, where there are windows: PT1S"),
            key::entry<rules::integer<0>, &self::rules, &rule::partition_limit>(
                "partition_limit", "With more parents than this, one cursor is kept for all others"));
    }
};

/// Reads them, and checks that they do not contradict one another.
/// \param place of the object \param choice whose `type` may stand there
/// \return false where something is wrong, which is a problem then
[[nodiscard]] COREST_DECL bool read_incremental(
    const dictionary& input, const located& place, const shape* choice, incremental_config& settings);

/// `endpoint.pagination_reset`.
class pagination_reset_keys {
public:
    using settings = pagination_reset;
    static constexpr std::string_view object_name = "pagination_reset";
    static constexpr std::string_view doc =
        "Where a server goes no deeper, paging begins anew behind the last cursor, {incremental.last_value}";

    static constexpr auto fields()
    {
        using key = keys_of<pagination_reset>;
        using self = pagination_reset;
        return key::table(key::entry<rules::integer<1>, &self::after_pages>("after_pages", "After so many pages"),
            key::entry<rules::integer<1>, &self::after_records>(
                "after_records", "After so many records of the server's"));
    }
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/incremental_keys.ipp>
#endif
