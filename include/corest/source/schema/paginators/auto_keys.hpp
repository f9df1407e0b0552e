#pragma once

/// \file
/// `{"type": "auto"}` of a dictionary. Not for users.

#include <corest/source/schema/paginator_config.hpp>
#include <corest/source/schema/value_rules.hpp>

#include <array>
#include <string_view>

namespace corest::source::detail {

/// The keys of `auto`: there are none.
class auto_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"auto"};
    static constexpr std::string_view doc =
        "Follows standard links to the next page; what is done where no paginator is given";

    static constexpr auto fields() { return keys_of<auto_keys>::table(); }

    [[nodiscard]] paginator_config make() const { return {}; }
};

} // namespace corest::source::detail
