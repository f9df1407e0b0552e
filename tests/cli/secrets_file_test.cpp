#include <secrets_file.hpp>

#include <corest/error.hpp>

#include <support/what_of.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace {

using corest::errc;
using corest::source::secret_store;

secret_store store_of_text(std::string_view text)
{
    secret_store store([](const std::string&) { return std::optional<std::string>(); });
    store.add_text(text, "s.toml", cli::read_toml);
    return store;
}

std::string find_in_file(const secret_store& store, std::string_view name)
{
    const auto found = store.find(name);
    return found ? found->reveal() : "none";
}

std::string why_no_secrets_file(std::string_view text)
{
    return what_of(errc::invalid_source, [&] { (void)store_of_text(text); });
}

TEST(SecretsFile, IsReadAsToml)
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
    EXPECT_EQ(find_in_file(store, "token"), "a\"b\n\xE2\x82\xAC");
    EXPECT_EQ(find_in_file(store, "literal"), "C:\\x");
    EXPECT_EQ(find_in_file(store, "number"), "1000");
    EXPECT_EQ(find_in_file(store, "flag"), "true");
    EXPECT_EQ(find_in_file(store, "a.b"), "dotted");
    EXPECT_EQ(find_in_file(store, "quoted key"), "q");
    EXPECT_EQ(find_in_file(store, "sources.rest_api.key"), "in a table");
    EXPECT_EQ(find_in_file(store, "other.x.pem"), "line 1\nline \"2\" joined");
    EXPECT_EQ(find_in_file(store, "other.x.raw"), "a\n'b");
    EXPECT_EQ(find_in_file(store, "other.x.empty"), "");
    EXPECT_EQ(find_in_file(store, "key"), "none");
}

TEST(SecretsFile, MayHoldWhatNobodyAsksFor)
{
    const auto store = store_of_text("[runtime]\nlevels = ['INFO', 'DEBUG']\nsince = 2024-05-01\nat = 07:32:00\n"
                                     "big = inf\nodd = nan\nhalf = 0.5\n"
                                     "[[destinations]]\nname = 'a'\n[[destinations]]\nname = 'b'\n"
                                     "[sources]\napi = { key = 'k', list = [1, [2]], when = 1979-05-27T07:32:00Z }\n");
    EXPECT_EQ(find_in_file(store, "sources.api.key"), "k") << "of an inline table";
    EXPECT_EQ(find_in_file(store, "runtime.since"), "2024-05-01");
    EXPECT_EQ(find_in_file(store, "runtime.half"), "0.5");
    EXPECT_EQ(what_of(errc::invalid_source, [&] { (void)store.find("runtime.levels"); }),
        "s.toml: the secret 'runtime.levels' is a list. A secret is a text.");
}

TEST(SecretsFile, ErrorsSayWhereAndShowNoValue)
{
    const std::string rest = ": this is not valid TOML. A line is [table], key = \"value\" or # a comment; texts need "
                             "quotes, and a key stands once.";
    for (const char* text : {"a = 'CANARY", "a = 'CANARY\n'", "a = \"\"\"CANARY", "\na = CANARY", "a = 12CANARY",
             "a = ['CANARY'", "a = ", "a 'CANARY'", "= 'CANARY'", "[a\n", "[[a]", "a = 'x' CANARY",
             "a = 'x'\n[b]\nc=1\n[b]\nc=2", "a = \"\\xCANARY\"", "a = \"\\ud800\"", "a = \"\\u12\"", "a = \"x\\",
             "CANARY = 1\nCANARY = 2", "a = CANARY-CANARY", "a = { CANARY"})
    {
        const std::string said = why_no_secrets_file(text);
        EXPECT_EQ(said.find("s.toml:"), 0U) << text << ": " << said;
        EXPECT_TRUE(said.ends_with(rest)) << said;
        EXPECT_EQ(said.find("CANARY"), std::string::npos) << said;
    }
    EXPECT_EQ(why_no_secrets_file("[*CANARY\n[b"), "s.toml" + rest) << "what toml++ 3.3 has an assertion for";
    EXPECT_EQ(why_no_secrets_file("a = 1\nb = CANARY").find("s.toml:2:"), 0U)
        << why_no_secrets_file("a = 1\nb = CANARY");
    EXPECT_NE(why_no_secrets_file(std::string("a\0b = 'x'", 9)), "no error");
    EXPECT_EQ(why_no_secrets_file("{\"a\": CANARY}").find("s.toml:1:"), 0U) << "a brace begins JSON";
}

TEST(SecretsFile, IsReadFromItsPath)
{
    const auto file = std::filesystem::path(testing::TempDir()) / "corest_secrets.toml";
    std::ofstream(file) << "a = 'b'\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    secret_store store([](const std::string&) { return std::optional<std::string>(); });
    EXPECT_TRUE(cli::add_secrets_file(store, file.string()).empty());
    EXPECT_EQ(find_in_file(store, "a"), "b");
    std::filesystem::remove(file);
}

} // namespace
