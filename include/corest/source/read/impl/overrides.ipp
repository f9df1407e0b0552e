#pragma once

#include <corest/source/read/overrides.hpp>

#include <corest/error.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/source_keys.hpp>
#include <corest/source/schema/unknown_place.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>
#include <vector>

namespace corest::source {

namespace detail {

namespace overrides {

/// What a key leads to; null: any value.
COREST_DECL const shape* shape_below(const shape* value, const std::string& key)
{
    if (value == nullptr || value->elements != nullptr) {
        return value == nullptr ? nullptr : value->elements;
    }
    const auto found = std::find_if(value->fields.begin(), value->fields.end(),
        [&](const field& one) { return one.name == key || (!one.alias.empty() && one.alias == key); });
    return found == value->fields.end() ? nullptr : found->nested();
}

/// Writes out the short form of an object: `"endpoint": "posts"` is `"endpoint": {"path": "posts"}`.
COREST_DECL void expand_short_form(boost::json::value& v, const shape* value)
{
    if (v.is_null()) {
        v = boost::json::object();
    }
    if (v.is_string() && value != nullptr && !value->short_form.empty()) {
        boost::json::object out;
        out.emplace(boost::json::string_view(value->short_form.data(), value->short_form.size()), v);
        v = std::move(out);
    }
}

/// One setting on its way into the dictionary.
class override_path {
public:
    explicit override_path(std::string_view path) : path_(path) { split(); }

    /// The value to be set: made where it is missing.
    boost::json::value& walk(boost::json::value& root)
    {
        boost::json::value* reached = &root;
        const shape* value = &shape_of<source_keys>;
        for (const std::string& name : parts_) {
            if (is_unknown(*reached)) {
                fail("what stands before " + in_quotes(name) + " cannot be read without running Python ("
                    + unknown_text(*reached) + "): set all of it");
            }
            expand_short_form(*reached, value);
            if (auto* list = reached->if_array()) {
                reached = &element(*list, name, value);
            } else if (auto* object = reached->if_object(); object != nullptr && !secret_reference(*reached)) {
                reached = &member(*object, name, value);
            } else {
                fail("what stands before " + in_quotes(name) + " is "
                    + (reached->is_number() ? "a number" : type_name(*reached)) + ", which has no parts");
            }
            value = shape_below(value, name);
        }
        return *reached;
    }

    [[noreturn]] void fail(const std::string& message) const
    {
        throw error(errc::invalid_source, "--set " + std::string(path_) + ": " + message);
    }

private:
    void split()
    {
        std::size_t p = 0;
        while (p < path_.size()) {
            if (path_[p] == '[') {
                // In quotes is a key that has brackets or dots itself: params['page[size]'].
                const bool is_quoted = p + 1 < path_.size() && (path_[p + 1] == '\'' || path_[p + 1] == '"');
                const std::string end = is_quoted ? std::string{path_[p + 1], ']'} : "]";
                const std::size_t begin = is_quoted ? p + 2 : p + 1;
                const auto close = path_.find(end, begin);
                if (close == std::string_view::npos) {
                    fail("the '[' is never closed");
                }
                parts_.emplace_back(path_.substr(begin, close - begin));
                p = close + end.size();
            } else {
                const auto end = std::min(path_.find_first_of(".[", p), path_.size());
                parts_.emplace_back(path_.substr(p, end - p));
                p = end;
            }
            if (parts_.back().empty()) {
                fail("a part of the path is empty");
            }
            if (p < path_.size() && path_[p] == '.') {
                if (++p == path_.size()) {
                    fail("a part of the path is empty");
                }
            } else if (p < path_.size() && path_[p] != '[') {
                fail("expected '.' or '[' after ']'");
            }
        }
    }

    boost::json::value& element(boost::json::array& list, const std::string& name, const shape* value) const
    {
        std::size_t index = 0;
        const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), index);
        if (ec == std::errc() && end == name.data() + name.size()) {
            if (index >= list.size()) {
                fail("there is no element " + name + ": the list has " + std::to_string(list.size())
                    + ", counted from 0");
            }
            return list[index];
        }
        // Elements that a name alone may stand for are found by it: resources.
        const std::string_view name_key =
            value == nullptr || value->elements == nullptr ? std::string_view() : value->elements->short_form;
        if (name_key.empty()) {
            fail("expected an element's number in place of " + in_quotes(name) + ", as in [0]");
        }
        std::vector<std::string_view> known;
        for (boost::json::value& resource : list) {
            const boost::json::value* its_name = resource.is_object()
                ? resource.get_object().if_contains(boost::json::string_view(name_key.data(), name_key.size()))
                : &resource;
            if (its_name != nullptr && its_name->is_string()) {
                const auto& text = its_name->get_string();
                known.emplace_back(text.data(), text.size());
                if (known.back() == name) {
                    return resource;
                }
            }
        }
        fail("there is no resource " + in_quotes(name) + corest::detail::suggestion(name, known, "resource"));
    }

    boost::json::value& member(boost::json::object& object, const std::string& name, const shape* value) const
    {
        if (auto* found = object.if_contains(name)) {
            return *found;
        }
        if (value != nullptr) {
            const auto known = key_names(*value);
            if (std::find(known.begin(), known.end(), name) == known.end()) {
                fail("unknown key " + in_quotes(name) + corest::detail::suggestion(name, known));
            }
        }
        return object[name];
    }

    std::string_view path_;
    std::vector<std::string> parts_;
};

} // namespace overrides

} // namespace detail

COREST_DECL void apply_override(boost::json::value& dictionary, std::string_view setting)
{
    const auto equals = setting.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        throw error(errc::invalid_source,
            "--set expects PATH=VALUE, and there is no " + std::string(equals == 0 ? "path" : "'='") + " in it",
            "Write --set client.base_url=https://api.example.com");
    }
    detail::overrides::override_path path(setting.substr(0, equals));
    const std::string_view text = setting.substr(equals + 1);
    boost::json::error_code ec;
    boost::json::value value = boost::json::parse(boost::json::string_view(text.data(), text.size()), ec);
    boost::json::value& reached = path.walk(dictionary);
    const bool was_text = reached.is_string() || detail::secret_reference(reached);
    if (ec || (was_text && value.is_number())) {
        value = boost::json::string_view(text.data(), text.size());
    }
    if (value.is_double() && corest::detail::is_long_integer(text)) {
        throw error(errc::invalid_source,
            "--set " + std::string(setting.substr(0, equals)) + ": the number does not fit into 64 bits",
            "Write it as text, in quotes that the shell leaves: '\"123\"'");
    }
    reached = std::move(value);
}

} // namespace corest::source
