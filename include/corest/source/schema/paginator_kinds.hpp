#pragma once

/// \file
/// The kinds of `paginator` that a dictionary knows: for each a class that has its names, its keys and what it makes of
/// them, and a place in the list at the end. Not for users.

#include <corest/paginate/continuation.hpp>
#include <corest/paginate/cursor.hpp>
#include <corest/paginate/header_cursor.hpp>
#include <corest/paginate/header_link.hpp>
#include <corest/paginate/json_link.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/select/json_path.hpp>
#include <corest/source/schema/paginator_config.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corest::source::detail {

/// A query parameter, or a place in the body; the paginator objects where both are given.
class place {
public:
    std::optional<std::string> param;
    std::optional<json_path> body_path;

    /// Hands what is given to a paginator, by two of its members.
    template <class Paginator>
    void apply(Paginator& paging, Paginator& (Paginator::*set_param)(std::string),
        Paginator& (Paginator::*set_body_path)(json_path)) const
    {
        if (param) {
            (paging.*set_param)(*param);
        }
        if (body_path) {
            (paging.*set_body_path)(*body_path);
        }
    }
};

/// The key of a bound, which each walk keeps whatever the paginator is.
class bounded_keys {
public:
    std::optional<std::int64_t> max_pages;

    /// The table, for a class of keys that is derived from this one.
    template <class Keys>
    static constexpr auto bound()
    {
        return keys_of<Keys>::table(keys_of<Keys>::template entry<rules::integer<1>, &Keys::max_pages>(
            "max_pages", "How many pages are asked for at most"));
    }
};

/// Keys of paginators whose positions can be counted.
class counted_keys {
public:
    /// Where the server states the total; null in the dictionary: it does not.
    class total_path {
    public:
        std::optional<json_path> path;
        bool none = false;
    };

    /// Reads `total_path`, where null says something: no total is looked for.
    class total_path_rule : public rules::path {
    public:
        static void read_into(const dictionary& input, std::string_view key, total_path& total)
        {
            total.path = read(input, key);
            total.none = input.find(key) && !input.get(key);
        }
        /// The path, or null where no total is looked for.
        static std::optional<boost::json::value> show(const total_path& total)
        {
            return total.none ? std::optional<boost::json::value>(nullptr) : setting_json(total.path);
        }
    };

    total_path total;
    std::optional<json_path> has_more_path;
    bool stop_after_empty_page = true;
    std::optional<bool> stop_on_short_page;
    std::optional<std::size_t> concurrency;

    /// The table, for a class of keys that is derived from this one.
    template <class Keys>
    static constexpr auto fields()
    {
        using key = keys_of<Keys>;
        return key::table(key::template entry<total_path_rule, &Keys::total>(
                              "total_path", "Where the server states the total; null: it states none"),
            key::template entry<rules::path, &Keys::has_more_path>(
                "has_more_path", "Where the body says whether there is more"),
            key::template entry<rules::boolean, &Keys::stop_after_empty_page>(
                "stop_after_empty_page", "An empty page ends the walk"),
            key::template entry<rules::boolean, &Keys::stop_on_short_page>("stop_on_short_page",
                "Whether a page that is shorter than the limit ends the walk: true for servers that never cap the "
                "limit; "
                "false: only an empty one does, or what the server says; by default, where an earlier page was longer"),
            key::template entry<rules::integer<1>, &Keys::concurrency>(
                "concurrency", "How many pages are asked for at once, 8 by default; 1: one after the other"));
    }

    /// Hands them to a paginator.
    template <class Paginator>
    void apply(Paginator& paging) const
    {
        if (total.path) {
            paging.total_path(*total.path);
        } else if (total.none) {
            paging.no_total();
        }
        if (has_more_path) {
            paging.has_more_path(*has_more_path);
        }
        paging.stop_after_empty_page(stop_after_empty_page);
        if (stop_on_short_page) {
            paging.stop_on_short_page(*stop_on_short_page);
        }
        if (concurrency) {
            paging.concurrency(*concurrency);
        }
    }
};

/// The keys of `offset`.
class offset_keys : public counted_keys, public bounded_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"offset"};
    static constexpr std::string_view doc = "Pages by the number of records before them";

    std::int64_t limit = 1;
    std::int64_t start = 0;
    place offset_place;
    place limit_place;
    std::optional<std::int64_t> maximum_offset;

    static constexpr auto fields()
    {
        using key = keys_of<offset_keys>;
        using self = offset_keys;
        return concat(key::table(key::entry<rules::integer<1>, &self::limit>(
                                     "limit", "How many records to ask for in one request")
                                     .needed("write how many records to ask for in one request"),
                          key::entry<rules::integer<>, &self::start>("offset", "The first record"),
                          key::entry<rules::any_text, &self::offset_place, &place::param>(
                              "offset_param", "The query parameter of the offset; \"offset\" where nothing is given"),
                          key::entry<rules::any_text, &self::limit_place, &place::param>(
                              "limit_param", "The query parameter of the limit; \"limit\" where nothing is given"),
                          key::entry<rules::path, &self::offset_place, &place::body_path>(
                              "offset_body_path", "The offset's place in a JSON body"),
                          key::entry<rules::path, &self::limit_place, &place::body_path>(
                              "limit_body_path", "The limit's place in a JSON body"),
                          key::entry<rules::integer<>, &self::maximum_offset>(
                              "maximum_offset", "No record at or beyond this offset is asked for")),
            concat(counted_keys::fields<offset_keys>(), bound<offset_keys>()));
    }

    [[nodiscard]] any_paginator make() const
    {
        offset paging(limit);
        paging.start(start);
        apply(paging);
        offset_place.apply(paging, &offset::offset_param, &offset::offset_body_path);
        limit_place.apply(paging, &offset::limit_param, &offset::limit_body_path);
        if (maximum_offset) {
            paging.maximum_offset(*maximum_offset);
        }
        return paging;
    }
};

/// The keys of `page_number`.
class page_number_keys : public counted_keys, public bounded_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"page_number"};
    static constexpr std::string_view doc = "Pages by their number";

    std::int64_t base_page = 0;
    std::optional<std::int64_t> page;
    place page_place;
    std::optional<std::int64_t> maximum_page;
    std::optional<std::int64_t> page_size;

    static constexpr auto fields()
    {
        using key = keys_of<page_number_keys>;
        using self = page_number_keys;
        return concat(
            key::table(key::entry<rules::integer<>, &self::base_page>("base_page", "The number of the API's first page")
                           .also("start_from_page"),
                key::entry<rules::integer<>, &self::page>(
                    "page", "The page to begin with; the first one where nothing is given"),
                key::entry<rules::any_text, &self::page_place, &place::param>(
                    "page_param", "The query parameter of the page; \"page\" where nothing is given"),
                key::entry<rules::path, &self::page_place, &place::body_path>(
                    "page_body_path", "The page's place in a JSON body"),
                key::entry<rules::integer<>, &self::maximum_page>(
                    "maximum_page", "No page at or beyond this number is asked for"),
                key::entry<rules::integer<1>, &self::max_pages>("max_pages", "How many pages are asked for at most"),
                key::entry<rules::integer<1>, &self::page_size>(
                    "page_size", "How many records a full page has, where the total counts records")),
            counted_keys::fields<page_number_keys>());
    }

    [[nodiscard]] any_paginator make() const
    {
        page_number paging(base_page);
        apply(paging);
        if (page) {
            paging.start(*page);
        }
        page_place.apply(paging, &page_number::page_param, &page_number::page_body_path);
        if (maximum_page) {
            paging.maximum_page(*maximum_page);
        }
        if (max_pages) {
            paging.max_pages(*max_pages);
        }
        if (page_size) {
            paging.page_size(*page_size);
        }
        return paging;
    }
};

/// The keys of `single_page`: the bound that all have, and which one page never reaches.
class single_page_keys : public bounded_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"single_page"};
    static constexpr std::string_view doc = "One page is all";

    static constexpr auto fields() { return bound<single_page_keys>(); }

    [[nodiscard]] any_paginator make() const { return single_page(); }
};

/// The keys of `json_link`.
class json_link_keys : public bounded_keys {
public:
    static constexpr std::array<std::string_view, 2> names = {"json_link", "json_response"};
    static constexpr std::string_view doc = "The URL of the next page stands in the body";

    json_path next_url_path{"next"};

    static constexpr auto fields()
    {
        using key = keys_of<json_link_keys>;
        return concat(key::table(key::entry<rules::path, &json_link_keys::next_url_path>(
                          "next_url_path", "Where the URL of the next page stands in the body")),
            bound<json_link_keys>());
    }

    [[nodiscard]] any_paginator make() const { return json_link(next_url_path); }
};

/// The keys of `header_link`.
class header_link_keys : public bounded_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"header_link"};
    static constexpr std::string_view doc = "The URL of the next page stands in the Link header (RFC 8288)";

    std::string links_next_key = "next";

    static constexpr auto fields()
    {
        using key = keys_of<header_link_keys>;
        return concat(key::table(key::entry<rules::text, &header_link_keys::links_next_key>(
                          "links_next_key", "The rel of the link that leads to the next page")),
            bound<header_link_keys>());
    }

    [[nodiscard]] any_paginator make() const { return header_link(links_next_key); }
};

/// Keys of paginators that send a cursor.
class sent_cursor_keys : public bounded_keys {
public:
    place cursor_place;

    /// The table, for a class of keys that is derived from this one.
    template <class Keys>
    static constexpr auto fields()
    {
        using key = keys_of<Keys>;
        return key::table(key::template entry<rules::any_text, &Keys::cursor_place, &place::param>(
                              "cursor_param", "The query parameter of the cursor; \"cursor\" where nothing is given"),
            key::template entry<rules::path, &Keys::cursor_place, &place::body_path>(
                "cursor_body_path", "The cursor's place in a JSON body"),
            key::template entry<rules::integer<1>, &Keys::max_pages>(
                "max_pages", "How many pages are asked for at most"));
    }
};

/// The keys of `cursor`.
class cursor_keys : public sent_cursor_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"cursor"};
    static constexpr std::string_view doc = "A mark of the next page stands in the body";

    json_path cursor_path{"cursors.next"};
    std::optional<json_path> has_more_path;
    bool stop_after_empty_page = false;

    static constexpr auto fields()
    {
        using key = keys_of<cursor_keys>;
        using self = cursor_keys;
        return concat(concat(key::table(key::entry<rules::path, &self::cursor_path>(
                                 "cursor_path", "Where the cursor stands in the body")),
                          sent_cursor_keys::fields<cursor_keys>()),
            key::table(key::entry<rules::path, &self::has_more_path>(
                           "has_more_path", "Where the body says whether there is more"),
                key::entry<rules::boolean, &self::stop_after_empty_page>(
                    "stop_after_empty_page", "An empty page ends the walk")));
    }

    [[nodiscard]] any_paginator make() const
    {
        cursor paging(cursor_path);
        cursor_place.apply(paging, &cursor::param, &cursor::body_path);
        if (has_more_path) {
            paging.has_more_path(*has_more_path);
        }
        paging.stop_after_empty_page(stop_after_empty_page);
        return paging;
    }
};

/// The keys of `header_cursor`.
class header_cursor_keys : public sent_cursor_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"header_cursor"};
    static constexpr std::string_view doc = "A mark of the next page stands in a header";

    std::string cursor_key = "next";

    static constexpr auto fields()
    {
        using key = keys_of<header_cursor_keys>;
        using self = header_cursor_keys;
        return concat(key::table(key::entry<rules::text, &self::cursor_key>("cursor_key", "The header of the cursor")),
            sent_cursor_keys::fields<header_cursor_keys>());
    }

    [[nodiscard]] any_paginator make() const
    {
        header_cursor paging(cursor_key);
        cursor_place.apply(paging, &header_cursor::param, &header_cursor::body_path);
        return paging;
    }
};

/// The keys of `continuation`.
class continuation_keys : public bounded_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"continuation"};
    static constexpr std::string_view doc = "Several marks of the next page stand in the body";

    json_path continuation_path{"continue"};

    static constexpr auto fields()
    {
        using key = keys_of<continuation_keys>;
        return concat(key::table(key::entry<rules::path, &continuation_keys::continuation_path>(
                          "continuation_path", "Where the object stands whose members go into the next query")),
            bound<continuation_keys>());
    }

    [[nodiscard]] any_paginator make() const { return continuation(continuation_path); }
};

/// The keys of `auto`.
class auto_keys : public bounded_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"auto"};
    static constexpr std::string_view doc =
        "Follows standard links to the next page; what is done where no paginator is given";

    static constexpr auto fields() { return bound<auto_keys>(); }

    [[nodiscard]] any_paginator make() const { return standard_links(); }
};

/// All of them, in the order in which messages and the JSON Schema name them.
using paginator_key_list = kind_list<offset_keys, page_number_keys, single_page_keys, json_link_keys, header_link_keys,
    cursor_keys, header_cursor_keys, continuation_keys, auto_keys>;

} // namespace corest::source::detail
