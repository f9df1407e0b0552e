#pragma once

#include <corest/source/schema/unresolved_json.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace corest::source::detail {

namespace secrets_in_json {

/// Calls `found` for each value that is the name of a secret, with its place.
template <class Value, class Found>
void for_each(Value& v, const std::string& path, const Found& found)
{
    if (const auto name = secret_reference(v)) {
        found(v, *name, path);
    } else if (auto* object = v.if_object()) {
        for (auto& member : *object) {
            for_each(member.value(), join_key(path, std::string_view(member.key().data(), member.key().size())), found);
        }
    } else if (auto* list = v.if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            for_each((*list)[i], path + "[" + std::to_string(i) + "]", found);
        }
    }
}

} // namespace secrets_in_json

COREST_DECL unresolved_json::unresolved_json(boost::json::value value, const std::string& path)
    : value_(std::move(value))
{
    secrets_in_json::for_each(
        value_, path, [&](const boost::json::value&, const std::string& name, const std::string& at) {
            texts_.emplace_back(name, at);
        });
}

COREST_DECL boost::json::value unresolved_json::value() const
{
    boost::json::value out = value_;
    std::size_t next = 0;
    secrets_in_json::for_each(out, {}, [&](boost::json::value& v, const std::string&, const std::string&) {
        const std::string& text = texts_[next++].value().reveal();
        v = boost::json::string_view(text.data(), text.size());
    });
    return out;
}

} // namespace corest::source::detail
