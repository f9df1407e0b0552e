#pragma once

#include <corest/source/schema/paginators.hpp>

#include <corest/error.hpp>
#include <corest/paginate/cursor.hpp>
#include <corest/paginate/header_cursor.hpp>
#include <corest/paginate/header_link.hpp>
#include <corest/paginate/json_link.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/paginate/standard_links.hpp>
#include <corest/source/schema/dictionary.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace corest::source {

namespace detail {

/// Where a position is written, read from `<name>_param` and `<name>_body_path`.
template <class Param, class Body>
std::string read_place(const dictionary& from, const std::string& name, Param set_param, Body set_body)
{
    std::string text = "parameter " + name;
    // An empty name is refused by the paginator, which says what it is for.
    if (const auto at = from.get(name + "_param")) {
        if (const auto* param = at->value->if_string()) {
            set_param(std::string(*param));
            text = "parameter " + std::string(*param);
        } else {
            from.problem(*at, "expected text, found " + type_name(*at->value));
        }
    }
    if (const auto path = read_json_path(from, name + "_body_path")) {
        set_body(*path);
        text = path->text() + " in the body";
    }
    return text;
}

/// `total_path`, `has_more_path` and the like, which `offset` and `page_number` share.
template <class Paginator>
void read_end(const dictionary& from, Paginator& into)
{
    if (const auto path = read_json_path(from, "total_path")) {
        into.total_path(*path);
    } else if (from.find("total_path") && !from.get("total_path")) {
        into.no_total();
    }
    if (const auto path = read_json_path(from, "has_more_path")) {
        into.has_more_path(*path);
    }
    into.stop_after_empty_page(from.boolean("stop_after_empty_page").value_or(true));
    into.stop_on_short_page(from.boolean("stop_on_short_page").value_or(false));
}

/// Turns a paginator's own objections into problems of the dictionary.
template <class Paginator>
void check_settings(const dictionary& from, const Paginator& made)
{
    try {
        made.check();
    } catch (const error& e) {
        from.problem(said_by(e));
    }
}

COREST_DECL paginator_config make_offset(const dictionary& from)
{
    const std::size_t problems_before = from.problems().problems().size();
    const auto limit = from.integer("limit", 1);
    if (!from.get("limit")) {
        from.missing("limit", "write how many records to ask for in one request");
    }
    offset made(limit.value_or(1));
    made.start(from.integer("offset").value_or(0));
    std::string text = "offset: " + std::to_string(limit.value_or(1)) + " records a page, ";
    text += read_place(
        from, "offset", [&](std::string name) { made.offset_param(std::move(name)); },
        [&](json_path path) { made.offset_body_path(std::move(path)); });
    text += " and ";
    text += read_place(
        from, "limit", [&](std::string name) { made.limit_param(std::move(name)); },
        [&](json_path path) { made.limit_body_path(std::move(path)); });
    if (const auto maximum = from.integer("maximum_offset")) {
        made.maximum_offset(*maximum);
        text += ", below " + std::to_string(*maximum);
    }
    read_end(from, made);
    if (const auto requests = from.integer("concurrency", 1)) {
        made.concurrency(static_cast<std::size_t>(*requests));
        text += ", up to " + std::to_string(*requests) + " at once";
    }
    if (from.problems().problems().size() == problems_before) {
        check_settings(from, made);
    }
    return {std::move(made), std::move(text)};
}

COREST_DECL paginator_config make_page_number(const dictionary& from)
{
    const std::size_t problems_before = from.problems().problems().size();
    if (from.get("base_page") && from.get("start_from_page")) {
        from.problem(*from.get("start_from_page"), "says the same as base_page; remove one of them");
    }
    const auto base = from.get("base_page") ? from.integer("base_page") : from.integer("start_from_page");
    page_number made(base.value_or(0));
    const auto start = from.integer("page");
    if (start) {
        made.start(*start);
    }
    std::string text = "page_number: from page " + std::to_string(start.value_or(base.value_or(0))) + ", ";
    text += read_place(
        from, "page", [&](std::string name) { made.page_param(std::move(name)); },
        [&](json_path path) { made.page_body_path(std::move(path)); });
    if (const auto maximum = from.integer("maximum_page")) {
        made.maximum_page(*maximum);
        text += ", below page " + std::to_string(*maximum);
    }
    if (const auto count = from.integer("max_pages", 1)) {
        made.max_pages(*count);
        text += ", at most " + std::to_string(*count) + " pages";
    }
    if (const auto size = from.integer("page_size", 1)) {
        made.page_size(*size);
    }
    read_end(from, made);
    if (const auto requests = from.integer("concurrency", 1)) {
        made.concurrency(static_cast<std::size_t>(*requests));
        text += ", up to " + std::to_string(*requests) + " at once";
    }
    if (from.problems().problems().size() == problems_before) {
        check_settings(from, made);
    }
    return {std::move(made), std::move(text)};
}

COREST_DECL paginator_config make_single_page(const dictionary&)
{
    return {single_page(), "single_page"};
}

COREST_DECL paginator_config make_json_link(const dictionary& from)
{
    const json_path path = read_json_path(from, "next_url_path").value_or(json_path("next"));
    return {json_link(path), "json_link: the URL at " + path.text()};
}

COREST_DECL paginator_config make_header_link(const dictionary& from)
{
    const std::string rel = from.text("links_next_key").value_or("next");
    return {header_link(rel), "header_link: the Link header's rel=" + rel};
}

COREST_DECL paginator_config make_cursor(const dictionary& from)
{
    const std::size_t problems_before = from.problems().problems().size();
    const json_path path = read_json_path(from, "cursor_path").value_or(json_path("cursors.next"));
    cursor made(path);
    std::string text = "cursor: from " + path.text() + ", ";
    text += read_place(
        from, "cursor", [&](std::string name) { made.param(std::move(name)); },
        [&](json_path place) { made.body_path(std::move(place)); });
    if (const auto more = read_json_path(from, "has_more_path")) {
        made.has_more_path(*more);
    }
    made.stop_after_empty_page(from.boolean("stop_after_empty_page").value_or(false));
    if (from.problems().problems().size() == problems_before) {
        check_settings(from, made);
    }
    return {std::move(made), std::move(text)};
}

COREST_DECL paginator_config make_header_cursor(const dictionary& from)
{
    const std::size_t problems_before = from.problems().problems().size();
    const std::string key = from.text("cursor_key").value_or("next");
    header_cursor made(key);
    std::string text = "header_cursor: from the header " + key + ", ";
    text += read_place(
        from, "cursor", [&](std::string name) { made.param(std::move(name)); },
        [&](json_path place) { made.body_path(std::move(place)); });
    if (from.problems().problems().size() == problems_before) {
        check_settings(from, made);
    }
    return {std::move(made), std::move(text)};
}

COREST_DECL std::span<const paginator_kind> paginator_kinds() noexcept
{
    using names = std::string_view;
    static constexpr std::array<names, 1> offset_names = {"offset"};
    static constexpr std::array<names, 12> offset_keys = {"limit", "offset", "offset_param", "limit_param",
        "offset_body_path", "limit_body_path", "total_path", "maximum_offset", "has_more_path", "stop_after_empty_page",
        "stop_on_short_page", "concurrency"};
    static constexpr std::array<names, 1> page_number_names = {"page_number"};
    static constexpr std::array<names, 13> page_number_keys = {"base_page", "start_from_page", "page", "page_param",
        "page_body_path", "total_path", "maximum_page", "max_pages", "has_more_path", "stop_after_empty_page",
        "page_size", "stop_on_short_page", "concurrency"};
    static constexpr std::array<names, 1> single_page_names = {"single_page"};
    static constexpr std::array<names, 2> json_link_names = {"json_link", "json_response"};
    static constexpr std::array<names, 1> json_link_keys = {"next_url_path"};
    static constexpr std::array<names, 1> header_link_names = {"header_link"};
    static constexpr std::array<names, 1> header_link_keys = {"links_next_key"};
    static constexpr std::array<names, 1> cursor_names = {"cursor"};
    static constexpr std::array<names, 5> cursor_keys = {
        "cursor_path", "cursor_param", "cursor_body_path", "has_more_path", "stop_after_empty_page"};
    static constexpr std::array<names, 1> header_cursor_names = {"header_cursor"};
    static constexpr std::array<names, 3> header_cursor_keys = {"cursor_key", "cursor_param", "cursor_body_path"};
    static constexpr std::array<names, 1> auto_names = {"auto"};

    static const std::array<paginator_kind, 8> table = {{
        {offset_names, offset_keys, make_offset},
        {page_number_names, page_number_keys, make_page_number},
        {single_page_names, {}, make_single_page},
        {json_link_names, json_link_keys, make_json_link},
        {header_link_names, header_link_keys, make_header_link},
        {cursor_names, cursor_keys, make_cursor},
        {header_cursor_names, header_cursor_keys, make_header_cursor},
        {auto_names, {}, [](const dictionary&) { return paginator_config(); }},
    }};
    return table;
}

COREST_DECL paginator_config read_paginator(problem_list& problems, const located& at)
{
    if (at.value->is_null()) {
        return {};
    }
    const boost::json::object nothing;
    const bool is_name = at.value->is_string();
    if (!is_name && !at.value->is_object()) {
        problems.add(at.path, at.owner,
            "expected an object with the kind of paginator in 'type', found " + type_name(*at.value));
        return {};
    }
    const dictionary from(problems, is_name ? nothing : at.value->get_object(), at.path, at.owner);
    if (!is_name && !from.get("type")) {
        from.missing("type", "write the kind of paginator, as in \"type\": \"offset\"");
        return {};
    }
    const auto type = is_name ? std::optional<std::string>(at.value->get_string()) : from.text("type");
    if (!type) {
        return {};
    }
    std::vector<std::string_view> known;
    for (const paginator_kind& kind : paginator_kinds()) {
        for (const std::string_view name : kind.names) {
            if (name == *type) {
                std::vector<std::string_view> keys(kind.keys.begin(), kind.keys.end());
                keys.emplace_back("type");
                from.check_keys(keys);
                return kind.make(from);
            }
            known.push_back(name);
        }
    }
    problems.add(is_name ? at.path : join_key(at.path, "type"), at.owner,
        "unknown paginator " + in_quotes(*type) + suggestion(*type, known, "paginator"));
    return {};
}

COREST_DECL std::optional<json_path> read_json_path(const dictionary& from, std::string_view key)
{
    const auto at = from.get(key);
    if (!at) {
        return std::nullopt;
    }
    if (at->value->is_array()) {
        const auto keys = from.texts(key);
        return keys ? std::optional<json_path>(json_path::of_keys(*keys)) : std::nullopt;
    }
    const auto text = from.text(key);
    if (!text) {
        return std::nullopt;
    }
    try {
        return json_path(*text);
    } catch (const error& e) {
        from.problem(*at, e.message());
        return std::nullopt;
    }
}

} // namespace detail

COREST_DECL paginator_config::paginator_config() : paging(standard_links()), text("auto: standard next links") {}

} // namespace corest::source
