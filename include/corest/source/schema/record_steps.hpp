#pragma once

/// \file
/// The keys of `processing_steps`: conditions and expansions, in place of dlt's functions. Not for users.

#include <corest/config.hpp>
#include <corest/resource/record_step.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/response_actions.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <boost/json/object.hpp>

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace corest::source::detail {

namespace rules {

/// What becomes of a record without the list that is expanded.
class on_no_records {
public:
    static constexpr std::array<std::string_view, 2> names = {"skip", "emit_parent"};
    COREST_DECL static std::optional<bool> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return one_of_texts(names); }
    static std::optional<boost::json::value> show(bool keeps)
    {
        return boost::json::value(keeps ? "emit_parent" : "skip");
    }
};

/// A list of steps.
class processing_steps {
public:
    COREST_DECL static void read_into(const dictionary& input, std::string_view key, std::vector<record_step>& steps);
    static boost::json::object schema(schema_writer& writer) { return writer.reference(*nested()); }
    COREST_DECL static const shape* nested();
    static std::optional<boost::json::value> show(const std::vector<record_step>&) { return std::nullopt; }
};

} // namespace rules

/// One of `processing_steps`.
class processing_step_keys {
public:
    static constexpr std::string_view object_name = "processing_step";
    static constexpr std::string_view doc = "A condition, or a list in each record whose elements take its place";
    static constexpr std::array<other_key, 2> others = {{
        {"map", "functions cannot be read from a file; change rows where they are used"},
        {"yield_map", "functions cannot be read from a file; write {\"expand\": \"path.of.the.list\"}"},
    }};

    std::optional<json_condition> filter;
    std::optional<json_path> expand;
    bool remain_original_record = false;
    bool emit_parent = false;

    static constexpr auto fields()
    {
        using key = keys_of<processing_step_keys>;
        using self = processing_step_keys;
        return key::table(key::entry<rules::condition, &self::filter>(
                              "filter", "Only records of which it holds, as in @.keep == true"),
            key::entry<rules::path, &self::expand>("expand", "Where the list stands in each record"),
            key::entry<rules::boolean, &self::remain_original_record>(
                "remain_original_record", "Of expand: the record stands in original_record"),
            key::entry<rules::on_no_records, &self::emit_parent>(
                "on_no_records", "Of expand, for a record without elements: skip, or emit_parent"));
    }
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/record_steps.ipp>
#endif
