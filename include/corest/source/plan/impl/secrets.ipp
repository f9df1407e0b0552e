#pragma once

#include <corest/source/plan/secrets.hpp>

#include <corest/detail/environment.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <filesystem>
#include <system_error>
#include <utility>

namespace corest::source {

namespace detail {

/// The names that secrets have elsewhere.
namespace secret_names {

/// The name of an environment variable. \param separator in the place of dots
COREST_DECL std::string variable(std::string_view name, std::string_view separator)
{
    std::string out;
    for (const char c : name) {
        if (c == '.') {
            out += separator;
        } else {
            out += corest::detail::is_name_character(c) ? corest::detail::ascii_upper(c) : '_';
        }
    }
    return out;
}

} // namespace secret_names

} // namespace detail

COREST_DECL secret_store::secret_store() : secret_store(corest::detail::environment_variable) {}

COREST_DECL void secret_store::add(std::string name, secret value)
{
    add_lookup([name = std::move(name), value = std::move(value)](
                   std::string_view asked) { return asked == name ? std::optional<secret>(value) : std::nullopt; });
}

COREST_DECL void secret_store::add_lookup(lookup find)
{
    added_.push_back(std::move(find));
}

COREST_DECL std::vector<std::string> secret_store::add_file(const std::string& path, const format& other)
{
    add_text(detail::read_text_file(path, "secrets"), path, other);
    std::vector<std::string> warnings;
    std::error_code ec;
    const auto status = std::filesystem::status(path, ec);
    using std::filesystem::perms;
    if (!ec && std::filesystem::is_regular_file(status)
        && (status.permissions() & (perms::group_read | perms::others_read)) != perms::none)
    {
        warnings.push_back(
            "the secrets file " + detail::in_quotes(path) + " can be read by other users; chmod 600 mends that");
    }
    return warnings;
}

COREST_DECL void secret_store::add_text(std::string_view text, std::string_view name, const format& other)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    const bool is_json = first != std::string_view::npos && text[first] == '{';
    if (!is_json && !other) {
        throw error(errc::invalid_source, std::string(name) + " is no JSON object",
            "Write {\"name\": \"value\"}, or give a way to read its format");
    }
    const boost::json::value read = is_json ? detail::read_strict_json(text, name) : other(text, name);
    if (const auto* object = read.if_object()) {
        add_object(*object, {}, name);
    }
}

COREST_DECL void secret_store::add_object(
    const boost::json::object& object, const std::string& prefix, std::string_view file)
{
    for (const auto& member : object) {
        const std::string key = prefix + std::string(member.key());
        const boost::json::value& v = member.value();
        if (const auto* inner = v.if_object()) {
            add_object(*inner, key + ".", file);
        } else if (const auto* text = v.if_string()) {
            add(key, secret(std::string(*text)));
        } else if (v.is_number()) {
            add(key, secret(detail::number_text(v)));
        } else if (const auto* flag = v.if_bool()) {
            add(key, secret(*flag ? "true" : "false"));
        } else if (v.is_array()) {
            add_lookup([key, file = std::string(file)](std::string_view asked) -> std::optional<secret> {
                if (asked == key) {
                    throw error(errc::invalid_source, file + ": the secret " + detail::in_quotes(key) + " is a list",
                        "A secret is a text");
                }
                return std::nullopt;
            });
        }
    }
}

COREST_DECL std::optional<secret> secret_store::find(std::string_view name) const
{
    for (const std::string& key : {variable(name), detail::secret_names::variable(name, "__"), std::string(name)}) {
        if (environment_) {
            if (auto value = environment_(key); value && !value->empty()) {
                return secret(std::move(*value));
            }
        }
    }
    for (auto one = added_.rbegin(); one != added_.rend(); ++one) {
        if (auto value = (*one)(name)) {
            return value;
        }
    }
    return std::nullopt;
}

COREST_DECL std::string secret_store::variable(std::string_view name)
{
    return detail::secret_names::variable(name, "_");
}

} // namespace corest::source
