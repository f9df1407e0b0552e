#pragma once

/// \file
/// What a value of the dictionary may be: each rule reads a value, and states in JSON Schema what it accepts. Not for
/// users.

#include <corest/config.hpp>
#include <corest/select/json_path.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/schema_writer.hpp>
#include <corest/source/schema/source_text.hpp>

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail::rules {

/// A text that is not empty.
class text {
public:
    static std::optional<std::string> read(const dictionary& input, std::string_view key) { return input.text(key); }
    static boost::json::object schema() { return typed("string", {{"minLength", 1}}); }
};

/// Any text, the empty one included.
class any_text {
public:
    COREST_DECL static std::optional<std::string> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return typed("string"); }
};

/// A text or a secret.
class text_or_secret {
public:
    COREST_DECL static std::optional<source_text> read(const dictionary& input, std::string_view key);
    static boost::json::object schema(schema_writer& writer) { return writer.text_or_secret(1); }
};

/// A text or a secret; the text may be empty.
class any_text_or_secret {
public:
    COREST_DECL static std::optional<source_text> read(const dictionary& input, std::string_view key);
    static boost::json::object schema(schema_writer& writer) { return writer.text_or_secret(0); }
};

/// True or false.
class boolean {
public:
    static std::optional<bool> read(const dictionary& input, std::string_view key) { return input.boolean(key); }
    static boost::json::object schema() { return typed("boolean"); }
};

/// An integer within bounds.
template <std::int64_t Least = 0, std::int64_t Most = std::numeric_limits<std::int64_t>::max()>
class integer {
public:
    static std::optional<std::int64_t> read(const dictionary& input, std::string_view key)
    {
        return input.integer(key, Least, Most);
    }
    static boost::json::object schema()
    {
        boost::json::object out = typed("integer", {{"minimum", Least}});
        if (Most != std::numeric_limits<std::int64_t>::max()) {
            out["maximum"] = Most;
        }
        return out;
    }
};

/// How many of something, requests or walks, go on at once.
using count = integer<1, 10'000>;

/// A number from zero to a year's worth of seconds.
class seconds {
public:
    static std::optional<double> read(const dictionary& input, std::string_view key) { return input.number(key); }
    static boost::json::object schema() { return typed("number", {{"minimum", 0}, {"maximum", dictionary::largest}}); }
};

/// A text, or a list of texts; none of them empty.
class texts {
public:
    static std::optional<std::vector<std::string>> read(const dictionary& input, std::string_view key)
    {
        return input.texts(key);
    }
    COREST_DECL static boost::json::object schema();
};

/// One of a few texts.
/// \tparam Choice has `names`, the texts, in the order of the values of its `type` that they stand for
template <class Choice>
class one_of {
public:
    COREST_DECL static std::optional<typename Choice::type> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return one_of_texts(Choice::names); }
    static std::optional<boost::json::value> show(const typename Choice::type& value)
    {
        const std::string_view name = Choice::names[static_cast<std::size_t>(value)];
        return boost::json::value(boost::json::string_view(name.data(), name.size()));
    }
    static std::optional<boost::json::value> show(const std::optional<typename Choice::type>& value)
    {
        return value ? show(*value) : std::nullopt;
    }
};

/// A JSONPath, or a list of keys.
class path {
public:
    COREST_DECL static std::optional<json_path> read(const dictionary& input, std::string_view key);
    static boost::json::object schema() { return texts::schema(); }
};

/// An object with the keys of a class, read into a member that it describes.
template <class Keys>
class object {
public:
    static void read_into(const dictionary& input, std::string_view key, settings_of<Keys>& settings)
    {
        const auto place = input.get(key);
        if (!place) {
            return;
        }
        const auto* value = place->value->if_object();
        if (value == nullptr) {
            input.problem(*place, "expected an object, found " + type_name(*place->value));
            return;
        }
        read_fields<Keys>(dictionary(input.problems(), *value, place->path, place->owner), settings);
    }
    static boost::json::object schema(schema_writer& writer) { return writer.reference(shape_of<Keys>); }
    static const shape* nested() { return &shape_of<Keys>; }
};

} // namespace corest::source::detail::rules

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/schema/impl/value_rules.ipp>
#endif
