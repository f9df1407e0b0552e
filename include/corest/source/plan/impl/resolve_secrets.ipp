#pragma once

#include <corest/source/plan/resolve_secrets.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/schema/client_keys.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/secret_formula.hpp>
#include <corest/source/schema/written_secrets.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source {

namespace detail {

namespace plan_secrets {

/// Looks up secrets, each once, and remembers which are missing and what needs them.
class secret_lookup {
public:
    /// \param store referred to
    explicit secret_lookup(const secret_store& store) : store_(store) {}

    /// Looks up the text where it names a secret.
    void resolve(source_text& text)
    {
        if (text.is_secret()) {
            if (auto value = find(text.secret_name(), text.path())) {
                text.resolve(std::move(*value));
            }
        }
    }

    /// Puts secrets in the place of `{"$secret": name}`. \param path of the value in the dictionary
    void resolve(boost::json::value& v, const std::string& path)
    {
        if (const auto name = secret_reference(v)) {
            if (const auto value = find(*name, path)) {
                v = boost::json::string_view(value->reveal().data(), value->reveal().size());
            }
        } else if (auto* object = v.if_object()) {
            for (auto& member : *object) {
                resolve(member.value(), join_key(path, std::string_view(member.key().data(), member.key().size())));
            }
        } else if (auto* list = v.if_array()) {
            for (std::size_t i = 0; i < list->size(); ++i) {
                resolve((*list)[i], path + "[" + std::to_string(i) + "]");
            }
        }
    }

    /// \throws error (missing_secret) where one was not found
    void throw_if_missing() const
    {
        if (missing_.empty()) {
            return;
        }
        const std::string& first = missing_.front().name;
        if (missing_.size() == 1) {
            throw error(errc::missing_secret,
                "the secret " + in_quotes(first) + " is missing; needed by " + paths_text(missing_.front().paths)
                    + places_of(first) + "\nSet the environment variable " + secret_store::variable(first)
                    + ", or name a file that has it with --secrets");
        }
        std::string text = std::to_string(missing_.size()) + " secrets are missing:";
        for (const needed_secret& one : missing_) {
            text += "\n" + in_quotes(one.name) + ", needed by " + paths_text(one.paths) + places_of(one.name);
        }
        throw error(errc::missing_secret,
            text + "\nSet the environment variables, or name a file that has them with --secrets");
    }

    /// What was not found, with or without something in its place.
    [[nodiscard]] std::vector<needed_secret> not_found() const
    {
        std::vector<needed_secret> out = missing_;
        for (const needed_secret& one : defaulted_) {
            out.push_back(one);
            out.back().has_default = true;
        }
        return out;
    }

    /// What was found, by name.
    [[nodiscard]] const std::map<std::string, secret>& found() const noexcept { return found_; }

private:
    // "; looked for in", and a line for each place.
    [[nodiscard]] std::string places_of(const std::string& name) const
    {
        std::string text = "; looked for in";
        for (const std::string& place : store_.locate(name).looked_in) {
            text += "\n  " + place;
        }
        return text;
    }

    // The value of a name, which may be a text with secrets in it.
    std::optional<secret> find(const std::string& name, const std::string& path)
    {
        const std::vector<secret_part> parts = secret_parts(name);
        if (parts.size() == 1 && !parts.front().default_value) {
            return find_one(name, path);
        }
        std::string out;
        bool complete = true;
        for (const secret_part& part : parts) {
            if (!part.is_secret) {
                out += part.text;
            } else if (part.default_value && !store_.find(part.text)) {
                out += *part.default_value;
                note(part.text, path, defaulted_);
            } else if (const auto value = find_one(part.text, path)) {
                out += value->reveal();
            } else {
                complete = false;
            }
        }
        return complete ? std::optional<secret>(out) : std::nullopt;
    }

    std::optional<secret> find_one(const std::string& name, const std::string& path)
    {
        if (const auto known = found_.find(name); known != found_.end()) {
            return known->second;
        }
        if (auto value = store_.find(name)) {
            return found_.emplace(name, std::move(*value)).first->second;
        }
        note(name, path, missing_);
        return std::nullopt;
    }

    using needs = std::vector<needed_secret>;

    static void note(const std::string& name, const std::string& path, needs& list)
    {
        auto entry = std::find_if(list.begin(), list.end(), [&](const needed_secret& n) { return n.name == name; });
        if (entry == list.end()) {
            entry = list.insert(list.end(), needed_secret());
            entry->name = name;
        }
        if (std::find(entry->paths.begin(), entry->paths.end(), path) == entry->paths.end()) {
            entry->paths.push_back(path);
        }
    }

    [[nodiscard]] static std::string paths_text(const std::vector<std::string>& paths)
    {
        return corest::detail::join_words(paths, "and", 3);
    }

    const secret_store& store_;
    std::map<std::string, secret> found_;
    needs missing_;
    needs defaulted_; ///< those in whose place a default was used
};

/// Looks up the parts of a plan that may be secrets.
COREST_DECL void resolve(plan& p, secret_lookup& lookup)
{
    const auto resolve_text = [&](source_text& text) { lookup.resolve(text); };
    resolve_text(p.client.base_url);
    resolve_text(p.client.proxy);
    p.client.auth.for_each_text(resolve_text);
    for (planned_resource& r : p.resources) {
        if (r.config.auth) {
            r.config.auth->for_each_text(resolve_text);
        }
        for (planned_value& value : r.path_values) {
            resolve_text(value.constant);
        }
        for (auto* texts : {&r.params, &r.headers, &r.json_texts, &r.form_texts, &r.poll_paths}) {
            for (planned_text& text : *texts) {
                resolve_text(text.text);
                for (planned_value& value : text.values) {
                    resolve_text(value.constant);
                }
            }
        }
    }
    for (planned_resource& r : p.resources) {
        if (r.config.json) {
            lookup.resolve(*r.config.json, join_key(r.config.key_path, key_name::endpoint, key_name::json));
        }
    }
}

/// The credentials that are written down in the dictionary, or in place of a secret that is missing, rather than looked
/// up. \param p with its secrets looked up
COREST_DECL std::vector<secret> written_down(const plan& p)
{
    std::vector<secret> out;
    for (const planned_resource& r : p.resources) {
        for (const auto* texts : {&r.params, &r.headers, &r.form_texts}) {
            for (const planned_text& text : *texts) {
                if (text.parsed.has_placeholders() && !text.text.is_secret()) {
                    continue;
                }
                if (texts == &r.headers) {
                    add_header_secrets(text.name, text.text.value(), out);
                } else if (is_secret_key(text.name)) {
                    out.push_back(text.text.value());
                }
            }
        }
        const auto add_constants = [&](std::string_view name, const path_template& text,
                                       const std::vector<planned_value>& values) {
            for (std::size_t i = 0; i < values.size(); ++i) {
                const source_text& constant = values[i].constant;
                const placeholder& gap = text.placeholders()[i];
                const bool is_credential =
                    fills_credential(name, gap.prefix) || (constant.is_secret() && is_secret_key(gap.name));
                if (constant.given() && is_credential) {
                    out.push_back(constant.value());
                }
            }
        };
        add_constants({}, r.config.path, r.path_values);
        add_query_secrets(r.config.path.text(), out);
        for (const auto* texts : {&r.params, &r.headers, &r.form_texts, &r.json_texts, &r.poll_paths}) {
            for (const planned_text& text : *texts) {
                add_constants(text.name, text.parsed, text.values);
                if (texts == &r.poll_paths) {
                    add_query_secrets(text.parsed.text(), out);
                }
            }
        }
        if (r.config.json) {
            add_written_secrets(*r.config.json, {}, out);
        }
    }
    return out;
}

/// A base URL that is a secret, once it is looked up.
class secret_base_url {
public:
    explicit secret_base_url(const source_text& text) : text_(text) {}

    /// \throws error (invalid_source) that shows nothing of it
    void check() const
    {
        if (const auto fault = base_url_fault(text_.value().reveal()); !fault.empty()) {
            throw error(errc::invalid_source,
                text_.path() + ": the secret " + in_quotes(secret_label(text_.secret_name())) + " " + fault);
        }
    }

    /// The part to conceal: host and port may be named in messages; what follows may be a token.
    [[nodiscard]] std::optional<secret> path() const
    {
        const std::string& url = text_.value().reveal();
        const auto begin = url.find('/', url.find("://") + 3);
        if (begin == std::string::npos || begin + 1 >= url.size()) {
            return std::nullopt;
        }
        return secret(url.substr(begin + 1, url.find_last_not_of('/') - begin));
    }

private:
    const source_text& text_;
};

} // namespace plan_secrets

} // namespace detail

COREST_DECL void resolve_address(plan& p, const secret_store& store)
{
    source_text& address = p.client.base_url;
    detail::plan_secrets::secret_lookup(store).resolve(address);
    if (address.is_secret() && !detail::base_url_fault(address.value().reveal()).empty()) {
        address.resolve(secret()); // a run says what is wrong with it
    }
}

COREST_DECL void resolve_secrets(plan& p, const secret_store& store)
{
    detail::plan_secrets::secret_lookup lookup(store);
    detail::plan_secrets::resolve(p, lookup);
    lookup.throw_if_missing();
    for (const auto& [name, value] : lookup.found()) {
        p.secrets.push_back(value);
    }
    for (secret& value : detail::plan_secrets::written_down(p)) {
        if (std::none_of(p.secrets.begin(), p.secrets.end(),
                [&](const secret& known) { return known.reveal() == value.reveal(); }))
        {
            p.secrets.push_back(std::move(value));
        }
    }
    if (p.client.base_url.is_secret()) {
        const detail::plan_secrets::secret_base_url url(p.client.base_url);
        url.check();
        if (auto path = url.path()) {
            p.secrets.push_back(std::move(*path));
        }
    }
    if (p.client.proxy.is_secret()) {
        p.client.http.proxy = p.client.proxy.value().reveal();
    }
}

COREST_DECL std::vector<needed_secret> needed_secrets(const plan& p)
{
    const secret_store empty([](const std::string&) { return std::optional<std::string>(); });
    detail::plan_secrets::secret_lookup lookup(empty);
    plan copy = p;
    detail::plan_secrets::resolve(copy, lookup);
    return lookup.not_found();
}

COREST_DECL std::vector<std::string> secret_values(const plan& p)
{
    std::vector<std::string> out;
    for (const secret& value : p.secrets) {
        out.push_back(value.reveal());
    }
    return out;
}

} // namespace corest::source
