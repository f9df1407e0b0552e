#pragma once

#include <corest/destination/destination.hpp>

#include <corest/error.hpp>

namespace corest {

COREST_DECL std::string_view to_string(write_disposition d) noexcept
{
    switch (d) {
    case write_disposition::append:
        return "append";
    case write_disposition::replace:
        return "replace";
    case write_disposition::merge:
        return "merge";
    }
    return "unknown";
}

COREST_DECL std::vector<std::string> table::resource_names() const
{
    std::vector<std::string> names{resource_name()};
    names.insert(names.end(), further_resources.begin(), further_resources.end());
    return names;
}

COREST_DECL const schema::column* table::hard_delete() const noexcept
{
    const bool counts = schema && disposition == write_disposition::merge;
    return counts ? schema->find_hinted([](const schema::column& c) { return c.hard_delete; }) : nullptr;
}

COREST_DECL const schema::column* table::dedup_sort() const noexcept
{
    const bool counts = schema && is_keyed() && disposition == write_disposition::merge;
    return counts ? schema->find_hinted([](const schema::column& c) { return !c.dedup_sort.empty(); }) : nullptr;
}

COREST_DECL void detail::throw_not_resumable()
{
    throw error(errc::invalid_argument, "this destination keeps no progress, so a run cannot be gone on with",
        "Ask is_resumable() first");
}

COREST_DECL void detail::throw_not_nesting()
{
    throw error(errc::invalid_argument, "this destination does not nest the rows of tables in those of others",
        "Ask nests_tables() first");
}

COREST_DECL net::awaitable<std::optional<table_count>> detail::no_count()
{
    co_return std::nullopt;
}

COREST_DECL net::awaitable<std::optional<table_count>> detail::some_count(net::awaitable<table_count> counted)
{
    const table_count found = co_await std::move(counted);
    co_return found;
}

} // namespace corest
