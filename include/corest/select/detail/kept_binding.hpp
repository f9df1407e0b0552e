#pragma once

/// \file
/// What a walk is bound to, in the form in which it is kept as JSON. Not for users.

#include <corest/select/page.hpp>

#include <boost/describe/class.hpp>

#include <string>
#include <utility>
#include <vector>

namespace corest::detail {

/// A `binding` whose members are written and read by their names.
struct kept_binding {
    std::string placeholder;
    std::string resource;
    std::string field;
    std::string json;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(kept_binding, (), (placeholder, resource, field, json, text))

/// In the form that is kept.
[[nodiscard]] inline std::vector<kept_binding> to_kept(const std::vector<binding>& bindings)
{
    std::vector<kept_binding> out;
    for (const binding& b : bindings) {
        kept_binding one;
        one.placeholder = b.placeholder;
        one.resource = b.resource;
        one.field = b.field;
        one.json = b.json;
        one.text = b.text;
        out.push_back(std::move(one));
    }
    return out;
}

/// Out of that form.
[[nodiscard]] inline std::vector<binding> from_kept(std::vector<kept_binding> kept)
{
    std::vector<binding> out;
    for (kept_binding& one : kept) {
        out.emplace_back(std::move(one.placeholder), std::move(one.resource), std::move(one.field), std::move(one.json),
            std::move(one.text));
    }
    return out;
}

} // namespace corest::detail
