#pragma once

#include <corest/source/plan/path_key.hpp>

#include <corest/http/url.hpp>
#include <corest/source/schema/key_name.hpp>

namespace corest::source::detail {

/// A placeholder of a path's key: its constant, or itself.
namespace path_key_gap {

[[nodiscard]] COREST_DECL std::string text(const std::string& name, const constant_lookup& lookup)
{
    const auto constant = lookup(name);
    if (!constant) {
        return "{" + name + "}";
    }
    return constant->is_secret() ? "{" + std::string(key_name::secret) + " " + constant->secret_name() + "}"
                                 : percent_encode(constant->value().reveal());
}

} // namespace path_key_gap

COREST_DECL std::string path_key(std::string_view path, const constant_lookup& lookup)
{
    path = path.substr(0, path.find_first_of("?#"));
    std::string out;
    for (std::size_t p = 0; p < path.size(); ++p) {
        const bool escaped = path.substr(p).starts_with("{{");
        const auto close = path[p] == '{' && !escaped && lookup ? path.find('}', p) : std::string_view::npos;
        if (close != std::string_view::npos) {
            out += path_key_gap::text(std::string(path.substr(p + 1, close - p - 1)), lookup);
            p = close;
            continue;
        }
        out += path[p];
        if (escaped) {
            out += path[++p];
        }
    }
    out.resize(out.find_last_not_of('/') + 1);
    const bool absolute = out.starts_with("http://") || out.starts_with("https://");
    return absolute || out.starts_with('/') ? out : "/" + out;
}

COREST_DECL std::string_view last_segment(std::string_view key)
{
    return key.substr(key.rfind('/') + 1);
}

COREST_DECL parent_candidates find_candidates(const std::vector<collection_path>& collections, std::size_t self,
    const placeholder& gap, const constant_lookup& lookup)
{
    parent_candidates out;
    if (!gap.prefix.ends_with('/') || gap.prefix.find_first_of("?#") != std::string::npos) {
        return out;
    }
    const std::string prefix = path_key(gap.prefix, lookup);
    for (std::size_t i = 0; prefix != "/" && i < collections.size(); ++i) {
        if (i != self && collections[i].filled == prefix) {
            out.found.emplace_back(i, binding_reason::same_path);
        }
    }
    out.segment = last_segment(path_key(gap.prefix));
    if (out.segment.find('{') != std::string::npos) {
        out.segment.clear();
    }
    if (!out.found.empty() || out.segment.empty()) {
        return out;
    }
    for (std::size_t i = 0; i < collections.size(); ++i) {
        if (i == self) {
            continue;
        }
        if (last_segment(collections[i].path) == out.segment) {
            out.found.emplace_back(i, binding_reason::same_segment);
        } else if (collections[i].name == out.segment) {
            out.found.emplace_back(i, binding_reason::same_name);
        }
    }
    return out;
}

} // namespace corest::source::detail
