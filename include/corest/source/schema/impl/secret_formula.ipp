#pragma once

#include <corest/source/schema/secret_formula.hpp>

#include <corest/source/schema/key_name.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace corest::source::detail {

namespace secret_formulas {

[[nodiscard]] inline std::optional<secret_part> part_of(const boost::json::value& v)
{
    if (const auto* text = v.if_string()) {
        return secret_part{std::string(*text)};
    }
    const auto* object = v.if_object();
    const auto* name = object == nullptr ? nullptr : object->if_contains(key_name::secret);
    if (name == nullptr || !name->is_string() || name->get_string().empty()) {
        return std::nullopt;
    }
    secret_part out{std::string(name->get_string()), true};
    const auto* default_value = object->if_contains(key_name::default_value);
    if (object->size() != (default_value == nullptr ? 1U : 2U)
        || (default_value != nullptr && !default_value->is_string()))
    {
        return std::nullopt;
    }
    if (default_value != nullptr) {
        out.default_value = std::string(default_value->get_string());
    }
    return out;
}

[[nodiscard]] inline boost::json::value to_json(const secret_part& part)
{
    if (!part.is_secret) {
        return boost::json::value(boost::json::string(part.text));
    }
    boost::json::object out;
    out.emplace(key_name::secret, boost::json::string(part.text));
    if (part.default_value) {
        out.emplace(key_name::default_value, boost::json::string(*part.default_value));
    }
    return out;
}

} // namespace secret_formulas

COREST_DECL std::vector<secret_part> secret_parts(std::string_view name)
{
    std::vector<secret_part> out;
    if (name.starts_with('[')) {
        boost::json::error_code ec;
        const auto parsed = boost::json::parse(boost::json::string_view(name.data(), name.size()), ec);
        const auto* list = ec ? nullptr : parsed.if_array();
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            auto part = secret_formulas::part_of((*list)[i]);
            if (!part) {
                out.clear();
                break;
            }
            out.push_back(std::move(*part));
        }
    }
    if (out.empty()) {
        out.push_back({std::string(name), true});
    }
    return out;
}

COREST_DECL std::string secret_name(const std::vector<secret_part>& parts)
{
    if (parts.size() == 1 && parts.front().is_secret && !parts.front().default_value) {
        return parts.front().text;
    }
    boost::json::array out;
    for (const secret_part& part : parts) {
        out.push_back(secret_formulas::to_json(part));
    }
    return boost::json::serialize(out);
}

COREST_DECL std::string without_defaults(std::string_view name)
{
    std::vector<secret_part> parts = secret_parts(name);
    for (secret_part& part : parts) {
        if (part.default_value) {
            part.default_value = "***";
        }
    }
    return secret_name(parts);
}

COREST_DECL std::string secret_label(std::string_view name)
{
    const auto parts = secret_parts(name);
    if (parts.size() == 1) {
        return parts.front().text;
    }
    std::string out;
    for (const secret_part& part : parts) {
        out += part.is_secret ? "{" + part.text + "}" : part.text;
    }
    return out;
}

} // namespace corest::source::detail
