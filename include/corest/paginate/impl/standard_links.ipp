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

namespace more_statements {

/// Names by which APIs say that there is more, in lower case without `_` and `-`.
enum class statement { cursor, flag, page_count, record_count };

class known_name {
public:
    constexpr known_name(std::string_view n, statement s) : name(n), states(s) {}
    std::string_view name;
    statement states;
};

inline constexpr std::array known_names{
    known_name{"next", statement::cursor},
    known_name{"nextcursor", statement::cursor},
    known_name{"nextpage", statement::cursor},
    known_name{"nextpagetoken", statement::cursor},
    known_name{"nexttoken", statement::cursor},
    known_name{"nexturl", statement::cursor},
    known_name{"nextlink", statement::cursor},
    known_name{"nextoffset", statement::cursor},
    known_name{"@odata.nextlink", statement::cursor},
    known_name{"cursor", statement::cursor},
    known_name{"continuationtoken", statement::cursor},
    known_name{"scrollid", statement::cursor},
    known_name{"endcursor", statement::cursor},
    known_name{"hasmore", statement::flag},
    known_name{"hasnext", statement::flag},
    known_name{"hasnextpage", statement::flag},
    known_name{"totalpages", statement::page_count},
    known_name{"pagecount", statement::page_count},
    known_name{"pages", statement::page_count},
    known_name{"lastpage", statement::page_count},
    known_name{"total", statement::record_count},
    known_name{"totalcount", statement::record_count},
    known_name{"totalitems", statement::record_count},
    known_name{"totalrecords", statement::record_count},
    known_name{"totalresults", statement::record_count},
    known_name{"totalelements", statement::record_count},
};

/// Objects in which such names are found.
inline constexpr std::array<std::string_view, 11> places{
    "meta", "metadata", "_meta", "pagination", "paging", "page_info", "pageInfo", "page", "cursors", "links", "_links"};

/// Whether a value says that there is more than this page.
COREST_DECL bool says_more(statement states, std::string_view json, std::size_t records)
{
    const json_kind kind = json_reader(json).kind();
    if (is_blank(json)) {
        return false;
    }
    switch (states) {
    case statement::cursor:
        return kind == json_kind::string || kind == json_kind::number;
    case statement::flag:
        return json == "true";
    case statement::page_count:
    case statement::record_count: {
        std::uint64_t value = 0;
        const auto read = std::from_chars(json.data(), json.data() + json.size(), value);
        return read.ec == std::errc() && read.ptr == json.data() + json.size()
            && value > (states == statement::page_count ? 1 : records);
    }
    }
    return false;
}

/// The members of an object that say that there is more, as paths; also those one level down, in the usual places.
COREST_DECL void find(
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
        const bool place = prefix.empty() && std::find(places.begin(), places.end(), key) != places.end();
        const std::string_view value = reader.skip();
        const auto known =
            std::find_if(known_names.begin(), known_names.end(), [&](const known_name& n) { return n.name == plain; });
        if (known != known_names.end() && says_more(known->states, value, records)) {
            found.push_back(shown);
        } else if (place && value.front() == '{') {
            find(value, shown + ".", records, found);
        }
    }
}

} // namespace more_statements

namespace body_links {

/// The URL reference of a link in a body: a string, or an object with href. Empty where it says that there is none.
COREST_DECL std::string find(const page_info& page, const std::optional<std::string_view>& json, const char* place)
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

} // namespace body_links

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
        reference = detail::body_links::find(page, value(0), "$._links.next");
    }
    if (reference.empty()) {
        reference = detail::body_links::find(page, value(1), "$.links.next");
    }
    if (reference.empty() && value(2) && value(2)->front() == '"') {
        std::string next = to_text(*value(2));
        if (detail::body_links::is_url_reference(next)) {
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
        detail::more_statements::find(*body, "", page.records, signs);
        if (!signs.empty()) {
            detail::add_warning(page,
                "only one page was read, but the body looks as if there were more: it has " + detail::join(signs)
                    + ". Name a paginator to read the rest");
        }
    }
    return false;
}

} // namespace corest
