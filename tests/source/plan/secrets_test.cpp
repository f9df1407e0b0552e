#include <corest/error.hpp>
#include <corest/source/plan/secrets.hpp>

#include <support/what_of.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace {

using corest::errc;
using corest::source::secret_store;

secret_store store_of(std::map<std::string, std::string> variables)
{
    return secret_store([variables](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

std::string find(const secret_store& store, std::string_view name)
{
    const auto found = store.find(name);
    return found ? found->reveal() : "none";
}

secret_store store_of_text(std::string_view text)
{
    secret_store store = store_of({});
    store.add_text(text, "s.toml");
    return store;
}

std::string why_not(std::string_view text)
{
    return what_of(errc::invalid_source, [&] { (void)store_of_text(text); });
}

TEST(Secrets, ComeFromTheEnvironmentInUpperCase)
{
    const auto store =
        store_of({{"ACCESS_TOKEN", "t"}, {"A_B", "one"}, {"C__D", "two"}, {"lower", "three"}, {"EMPTY", ""}});
    EXPECT_EQ(find(store, "access_token"), "t");
    EXPECT_EQ(find(store, "Access_Token"), "t");
    EXPECT_EQ(find(store, "a.b"), "one");
    EXPECT_EQ(find(store, "a-b"), "one");
    EXPECT_EQ(find(store, "c.d"), "two") << "as dlt has it";
    EXPECT_EQ(find(store, "lower"), "three");
    EXPECT_EQ(find(store, "empty"), "none");
    EXPECT_EQ(find(store, "other"), "none");
    EXPECT_EQ(find(store, ""), "none");
    EXPECT_EQ(secret_store::variable("my.api-key x"), "MY_API_KEY_X");
}

TEST(Secrets, LookIntoTheProcessByDefault)
{
    ASSERT_EQ(::setenv("COREST_TEST_SECRET", "v", 1), 0);
    EXPECT_EQ(find(secret_store(), "corest_test_secret"), "v");
    ::unsetenv("COREST_TEST_SECRET");
    EXPECT_EQ(find(secret_store(), "corest_test_secret"), "none");
}

TEST(Secrets, AreReadFromToml)
{
    const auto store = store_of_text("# a comment\r\n"
                                     "token = \"a\\\"b\\n\\u20ac\" # more\n"
                                     "literal='C:\\x'\n"
                                     "\n  number = 1_000\nflag = true\n"
                                     "a.b = \"dotted\"\n"
                                     "\"quoted key\" = 'q'\n"
                                     "[sources.rest_api]\n"
                                     "key = \"in a table\"\n"
                                     " [ other . \"x\" ] # table\n"
                                     "pem = \"\"\"\nline 1\nline \"2\" \\\n   joined\"\"\"\n"
                                     "raw = '''a\n'b'''\n"
                                     "empty = ''");
    EXPECT_EQ(find(store, "token"), "a\"b\n\xE2\x82\xAC");
    EXPECT_EQ(find(store, "literal"), "C:\\x");
    EXPECT_EQ(find(store, "number"), "1_000");
    EXPECT_EQ(find(store, "flag"), "true");
    EXPECT_EQ(find(store, "a.b"), "dotted");
    EXPECT_EQ(find(store, "quoted key"), "q");
    EXPECT_EQ(find(store, "sources.rest_api.key"), "in a table");
    EXPECT_EQ(find(store, "other.x.pem"), "line 1\nline \"2\" joined");
    EXPECT_EQ(find(store, "other.x.raw"), "a\n'b");
    EXPECT_EQ(find(store, "other.x.empty"), "");
    EXPECT_EQ(find(store, "key"), "none");
}

TEST(Secrets, AreReadFromJson)
{
    const auto store = store_of_text(R"( {"token": "t", "a": {"b": "c", "n": 1.5}, "flag": false, "nothing": null})");
    EXPECT_EQ(find(store, "token"), "t");
    EXPECT_EQ(find(store, "a.b"), "c");
    EXPECT_EQ(find(store, "a.n"), "1.5");
    EXPECT_EQ(find(store, "flag"), "false");
    EXPECT_EQ(find(store, "nothing"), "none");
    EXPECT_EQ(why_not(R"({"a": {"b": ["CANARY"]}})"), "s.toml: the secret 'a.b' is a list. A secret is a text.");
}

TEST(Secrets, TheEnvironmentComesBeforeFilesAndLaterFilesBeforeEarlierOnes)
{
    auto store = store_of({{"A", "environment"}});
    store.add_text("a = 'file'\nb = 'file'\nc = 'file'", "one");
    store.add_text("b = 'other file'", "two");
    EXPECT_EQ(find(store, "a"), "environment");
    EXPECT_EQ(find(store, "b"), "other file");
    EXPECT_EQ(find(store, "c"), "file");
}

TEST(Secrets, ErrorsSayWhereAndShowNoValue)
{
    const std::string line_hint = ". A line is [table], key = \"value\" or # a comment.";
    EXPECT_EQ(why_not("a = 'CANARY"), "s.toml:1:5: the text that begins here is never ended.");
    EXPECT_EQ(why_not("a = 'CANARY\n'"), "s.toml:1:5: the text that begins here is never ended.");
    EXPECT_EQ(why_not("a = \"\"\"CANARY"), "s.toml:1:5: the text that begins here is never ended.");
    EXPECT_EQ(why_not("\na = CANARY"),
        "s.toml:2:5: expected a text in quotes, a number, true or false. Put the value in quotes.");
    EXPECT_EQ(why_not("a = 12CANARY"),
        "s.toml:1:5: expected a text in quotes, a number, true or false. Put the value in quotes.");
    EXPECT_EQ(why_not("a = ['CANARY']"),
        "s.toml:1:5: expected a text in quotes, a number, true or false. Put the value in quotes.");
    EXPECT_EQ(
        why_not("a = "), "s.toml:1:5: expected a text in quotes, a number, true or false. Put the value in quotes.");
    EXPECT_EQ(why_not("a 'CANARY'"), "s.toml:1:3: expected '='" + line_hint);
    EXPECT_EQ(why_not("= 'CANARY'"), "s.toml:1:1: expected a key" + line_hint);
    EXPECT_EQ(why_not("[a\n"), "s.toml:1:3: expected ']'" + line_hint);
    EXPECT_EQ(why_not("[[a]]"), "s.toml:1:2: lists of tables are not supported. Write [table] and key = \"value\".");
    EXPECT_EQ(why_not("a = 'x' CANARY"), "s.toml:1:9: expected the end of the line.");
    EXPECT_EQ(why_not("a = 'x'\n[b]\nc=1\n[b]\nc=2"), "s.toml:5:1: the key stands twice. Remove one of them.");
    EXPECT_EQ(why_not("a = \"\\xCANARY\""),
        "s.toml:1:6: the escape is not known. Use single quotes for a text with backslashes.");
    EXPECT_EQ(why_not("a = \"\\ud800\""), "s.toml:1:6: the escape is no character of Unicode.");
    EXPECT_EQ(why_not("a = \"\\u12\""), "s.toml:1:6: the escape is no character of Unicode.");
    EXPECT_EQ(why_not("{\"a\": CANARY}").find("CANARY"), std::string::npos);
    EXPECT_NE(why_not(std::string("a\0b = 'x'", 9)), "no error");
    EXPECT_NE(why_not("a = \"x\\"), "no error");
}

TEST(Secrets, WarnWhereOthersCanReadTheFile)
{
    const auto file = std::filesystem::path(testing::TempDir()) / "corest_secrets.toml";
    std::ofstream(file) << "a = 'b'\n";
    using std::filesystem::perms;
    std::filesystem::permissions(file, perms::owner_read | perms::owner_write);
    auto store = store_of({});
    EXPECT_TRUE(store.add_file(file.string()).empty());
    EXPECT_EQ(find(store, "a"), "b");
    for (const auto more : {perms::group_read, perms::others_read}) {
        std::filesystem::permissions(file, perms::owner_read | perms::owner_write | more);
        const auto warnings = store.add_file(file.string());
        ASSERT_EQ(warnings.size(), 1U);
        EXPECT_EQ(
            warnings[0], "the secrets file '" + file.string() + "' can be read by other users; chmod 600 mends that");
    }
    std::filesystem::remove(file);
    EXPECT_EQ(what_of(errc::invalid_source, [&] { (void)store.add_file("/no/such/file"); }),
        "the secrets file '/no/such/file' cannot be read: No such file or directory.");
}

} // namespace
