/// \file
/// `corest export` and `corest diff`.

#include <support/command.hpp>

#include <boost/json/parse.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {
namespace export_test {

using testing::HasSubstr;
using testing::Not;

class Export : public testing::Test {
protected:
    [[nodiscard]] finished_command corest(std::vector<std::string> words) const
    {
        words.insert(words.begin(), COREST_COMMAND);
        return run_command(words);
    }

    temporary_folder folder;
    const std::string python = folder.write("source.py", R"(
import dlt
from dlt.sources.rest_api import rest_api_source

BASE = "https://api.example.com"
PAGE = {"type": "offset", "limit": 100}

def load(size=50):
    return rest_api_source({
        "client": {"base_url": f"{BASE}/v2", "auth": {"type": "bearer", "token": dlt.secrets["token"]}},
        "resource_defaults": {"endpoint": {"paginator": {**PAGE, "limit": size}}},
        "resources": ["users", {"name": "posts", "endpoint": {"path": "posts", "params": {"state": "open"}}}],
    })
)");
};

TEST_F(Export, WritesTheDictionaryThatPythonMakes)
{
    const auto done = corest({"export", python, "--param", "size=20", "--set", "client.headers.X-A=b"});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_EQ(boost::json::parse(done.out), boost::json::parse(R"({
        "client": {"base_url": "https://api.example.com/v2", "auth": {"type": "bearer", "token": {"$secret": "token"}},
                   "headers": {"X-A": "b"}},
        "resource_defaults": {"endpoint": {"paginator": {"type": "offset", "limit": 20}}},
        "resources": ["users", {"name": "posts", "endpoint": {"path": "posts", "params": {"state": "open"}}}]})"))
        << done.out;
    EXPECT_THAT(done.out, HasSubstr("\n  \"resources\": [\n    \"users\",\n"));
}

TEST_F(Export, WhatItWritesHasTheSamePlan)
{
    const std::string written = folder.write("source.json", corest({"export", python}).out);
    const auto same = corest({"diff", python, written});
    EXPECT_EQ(same.status, 0) << same.err;
    EXPECT_EQ(same.out, "");
    EXPECT_EQ(corest({"plan", python}).out, corest({"plan", written}).out);
}

TEST_F(Export, AWrongDictionaryIsNotWritten)
{
    const auto done = corest({"export", folder.write("wrong.json", R"({"client": {"base_ulr": "https://a.b"}})")});
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(done.err, HasSubstr("base_url"));
}

TEST_F(Export, DiffNamesWhatDiffersAndShowsNoLiteral)
{
    const auto plan = [&](const std::string& name, const std::string& resources) {
        return folder.write(name, R"({"client": {"base_url": "https://a.b"}, "resources": [)" + resources + "]}");
    };
    const std::string before =
        plan("old.json", R"({"name": "users", "endpoint": {"path": "users", "params": {"key": "hidden-1"}}}, "gone")");
    const std::string after = plan("new.json",
        R"({"name": "users", "primary_key": "id", "endpoint": {"path": "people", "params": {"key": "hidden-2", "a": 1}}},
           "come")");
    const auto done = corest({"diff", before, after});
    EXPECT_EQ(done.status, 1) << done.err;
    EXPECT_THAT(done.out, HasSubstr("~ users.path: \"users\" -> \"people\"\n"));
    EXPECT_THAT(done.out, HasSubstr("~ users.primary_key: [] -> [\"id\"]\n"));
    EXPECT_THAT(done.out, HasSubstr("~ users.params.key: another value\n"));
    EXPECT_THAT(done.out, HasSubstr("+ users.params.a\n"));
    EXPECT_THAT(done.out, HasSubstr("- resource gone\n"));
    EXPECT_THAT(done.out, HasSubstr("+ resource come\n"));
    EXPECT_THAT(done.out, Not(HasSubstr("hidden")));
    const auto json = corest({"diff", before, after, "--json"});
    EXPECT_EQ(boost::json::parse(json.out).as_array().size(), 6U) << json.out;
}

} // namespace export_test
} // namespace
