/// \file
/// Secrets in the spellings in which servers give them back.

#include <corest/auth/detail/secret_finder.hpp>
#include <corest/auth/secret.hpp>
#include <corest/detail/escaped_character.hpp>
#include <corest/detail/text.hpp>
#include <corest/http/detail/base64.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace {

using corest::detail::secret_finder;
using testing::HasSubstr;
using testing::Not;

std::string masked(const std::string& secret, const std::string& text)
{
    return secret_finder({secret}).mask(text);
}

TEST(SecretFinder, FindsEverySpelling)
{
    const std::string secret = "p\"/\xC3\xA9+ &<7";
    for (const std::string spelling : {R"(p"/é+ &<7)",                         // as it is
             R"(p%22%2F%C3%A9%2B%20%26%3C7)", R"(p%22%2f%c3%a9%2b%20%26%3c7)", // of a URL
             R"(p%22/%C3%A9+%20&<7)",                                          // a part of it
             R"(%70%22%2F%C3%A9%2B%20%26%3C%37)",                              // all of it
             R"(p%22%2F%C3%A9%2B+%26%3C7)",                                    // of a form
             R"(p%u0022/%u00e9+ &<7)",                                         // of old JavaScript
             R"(p\"\/é+ &<7)", R"(p\"/\u00e9+ &<7)", R"(p\u0022\u002F\u00E9\u002b\u0020\u0026\u003c\u0037)", // JSON
             R"(p\x22/\xc3\xa9+ &<7)", R"(p\042/\303\251+ &<7)", R"(p\"/\u{e9}+ &<7)",
             R"(p"/\U000000e9+ &<7)",                                                     // languages
             R"(p&quot;/é+ &amp;&lt;7)", R"(p&#34;&#47;&#233;&#43;&#32;&#38;&#60;&#55;)", // HTML
             R"(p&#x22;&sol;&eacute;&plus; &amp;&lt;7)",
             R"(p%2522%252F%25C3%25A9%252B%2520%2526%253C7)",                      // a URL in a URL
             R"(p\\\"\\/\\u00e9+ &<7)", R"(p\u0026quot;/é+ \u0026amp;\u0026lt;7)", // JSON in JSON, HTML in JSON
             R"(p&#34/&#xE9+ &#38&#60&#55;)",                                      // HTML as browsers read it
             R"(70222FC3A92B20263C37)", R"(70222fc3a92b20263c37)",                 // hexadecimal
             R"(70-22-2F-C3-A9-2B-20-26-3C-37)", R"(70:22:2f:c3:a9:2b:20:26:3c:37)", R"(7022 2fc3\n a92b 2026\n 3c37)"})
    {
        EXPECT_EQ(masked(secret, spelling), "***") << spelling;
        EXPECT_EQ(masked(secret, "a " + spelling + " b " + spelling + "c"), "a *** b ***c") << spelling;
    }
}

TEST(SecretFinder, FindsBase64WhereverTheSecretStandsInWhatWasEncoded)
{
    const std::string secret = "S3CR\xFF\xFET>?";
    for (const std::string before : {"", "u", "us", "use", "user:", "user@a:"}) {
        for (const std::string behind : {"", "x", "xy", ":yz"}) {
            std::string text = corest::detail::base64_of(before + secret + behind);
            // No character is left that six bits of the secret decide on.
            const std::size_t first = before.size() * 8 / 6;
            const std::size_t last = ((before.size() + secret.size()) * 8 + 5) / 6;
            const std::string expected = text.substr(0, first) + "***" + text.substr(last);
            EXPECT_EQ(masked(secret, text), expected) << text;
            for (char& c : text) {
                c = c == '+' ? '-' : c == '/' ? '_' : c;
            }
            EXPECT_THAT(masked(secret, text), HasSubstr("***")) << text;
            EXPECT_THAT(masked(secret, text), Not(HasSubstr(text.substr(first + 1, 4)))) << text;
        }
    }
}

TEST(SecretFinder, FindsBase64ThatIsEscaped)
{
    EXPECT_EQ(masked("\xFB\xFF\xFE\xFB\xFF\xFE", R"("+\/\/++\/\/+")"), R"("***")");
    EXPECT_EQ(masked("\xFB\xFF\xFE\xFB\xFF\xFE", "a=%2B%2F%2F%2B%2B%2F%2F%2B"), "a=***");
}

TEST(SecretFinder, FindsBase64InLines) // RFC 2045, section 6.8
{
    const std::string secret = "S3CR3T-0123456789";
    const std::string text = corest::detail::base64_of("user:" + secret + ":more");
    for (const std::string end : {"\n", "\r\n", "\\r\\n", "%0D%0A", "&#13;&#10;", " ", "\n    "}) {
        for (std::size_t at = 8; at < 26; ++at) {
            const std::string lines = text.substr(0, at) + end + text.substr(at);
            EXPECT_EQ(masked(secret, lines), text.substr(0, 6) + "***" + text.substr(30)) << lines;
        }
    }
    EXPECT_EQ(masked("abcd", "YW JjZA== YWJj\n         ZA=="), "***== YWJj\n         ZA==") << "no such distance";
    EXPECT_EQ(masked("abcdefghijkl", "YWJjZGVm\nZ2h..."), "***...");
    EXPECT_EQ(masked("abcd", "abc d a bcd ab\ncd"), "abc d a bcd ab\ncd") << "it is not of Base64";
}

TEST(SecretFinder, FindsBase64OfASecretInJson)
{
    const std::string secret = R"(S3"CR\3T)";
    EXPECT_EQ(masked(secret, corest::detail::base64_of(R"({"k":"S3\"CR\\3T"})")), "eyJrIjoi***J9");
}

TEST(SecretFinder, FindsBase64OfAFormEncodedSecret) // RFC 6749, section 2.3.1
{
    EXPECT_EQ(masked("s&cret", corest::detail::base64_of("id:s%26cret")), "aWQ6***=");
}

TEST(SecretFinder, FindsSeveralLinesInOne)
{
    const std::string key = "-----BEGIN KEY-----\nAbc+/1\r\nDef=\n-----END KEY-----";
    EXPECT_EQ(masked(key, "no -----BEGIN KEY----- Abc+/1  Def= -----END KEY-----!"), "no ***!");
    EXPECT_EQ(masked(key, "-----BEGIN KEY-----\\nAbc+\\/1\\r\\nDef=\\n-----END KEY-----"), "***");
}

TEST(SecretFinder, FindsEachOccurrence)
{
    EXPECT_EQ(masked("S3CR3T", "S3CR3T S3CR3TS3CR3T xS3CR3T"), "*** ****** x***");
    EXPECT_EQ(masked("S3CR3T", "S3CR3TS3CR3T"), "******");
}

TEST(SecretFinder, MasksASecretAndNoMoreThanThat)
{
    EXPECT_EQ(masked("abcd", "/xabcdy/abcd"), "/x***y/***");
    EXPECT_EQ(masked("abcd", "abc"), "abc");
    EXPECT_EQ(masked("abcd", "ABCD abc d bcda"), "ABCD abc d bcda");
}

TEST(SecretFinder, SecretsThatOverlapAreMaskedWhole)
{
    EXPECT_EQ(secret_finder({"abcd", "abcdefgh", "ghijkl"}).mask("abcd abcdefgh abcdefghijkl"), "*** *** ***");
    EXPECT_EQ(masked("aaaa", "aaaaaaa"), "***");
}

TEST(SecretFinder, WhatIsShorterThanFourBytesIsNoSecret)
{
    EXPECT_EQ(secret_finder({"abc", ""}).mask("abc YWJj"), "abc YWJj");
    EXPECT_EQ(secret_finder({}).mask("abc"), "abc");
}

TEST(SecretFinder, FindsTheBeginningOfASecretThatAMessageHasCut)
{
    EXPECT_EQ(masked("abcdefghijkl", "\"abcdef...\" abcd... abc..."), "\"***...\" ***... abc...");
    EXPECT_EQ(masked("ab/cdefghijkl", "ab%2Fcd... ab\\/c... ab\\u002fc..."), "***... ***... ***...");
    EXPECT_EQ(masked("abcd\xC3\xA9", "abcd%C3... abcd\\u00..."), "***... ***\\u00...");
    EXPECT_EQ(masked("abcdefghijkl", "YWJjZGVm..."), "***...");
}

TEST(SecretFinder, HalfOfASecretIsTooMuch)
{
    EXPECT_EQ(masked("abcdefgh&ijklmno", "abcdefgh&amp abcdefgh abcdefg"), "***amp *** abcdefg");
    EXPECT_EQ(masked("abcdefgh&ijklmnopq", "abcdefgh abcdefgh&i"), "abcdefgh ***");
    EXPECT_EQ(masked("abcdefg", "abcdef"), "abcdef");
}

TEST(SecretFinder, ASecretMayLookLikeAnEscape)
{
    EXPECT_EQ(masked("a%2Fb", "a%2Fb a%252Fb"), "*** ***");
    EXPECT_EQ(masked("a\\nb", R"(a\nb a\\nb a%5Cnb)"), "*** *** ***");
    EXPECT_EQ(masked("%%%%", "%%%% %25%25%25%25 %%25%%25"), "*** *** ***");
    EXPECT_EQ(masked("a&amp;b", "a&amp;b a&amp;amp;b"), "*** ***");
}

TEST(SecretFinder, AnyNumberOfCharactersMayBeginEscapes)
{
    const std::string secret = R"(%2F\n%2F\n%2F\n&amp;&lt;%2F\n%2F\n&amp;%2F%41%42%43)";
    const auto replaced_all = [](std::string text, std::string_view what, std::string_view by) {
        for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
            text.replace(at, what.size(), by);
        }
        return text;
    };
    for (const std::string& spelled : {secret, replaced_all(secret, "%", "%25"), replaced_all(secret, "\\", "\\\\"),
             replaced_all(replaced_all(secret, "\\", "%5C"), "&", "&amp;"),
             replaced_all(replaced_all(secret, "&", "\\u0026"), "%2F", "%252F")})
    {
        EXPECT_EQ(masked(secret, "a " + spelled + "b" + spelled), "a ***b***") << spelled;
    }
    const std::string slashes(40, '\\');
    EXPECT_EQ(masked(slashes, slashes), "***");
    EXPECT_EQ(masked(slashes, slashes + slashes), "***");
    EXPECT_EQ(masked("key" + slashes, "key" + slashes + slashes + "."), "***.");
    EXPECT_EQ(masked(slashes + "end", "(" + slashes + slashes + "end)"), "(***)");
    EXPECT_EQ(masked("%%%%%%%%", "%%25%%25%25%%25% %25"), "*** %25");
}

TEST(SecretFinder, ManyWaysToReadATextTakeNoLongTime)
{
    // Each pair is one character or two: were the ways tried one after the other, this would not end.
    const std::string secret = std::string(60, '\\') + std::string(70, 'x');
    const std::string text(20'000, '\\');
    EXPECT_EQ(masked(secret, text), text);
}

TEST(SecretFinder, EscapesThatAreNoneStay)
{
    for (const std::string_view text : {"%", "%2", "%zz", "%u12", "\\", "\\u12", "\\ud800", "\\u{110000}", "\\u{",
             "\\x1", "\\U0011", "&", "&;", "&#;", "&#x;", "&#xD800;", "&nothing;", "&amp"})
    {
        EXPECT_EQ(corest::detail::read_escape(text, 0).count, 0U) << text;
    }
    EXPECT_EQ(masked("abcd", "100 % & \\ abcd"), "100 % & \\ ***");
}

TEST(SecretFinder, ReadsAPairOfSurrogates)
{
    EXPECT_EQ(masked("key\xF0\x9F\x98\x80", R"(key\ud83d\ude00)"), "***");
}

TEST(Secret, IsOverwrittenWhenItIsNoLongerNeeded)
{
    // As long as a buffer of its own, and as short as one within the object.
    for (const char* const written : {"a text that is longer than what a string holds within itself", "short"}) {
        const std::string text = written;
        std::string copy = text;
        const char* const bytes = copy.data();
        corest::detail::wipe(copy);
        EXPECT_TRUE(copy.empty());
        EXPECT_EQ(std::string(bytes, text.size()), std::string(text.size(), '\0'));
    }
    corest::secret first("S3CR3T");
    const char* const buffer = first.reveal().data();
    const corest::secret second = std::move(first);
    EXPECT_EQ(second.reveal(), "S3CR3T");
    EXPECT_TRUE(first.empty());
    EXPECT_EQ(std::string(buffer, 6), std::string(6, '\0')) << "the other one's buffer still holds it";
    first = second;
    EXPECT_EQ(first.reveal(), "S3CR3T");
    static_assert(std::is_nothrow_move_constructible_v<corest::secret>);
}

} // namespace
