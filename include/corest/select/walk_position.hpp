#pragma once

/// \file
/// Where a walk over pages stands, as a value to keep.

#include <cstdint>
#include <optional>
#include <string>

namespace corest {

/// Where a walk stands between two pages. A value, to be stored with the rows that it stands for.
class walk_position {
public:
    std::uint64_t pages = 0;   ///< taken so far
    std::uint64_t records = 0; ///< on them
    /// What the paginator goes on from (`any_paginator::position`); empty where it does not tell, and at the end.
    std::optional<std::string> paginator;
    std::uint64_t largest_page = 0; ///< the most records that a page of the resource had: what tells a short one
    std::uint64_t fingerprint = 0;  ///< of the last page's records: a server that repeats them is found out
    bool is_end = false;            ///< there is no further page

    bool operator==(const walk_position&) const = default; ///< true where all of it is the same
};

} // namespace corest
