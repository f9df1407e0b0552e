#pragma once

#include <corest/resource/bind.hpp>

#include <corest/error.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace corest {

COREST_DECL binding bind_field(const record& parent, std::string placeholder, std::string resource, std::string field)
{
    const auto fail = [&](errc kind, const std::string& found) {
        return error(kind,
            "placeholder '" + placeholder + "' needs the field '" + field + "' of its parent"
                + (resource.empty() ? "" : " '" + resource + "'") + ", and record "
                + std::to_string(parent.page().first_record() + parent.index() + 1) + " " + found,
            "Name another field, as in {resources." + (resource.empty() ? "parent" : resource) + ".id}");
    };
    const std::optional<std::string_view> raw = parent.raw(field);
    if (!raw) {
        std::string reason = "has none";
        try {
            (void)parent.get<std::string>(field);
        } catch (const error& e) {
            reason = "lacks it: " + e.message();
        }
        throw fail(errc::field_missing, reason);
    }
    if (*raw == "null") {
        throw fail(errc::field_missing, "has null there");
    }
    if (raw->front() == '{' || raw->front() == '[') {
        throw fail(errc::wrong_type, raw->front() == '{' ? "has an object there" : "has an array there");
    }
    std::string text = raw->front() == '"' ? parent.get<std::string>(field) : std::string(*raw);
    if (text.empty()) {
        throw fail(errc::field_missing, "has an empty text there");
    }
    return {std::move(placeholder), std::move(resource), std::move(field), std::string(*raw), std::move(text)};
}

} // namespace corest
