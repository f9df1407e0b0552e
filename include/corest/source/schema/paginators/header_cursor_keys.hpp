#pragma once

/// \file
/// `{"type": "header_cursor"}` of a dictionary. Not for users.

#include <corest/paginate/header_cursor.hpp>
#include <corest/source/schema/paginator_config.hpp>
#include <corest/source/schema/paginators/place.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace corest::source::detail {

/// The keys of `header_cursor`.
class header_cursor_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"header_cursor"};
    static constexpr std::string_view doc = "A mark of the next page stands in a header";

    std::string cursor_key = "next";
    place cursor_place;

    static constexpr auto fields()
    {
        using key = keys_of<header_cursor_keys>;
        using self = header_cursor_keys;
        return key::table(key::entry<rules::text, &self::cursor_key>("cursor_key", "The header of the cursor"),
            key::entry<rules::any_text, &self::cursor_place, &place::param>(
                "cursor_param", "The query parameter of the cursor; \"cursor\" where nothing is given"),
            key::entry<rules::path, &self::cursor_place, &place::body_path>(
                "cursor_body_path", "The cursor's place in a JSON body"));
    }

    [[nodiscard]] paginator_config make() const
    {
        header_cursor paging(cursor_key);
        if (cursor_place.param) {
            paging.param(*cursor_place.param);
        }
        if (cursor_place.body_path) {
            paging.body_path(*cursor_place.body_path);
        }
        return {std::move(paging), "header_cursor: from the header " + cursor_key + ", " + cursor_place.text("cursor")};
    }
};

} // namespace corest::source::detail
