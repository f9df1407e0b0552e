#pragma once

#include <corest/select/detail/json_blocks.hpp>

#include <corest/detail/utf8.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

// The vector instructions of x86-64: SSE2 is always there, AVX2 is asked for at run time.
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#    define COREST_X86_BLOCKS 1
#    include <immintrin.h>
#else
#    define COREST_X86_BLOCKS 0
#endif

namespace corest::detail {

namespace json_classification {

/// The bytes before which an odd number of backslashes stands. (Backslashes outside strings count as well: no valid
/// text has them.) By J. Keiser and D. Lemire, as in simdjson's json_escape_scanner.
inline std::uint64_t escaped_bytes(std::uint64_t backslashes, std::uint64_t& carry) noexcept
{
    if (backslashes == 0) {
        const std::uint64_t escaped = carry;
        carry = 0;
        return escaped;
    }
    constexpr std::uint64_t odd = 0xAAAAAAAAAAAAAAAA;
    const std::uint64_t starts = backslashes & ~carry;
    // The subtraction carries through a run of backslashes and leaves every second bit of it set.
    const std::uint64_t codes = (((starts << 1) | odd) - starts) ^ odd;
    const std::uint64_t escaped = codes ^ (backslashes | carry);
    carry = (codes & backslashes) >> 63;
    return escaped;
}

/// Bit i of the result is the xor of all bits up to i: from each quote to the next, it is set.
inline std::uint64_t prefix_xor(std::uint64_t bits) noexcept
{
    for (int shift = 1; shift < 64; shift *= 2) {
        bits ^= bits << shift;
    }
    return bits;
}

/// As std::popcount, which without the CPU's instruction is a call.
inline std::int64_t count_bits(std::uint64_t bits) noexcept
{
    bits -= (bits >> 1) & 0x5555555555555555;
    bits = (bits & 0x3333333333333333) + ((bits >> 2) & 0x3333333333333333);
    bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0F;
    return static_cast<std::int64_t>((bits * 0x0101010101010101) >> 56);
}

/// The bits of the bytes of interest in one block.
struct block_masks {
    std::uint64_t quotes = 0;
    std::uint64_t backslashes = 0;
    std::uint64_t opens = 0;
    std::uint64_t closes = 0;
};

/// Leaves out what is inside strings, and counts.
inline json_block finish_block(const block_masks& masks, json_block_state& state) noexcept
{
    const std::uint64_t quotes = masks.quotes & ~escaped_bytes(masks.backslashes, state.escaped);
    const std::uint64_t inside = prefix_xor(quotes) ^ state.in_string;
    state.in_string = ~((inside >> 63) - 1);
    json_block block;
    block.opens = masks.opens & ~inside;
    block.closes = masks.closes & ~inside;
    block.depth = state.depth;
    block.least = state.depth;
    if ((block.opens | block.closes) != 0) {
        block.least -= count_bits(block.closes);
        state.depth = block.least + count_bits(block.opens);
    }
    return block;
}

/// Eight bytes, the first one lowest.
inline std::uint64_t load_eight(const char* text) noexcept
{
    std::uint64_t word = 0;
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(&word, text, 8);
    } else {
        for (unsigned i = 0; i < 8; ++i) {
            word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
        }
    }
    return word;
}

/// For every CPU: eight bytes at a time in a common register.
COREST_DECL bool portable(const char* text, std::size_t count, json_block* blocks, json_block_state& state)
{
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t low = 0x7F * ones;
    constexpr std::uint64_t high = 0x80 * ones;
    // The top bit of each byte of `word` that is `c`: no carry leaves a byte.
    const auto equal = [](std::uint64_t word, char c) {
        const std::uint64_t x = word ^ (ones * static_cast<unsigned char>(c));
        return ~(((x & low) + low) | x | low);
    };
    // Gathers those top bits into eight bits.
    const auto gather = [](std::uint64_t tops) { return ((tops >> 7) * 0x0102040810204080) >> 56; };
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < count; ++i, text += 64) {
        block_masks masks;
        for (unsigned part = 0; part < 8; ++part) {
            const std::uint64_t word = load_eight(text + part * 8);
            const std::uint64_t bracket = word | (0x20 * ones); // [ is { then, and ] is }
            masks.quotes |= gather(equal(word, '"')) << (8 * part);
            masks.backslashes |= gather(equal(word, '\\')) << (8 * part);
            masks.opens |= gather(equal(bracket, '{')) << (8 * part);
            masks.closes |= gather(equal(bracket, '}')) << (8 * part);
            any |= word;
        }
        blocks[i] = finish_block(masks, state);
    }
    return (any & high) == 0;
}

#if COREST_X86_BLOCKS

inline std::uint64_t mask_of(__m128i a, __m128i b, __m128i c, __m128i d) noexcept
{
    const auto bits = [](__m128i v) { return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(v))); };
    return bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48;
}

inline std::uint64_t mask_where(__m128i a, __m128i b, __m128i c, __m128i d, char character) noexcept
{
    const __m128i wanted = _mm_set1_epi8(character);
    return mask_of(
        _mm_cmpeq_epi8(a, wanted), _mm_cmpeq_epi8(b, wanted), _mm_cmpeq_epi8(c, wanted), _mm_cmpeq_epi8(d, wanted));
}

COREST_DECL bool sse2(const char* text, std::size_t count, json_block* blocks, json_block_state& state)
{
    const __m128i lower = _mm_set1_epi8(0x20);
    __m128i any = _mm_setzero_si128();
    for (std::size_t i = 0; i < count; ++i, text += 64) {
        const auto* const input = reinterpret_cast<const __m128i*>(text);
        __m128i a = _mm_loadu_si128(input);
        __m128i b = _mm_loadu_si128(input + 1);
        __m128i c = _mm_loadu_si128(input + 2);
        __m128i d = _mm_loadu_si128(input + 3);
        block_masks masks;
        masks.quotes = mask_where(a, b, c, d, '"');
        masks.backslashes = mask_where(a, b, c, d, '\\');
        any = _mm_or_si128(any, _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d)));
        a = _mm_or_si128(a, lower); // [ is { then, and ] is }
        b = _mm_or_si128(b, lower);
        c = _mm_or_si128(c, lower);
        d = _mm_or_si128(d, lower);
        masks.opens = mask_where(a, b, c, d, '{');
        masks.closes = mask_where(a, b, c, d, '}');
        blocks[i] = finish_block(masks, state);
    }
    return _mm_movemask_epi8(any) == 0;
}

#    define COREST_TARGET_AVX2 __attribute__((target("avx2,pclmul,popcnt")))

COREST_TARGET_AVX2 inline std::uint64_t mask_where(__m256i a, __m256i b, char character) noexcept
{
    const __m256i wanted = _mm256_set1_epi8(character);
    const auto low = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, wanted)));
    const auto high = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, wanted)));
    return low | std::uint64_t{high} << 32;
}

COREST_TARGET_AVX2 COREST_DECL bool avx2(
    const char* text, std::size_t count, json_block* blocks, json_block_state& state)
{
    const __m256i lower = _mm256_set1_epi8(0x20);
    __m256i any = _mm256_setzero_si256();
    json_block_state s = state;
    for (std::size_t i = 0; i < count; ++i, text += 64) {
        const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
        const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
        const __m256i a_lower = _mm256_or_si256(a, lower); // [ is { then, and ] is }
        const __m256i b_lower = _mm256_or_si256(b, lower);
        any = _mm256_or_si256(any, _mm256_or_si256(a, b));

        const std::uint64_t quotes = mask_where(a, b, '"') & ~escaped_bytes(mask_where(a, b, '\\'), s.escaped);
        // The carry-less product with all ones is the prefix xor.
        const __m128i product = _mm_clmulepi64_si128(
            _mm_set_epi64x(0, static_cast<long long>(quotes)), _mm_set1_epi8(static_cast<char>(0xFF)), 0);
        const std::uint64_t inside = static_cast<std::uint64_t>(_mm_cvtsi128_si64(product)) ^ s.in_string;
        s.in_string = ~((inside >> 63) - 1);

        json_block& block = blocks[i];
        block.opens = mask_where(a_lower, b_lower, '{') & ~inside;
        block.closes = mask_where(a_lower, b_lower, '}') & ~inside;
        block.depth = s.depth;
        block.least = s.depth - _mm_popcnt_u64(block.closes);
        s.depth = block.least + _mm_popcnt_u64(block.opens);
    }
    state = s;
    return _mm256_movemask_epi8(any) == 0;
}

#    undef COREST_TARGET_AVX2

#endif

} // namespace json_classification

COREST_DECL std::span<const json_classifier_entry> json_classifiers() noexcept
{
#if COREST_X86_BLOCKS
    static constexpr json_classifier_entry all[] = {{"avx2", &json_classification::avx2},
        {"sse2", &json_classification::sse2}, {"portable", &json_classification::portable}};
    static const bool avx2 = [] {
        __builtin_cpu_init();
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt");
    }();
    return std::span<const json_classifier_entry>(all).subspan(avx2 ? 0 : 1);
#else
    static constexpr json_classifier_entry all[] = {{"portable", &json_classification::portable}};
    return all;
#endif
}

COREST_DECL bool json_scanner::load()
{
    const char* const begin = loaded_;
    const auto left = static_cast<std::size_t>(end_ - begin);
    first_ += count_;
    count_ = std::min(left / 64, most);
    bool ascii = true;
    if (count_ != 0) {
        ascii = classify_(begin, count_, blocks_.data(), state_);
        loaded_ += count_ * 64;
    } else if (left != 0) {
        std::array<char, 64> last;
        last.fill(' ');
        std::memcpy(last.data(), begin, left);
        count_ = 1;
        ascii = classify_(last.data(), 1, blocks_.data(), state_);
        loaded_ = end_;
    }
    if (!ascii && !check_utf8(std::max(begin, checked_))) {
        count_ = 0;
        loaded_ = end_;
    }
    blocks_[count_].least = std::numeric_limits<std::int64_t>::min();
    return count_ != 0;
}

/// Checks what is loaded, and the rest of a character that reaches beyond it.
COREST_DECL bool json_scanner::check_utf8(const char* begin)
{
    checked_ = loaded_;
    for (int i = 0; i < 3 && checked_ != end_ && (static_cast<unsigned char>(*checked_) & 0xC0) == 0x80; ++i) {
        ++checked_;
    }
    return is_utf8({begin, static_cast<std::size_t>(checked_ - begin)});
}

} // namespace corest::detail

#undef COREST_X86_BLOCKS
