#pragma once

#include <corest/source/schema/unknown_place.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace corest::source::detail {

namespace unknown_places {

inline constexpr boost::json::string_view mark = "$unknown";

[[nodiscard]] inline std::string part(const boost::json::value& v, boost::json::string_view key)
{
    return std::string(v.get_object().at(mark).at(key).get_string());
}

// A path as --set takes it: `resources[0].endpoint.params.q`, `...params['page[size]']`.
COREST_DECL std::string below(const std::string& path, std::string_view key)
{
    if (key.find_first_of(".[]='\"") != std::string_view::npos) {
        return path + "[" + corest::detail::in_quotes(key) + "]";
    }
    return path + (path.empty() ? "" : ".") + std::string(key);
}

// As a word of a command line: in quotes where a shell would make something else of it.
COREST_DECL std::string shell_word(const std::string& text)
{
    if (text.find_first_of("'$\"`\\ ") == std::string::npos) {
        return text;
    }
    if (text.find('\'') == std::string::npos) {
        return "'" + text + "'";
    }
    std::string out = "\"";
    for (const char c : text) {
        out += c == '$' || c == '"' || c == '`' || c == '\\' ? "\\" : "";
        out += c;
    }
    return out + "\"";
}

struct found {
    std::string path;
    const boost::json::value* value;
};

COREST_DECL void find(const boost::json::value& v, const std::string& path, std::vector<found>& out)
{
    if (is_unknown(v)) {
        out.push_back({path, &v});
    } else if (const auto* object = v.if_object()) {
        for (const auto& member : *object) {
            find(member.value(), below(path, std::string_view(member.key().data(), member.key().size())), out);
        }
    } else if (const auto* list = v.if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            find((*list)[i], path + "[" + std::to_string(i) + "]", out);
        }
    }
}

// What gives the value.
COREST_DECL std::string remedy(const found& f)
{
    const std::string option = part(*f.value, "option");
    if (!option.empty()) {
        return option;
    }
    return f.path.find("processing_steps[") != std::string::npos ? "--skip-processing-steps" : set_option(f.path);
}

// What else helps. Empty where Python has run the file already: it says so of what it could not write down.
COREST_DECL std::string other_remedy(const found& f, std::string_view connector)
{
    const bool by_python = f.value->get_object().at(mark).get_object().contains("reader");
    return by_python ? std::string() : std::string(connector) + "let Python run the file with --python";
}

} // namespace unknown_places

COREST_DECL std::string set_option(const std::string& path)
{
    return "--set " + unknown_places::shell_word(path + "=VALUE");
}

COREST_DECL boost::json::value unknown_value(std::string_view place, std::string_view reason, std::string_view option)
{
    const auto text = [](std::string_view t) { return boost::json::string_view(t.data(), t.size()); };
    boost::json::object inner;
    inner.emplace("place", text(place));
    inner.emplace("reason", text(reason));
    inner.emplace("option", text(option));
    boost::json::object out;
    out.emplace(unknown_places::mark, std::move(inner));
    return out;
}

COREST_DECL boost::json::value unknown_to_python(
    std::string_view place, std::string_view reason, std::string_view option)
{
    boost::json::value out = unknown_value(place, reason, option);
    out.get_object().at(unknown_places::mark).get_object()["reader"] = "python";
    return out;
}

COREST_DECL bool is_unknown(const boost::json::value& v)
{
    const auto* object = v.if_object();
    if (object == nullptr || object->size() != 1) {
        return false;
    }
    const auto* inner = object->if_contains(unknown_places::mark);
    if (inner == nullptr || !inner->is_object() || inner->get_object().size() < 3) {
        return false;
    }
    return std::all_of(inner->get_object().begin(), inner->get_object().end(),
               [](const auto& m) { return m.value().is_string(); })
        && inner->get_object().contains("place") && inner->get_object().contains("reason")
        && inner->get_object().contains("option");
}

COREST_DECL std::string unknown_text(const boost::json::value& v)
{
    return unknown_places::part(v, "place") + ": " + unknown_places::part(v, "reason");
}

COREST_DECL void refuse_unknown(const boost::json::value& dictionary)
{
    using namespace unknown_places;
    constexpr std::size_t most = 10;
    std::vector<found> places;
    find(dictionary, {}, places);
    if (places.empty()) {
        return;
    }
    if (places.front().path.empty()) {
        const found& f = places.front();
        const std::string option = part(*f.value, "option");
        throw error(errc::invalid_source,
            part(*f.value, "place") + ": this cannot be read: " + part(*f.value, "reason"),
            (option.empty() ? "Write the value itself in its place" : "Give it with " + option)
                + other_remedy(f, ", or "));
    }
    if (places.size() == 1) {
        const found& f = places.front();
        throw error(errc::invalid_source,
            part(*f.value, "place") + ": " + f.path + " cannot be read: " + part(*f.value, "reason"),
            "Give " + remedy(f) + other_remedy(f, ", or "));
    }
    std::string text = std::to_string(places.size()) + " places cannot be read:";
    for (std::size_t i = 0; i < std::min(most, places.size()); ++i) {
        const found& f = places[i];
        text +=
            "\n  " + part(*f.value, "place") + ": " + f.path + ": " + part(*f.value, "reason") + "; give " + remedy(f);
    }
    if (places.size() > most) {
        text += "\n  and " + std::to_string(places.size() - most) + " more";
    }
    throw error(errc::invalid_source, text + other_remedy(places.front(), "\nOr "));
}

} // namespace corest::source::detail
