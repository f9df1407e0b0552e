#pragma once

#include <corest/destination/column_map.hpp>

#include <corest/detail/text.hpp>

#include <utility>

namespace corest::detail {

COREST_DECL void column_map::add_existing(std::string name)
{
    taken_.insert(lower(name));
    by_column_.emplace(name, columns_.size());
    columns_.emplace_back(std::move(name));
}

COREST_DECL void column_map::recall(origin kind, std::string source, std::string column_name)
{
    taken_.insert(lower(column_name));
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
        name = plain;
        for (std::size_t n = 2; taken_.contains(lower(name)); ++n) {
            name = plain + "_" + std::to_string(n);
        }
    }
    add_existing(std::move(name));
    claim(columns_.size() - 1, kind, source);
    return columns_.size() - 1;
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
