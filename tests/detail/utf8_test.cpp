#include <corest/detail/utf8.hpp>

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

using corest::detail::utf8_size;
using corest::detail::utf8_validator;
using corest::detail::utf8_validators;

namespace {

/// Character by character, the slow and plain way.
bool plainly_valid(std::string_view text)
{
    const char* p = text.data();
    const char* const end = p + text.size();
    while (p != end) {
        const std::size_t size = utf8_size(p, end);
        if (size == 0) {
            return false;
        }
        p += size;
    }
    return true;
}

/// What every way of this machine must say. \return the first that says something else, by name
std::string dissenter(std::string_view text, bool expected)
{
    for (const utf8_validator& way : utf8_validators()) {
        if (way.validate(text.data(), text.size()) != expected) {
            return way.name;
        }
    }
    return corest::detail::is_utf8(text) != expected ? "is_utf8" : plainly_valid(text) != expected ? "utf8_size" : "";
}

/// Puts a sequence of bytes at every place of a vector, alone and between texts of either kind.
void expect_everywhere(std::string_view bytes, bool valid)
{
    for (std::size_t before = 0; before <= 70; ++before) {
        for (const char* filling : {"x", "\xC3\xB6"}) {
            std::string text;
            for (std::size_t i = 0; i < before; ++i) {
                text += filling;
            }
            text += bytes;
            ASSERT_EQ(dissenter(text, valid), "") << testing::PrintToString(bytes) << " behind " << before;
            text += "yyyyy";
            ASSERT_EQ(dissenter(text, valid), "") << testing::PrintToString(bytes) << " between, behind " << before;
            text += std::string(100, 'z');
            ASSERT_EQ(dissenter(text, valid), "") << testing::PrintToString(bytes) << " far from the end, " << before;
        }
    }
}

TEST(Utf8, TheFirstAndLastCharacterOfEachLength)
{
    for (const std::uint32_t c :
        {0x00U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xFFFU, 0x1000U, 0xD7FFU, 0xE000U, 0xFFFDU, 0xFFFFU, 0x10000U, 0x10FFFFU})
    {
        std::string text;
        corest::detail::append_utf8(text, c);
        expect_everywhere(text, true);
    }
}

TEST(Utf8, RefusesWhatRfc3629Refuses)
{
    using namespace std::string_view_literals;
    for (const std::string_view bytes : {"\x80"sv, "\xBF"sv,                         // a continuation alone
             "\xC3"sv, "\xE2\x82"sv, "\xE2"sv, "\xF0\x9F\x98"sv, "\xF0"sv,           // broken off
             "\xC3x"sv, "\xE2\x82x"sv, "\xE2x\x82"sv, "\xF0\x9F\x98x"sv,             // broken off by another character
             "\xC3\xB6\x80"sv, "\xE2\x82\xAC\x80"sv, "\xF0\x9F\x98\x80\x80"sv,       // one too many
             "\xC0\x80"sv, "\xC1\xBF"sv,                                             // overlong forms of two bytes
             "\xE0\x80\x80"sv, "\xE0\x9F\xBF"sv,                                     // of three
             "\xF0\x80\x80\x80"sv, "\xF0\x8F\xBF\xBF"sv,                             // of four
             "\xED\xA0\x80"sv, "\xED\xAF\xBF"sv, "\xED\xB0\x80"sv, "\xED\xBF\xBF"sv, // surrogates
             "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv, "\xF7\xBF\xBF\xBF"sv,       // beyond U+10FFFF
             "\xF8\x88\x80\x80\x80"sv, "\xFC\x84\x80\x80\x80\x80"sv, "\xFE"sv, "\xFF"sv}) // bytes that UTF-8 has not
    {
        expect_everywhere(bytes, false);
    }
}

TEST(Utf8, EveryCodePointIsWrittenAsValidText)
{
    std::string all;
    for (std::uint32_t c = 0; c <= 0x10FFFF; ++c) {
        if (c < 0xD800 || c > 0xDFFF) {
            corest::detail::append_utf8(all, c);
        }
    }
    EXPECT_EQ(dissenter(all, true), "");
}

TEST(Utf8, EveryPairOfBytesAsSimdjsonSays)
{
    for (unsigned first = 0; first < 256; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            for (const char* rest : {"", "\x80", "\x80\x80", "\xBF\xBF", "x"}) {
                // Long enough for a vector.
                std::string text(31, 'x');
                text += static_cast<char>(first);
                text += static_cast<char>(second);
                text += rest;
                ASSERT_EQ(dissenter(text, simdjson::validate_utf8(text)), "")
                    << first << ' ' << second << " + " << rest;
            }
        }
    }
}

TEST(Utf8, RandomTextsWithAFaultOrNoneAsSimdjsonSays)
{
    std::mt19937 random(20261126);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    int valid = 0;
    constexpr int rounds = 20000;
    for (int i = 0; i < rounds; ++i) {
        std::string text;
        const unsigned size = below(200);
        const unsigned foreign = below(4); // of how many kinds
        while (text.size() < size) {
            constexpr std::uint32_t kinds[] = {0x20, 0x400, 0x4E00, 0x1F300};
            corest::detail::append_utf8(text, kinds[below(foreign + 1)] + below(0x5F));
        }
        if (!text.empty() && below(2) == 0) {
            text[below(static_cast<unsigned>(text.size()))] = static_cast<char>(below(256));
        }
        if (!text.empty() && below(8) == 0) {
            text.pop_back();
        }
        const bool expected = simdjson::validate_utf8(text);
        valid += expected ? 1 : 0;
        ASSERT_EQ(dissenter(text, expected), "") << testing::PrintToString(text);
    }
    EXPECT_GT(valid, rounds / 4);
    EXPECT_LT(valid, rounds * 3 / 4);
}

TEST(Utf8, TheFilesOfTheSuitesAsSimdjsonSays)
{
    if (!std::filesystem::exists(COREST_SUITES_DIR)) {
        GTEST_SKIP() << "no suites at " << COREST_SUITES_DIR;
    }
    int refused = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(COREST_SUITES_DIR)) {
        if (entry.is_regular_file()) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string text{std::istreambuf_iterator<char>(file), {}};
            const bool expected = simdjson::validate_utf8(text);
            refused += expected ? 0 : 1;
            EXPECT_EQ(dissenter(text, expected), "") << entry.path();
        }
    }
    EXPECT_GT(refused, 0) << "the suites hold texts that are not UTF-8";
}

} // namespace
