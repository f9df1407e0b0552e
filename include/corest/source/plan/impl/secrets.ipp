#pragma once

#include <corest/source/plan/secrets.hpp>

#include <corest/detail/environment.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
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

/// The texts of an object by dotted names; none for a list.
COREST_DECL void flatten(
    const boost::json::object& object, const std::string& prefix, std::map<std::string, std::optional<secret>>& out)
{
    for (const auto& member : object) {
        const std::string key = prefix + std::string(member.key());
        const boost::json::value& v = member.value();
        if (const auto* inner = v.if_object()) {
            flatten(*inner, key + ".", out);
        } else if (const auto* text = v.if_string()) {
            out.insert_or_assign(key, secret(std::string(*text)));
        } else if (v.is_number()) {
            out.insert_or_assign(key, secret(number_text(v)));
        } else if (const auto* flag = v.if_bool()) {
            out.insert_or_assign(key, secret(*flag ? "true" : "false"));
        } else if (v.is_array()) {
            out.insert_or_assign(key, std::nullopt);
        }
    }
}

} // namespace secret_names

} // namespace detail

COREST_DECL secret_store::secret_store() : secret_store(corest::detail::environment_variable) {}

COREST_DECL void secret_store::add(std::string name, secret value)
{
    added made{"the program's own secrets", {}, {name}};
    made.find = [name = std::move(name), value = std::move(value)](
                    std::string_view asked) { return asked == name ? std::optional<secret>(value) : std::nullopt; };
    added_.push_back(std::move(made));
}

COREST_DECL void secret_store::add_lookup(lookup find, std::string label)
{
    added_.push_back({std::move(label), std::move(find), {}});
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
    added made{std::string(name), {}, {}};
    std::map<std::string, std::optional<secret>> found;
    if (const auto* object = read.if_object()) {
        detail::secret_names::flatten(*object, {}, found);
    }
    for (const auto& [key, value] : found) {
        made.names.push_back(key);
    }
    made.find = [found = std::move(found), file = made.label](std::string_view asked) -> std::optional<secret> {
        const auto one = found.find(std::string(asked));
        if (one != found.end() && !one->second) {
            throw error(errc::invalid_source, file + ": the secret " + detail::in_quotes(one->first) + " is a list",
                "A secret is a text");
        }
        return one == found.end() ? std::nullopt : one->second;
    };
    added_.push_back(std::move(made));
}

// The names that a secret may have, the most specific first.
COREST_DECL std::vector<std::string> secret_store::keys_of(std::string_view name) const
{
    std::vector<std::string> out;
    if (name.find('.') == std::string_view::npos) {
        for (const std::string& section : sections_) {
            out.push_back(section + "." + std::string(name));
        }
    }
    out.emplace_back(name);
    return out;
}

COREST_DECL std::optional<secret> secret_store::search_all(std::string_view name, search* told) const
{
    const auto tell = [&](const std::string& place, bool found) {
        if (told != nullptr && found) {
            told->found_in = place;
        } else if (told != nullptr
            && std::find(told->looked_in.begin(), told->looked_in.end(), place) == told->looked_in.end())
        {
            told->looked_in.push_back(place);
        }
    };
    const auto look_into = [&](const std::string& label, const environment& env) -> std::optional<secret> {
        for (const std::string& key : keys_of(name)) {
            const bool in_section = key != name;
            for (const std::string& variable_name : {in_section ? std::string() : variable(key),
                     detail::secret_names::variable(key, "__"), in_section ? std::string() : key})
            {
                auto value = variable_name.empty() || !env ? std::nullopt : env(variable_name);
                const bool found = value && !value->empty();
                if (!variable_name.empty()) {
                    tell("the variable " + variable_name + " of " + label, found);
                }
                if (found) {
                    return secret(std::move(*value));
                }
            }
        }
        return std::nullopt;
    };
    if (auto value = look_into("the environment", environment_)) {
        return value;
    }
    for (const auto& [label, env] : more_environments_) {
        if (auto value = look_into(label, env)) {
            return value;
        }
    }
    for (auto one = added_.rbegin(); one != added_.rend(); ++one) {
        if (!one->find) {
            tell("the file " + one->label + ", which is not there", false);
            continue;
        }
        for (const std::string& key : keys_of(name)) {
            auto value = one->find(key);
            tell(detail::in_quotes(key) + " of " + one->label, value.has_value());
            if (value) {
                return value;
            }
        }
    }
    return std::nullopt;
}

COREST_DECL std::optional<secret> secret_store::find(std::string_view name) const
{
    return search_all(name, nullptr);
}

COREST_DECL secret_store::search secret_store::locate(std::string_view name) const
{
    search out;
    (void)search_all(name, &out);
    return out;
}

COREST_DECL std::vector<std::string> secret_store::names() const
{
    std::vector<std::string> out;
    for (const added& one : added_) {
        out.insert(out.end(), one.names.begin(), one.names.end());
    }
    return out;
}

COREST_DECL std::string secret_store::variable(std::string_view name)
{
    return detail::secret_names::variable(name, "_");
}

} // namespace corest::source
