#pragma once

#include <corest/schema/change_log.hpp>

#include <corest/detail/text.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace corest::schema {

COREST_DECL void change_log::table_made()
{
    const std::lock_guard lock(access_);
    is_made_ = true;
}

COREST_DECL void change_log::table_dropped()
{
    const std::lock_guard lock(access_);
    is_made_ = false;
    columns_.clear();
    names_.clear();
    others_.clear();
}

COREST_DECL void change_log::column_made(std::string_view name, std::string_view type)
{
    const std::lock_guard lock(access_);
    add_column(name, type);
}

COREST_DECL void change_log::add_column(std::string_view name, std::string_view type)
{
    if (names_.emplace(name).second) {
        columns_.push_back({std::string(name), std::string(type)});
    }
}

COREST_DECL void change_log::compare(const table_schema& before, const table_schema& after)
{
    const std::lock_guard lock(access_);
    is_made_ = is_made_ || before.columns.empty();
    const auto known = before.by_name();
    for (const column& c : after.columns) {
        if (is_made_ || !known.contains(c.name)) {
            add_column(c.name, describe_type(c));
        }
    }
    for (std::string& change : after.altered_since(before)) {
        if (std::find(others_.begin(), others_.end(), change) == others_.end()) {
            others_.push_back(std::move(change));
        }
    }
}

COREST_DECL bool change_log::is_table_new() const
{
    const std::lock_guard lock(access_);
    return is_made_;
}

COREST_DECL std::vector<std::string> change_log::sentences() const
{
    constexpr std::size_t most_named = 10; // of a table that is new
    const std::lock_guard lock(access_);
    std::vector<std::string> out;
    if (is_made_) {
        const std::string any = describe_type(column());
        std::string text = "the table is new";
        for (std::size_t i = 0; i < std::min(columns_.size(), most_named); ++i) {
            const made_column& c = columns_[i];
            text += (i == 0 ? ": " : ", ") + c.name + (c.type == any ? std::string() : " " + c.type);
        }
        if (columns_.size() > most_named) {
            text += " and " + corest::detail::counted(columns_.size() - most_named, "further column");
        }
        out.push_back(std::move(text));
    } else {
        for (const made_column& c : columns_) {
            out.push_back("the column " + corest::detail::in_quotes(c.name) + " is new, " + c.type);
        }
    }
    out.insert(out.end(), others_.begin(), others_.end());
    return out;
}

} // namespace corest::schema
