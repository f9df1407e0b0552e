#pragma once

/// \file
/// `{"type": "single_page"}` of a dictionary. Not for users.

#include <corest/paginate/single_page.hpp>
#include <corest/source/schema/paginator_config.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <string_view>

namespace corest::source::detail {

/// The keys of `single_page`: there are none.
class single_page_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"single_page"};
    static constexpr std::string_view doc = "One page is all";

    static constexpr auto fields() { return keys_of<single_page_keys>::table(); }

    [[nodiscard]] paginator_config make() const { return {single_page(), "single_page"}; }
};

} // namespace corest::source::detail
