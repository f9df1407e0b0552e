#pragma once

/// \file
/// Where the brackets of a JSON text are, 64 bytes at a time, and the way over an array or object by them alone.

#include <corest/config.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace corest::detail {

/// The brackets of 64 bytes that stand outside strings; bit i is byte i.
struct json_block {
    std::uint64_t opens = 0;  ///< `{` and `[`
    std::uint64_t closes = 0; ///< `}` and `]`
    std::int64_t depth = 0;   ///< how many are open where the block begins
    std::int64_t least = 0;   ///< no place in the block is less deep than this
};

/// What a block leaves to the next one.
struct json_block_state {
    std::uint64_t in_string = 0; ///< all ones within a string
    std::uint64_t escaped = 0;   ///< 1 after an odd number of backslashes
    std::int64_t depth = 0;
};

/// Classifies `count` times 64 bytes. \return whether all of them are ASCII
using json_classifier = bool (*)(const char* text, std::size_t count, json_block* blocks, json_block_state& state);

/// A classifier and the instructions it is made for: "avx2", "sse2", "portable".
struct json_classifier_entry {
    const char* name = nullptr;
    json_classifier classify = nullptr;
};

/// The classifiers that this machine can run, the fastest one first. All give the same blocks.
[[nodiscard]] COREST_DECL std::span<const json_classifier_entry> json_classifiers() noexcept;

/// Goes through a text from front to back and finds the ends of its arrays and objects. Every byte is classified at
/// most once, and none is read beyond the text. Of what stands between the brackets only the encoding (UTF-8) is
/// checked.
class json_scanner {
public:
    json_scanner(std::string_view text, json_classifier classify) noexcept
        : begin_(text.data()),
          loaded_(text.data()),
          end_(text.data() + text.size()),
          checked_(text.data()),
          classify_(classify)
    {
        blocks_[0].least = std::numeric_limits<std::int64_t>::min();
    }

    /// \param open the opening bracket; behind all that were asked for before, and outside strings
    /// \param depth how many brackets are open before it
    /// \return the end of its array or object, behind the closing bracket; null where the text ends before, or is not
    ///         UTF-8; there is nothing to ask for then
    [[nodiscard]] const char* skip(const char* open, std::int64_t depth)
    {
        const std::size_t position = static_cast<std::size_t>(open - begin_);
        while (position / 64 >= first_ + count_) {
            if (!load()) {
                return nullptr;
            }
        }
        std::size_t i = position / 64 - first_;
        const std::uint64_t behind = ~std::uint64_t{1} << (position % 64);
        if ((blocks_[i].closes & behind) != 0) {
            if (const char* const end = find(i, behind, depth + 1, depth)) {
                return end;
            }
        }
        for (;;) {
            do {
                ++i;
            } while (blocks_[i].least > depth); // the block after the last one ends this
            if (i == count_) {
                if (!load()) {
                    return nullptr;
                }
                i = static_cast<std::size_t>(-1);
            } else if (const char* const end = find(i, ~std::uint64_t{0}, blocks_[i].depth, depth)) {
                return end;
            }
        }
    }

private:
    static constexpr std::size_t most = 64;

    /// Where in a block the depth sinks from `depth` to `wanted`; null if it does not.
    [[nodiscard]] const char* find(
        std::size_t i, std::uint64_t within, std::int64_t depth, std::int64_t wanted) const noexcept
    {
        const json_block& block = blocks_[i];
        std::uint64_t brackets = (block.opens | block.closes) & within;
        while (brackets != 0) {
            const std::uint64_t lowest = brackets & (~brackets + 1);
            if ((block.opens & lowest) != 0) {
                ++depth;
            } else if (--depth == wanted) {
                return begin_ + (first_ + i) * 64 + static_cast<std::size_t>(std::countr_zero(lowest)) + 1;
            }
            brackets ^= lowest;
        }
        return nullptr;
    }

    /// Classifies the next blocks. \return false at the text's end, and where it is not UTF-8
    [[nodiscard]] COREST_DECL bool load();
    [[nodiscard]] COREST_DECL bool check_utf8(const char* begin);

    const char* begin_;
    const char* loaded_; // how far it is classified
    const char* end_;
    const char* checked_; // how far a character reached that began before
    json_classifier classify_;
    std::size_t first_ = 0; // the number of the first block there is
    std::size_t count_ = 0;
    json_block_state state_;
    std::array<json_block, most + 1> blocks_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/json_blocks.ipp>
#endif
