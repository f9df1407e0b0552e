#pragma once

/// \file
/// What the walks of one resource have counted.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace corest {

/// What the walks of one resource share: the paging rules ask for it, reports are made of it.
class walk_statistics {
public:
    std::size_t largest_page = 0;       ///< the most records any page had
    std::uint64_t walks = 0;            ///< walks that came to their end
    std::uint64_t requests = 0;         ///< sent, further attempts included
    std::uint64_t pages = 0;            ///< received and cut
    std::uint64_t records = 0;          ///< on those pages
    std::uint64_t retries = 0;          ///< further attempts
    std::uint64_t ignored = 0;          ///< responses whose status was to be ignored
    std::uint64_t repeated = 0;         ///< walks that did not begin: the same one had been opened before
    std::chrono::nanoseconds waited{0}; ///< between attempts and for rate limits
    std::vector<std::string> warnings;  ///< each once
};

} // namespace corest
