#pragma once

/// \file
/// `{"type": "cursor"}` of a dictionary. Not for users.

#include <corest/paginate/cursor.hpp>
#include <corest/source/schema/paginator_config.hpp>
#include <corest/source/schema/paginators/place.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corest::source::detail {

/// The keys of `cursor`.
class cursor_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"cursor"};
    static constexpr std::string_view doc = "A mark of the next page stands in the body";

    json_path cursor_path{"cursors.next"};
    place cursor_place;
    std::optional<json_path> has_more_path;
    bool stop_after_empty_page = false;

    static constexpr auto fields()
    {
        using key = keys_of<cursor_keys>;
        using self = cursor_keys;
        return key::table(
            key::entry<rules::path, &self::cursor_path>("cursor_path", "Where the cursor stands in the body"),
            key::entry<rules::any_text, &self::cursor_place, &place::param>(
                "cursor_param", "The query parameter of the cursor; \"cursor\" where nothing is given"),
            key::entry<rules::path, &self::cursor_place, &place::body_path>(
                "cursor_body_path", "The cursor's place in a JSON body"),
            key::entry<rules::path, &self::has_more_path>("has_more_path", "Where the body says whether there is more"),
            key::entry<rules::boolean, &self::stop_after_empty_page>(
                "stop_after_empty_page", "An empty page ends the walk"));
    }

    [[nodiscard]] paginator_config make() const
    {
        cursor paging(cursor_path);
        if (cursor_place.param) {
            paging.param(*cursor_place.param);
        }
        if (cursor_place.body_path) {
            paging.body_path(*cursor_place.body_path);
        }
        if (has_more_path) {
            paging.has_more_path(*has_more_path);
        }
        paging.stop_after_empty_page(stop_after_empty_page);
        return {std::move(paging), "cursor: from " + cursor_path.text() + ", " + cursor_place.text("cursor")};
    }
};

} // namespace corest::source::detail
