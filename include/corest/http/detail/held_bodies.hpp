#pragma once

/// \file
/// How much memory the bodies of all responses may take at once.

#include <corest/error.hpp>
#include <corest/http/detail/block_cache.hpp>

#include <cstddef>
#include <string>

namespace corest::detail {

/// Whether a body that takes so many bytes more is within the limit, with all that are held now.
/// \param limit see `http_options::memory_limit`
[[nodiscard]] inline bool may_hold(std::size_t more, std::size_t limit) noexcept
{
    return more <= limit && memory_block::held() <= limit - more;
}

/// Called before a body grows. \param more bytes that it takes \param limit see `http_options::memory_limit`
/// \throws error (limit_exceeded) where it and the bodies that are held now would be larger
inline void check_held(std::size_t more, std::size_t limit)
{
    if (!may_hold(more, limit)) {
        throw error(errc::limit_exceeded,
            "the bodies of all responses that are held at once would be larger than " + std::to_string(limit)
                + " bytes, with this one, which takes " + std::to_string(more),
            "Ask for smaller pages, lower the concurrency, or raise", remedy::memory_limit);
    }
}

} // namespace corest::detail
