#pragma once

/// \file
/// `{"type": "offset"}` of a dictionary. Not for users.

#include <corest/paginate/offset.hpp>
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

/// The keys of `offset`.
class offset_keys : public counted_keys {
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
            counted_keys::fields<offset_keys>());
    }

    [[nodiscard]] paginator_config make() const
    {
        offset paging(limit);
        paging.start(start);
        apply(paging);
        std::string text = "offset: " + std::to_string(limit) + " records a page, " + offset_place.text("offset")
            + " and " + limit_place.text("limit");
        if (offset_place.param) {
            paging.offset_param(*offset_place.param);
        }
        if (offset_place.body_path) {
            paging.offset_body_path(*offset_place.body_path);
        }
        if (limit_place.param) {
            paging.limit_param(*limit_place.param);
        }
        if (limit_place.body_path) {
            paging.limit_body_path(*limit_place.body_path);
        }
        if (maximum_offset) {
            paging.maximum_offset(*maximum_offset);
            text += ", below " + std::to_string(*maximum_offset);
        }
        return {std::move(paging), text + counted_keys::text()};
    }
};

} // namespace corest::source::detail
