#pragma once

#include <corest/resource/request_template.hpp>

#include <corest/http/url.hpp>

#include <span>

namespace corest {

COREST_DECL std::string filled_template::fill(const std::vector<binding>& bindings) const
{
    if (!template_) {
        return literal_;
    }
    std::vector<std::optional<std::string>> texts;
    texts.reserve(values_.size());
    for (const placeholder_value& value : values_) {
        if (!value.binding) {
            texts.emplace_back(value.constant);
        } else if (*value.binding < bindings.size()) {
            texts.emplace_back(bindings[*value.binding].text);
        } else {
            texts.emplace_back(std::nullopt);
        }
    }
    return template_->expand(std::span<const std::optional<std::string>>(texts));
}

COREST_DECL bool filled_template::has_values(const std::vector<binding>& bindings) const
{
    for (const placeholder_value& value : values_) {
        if (value.binding && (*value.binding >= bindings.size() || bindings[*value.binding].text.empty())) {
            return false;
        }
    }
    return true;
}

COREST_DECL request request_template::make(const std::vector<binding>& bindings) const
{
    request made = fixed;
    if (const std::string expanded = path.fill(bindings); !expanded.empty()) {
        made.url = join_url(fixed.url, expanded);
    }
    for (const query_template& parameter : query) {
        if (parameter.is_optional && !parameter.value.has_values(bindings)) {
            continue;
        }
        const std::string text = parameter.value.fill(bindings);
        if (parameter.replaces) {
            set_query(made.url, parameter.name, text);
        } else {
            made.url += made.url.find('?') == std::string::npos ? '?' : '&';
            made.url += percent_encode(parameter.name) + "=" + percent_encode(text);
        }
    }
    for (const header_template& header : headers) {
        made.headers.set(header.name, header.value.fill(bindings), header.is_secret);
    }
    if (body) {
        made.body = body(bindings);
    }
    return made;
}

} // namespace corest
