#pragma once

/// \file
/// How large a body may become when its content coding is undone.

#include <cstddef>
#include <cstdint>

namespace corest {

/// How large a body may become.
class decoded_limits {
public:
    /// The usual ones, as in `http_options`.
    decoded_limits() : decoded_limits(std::size_t{1} << 30U, 200, std::size_t{2} << 30U) {}
    /// \param most bytes
    /// \param times see `http_options::decoded_ratio`; 0: no bound
    /// \param held see `http_options::memory_limit`
    decoded_limits(std::size_t most, std::size_t times = 0, std::size_t held = SIZE_MAX)
        : bytes(most),
          ratio(times),
          memory(held)
    {
    }

    /// What a body of less than that may become, whatever the ratio.
    static constexpr std::size_t harmless = std::size_t{16} << 20U;

    std::size_t bytes;  ///< at most
    std::size_t ratio;  ///< times as much as was sent, beyond `harmless`; 0: no bound
    std::size_t memory; ///< bytes of all bodies that are held at once
};

} // namespace corest
