#pragma once

/// \file
/// `{"type": "none"}` of a dictionary. Not for users.

#include <corest/source/schema/field.hpp>

#include <array>
#include <string_view>

namespace corest::source::detail {

/// The keys of `none`, which signs nothing: there are none.
class none_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"none"};
    static constexpr std::string_view doc = "Signs nothing, also where the client signs";

    static constexpr auto fields() { return keys_of<none_keys>::table(); }
};

} // namespace corest::source::detail
