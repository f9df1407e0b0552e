#pragma once

#include <corest/destination/column_map.hpp>

#include <corest/detail/text.hpp>

#include <utility>

namespace corest::detail {

COREST_DECL void column_map::add_existing(std::string name)
{
    taken_.insert(folded(name));
    by_column_.emplace(name, columns_.size());
    columns_.emplace_back(std::move(name));
}

COREST_DECL void column_map::recall(origin kind, std::string source, std::string column_name)
{
    taken_.insert(folded(column_name));
    if (const auto existing = by_column_.find(column_name); existing != by_column_.end()) {
        claim(existing->second, kind, source);
    }
    recalled_[static_cast<std::size_t>(kind)].emplace(std::move(source), std::move(column_name));
}

COREST_DECL std::size_t column_map::find(origin kind, std::string_view source)
{
    const auto& claimed = by_source_[static_cast<std::size_t>(kind)];
    if (const auto known = claimed.find(source); known != claimed.end()) {
        return known->second;
    }
    if (const auto existing = by_column_.find(source); existing != by_column_.end()) {
        const bool free = !columns_[existing->second].claimed;
        if (free && !recalled_[static_cast<std::size_t>(kind)].contains(source)) {
            claim(existing->second, kind, source);
            return existing->second;
        }
    }
    return none;
}

COREST_DECL std::size_t column_map::add(origin kind, std::string_view source)
{
    const auto& recalled = recalled_[static_cast<std::size_t>(kind)];
    std::string name;
    if (const auto chosen = recalled.find(source); chosen != recalled.end()) {
        name = chosen->second;
    } else {
        std::string plain;
        for (const char c : source) {
            if (c == '\0') {
                plain += "\\u0000";
            } else {
                plain += c;
            }
        }
        name = fitted(plain, {});
        for (std::size_t n = 2; taken_.contains(folded(name)); ++n) {
            name = fitted(plain, "_" + std::to_string(n));
        }
    }
    add_existing(std::move(name));
    claim(columns_.size() - 1, kind, source);
    return columns_.size() - 1;
}

COREST_DECL std::string column_map::folded(std::string_view name) const
{
    return folds_case_ ? lower(name) : std::string(name);
}

COREST_DECL std::string column_map::fitted(std::string_view name, std::string_view suffix) const
{
    std::size_t size = name.size();
    if (longest_ != 0 && size + suffix.size() > longest_) {
        size = longest_ - suffix.size();
        while (size != 0 && (static_cast<unsigned char>(name[size]) & 0xc0U) == 0x80U) {
            --size; // whole characters of UTF-8
        }
    }
    return std::string(name.substr(0, size)) + std::string(suffix);
}

COREST_DECL void column_map::claim(std::size_t index, origin kind, std::string_view source)
{
    column& c = columns_[index];
    c.claimed = true;
    c.kind = kind;
    c.source = source;
    by_source_[static_cast<std::size_t>(kind)].emplace(std::string(source), index);
}

} // namespace corest::detail
