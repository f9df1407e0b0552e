#pragma once

/// \file
/// `{"type": "page_number"}` of a dictionary. Not for users.

#include <corest/paginate/page_number.hpp>
#include <corest/source/schema/paginator_config.hpp>
#include <corest/source/schema/paginators/counted_keys.hpp>
#include <corest/source/schema/paginators/place.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corest::source::detail {

/// The keys of `page_number`.
class page_number_keys : public counted_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"page_number"};
    static constexpr std::string_view doc = "Pages by their number";

    std::int64_t base_page = 0;
    std::optional<std::int64_t> page;
    place page_place;
    std::optional<std::int64_t> maximum_page;
    std::optional<std::int64_t> max_pages;
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

    [[nodiscard]] paginator_config make() const
    {
        page_number paging(base_page);
        apply(paging);
        std::string text =
            "page_number: from page " + std::to_string(page.value_or(base_page)) + ", " + page_place.text("page");
        if (page) {
            paging.start(*page);
        }
        if (page_place.param) {
            paging.page_param(*page_place.param);
        }
        if (page_place.body_path) {
            paging.page_body_path(*page_place.body_path);
        }
        if (maximum_page) {
            paging.maximum_page(*maximum_page);
            text += ", below page " + std::to_string(*maximum_page);
        }
        if (max_pages) {
            paging.max_pages(*max_pages);
            text += ", at most " + std::to_string(*max_pages) + " pages";
        }
        if (page_size) {
            paging.page_size(*page_size);
        }
        return {std::move(paging), text + counted_keys::text()};
    }
};

} // namespace corest::source::detail
