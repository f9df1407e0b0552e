#pragma once

#include <corest/paginate/continuation.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/statements.hpp>
#include <corest/select/json_reader.hpp>

#include <optional>

namespace corest {

namespace detail {

namespace continuations {

/// Calls a function with each member's name and text.
/// \return what is wrong with the value; empty where nothing is
template <class Function>
std::string for_each_member(std::string_view json, Function function)
{
    json_reader reader(json);
    if (reader.kind() != json_kind::object) {
        return "found " + std::string(describe(reader.kind()));
    }
    std::string_view key;
    std::string scratch;
    reader.begin_object();
    while (reader.next_key(key, scratch)) {
        const std::string name(key);
        const std::string_view value = reader.skip();
        if (value.front() == '{' || value.front() == '[') {
            return "'" + printable(name) + "' of it is " + (value.front() == '{' ? "an object" : "an array");
        }
        function(name, value == "null" ? std::string() : to_text(value));
    }
    return {};
}

} // namespace continuations

} // namespace detail

COREST_DECL void continuation::prepare(request& r) const
{
    if (!next_.empty()) {
        (void)detail::continuations::for_each_member(
            next_, [&](const std::string& name, const std::string& text) { set_query(r.url, name, text); });
    }
}

COREST_DECL bool continuation::advance(const page_info& page)
{
    const std::optional<std::string_view> json = page.values.empty() ? std::nullopt : page.values[0];
    if (!json || *json == "null") {
        return false;
    }
    std::size_t members = 0;
    const std::string fault =
        detail::continuations::for_each_member(*json, [&](const std::string&, const std::string&) { ++members; });
    if (!fault.empty()) {
        detail::pagination_error(page,
            "expected an object of texts and numbers at " + path_.text() + ", " + fault + ", on page "
                + std::to_string(page.page_number),
            "Correct the path of the continuation");
    }
    next_ = *json;
    return members != 0;
}

COREST_DECL void continuation::resume(std::string_view position)
{
    if (!position.empty()) {
        bool understood = false;
        try {
            validate(position, "the position");
            understood =
                detail::continuations::for_each_member(position, [](const std::string&, const std::string&) {}).empty();
        } catch (const error&) {
            understood = false;
        }
        if (!understood) {
            throw error(errc::invalid_argument,
                "paginator continuation: cannot go on at the position that was given, expected a JSON object of texts "
                "and numbers",
                "The position comes from another paginator: start from the beginning");
        }
    }
    next_ = position;
}

} // namespace corest
