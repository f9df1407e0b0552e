#include <corest/error.hpp>
#include <corest/source/read/read_source.hpp>

#include <support/what_of.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace json = boost::json;
using corest::errc;

std::string read_text(std::string_view text)
{
    return json::serialize(corest::source::read_source(text, "f"));
}

std::string why_no_source(std::string_view text)
{
    return what_of(errc::invalid_source, [&] { (void)corest::source::read_source(text, "f"); });
}

TEST(ReadSource, SeesByTheContentWhatItIs)
{
    EXPECT_EQ(read_text(R"({"a": 1})"), R"({"a":1})");
    EXPECT_EQ(read_text("\xEF\xBB\xBF \r\n\t{\"a\": 1}\n"), R"({"a":1})");
    EXPECT_EQ(read_text("import dlt\nrest_api_source({'a': True})"), R"({"a":true})");
    EXPECT_EQ(read_text("# Title\n\n```python\nrest_api_source({'a': None})\n```\n"), R"({"a":null})");
    EXPECT_EQ(read_text(R"~({"note": "rest_api_source({'a': 1})"})~"), R"~({"note":"rest_api_source({'a': 1})"})~");
}

TEST(ReadSource, JsonIsStrict)
{
    const std::string hint =
        ". JSON has neither comments nor trailing commas, and double quotes only; Python is read from a call "
        "rest_api_source({...}).";
    EXPECT_EQ(why_no_source("{\"a\": 1,\n \"b\": x}"), "f:2:7: this is not valid JSON (syntax error)" + hint);
    EXPECT_EQ(why_no_source("{\"a\": 1,}"), "f:1:9: this is not valid JSON (syntax error)" + hint);
    EXPECT_EQ(why_no_source("{'a': 1}"), "f:1:2: this is not valid JSON (syntax error)" + hint);
    EXPECT_EQ(why_no_source("{\"a\": 1 // one\n}"), "f:1:9: this is not valid JSON (syntax error)" + hint);
    EXPECT_EQ(why_no_source("{\"a\": [1, 2"),
        "f:1:12: the JSON text ends too early. A brace, bracket or quote before this place is never closed.");
    EXPECT_EQ(why_no_source("{\"a\": \"x"),
        "f:1:9: the JSON text ends too early. A brace, bracket or quote before this place is never closed.");
    EXPECT_EQ(why_no_source("{} x"), "f:1:4: expected the end of the file after the JSON value.");
    EXPECT_EQ(why_no_source("{}\n{}"), "f:2:1: expected the end of the file after the JSON value.");
    EXPECT_EQ(why_no_source("{\"\xC3\xA4\": 1, \"b\": {\"c\": 1,\n \"c\": 2}}"),
        "f:2:2: the key 'c' stands twice in one object. Remove one of them.");
    EXPECT_EQ(why_no_source("{\"a\": [1, \"2\",\n -9223372036854775809]}"),
        "f:2:2: the number does not fit into 64 bits. Write it as text, in quotes.");
    EXPECT_EQ(read_text(R"({"a": [18446744073709551615, -9223372036854775808, 1e30, "\"18446744073709551616"]})"),
        R"({"a":[18446744073709551615,-9223372036854775808,1E30,"\"18446744073709551616"]})");
    EXPECT_EQ(read_text(R"({"a": {"x": 1}, "b": [{"x": "a"}, {"x": "\"a\":"}]})"),
        R"({"a":{"x":1},"b":[{"x":"a"},{"x":"\"a\":"}]})");
}

TEST(ReadSource, RefusesHostileInput)
{
    EXPECT_EQ(why_no_source("{\"a\":" + std::string(100'000, '[')).find("f:1:69: nested deeper than 64 levels"), 0U)
        << why_no_source("{\"a\":" + std::string(100'000, '['));
    EXPECT_NE(why_no_source(std::string("{\"a\0\": 1}", 9)), "no error");
    EXPECT_NE(why_no_source("{\"a\": \"\xFF\"}"), "no error");
    EXPECT_EQ(why_no_source("{\"token\": \"CANARY\" x}").find("CANARY"), std::string::npos);
    EXPECT_EQ(why_no_source("{\"token\": CANARY}").find("CANARY"), std::string::npos);
}

TEST(ReadSource, SaysWhatIsExpectedOfAFile)
{
    EXPECT_EQ(
        why_no_source(" \n"), "f is empty. Give a dictionary as JSON, or a file with a call rest_api_source({...}).");
    EXPECT_EQ(why_no_source("hello"),
        "f is neither a JSON object nor does it have a call rest_api_source({...}). Give a dictionary "
        "as JSON, or a Python file or page with such a call.");
    EXPECT_EQ(why_no_source("[1]"),
        "f is neither a JSON object nor does it have a call rest_api_source({...}). Give a dictionary "
        "as JSON, or a Python file or page with such a call.");
}

TEST(ReadSource, ReadsFiles)
{
    const auto folder = std::filesystem::path(testing::TempDir()) / "corest_read_source";
    std::filesystem::create_directories(folder);
    const std::string file = (folder / "source.json").string();
    std::ofstream(file) << R"({"a": 1})";
    EXPECT_EQ(json::serialize(corest::source::read_source_file(file)), R"({"a":1})");
    std::ofstream(file) << R"({"a": 1)";
    EXPECT_EQ(what_of(errc::invalid_source, [&] { (void)corest::source::read_source_file(file); }),
        file + ":1:8: the JSON text ends too early. A brace, bracket or quote before this place is never closed.");
    std::filesystem::resize_file(file, (16U << 20U) + 1);
    EXPECT_NE(what_of(errc::invalid_source, [&] { (void)corest::source::read_source_file(file); })
                  .find("cannot be read: it is larger than 16 MiB."),
        std::string::npos);
    std::filesystem::remove_all(folder);
    EXPECT_EQ(what_of(errc::invalid_source, [] { (void)corest::source::read_source_file("/no/such/file.py"); }),
        "the source file '/no/such/file.py' cannot be read: No such file or directory.");
    EXPECT_EQ(what_of(errc::invalid_source, [] { (void)corest::source::read_source_file("/"); }),
        "the source file '/' cannot be read: it is a directory.");
}

TEST(ReadSource, ReadsTheSeedsAsTheyStand)
{
    if (!std::filesystem::is_directory(COREST_SEEDS_DIR)) {
        GTEST_SKIP() << "no seed documents at " COREST_SEEDS_DIR;
    }
    std::vector<std::size_t> resources;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(COREST_SEEDS_DIR)) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        const json::value v = corest::source::read_source_file(file.string());
        EXPECT_EQ(v.at("client").at("base_url"), "https://api.example.com") << file;
        resources.push_back(v.at("resources").as_array().size());
    }
    EXPECT_EQ(resources, (std::vector<std::size_t>{1, 6, 3, 8, 19}));
    EXPECT_EQ(json::serialize(corest::source::read_source_file(files.at(2).string()).at("client")),
        R"({"base_url":"https://api.example.com","auth":{"type":"oauth2","client_id":{"$secret":"client_id"},)"
        R"("client_secret":{"$secret":"secret_key"},"token_url":"https://auth.example.com/getAccess"}})");
}

} // namespace
