#pragma once

#include <corest/paginate/standard_links.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/link_header.hpp>
#include <corest/paginate/next_link.hpp>
#include <corest/paginate/statements.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace corest {

namespace detail {

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

} // namespace body_links

} // namespace detail

COREST_DECL std::vector<json_path> standard_links::paths() const
{
    // Behind the first two: names under which APIs give the URL itself.
    static const std::vector<json_path> all = {json_path("_links.next"), json_path("links.next"), json_path("next"),
        json_path("next_page_url"), json_path("nextPageUrl"), json_path("info.next"), json_path("paging.next.link"),
        json_path("meta.pagination.links.next"), json_path("collection.next"), json_path("$['odata.nextLink']")};
    return all;
}

COREST_DECL bool standard_links::advance(const page_info& page)
{
    const auto value = [&](std::size_t i) { return i < page.values.size() ? page.values[i] : std::nullopt; };
    std::string reference;
    if (page.headers) {
        reference = find_link(page.headers->joined("Link"), "next", page.url).value_or("");
        found_ = "the header Link";
    }
    if (reference.empty()) {
        reference = detail::body_links::find(page, value(0), "$._links.next");
        found_ = "$._links.next";
    }
    if (reference.empty()) {
        reference = detail::body_links::find(page, value(1), "$.links.next");
        found_ = "$.links.next";
    }
    for (std::size_t i = 2; reference.empty() && i < page.values.size(); ++i) {
        if (value(i) && value(i)->front() == '"') {
            std::string next = to_text(*value(i));
            if (detail::is_url_reference(next)) {
                reference = std::move(next);
                found_ = paths()[i].text();
            }
        }
    }
    if (!reference.empty()) {
        next_.follow(page.url, reference);
        return true;
    }
    found_.clear();
    return false;
}

} // namespace corest
