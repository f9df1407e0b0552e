#pragma once

/// \file
/// What `adaptive_concurrency` has come to.

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace corest {

/// How many requests at once a server takes, as far as it has shown. Any thread may read it.
class concurrency_statistics {
public:
    std::atomic<std::size_t> most = 0;           ///< how many there may be ever
    std::atomic<std::size_t> allowed = 0;        ///< how many there may be now
    std::atomic<std::size_t> least = 0;          ///< how many were allowed, when that was least
    std::atomic<std::uint64_t> refusals = 0;     ///< how often it was halved because a request was refused
    std::atomic<std::uint64_t> late_answers = 0; ///< how often it was halved because responses came later
};

} // namespace corest
