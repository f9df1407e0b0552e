#pragma once

/// \file
/// Writes the tables of the dictionary's keys as JSON Schema (draft 2020-12). Not for users.

#include <corest/config.hpp>
#include <corest/source/schema/field.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace corest::source::detail {

/// `{"type": name}`, and further keywords.
[[nodiscard]] COREST_DECL boost::json::object typed(
    std::string_view name, std::initializer_list<std::pair<std::string_view, boost::json::value>> more = {});

/// `{"enum": [...]}`.
template <class Names>
[[nodiscard]] boost::json::object one_of_texts(const Names& names)
{
    boost::json::array list;
    for (const std::string_view name : names) {
        list.emplace_back(boost::json::string_view(name.data(), name.size()));
    }
    boost::json::object out;
    out["enum"] = std::move(list);
    return out;
}

/// `{"anyOf": [...]}`.
[[nodiscard]] COREST_DECL boost::json::object any_of(std::initializer_list<boost::json::object> choices);

/// Keeps the definitions (`$defs`) that were referred to.
class schema_writer {
public:
    /// A reference to the definition of a shape, which is written at its first use.
    [[nodiscard]] COREST_DECL boost::json::object reference(const shape& of_value);
    /// A text or `{"$secret": "name"}`. \param least_length of the text
    [[nodiscard]] COREST_DECL boost::json::object text_or_secret(std::size_t least_length);
    /// A reference to `{"$secret": "name"}`.
    [[nodiscard]] COREST_DECL boost::json::object secret();
    /// All definitions that were referred to.
    [[nodiscard]] boost::json::object definitions() && { return std::move(definitions_); }

private:
    [[nodiscard]] COREST_DECL boost::json::object define(const shape& of_value);
    /// \param type what `type` may be, where the object is one kind of several
    [[nodiscard]] COREST_DECL boost::json::object object_schema(
        const shape& of_value, std::span<const other_key> others, const boost::json::object* type, bool type_needed);
    COREST_DECL void add_fields(std::span<const field> fields, boost::json::object& properties,
        boost::json::array& required, boost::json::array& alternatives);
    COREST_DECL static void add_others(std::span<const other_key> others, boost::json::object& properties);
    [[nodiscard]] COREST_DECL boost::json::object choice_schema(const shape& of_value);
    [[nodiscard]] static boost::json::object reference_to(const std::string& name)
    {
        boost::json::object out;
        out["$ref"] = "#/$defs/" + name;
        return out;
    }

    boost::json::object definitions_;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/schema_writer.ipp>
#endif
