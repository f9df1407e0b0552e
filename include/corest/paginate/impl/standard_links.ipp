#pragma once

#include <corest/paginate/standard_links.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/link_header.hpp>
#include <corest/paginate/statements.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace corest {

namespace detail {

/// Names by which APIs say that there is more, in lower case without `_` and `-`.
enum class more_statement { cursor, flag, page_count, record_count };

class more_name {
public:
    constexpr more_name(std::string_view n, more_statement s) : name(n), states(s) {}
    std::string_view name;
    more_statement states;
};

inline constexpr std::array more_names{
    more_name{"next", more_statement::cursor},
    more_name{"nextcursor", more_statement::cursor},
    more_name{"nextpage", more_statement::cursor},
    more_name{"nextpagetoken", more_statement::cursor},
    more_name{"nexttoken", more_statement::cursor},
    more_name{"nexturl", more_statement::cursor},
    more_name{"nextlink", more_statement::cursor},
    more_name{"nextoffset", more_statement::cursor},
    more_name{"@odata.nextlink", more_statement::cursor},
    more_name{"cursor", more_statement::cursor},
    more_name{"continuationtoken", more_statement::cursor},
    more_name{"scrollid", more_statement::cursor},
    more_name{"endcursor", more_statement::cursor},
    more_name{"hasmore", more_statement::flag},
    more_name{"hasnext", more_statement::flag},
    more_name{"hasnextpage", more_statement::flag},
    more_name{"totalpages", more_statement::page_count},
    more_name{"pagecount", more_statement::page_count},
    more_name{"pages", more_statement::page_count},
    more_name{"lastpage", more_statement::page_count},
    more_name{"total", more_statement::record_count},
    more_name{"totalcount", more_statement::record_count},
    more_name{"totalitems", more_statement::record_count},
    more_name{"totalrecords", more_statement::record_count},
    more_name{"totalresults", more_statement::record_count},
    more_name{"totalelements", more_statement::record_count},
};

/// Objects in which such names are found.
inline constexpr std::array<std::string_view, 11> more_places{
    "meta", "metadata", "_meta", "pagination", "paging", "page_info", "pageInfo", "page", "cursors", "links", "_links"};

/// Whether a value says that there is more than this page.
COREST_DECL bool states_more(more_statement states, std::string_view json, std::size_t records)
{
    const json_kind kind = json_reader(json).kind();
    if (is_blank(json)) {
        return false;
    }
    switch (states) {
    case more_statement::cursor:
        return kind == json_kind::string || kind == json_kind::number;
    case more_statement::flag:
        return json == "true";
    case more_statement::page_count:
    case more_statement::record_count: {
        std::uint64_t value = 0;
        const auto read = std::from_chars(json.data(), json.data() + json.size(), value);
        return read.ec == std::errc() && read.ptr == json.data() + json.size()
            && value > (states == more_statement::page_count ? 1 : records);
    }
    }
    return false;
}

/// The members of an object that say that there is more, as paths; also those one level down, in the usual places.
COREST_DECL void find_more_statements(
    std::string_view object, const std::string& prefix, std::size_t records, std::vector<std::string>& found)
{
    json_reader reader(object);
    std::string_view key;
    std::string scratch;
    reader.begin_object();
    while (reader.next_key(key, scratch)) {
        std::string plain;
        for (const char c : key) {
            if (c != '_' && c != '-') {
                plain.push_back(ascii_lower(c));
            }
        }
        const std::string shown = prefix + printable(key);
        const bool place =
            prefix.empty() && std::find(more_places.begin(), more_places.end(), key) != more_places.end();
        const std::string_view value = reader.skip();
        const auto known =
            std::find_if(more_names.begin(), more_names.end(), [&](const more_name& n) { return n.name == plain; });
        if (known != more_names.end() && states_more(known->states, value, records)) {
            found.push_back(shown);
        } else if (place && value.front() == '{') {
            find_more_statements(value, shown + ".", records, found);
        }
    }
}

/// The URL reference of a link in a body: a string, or an object with href. Empty where it says that there is none.
COREST_DECL std::string body_link(const page_info& page, const std::optional<std::string_view>& json, const char* place)
{
    if (is_blank(json)) {
        return {};
    }
    std::string_view value = *json;
    if (json_reader(value).kind() == json_kind::object) {
        json_reader reader(value);
        const json_path href("href");
        if (!seek(reader, href.steps())) {
            return {};
        }
        value = reader.skip();
        if (is_blank(value)) {
            return {};
        }
    }
    if (json_reader(value).kind() != json_kind::string) {
        pagination_error(page,
            std::string("expected a URL at ") + place + ", found " + std::string(describe(json_reader(value).kind()))
                + " on page " + std::to_string(page.page_number),
            "Name a paginator: this API pages in a way of its own");
    }
    return to_text(value);
}

/// "https://...", "http://..." or "/...".
COREST_DECL bool is_url_reference(std::string_view text)
{
    return text.substr(0, 1) == "/" || iequals(text.substr(0, 8), "https://") || iequals(text.substr(0, 7), "http://");
}

} // namespace detail

COREST_DECL std::vector<json_path> standard_links::paths() const
{
    // The whole body is wanted once, on the first page, to look for signs of further pages.
    return {json_path("_links.next"), json_path("links.next"), json_path("next"), json_path()};
}

COREST_DECL bool standard_links::advance(const page_info& page)
{
    const auto value = [&](std::size_t i) { return i < page.values.size() ? page.values[i] : std::nullopt; };
    std::string reference;
    if (page.headers) {
        reference = find_link(page.headers->joined("Link"), "next").value_or("");
    }
    if (reference.empty()) {
        reference = detail::body_link(page, value(0), "$._links.next");
    }
    if (reference.empty()) {
        reference = detail::body_link(page, value(1), "$.links.next");
    }
    if (reference.empty() && value(2) && value(2)->front() == '"') {
        std::string next = to_text(*value(2));
        if (detail::is_url_reference(next)) {
            reference = std::move(next);
        }
    }
    if (!reference.empty()) {
        next_.follow(page.url, reference);
        return true;
    }
    const std::optional<std::string_view> body = value(3);
    if (page.page_number == 1 && page.records != 0 && body && body->front() == '{') {
        std::vector<std::string> signs;
        detail::find_more_statements(*body, "", page.records, signs);
        if (!signs.empty()) {
            detail::add_warning(page,
                "only one page was read, but the body looks as if there were more: it has " + detail::join(signs)
                    + ". Name a paginator to read the rest");
        }
    }
    return false;
}

} // namespace corest
