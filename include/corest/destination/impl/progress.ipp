#pragma once

#include <corest/destination/progress.hpp>

#include <corest/error.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/encode.hpp>

#include <boost/describe/class.hpp>

namespace corest {

namespace detail {

namespace kept_progress {

struct kept_binding {
    std::string placeholder;
    std::string resource;
    std::string field;
    std::string json;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(kept_binding, (), (placeholder, resource, field, json, text))

template <class T>
T read(std::string_view text)
{
    try {
        return decode<T>(text);
    } catch (const error& e) {
        throw error(errc::destination_failed, "what an earlier run has left cannot be read (" + e.message() + ")",
            "Begin anew, with --restart");
    }
}

} // namespace kept_progress

} // namespace detail

COREST_DECL std::string_view to_string(stored_resource_state s) noexcept
{
    switch (s) {
    case stored_resource_state::loading:
        return "loading";
    case stored_resource_state::complete:
        return "complete";
    case stored_resource_state::published:
        return "published";
    }
    return "unknown";
}

COREST_DECL stored_resource_state stored_resource_state_of(std::string_view name) noexcept
{
    return name == "published" ? stored_resource_state::published
        : name == "complete"   ? stored_resource_state::complete
                               : stored_resource_state::loading;
}

COREST_DECL std::string bindings_text(const std::vector<binding>& bindings)
{
    std::vector<detail::kept_progress::kept_binding> kept;
    for (const binding& b : bindings) {
        detail::kept_progress::kept_binding one;
        one.placeholder = b.placeholder;
        one.resource = b.resource;
        one.field = b.field;
        one.json = b.json;
        one.text = b.text;
        kept.push_back(std::move(one));
    }
    std::string text;
    append_json(text, kept);
    return text;
}

COREST_DECL std::vector<binding> read_bindings(std::string_view text)
{
    std::vector<binding> bindings;
    for (auto& b : detail::kept_progress::read<std::vector<detail::kept_progress::kept_binding>>(text)) {
        bindings.emplace_back(
            std::move(b.placeholder), std::move(b.resource), std::move(b.field), std::move(b.json), std::move(b.text));
    }
    return bindings;
}

COREST_DECL std::string parents_text(const std::vector<std::string>& parents)
{
    std::string text;
    append_json(text, parents);
    return text;
}

COREST_DECL std::vector<std::string> read_parents(std::string_view text)
{
    return detail::kept_progress::read<std::vector<std::string>>(text);
}

} // namespace corest
