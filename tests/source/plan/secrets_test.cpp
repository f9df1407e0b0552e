#include <corest/error.hpp>
#include <corest/source/plan/secrets.hpp>

#include <support/what_of.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using corest::errc;
using corest::source::secret_store;

secret_store store_with(std::map<std::string, std::string> variables)
{
    return secret_store([variables](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

std::string find_secret(const secret_store& store, std::string_view name)
{
    const auto found = store.find(name);
    return found ? found->reveal() : "none";
}

secret_store store_with_text(std::string_view text)
{
    secret_store store = store_with({});
    store.add_text(text, "s.json");
    return store;
}

std::string why_no_secret(std::string_view text)
{
    return what_of(errc::invalid_source, [&] { (void)store_with_text(text); });
}

TEST(Secrets, ComeFromTheEnvironmentInUpperCase)
{
    const auto store =
        store_with({{"ACCESS_TOKEN", "t"}, {"A_B", "one"}, {"C__D", "two"}, {"lower", "three"}, {"EMPTY", ""}});
    EXPECT_EQ(find_secret(store, "access_token"), "t");
    EXPECT_EQ(find_secret(store, "Access_Token"), "t");
    EXPECT_EQ(find_secret(store, "a.b"), "one");
    EXPECT_EQ(find_secret(store, "a-b"), "one");
    EXPECT_EQ(find_secret(store, "c.d"), "two") << "as dlt has it";
    EXPECT_EQ(find_secret(store, "lower"), "three");
    EXPECT_EQ(find_secret(store, "empty"), "none");
    EXPECT_EQ(find_secret(store, "other"), "none");
    EXPECT_EQ(find_secret(store, ""), "none");
    EXPECT_EQ(secret_store::variable("my.api-key x"), "MY_API_KEY_X");
}

TEST(Secrets, LookIntoTheProcessByDefault)
{
    ASSERT_EQ(::setenv("COREST_TEST_SECRET", "v", 1), 0);
    EXPECT_EQ(find_secret(secret_store(), "corest_test_secret"), "v");
    ::unsetenv("COREST_TEST_SECRET");
    EXPECT_EQ(find_secret(secret_store(), "corest_test_secret"), "none");
}

TEST(Secrets, AreReadFromJson)
{
    const auto store = store_with_text(R"( {"token": "t", "a": {"b": "c", "n": 1.5}, "flag": false, "nothing": null})");
    EXPECT_EQ(find_secret(store, "token"), "t");
    EXPECT_EQ(find_secret(store, "a.b"), "c");
    EXPECT_EQ(find_secret(store, "a.n"), "1.5");
    EXPECT_EQ(find_secret(store, "flag"), "false");
    EXPECT_EQ(find_secret(store, "nothing"), "none");
    const auto with_list = store_with_text(R"({"a": {"b": ["CANARY"], "c": "d"}})");
    EXPECT_EQ(find_secret(with_list, "a.c"), "d") << "what nobody asks for may be anything";
    EXPECT_EQ(what_of(errc::invalid_source, [&] { (void)with_list.find("a.b"); }),
        "s.json: the secret 'a.b' is a list. A secret is a text.");
}

TEST(Secrets, TheEnvironmentComesBeforeFilesAndLaterFilesBeforeEarlierOnes)
{
    auto store = store_with({{"A", "environment"}});
    store.add_text(R"({"a": "file", "b": "file", "c": "file"})", "one");
    store.add_text(R"({"b": "other file"})", "two");
    EXPECT_EQ(find_secret(store, "a"), "environment");
    EXPECT_EQ(find_secret(store, "b"), "other file");
    EXPECT_EQ(find_secret(store, "c"), "file");
}

TEST(Secrets, ErrorsShowNoValue)
{
    EXPECT_EQ(why_no_secret("a = 'CANARY'"),
        "s.json is no JSON object. Write {\"name\": \"value\"}, or give a way to read its format.");
    EXPECT_EQ(why_no_secret("").find("s.json is no JSON object"), 0U);
    EXPECT_EQ(why_no_secret("{\"a\": CANARY}").find("s.json:1:"), 0U);
    EXPECT_EQ(why_no_secret("{\"a\": CANARY}").find("CANARY"), std::string::npos);
}

TEST(Secrets, AreFoundByTheProgramsOwnMeans)
{
    auto store = store_with({{"A", "environment"}});
    store.add("a", corest::secret("added"));
    store.add("b", corest::secret("added"));
    store.add_lookup(
        [](std::string_view name) { return name == "c" ? std::optional<corest::secret>("looked up") : std::nullopt; });
    EXPECT_EQ(find_secret(store, "a"), "environment");
    EXPECT_EQ(find_secret(store, "b"), "added");
    EXPECT_EQ(find_secret(store, "c"), "looked up");
    EXPECT_EQ(find_secret(store, "d"), "none");
    store.add("b", corest::secret("later"));
    EXPECT_EQ(find_secret(store, "b"), "later");
}

TEST(Secrets, AreReadFromAFormatOfTheProgram)
{
    auto store = store_with({});
    store.add_text("a: b", "s.yaml", [](std::string_view text, std::string_view name) {
        boost::json::object out;
        out["x"] =
            boost::json::object{{"text", boost::json::string_view(text)}, {"name", boost::json::string_view(name)}};
        return boost::json::value(std::move(out));
    });
    EXPECT_EQ(find_secret(store, "x.text"), "a: b");
    EXPECT_EQ(find_secret(store, "x.name"), "s.yaml");
}

TEST(Secrets, WarnWhereOthersCanReadTheFile)
{
    const auto file = std::filesystem::path(testing::TempDir()) / "corest_secrets.json";
    std::ofstream(file) << R"({"a": "b"})";
    using std::filesystem::perms;
    std::filesystem::permissions(file, perms::owner_read | perms::owner_write);
    auto store = store_with({});
    EXPECT_TRUE(store.add_file(file.string()).empty());
    EXPECT_EQ(find_secret(store, "a"), "b");
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
