#pragma once

#include <corest/source/read/overrides.hpp>

#include <corest/error.hpp>
#include <corest/source/schema/authenticators.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/schema/known_keys.hpp>
#include <corest/source/schema/paginators.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace corest::source {

namespace detail {

/// What an object of the dictionary is, which says what keys it may have.
enum class dictionary_part {
    source,
    client,
    retry,
    timeout,
    auth,
    paginator,
    resources,
    resource,
    endpoint,
    write_disposition,
    free ///< any key: headers, params, a body
};

/// The part that a key leads to.
COREST_DECL dictionary_part part_below(dictionary_part part, std::string_view key)
{
    using enum dictionary_part;
    switch (part) {
    case source:
        return key == "client" ? client : key == "resource_defaults" ? resource : key == "resources" ? resources : free;
    case resources:
        return resource;
    case resource:
        return key == "endpoint" ? endpoint : key == "write_disposition" ? write_disposition : free;
    case client:
    case endpoint:
        return key == "auth"     ? auth
            : key == "paginator" ? paginator
            : key == "retry"     ? retry
            : key == "timeout"   ? timeout
                                 : free;
    default:
        return free;
    }
}

/// The keys that a part may have; none for `free`.
COREST_DECL std::vector<std::string_view> keys_of(dictionary_part part)
{
    using enum dictionary_part;
    const auto list = [](std::span<const std::string_view> keys) {
        return std::vector<std::string_view>(keys.begin(), keys.end());
    };
    std::vector<std::string_view> out;
    switch (part) {
    case source:
        return list(source_keys);
    case client:
        return list(client_keys);
    case retry:
        return list(retry_keys);
    case timeout:
        return list(timeout_keys);
    case resource:
        return list(resource_keys);
    case endpoint:
        return list(endpoint_keys);
    case write_disposition:
        return list(write_disposition_keys);
    case auth:
        for (const auth_kind& kind : auth_kinds()) {
            out.insert(out.end(), kind.keys.begin(), kind.keys.end());
        }
        break;
    case paginator:
        for (const paginator_kind& kind : paginator_kinds()) {
            out.insert(out.end(), kind.keys.begin(), kind.keys.end());
        }
        break;
    default:
        return {};
    }
    out.emplace_back("type");
    return out;
}

/// Writes out the short form of a part: `"endpoint": "posts"` is `"endpoint": {"path": "posts"}`.
COREST_DECL void expand_short_form(boost::json::value& v, dictionary_part part)
{
    using enum dictionary_part;
    if (v.is_null()) {
        v = boost::json::object();
    }
    if (!v.is_string()) {
        return;
    }
    boost::json::object out;
    if (part == endpoint) {
        out.emplace("path", v);
    } else if (part == auth || part == paginator) {
        out.emplace("type", v);
    } else if (part == write_disposition) {
        out.emplace("disposition", v);
    } else if (part == resource) {
        out.emplace("name", v);
    } else {
        return;
    }
    v = std::move(out);
}

/// One setting on its way into the dictionary.
class override_path {
public:
    explicit override_path(std::string_view path) : path_(path) { split(); }

    /// The value to be set: made where it is missing.
    boost::json::value& walk(boost::json::value& root)
    {
        boost::json::value* at = &root;
        auto part = dictionary_part::source;
        for (const std::string& name : parts_) {
            expand_short_form(*at, part);
            if (auto* list = at->if_array()) {
                at = &element(*list, name, part);
            } else if (auto* object = at->if_object(); object != nullptr && !secret_reference(*at)) {
                at = &member(*object, name, part);
            } else {
                fail("what stands before " + in_quotes(name) + " is " + (at->is_number() ? "a number" : type_name(*at))
                    + ", which has no parts");
            }
            part = part_below(part, name);
        }
        return *at;
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
                const auto close = path_.find(']', p);
                if (close == std::string_view::npos) {
                    fail("the '[' is never closed");
                }
                parts_.emplace_back(path_.substr(p + 1, close - p - 1));
                p = close + 1;
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

    boost::json::value& element(boost::json::array& list, const std::string& name, dictionary_part part) const
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
        if (part != dictionary_part::resources) {
            fail("expected an element's number in place of " + in_quotes(name) + ", as in [0]");
        }
        std::vector<std::string_view> known;
        for (boost::json::value& resource : list) {
            const boost::json::value* its_name =
                resource.is_object() ? resource.get_object().if_contains("name") : &resource;
            if (its_name != nullptr && its_name->is_string()) {
                const auto& text = its_name->get_string();
                known.emplace_back(text.data(), text.size());
                if (known.back() == name) {
                    return resource;
                }
            }
        }
        fail("there is no resource " + in_quotes(name) + suggestion(name, known, "resource"));
    }

    boost::json::value& member(boost::json::object& object, const std::string& name, dictionary_part part) const
    {
        if (auto* found = object.if_contains(name)) {
            return *found;
        }
        const auto known = keys_of(part);
        if (part != dictionary_part::free && std::find(known.begin(), known.end(), name) == known.end()) {
            fail("unknown key " + in_quotes(name) + suggestion(name, known));
        }
        return object[name];
    }

    std::string_view path_;
    std::vector<std::string> parts_;
};

} // namespace detail

COREST_DECL void apply_override(boost::json::value& dictionary, std::string_view setting)
{
    const auto equals = setting.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        throw error(errc::invalid_source,
            "--set expects PATH=VALUE, and there is no " + std::string(equals == 0 ? "path" : "'='") + " in it",
            "Write --set client.base_url=https://api.example.com");
    }
    detail::override_path path(setting.substr(0, equals));
    const std::string_view text = setting.substr(equals + 1);
    boost::json::error_code ec;
    boost::json::value value = boost::json::parse(boost::json::string_view(text.data(), text.size()), ec);
    boost::json::value& at = path.walk(dictionary);
    const bool was_text = at.is_string() || detail::secret_reference(at);
    if (ec || (was_text && value.is_number())) {
        value = boost::json::string_view(text.data(), text.size());
    }
    at = std::move(value);
}

} // namespace corest::source
