#pragma once

/// \file
/// `{"type": "header_link"}` of a dictionary. Not for users.

#include <corest/paginate/header_link.hpp>
#include <corest/source/schema/paginator_config.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <string>
#include <string_view>

namespace corest::source::detail {

/// The keys of `header_link`.
class header_link_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"header_link"};
    static constexpr std::string_view doc = "The URL of the next page stands in the Link header (RFC 8288)";

    std::string links_next_key = "next";

    static constexpr auto fields()
    {
        using key = keys_of<header_link_keys>;
        return key::table(key::entry<rules::text, &header_link_keys::links_next_key>(
            "links_next_key", "The rel of the link that leads to the next page"));
    }

    [[nodiscard]] paginator_config make() const
    {
        return {header_link(links_next_key), "header_link: the Link header's rel=" + links_next_key};
    }
};

} // namespace corest::source::detail
