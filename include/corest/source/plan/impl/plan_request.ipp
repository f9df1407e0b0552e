#pragma once

#include <corest/source/plan/plan_request.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/resource/bind.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corest::source {

namespace detail {

/// Fills the texts of one request.
class request_filler {
public:
    /// \param bindings of the walk; referred to
    explicit request_filler(const std::vector<binding>& bindings) : bindings_(bindings) {}

    /// True for a header whose value is not to be shown.
    [[nodiscard]] static bool is_credential_name(std::string_view header)
    {
        const std::string name = corest::detail::lower(header);
        for (const char* part : {"auth", "token", "key", "secret", "password", "cookie", "session"}) {
            if (name.find(part) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] std::string fill(const path_template& text, const std::vector<planned_value>& values) const
    {
        std::vector<std::optional<std::string>> texts;
        texts.reserve(values.size());
        for (const planned_value& value : values) {
            if (!value.binding) {
                texts.emplace_back(value.constant.value().reveal());
            } else if (const binding* bound = find(value)) {
                texts.emplace_back(bound->text);
            } else {
                texts.emplace_back(std::nullopt);
            }
        }
        return text.expand(texts);
    }

    [[nodiscard]] std::string fill(const planned_text& text) const
    {
        if (text.parsed.source().empty()) { // a secret, or sent as it is
            return text.text.value().reveal();
        }
        return fill(text.parsed, text.values);
    }

    [[nodiscard]] std::string fill_body(const planned_resource& resource) const
    {
        boost::json::value body = *resource.config.json;
        for (const planned_text& text : resource.json_texts) {
            boost::json::error_code ec;
            boost::json::value* place = body.find_pointer(boost::json::string_view(text.name), ec);
            if (place == nullptr) {
                continue;
            }
            const binding* whole = text.parsed.is_one_placeholder() ? find(text.values.front()) : nullptr;
            if (whole != nullptr) {
                *place = boost::json::parse(whole->json); // a number stays a number
            } else {
                *place = boost::json::string_view(fill(text));
            }
        }
        return boost::json::serialize(body);
    }

private:
    [[nodiscard]] const binding* find(const planned_value& value) const
    {
        return value.binding && *value.binding < bindings_.size() ? &bindings_[*value.binding] : nullptr;
    }

    const std::vector<binding>& bindings_;
};

/// Takes what a child is bound to from its parent's record.
class parent_binder {
public:
    explicit parent_binder(const record& parent) : parent_(parent) {}

    [[nodiscard]] binding bind(const planned_binding& b) const
    {
        if (b.inherited) {
            const std::vector<binding>& inherited = parent_.page().bindings();
            if (*b.inherited >= inherited.size()) {
                throw error(errc::field_missing, "the parent record is not bound to " + b.resource + "." + b.field);
            }
            const binding& taken = inherited[*b.inherited];
            return binding(b.placeholder, b.resource, b.field, taken.json, taken.text);
        }
        if (b.reason == binding_reason::included) {
            return binding(b.placeholder, b.resource, b.field, included_json(b), std::string());
        }
        return bind_field(parent_, b.placeholder, b.resource, b.field);
    }

private:
    /// A field for a column alone: of any type, and null too, but not missing.
    [[nodiscard]] std::string included_json(const planned_binding& b) const
    {
        if (const auto json = parent_.raw(b.field)) {
            return std::string(*json);
        }
        try {
            (void)parent_.get<std::string>(b.field);
        } catch (const error& e) {
            throw error(errc::field_missing,
                "include_from_parent needs the field " + in_quotes(b.field) + " of " + in_quotes(b.resource) + ": "
                    + e.message());
        }
        return "null";
    }

    const record& parent_;
};

} // namespace detail

COREST_DECL std::vector<binding> bind_parent(const planned_resource& child, const record& parent)
{
    const detail::parent_binder binder(parent);
    std::vector<binding> out;
    out.reserve(child.bindings.size());
    for (const planned_binding& b : child.bindings) {
        out.push_back(binder.bind(b));
    }
    return out;
}

COREST_DECL request make_request(
    const planned_resource& resource, const client_config& client, const std::vector<binding>& bindings)
{
    const detail::request_filler filler(bindings);
    const std::string path = filler.fill(resource.config.path, resource.path_values);
    request out(resource.config.method, join_url(client.base_url.value().reveal(), path));
    out.idempotent = true; // a source only reads, whatever the method
    for (const planned_text& param : resource.params) {
        // Appended, not set: a list gives the same name several times.
        out.url += out.url.find('?') == std::string::npos ? '?' : '&';
        out.url += percent_encode(param.name) + "=" + percent_encode(filler.fill(param));
    }
    for (const planned_text& field : resource.headers) {
        out.headers.set(field.name, filler.fill(field),
            field.text.is_secret() || detail::request_filler::is_credential_name(field.name));
    }
    if (resource.config.json) {
        out.body = filler.fill_body(resource);
        if (!out.headers.contains("Content-Type")) {
            out.headers.set("Content-Type", "application/json");
        }
    }
    return out;
}

} // namespace corest::source
