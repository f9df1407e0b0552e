#pragma once

/// \file
/// Incremental loading as the dictionary has it, checked and typed.

#include <corest/incremental/cursor_rules.hpp>

#include <cstdint>
#include <string>

namespace corest::source {

/// `endpoint.incremental`, or a parameter of type `incremental`.
class incremental_config {
public:
    cursor_rules rules;      ///< without the resource's primary key, which is theirs where they have none of their own
    std::string start_param; ///< the query parameter that the start value is sent in; empty: none
    std::string end_param;   ///< the same of the end value
    std::string path;        ///< where it stands in the dictionary
};

/// `endpoint.pagination_reset`: after so much paging begins anew, behind the last cursor. 0: it does not.
class pagination_reset {
public:
    std::uint64_t after_pages = 0;   ///< pages
    std::uint64_t after_records = 0; ///< records of the server's

    /// True where it does.
    [[nodiscard]] bool begins_anew() const noexcept { return after_pages != 0 || after_records != 0; }
};

} // namespace corest::source
