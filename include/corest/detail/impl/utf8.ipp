#pragma once

#include <corest/detail/utf8.hpp>

#include <cstring>

// The vector instructions of x86-64: AVX2 is asked for at run time.
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#    define COREST_X86_UTF8 1
#    include <immintrin.h>
#else
#    define COREST_X86_UTF8 0
#endif

namespace corest::detail {

namespace utf8_validation {

/// Reads UTF-8 byte by byte without a branch: a state is how far to shift a byte's word for the state that follows
/// (after P. Vognsen, "Shift-based DFAs", 2021).
namespace automaton {

inline constexpr unsigned boundary = 6; ///< between two characters; 0 is refused, for good

// What has to follow: that many continuations, of which the first one is of a narrower range behind E0, ED, F0 and F4.
inline constexpr unsigned one = 12;
inline constexpr unsigned two = 18;
inline constexpr unsigned three = 24;
inline constexpr unsigned behind_e0 = 30;
inline constexpr unsigned behind_ed = 36;
inline constexpr unsigned behind_f0 = 42;
inline constexpr unsigned behind_f4 = 48;

inline constexpr std::array<std::uint64_t, 256> words = [] {
    std::array<std::uint64_t, 256> table{};
    const auto accept = [&](unsigned first, unsigned last, unsigned state, unsigned follows) {
        for (unsigned byte = first; byte <= last; ++byte) {
            table[byte] |= std::uint64_t{follows} << state;
        }
    };
    accept(0x00, 0x7F, boundary, boundary);
    accept(0xC2, 0xDF, boundary, one);
    accept(0xE0, 0xE0, boundary, behind_e0);
    accept(0xE1, 0xEC, boundary, two);
    accept(0xED, 0xED, boundary, behind_ed);
    accept(0xEE, 0xEF, boundary, two);
    accept(0xF0, 0xF0, boundary, behind_f0);
    accept(0xF1, 0xF3, boundary, three);
    accept(0xF4, 0xF4, boundary, behind_f4);
    accept(0x80, 0xBF, one, boundary);
    accept(0x80, 0xBF, two, one);
    accept(0x80, 0xBF, three, two);
    accept(0xA0, 0xBF, behind_e0, one); // or it would be overlong
    accept(0x80, 0x9F, behind_ed, one); // or it would be a surrogate
    accept(0x90, 0xBF, behind_f0, two); // or it would be overlong
    accept(0x80, 0x8F, behind_f4, two); // or it would be beyond U+10FFFF
    return table;
}();

[[nodiscard]] inline std::uint64_t next(std::uint64_t state, char byte) noexcept
{
    return (words[static_cast<unsigned char>(byte)] >> state) & 63U;
}

} // namespace automaton

/// For every CPU.
COREST_DECL bool portable(const char* text, std::size_t size) noexcept
{
    const char* p = text;
    const char* const end = text + size;
    std::uint64_t state = automaton::boundary;
    for (; end - p >= 16; p += 16) {
        std::uint64_t word[2];
        std::memcpy(word, p, 16);
        if (state == automaton::boundary && ((word[0] | word[1]) & 0x8080808080808080U) == 0) {
            continue;
        }
        for (int i = 0; i < 16; ++i) {
            state = automaton::next(state, p[i]);
        }
    }
    for (; p != end; ++p) {
        state = automaton::next(state, *p);
    }
    return state == automaton::boundary;
}

#if COREST_X86_UTF8

#    define COREST_TARGET_AVX2 __attribute__((target("avx2")))

/// "Validating UTF-8 in less than one instruction per byte" (J. Keiser, D. Lemire, 2021, arXiv:2010.03090): three
/// tables, asked for the four bits at the top and at the bottom of the byte before and for those at the top of this
/// one, agree on an error bit where the two bytes cannot follow one another. What is left is to see that the third and
/// fourth bytes of characters are continuations, and nothing else is one.
namespace avx2 {

struct state {
    __m256i error;
    __m256i previous;   ///< the 32 bytes before these
    __m256i unfinished; ///< not zero where they end in the middle of a character
};

/// What is wrong with two bytes, of which the second one may be a continuation.
enum fault : unsigned char {
    too_short = 1U << 0U,        ///< a lead byte, and no continuation
    too_long = 1U << 1U,         ///< ASCII, and a continuation
    overlong_3 = 1U << 2U,       ///< E0, and less than A0
    too_large = 1U << 3U,        ///< F4 and more than 8F, or more than F4
    surrogate = 1U << 4U,        ///< ED, and A0 or more
    overlong_2 = 1U << 5U,       ///< C0 or C1
    too_large_1000 = 1U << 6U,   ///< F5 or more, and 8.
    overlong_4 = 1U << 6U,       ///< F0, and less than 90
    two_continuations = 1U << 7U ///< right only behind a lead byte of three or four
};

COREST_TARGET_AVX2 inline __m256i load(const char* bytes) noexcept
{
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
}
COREST_TARGET_AVX2 inline __m256i fill(unsigned byte) noexcept
{
    return _mm256_set1_epi8(static_cast<char>(byte));
}
COREST_TARGET_AVX2 inline __m256i high_bits(__m256i bytes) noexcept
{
    return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), fill(0x0F));
}
COREST_TARGET_AVX2 inline __m256i look_up(const unsigned char (&table)[16], __m256i four_bits) noexcept
{
    const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table));
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(half), four_bits);
}

COREST_TARGET_AVX2 inline void check(state& s, __m256i now) noexcept
{
    constexpr unsigned char carry = too_short | too_long | two_continuations; // whatever the low bits are
    constexpr unsigned char large = carry | too_large | too_large_1000;
    static constexpr unsigned char first_high[16] = {too_long, too_long, too_long, too_long, too_long, too_long,
        too_long, too_long, two_continuations, two_continuations, two_continuations, two_continuations,
        too_short | overlong_2, too_short, too_short | overlong_3 | surrogate,
        too_short | too_large | too_large_1000 | overlong_4};
    static constexpr unsigned char first_low[16] = {carry | overlong_3 | overlong_2 | overlong_4, carry | overlong_2,
        carry, carry, carry | too_large, large, large, large, large, large, large, large, large, large | surrogate,
        large, large};
    constexpr unsigned char continuation = too_long | overlong_2 | two_continuations;
    static constexpr unsigned char second_high[16] = {too_short, too_short, too_short, too_short, too_short, too_short,
        too_short, too_short, continuation | overlong_3 | too_large_1000 | overlong_4,
        continuation | overlong_3 | too_large, continuation | surrogate | too_large,
        continuation | surrogate | too_large, too_short, too_short, too_short, too_short};

    const __m256i joint = _mm256_permute2x128_si256(s.previous, now, 0x21);
    const __m256i one_before = _mm256_alignr_epi8(now, joint, 15);
    const __m256i two_before = _mm256_alignr_epi8(now, joint, 14);
    const __m256i three_before = _mm256_alignr_epi8(now, joint, 13);
    const __m256i faults = _mm256_and_si256(_mm256_and_si256(look_up(first_high, high_bits(one_before)),
                                                look_up(first_low, _mm256_and_si256(one_before, fill(0x0F)))),
        look_up(second_high, high_bits(now)));
    // The top bit of a byte that has to be a third or fourth one: there, and only there, two continuations are right.
    const __m256i third = _mm256_subs_epu8(two_before, fill(0xE0U - 0x80U));
    const __m256i fourth = _mm256_subs_epu8(three_before, fill(0xF0U - 0x80U));
    const __m256i required = _mm256_and_si256(_mm256_or_si256(third, fourth), fill(0x80));
    s.error = _mm256_or_si256(s.error, _mm256_xor_si256(required, faults));

    // Lead bytes that stand so near the end that their character goes on in the next block.
    const __m256i most = _mm256_insert_epi32(fill(0xFF), static_cast<int>(0xBFDFEFFFU), 7);
    s.unfinished = _mm256_subs_epu8(now, most);
    s.previous = now;
}

COREST_TARGET_AVX2 COREST_DECL bool validate(const char* text, std::size_t size) noexcept
{
    state s{_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
    std::size_t done = 0;
    for (; size - done >= 64; done += 64) {
        const __m256i a = load(text + done);
        const __m256i b = load(text + done + 32);
        if (_mm256_movemask_epi8(_mm256_or_si256(a, b)) == 0) {
            s.error = _mm256_or_si256(s.error, s.unfinished);
            s.previous = b;
            s.unfinished = _mm256_setzero_si256();
        } else {
            check(s, a);
            check(s, b);
        }
    }
    while (done != size) {
        char last[32] = {};
        const std::size_t count = size - done < 32 ? size - done : 32;
        std::memcpy(last, text + done, count);
        check(s, load(last));
        done += count;
    }
    s.error = _mm256_or_si256(s.error, s.unfinished);
    return _mm256_testz_si256(s.error, s.error) != 0;
}

} // namespace avx2

#    undef COREST_TARGET_AVX2

#endif

} // namespace utf8_validation

COREST_DECL std::span<const utf8_validator> utf8_validators() noexcept
{
#if COREST_X86_UTF8
    static constexpr utf8_validator all[] = {
        {"avx2", &utf8_validation::avx2::validate}, {"portable", &utf8_validation::portable}};
    static const bool avx2 = [] {
        __builtin_cpu_init();
        return __builtin_cpu_supports("avx2") != 0;
    }();
    return std::span<const utf8_validator>(all).subspan(avx2 ? 0 : 1);
#else
    static constexpr utf8_validator all[] = {{"portable", &utf8_validation::portable}};
    return all;
#endif
}

COREST_DECL bool is_utf8(std::string_view text) noexcept
{
    constexpr std::size_t few = 32; // a vector of them does not pay
    static const auto fastest = utf8_validators().front().validate;
    return (text.size() < few ? &utf8_validation::portable : fastest)(text.data(), text.size());
}

} // namespace corest::detail

#undef COREST_X86_UTF8
