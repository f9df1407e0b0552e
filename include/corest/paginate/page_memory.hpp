#pragma once

/// \file
/// Which contents a walk has seen before, in bounded memory.

#include <corest/config.hpp>
#include <corest/detail/hash_bytes.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace corest::detail {

/// Remembers hashes of contents, each with the page that it was on and a part of a hash of who asked for it: 16 bytes
/// each. Past a number of them it forgets the pages, and is a Bloom filter of 2^24 bits: what was seen is always known
/// then too, and what was not is taken for known with the probability `error_rate()`.
class page_memory {
public:
    /// How many contents are remembered with their pages, unless something else is said.
    static constexpr std::size_t usual = std::size_t{1} << 20U;

    /// \param most_exact how many contents are remembered with their pages
    explicit page_memory(std::size_t most_exact = usual) : most_exact_(most_exact) {}

    /// What is known of a content.
    class sighting {
    public:
        bool is_known = false;        ///< it was seen before
        std::uint64_t page = 0;       ///< where it was seen last; 0: that is not known
        bool is_same_request = false; ///< the same request had brought it then
    };

    /// Looks a content up, and remembers it.
    /// \param content a hash of it \param request a hash of who asked for it \param page where it is
    COREST_DECL sighting see(std::uint64_t content, std::uint64_t request, std::uint64_t page);

    /// How likely it is that a content is said to be known that was never seen; 0 while all are remembered.
    [[nodiscard]] COREST_DECL double error_rate() const noexcept;
    /// How many contents that were never seen must be taken for known, one after the other, until that is less likely
    /// than 10^-15; 0 while all are remembered.
    [[nodiscard]] COREST_DECL std::uint64_t longest_error() const noexcept;

private:
    static constexpr unsigned filter_bits = 24; ///< logarithm of the filter's size
    static constexpr unsigned probes = 8;

    /// As Boost.Unordered calls a hash that needs no further mixing.
    struct identity {
        using is_avalanching = void;
        std::size_t operator()(std::uint64_t hash) const noexcept { return static_cast<std::size_t>(hash); }
    };
    struct place {
        std::uint32_t page;
        std::uint32_t request;
    };

    /// \return whether all of the content's bits were set
    COREST_DECL bool see_in_filter(std::uint64_t content);

    std::size_t most_exact_;
    boost::unordered_flat_map<std::uint64_t, place, identity> exact_;
    std::vector<std::uint64_t> filter_; ///< empty until it is needed
    std::uint64_t ones_ = 0;            ///< bits of it that are set
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/page_memory.ipp>
#endif
