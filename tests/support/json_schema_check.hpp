#pragma once

/// \file
/// Checks a value against a JSON Schema: the keywords that corest's own schema uses, and an error for any other.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>

/// A validator for one schema (draft 2020-12, with `$ref` into its own `$defs` only).
class json_schema_check {
public:
    explicit json_schema_check(const boost::json::value& schema) : root_(schema) {}

    /// Where a value breaks the schema, and how; empty where it does not.
    [[nodiscard]] std::string fault(const boost::json::value& v) const { return fault(root_, v, "$"); }

    /// The part of the schema that a reference leads to.
    [[nodiscard]] const boost::json::value& follow(const boost::json::value& schema) const
    {
        const boost::json::value* at = &schema;
        while (at->is_object() && at->get_object().contains("$ref")) {
            const auto& reference = at->get_object().at("$ref").as_string();
            if (!std::string_view(reference).starts_with("#/$defs/")) {
                throw std::runtime_error("the checker does not follow " + std::string(reference));
            }
            at = &root_.at("$defs").at(std::string_view(reference).substr(8));
        }
        return *at;
    }

private:
    using value = boost::json::value;

    static bool has_type(const value& v, std::string_view type)
    {
        return type == "null"   ? v.is_null()
            : type == "boolean" ? v.is_bool()
            : type == "string"  ? v.is_string()
            : type == "array"   ? v.is_array()
            : type == "object"  ? v.is_object()
            : type == "number"  ? v.is_number()
            : type == "integer" ? v.is_int64() || v.is_uint64()
                                : throw std::runtime_error("there is no type " + std::string(type));
    }

    [[nodiscard]] std::string fault(const value& schema, const value& v, const std::string& path) const
    {
        if (schema.is_bool()) {
            return schema.get_bool() ? "" : path + " is not allowed";
        }
        const auto& keywords = schema.as_object();
        for (const auto& keyword : keywords) {
            if (std::string found = keyword_fault(keywords, std::string_view(keyword.key()), keyword.value(), v, path);
                !found.empty())
            {
                return found;
            }
        }
        return {};
    }

    [[nodiscard]] std::string keyword_fault(const boost::json::object& schema, std::string_view keyword,
        const value& given, const value& v, const std::string& path) const
    {
        for (const char* remark : {"$schema", "$defs", "title", "description", "default"}) {
            if (keyword == remark) {
                return {};
            }
        }
        if (keyword == "$ref") {
            return fault(follow(value(boost::json::object{{"$ref", given}})), v, path);
        }
        if (keyword == "type") {
            const bool fits = given.is_string() ? has_type(v, given.get_string())
                                                : std::any_of(given.as_array().begin(), given.as_array().end(),
                                                      [&](const value& one) { return has_type(v, one.as_string()); });
            return fits ? "" : path + " has the wrong type";
        }
        if (keyword == "enum") {
            const auto& list = given.as_array();
            return std::find(list.begin(), list.end(), v) != list.end() ? "" : path + " is none of the known values";
        }
        if (keyword == "anyOf") {
            std::string reasons;
            for (const value& one : given.as_array()) {
                const std::string found = fault(one, v, path);
                if (found.empty()) {
                    return {};
                }
                reasons += (reasons.empty() ? "" : "; ") + found;
            }
            return "none of (" + reasons + ")";
        }
        if (keyword == "allOf") {
            for (const value& one : given.as_array()) {
                if (std::string found = fault(one, v, path); !found.empty()) {
                    return found;
                }
            }
            return {};
        }
        if (keyword == "minLength") {
            return v.is_string() && v.get_string().size() < given.to_number<std::size_t>() ? path + " is too short"
                                                                                           : "";
        }
        if (keyword == "pattern") {
            return v.is_string() && !std::regex_search(v.get_string().c_str(), std::regex(given.as_string().c_str()))
                ? path + " does not match"
                : "";
        }
        if (keyword == "minimum") {
            return v.is_number() && v.to_number<double>() < given.to_number<double>() ? path + " is too small" : "";
        }
        if (keyword == "maximum") {
            return v.is_number() && v.to_number<double>() > given.to_number<double>() ? path + " is too large" : "";
        }
        if (keyword == "minItems") {
            return v.is_array() && v.get_array().size() < given.to_number<std::size_t>() ? path + " is too short" : "";
        }
        if (keyword == "items") {
            if (v.is_array()) {
                for (std::size_t i = 0; i < v.get_array().size(); ++i) {
                    if (std::string found = fault(given, v.get_array()[i], path + "[" + std::to_string(i) + "]");
                        !found.empty())
                    {
                        return found;
                    }
                }
            }
            return {};
        }
        if (keyword == "required") {
            for (const value& name : given.as_array()) {
                if (v.is_object() && !v.get_object().contains(name.as_string())) {
                    return path + " has no " + std::string(name.as_string());
                }
            }
            return {};
        }
        if (keyword == "properties" || keyword == "additionalProperties") {
            return member_fault(schema, keyword, given, v, path);
        }
        throw std::runtime_error("the checker does not know the keyword " + std::string(keyword));
    }

    [[nodiscard]] std::string member_fault(const boost::json::object& schema, std::string_view keyword,
        const value& given, const value& v, const std::string& path) const
    {
        if (!v.is_object()) {
            return {};
        }
        const auto* known = schema.if_contains("properties");
        for (const auto& member : v.get_object()) {
            const value* its_schema = known == nullptr ? nullptr : known->as_object().if_contains(member.key());
            const bool is_other = its_schema == nullptr;
            if (is_other != (keyword == "additionalProperties")) {
                continue;
            }
            if (std::string found =
                    fault(is_other ? given : *its_schema, member.value(), path + "." + std::string(member.key()));
                !found.empty())
            {
                return found;
            }
        }
        return {};
    }

    const value& root_;
};
