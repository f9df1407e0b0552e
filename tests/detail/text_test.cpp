#include <corest/detail/text.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace text = corest::detail;

namespace {

TEST(Text, LettersAreThoseOfAscii)
{
    EXPECT_EQ(text::lower("A-Z\xC3\x84_9"), "a-z\xC3\x84_9");
    EXPECT_EQ(text::upper("a-z\xC3\xA4_9"), "A-Z\xC3\xA4_9");
    EXPECT_TRUE(text::is_name_character('_'));
    EXPECT_FALSE(text::is_name_character('\xC3'));
}

TEST(Text, HexadecimalBothWays)
{
    std::string out;
    text::append_hex(out, '\xAF');
    text::append_hex(out, '\x0E', text::lower_hex_digits);
    EXPECT_EQ(out, "AF0e");
    EXPECT_EQ(text::hex_value('F'), 15);
    EXPECT_EQ(text::hex_value('a'), 10);
    for (const char c : {'g', 'G', '@', '`', '/', ':', ' ', '\0'}) {
        EXPECT_EQ(text::hex_value(c), -1) << static_cast<int>(c);
    }
}

TEST(Text, JoinsWithASeparator)
{
    const std::vector<std::string> none;
    const std::vector<std::string> three{"a", "b", "c"};
    EXPECT_EQ(text::join(none), "");
    EXPECT_EQ(text::join(three), "a, b, c");
    EXPECT_EQ(text::join(three, "; ", [](const std::string& part) { return "<" + part + ">"; }), "<a>; <b>; <c>");
    EXPECT_EQ(text::join(std::vector<std::string>{"", ""}), ", ");
}

TEST(Text, JoinsAsASentenceDoes)
{
    using list = std::vector<std::string>;
    EXPECT_EQ(text::join_words(list{}), "");
    EXPECT_EQ(text::join_words(list{"a"}), "a");
    EXPECT_EQ(text::join_words(list{"a", "b"}), "a and b");
    EXPECT_EQ(text::join_words(list{"a", "b", "c"}, "or"), "a, b or c");
    EXPECT_EQ(text::join_words(list{"a", "b", "c", "d"}, "and", 2), "a, b and 2 more");
    EXPECT_EQ(text::join_words(list{"a", "b"}, "and", 2), "a and b");
    EXPECT_EQ(text::join_words(list{"a", "b"}, "and", 5, text::in_quotes), "'a' and 'b'");
}

TEST(Text, QuotedNamesKeepTheirCharacters)
{
    EXPECT_EQ(text::in_quotes("gr\xC3\xB6\xC3\x9F"
                              "e"),
        "'gr\xC3\xB6\xC3\x9F"
        "e'");
    EXPECT_EQ(text::in_quotes("a\x1B[31m\n"), "'a\\x1B[31m\\x0A'");
    EXPECT_EQ(text::in_quotes(std::string(61, 'x')), "'" + std::string(60, 'x') + "...'");
    // The character that 60 bytes would cut is shown whole.
    EXPECT_EQ(text::in_quotes(std::string(59, 'x') + "\xC3\xB6y"), "'" + std::string(59, 'x') + "\xC3\xB6...'");
}

TEST(Text, AnExcerptIsOneLine)
{
    EXPECT_EQ(text::excerpt("\r\n  not\t\tso\x7F\x1B[31m"), "not so [31m");
    EXPECT_EQ(text::excerpt("abcdef", 3), "abc...");
    EXPECT_EQ(text::excerpt("ab\xC3\xB6", 3), "ab...");
}

} // namespace
