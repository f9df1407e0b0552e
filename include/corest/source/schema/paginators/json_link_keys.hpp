#pragma once

/// \file
/// `{"type": "json_link"}` of a dictionary. Not for users.

#include <corest/paginate/json_link.hpp>
#include <corest/source/schema/paginator_config.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <string_view>

namespace corest::source::detail {

/// The keys of `json_link`.
class json_link_keys {
public:
    static constexpr std::array<std::string_view, 2> names = {"json_link", "json_response"};
    static constexpr std::string_view doc = "The URL of the next page stands in the body";

    json_path next_url_path{"next"};

    static constexpr auto fields()
    {
        using key = keys_of<json_link_keys>;
        return key::table(key::entry<rules::path, &json_link_keys::next_url_path>(
            "next_url_path", "Where the URL of the next page stands in the body"));
    }

    [[nodiscard]] paginator_config make() const
    {
        return {json_link(next_url_path), "json_link: the URL at " + next_url_path.text()};
    }
};

} // namespace corest::source::detail
