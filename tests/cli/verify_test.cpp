/// \file
/// `corest run --verify`.

#include "loaded_api.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <fstream>
#include <iterator>
#include <memory>

namespace {
namespace verify_test {

using testing::HasSubstr;
using testing::Not;

class Verify : public LoadedApi {
protected:
    [[nodiscard]] finished_command load(const std::string& destination, const std::vector<std::string>& more = {}) const
    {
        const std::string source =
            folder.write("source.json", R"({"client": {"base_url": ")" + api.base_url("seed003") + R"(",
             "auth": {"type": "bearer", "token": {"$secret": "access_token"}}},
             "resource_defaults": {"primary_key": "id", "write_disposition": "merge",
                 "endpoint": {"data_selector": "Response.Items",
                              "paginator": {"type": "offset", "limit": 1000, "offset_param": "Offset"}}},
             "resources": [{"name": "projects", "endpoint": {"path": "/users/current/projects"}},
                           {"name": "samples", "endpoint": {"path": "/projects/{project_id}/samples"}}]})");
        std::vector<std::string> all = {
            COREST_COMMAND, "run", source, "--to", destination, "--verify", "--progress", "none"};
        all.insert(all.end(), more.begin(), more.end());
        return run_command(all, secrets());
    }
    [[nodiscard]] std::uint64_t size(const char* collection) const
    {
        return api.data().size(api.data().find("seed003", collection));
    }
    void execute(const std::string& file, const std::string& sql) const
    {
        sqlite3* opened = nullptr;
        ASSERT_EQ(sqlite3_open(folder.file(file).c_str(), &opened), SQLITE_OK);
        const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> db(opened, &sqlite3_close);
        ASSERT_EQ(sqlite3_exec(db.get(), sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(opened);
    }
};

TEST_F(Verify, CountsRowsKeysAndWhatTheServerStates)
{
    for (const std::string destination : {"sqlite:out.db", "ndjson:lines", "csv:values"}) {
        const auto colon = destination.find(':') + 1;
        const finished_command done =
            load(destination.substr(0, colon) + folder.file(destination.substr(colon)), {"--report", folder.file("r")});
        EXPECT_EQ(done.status, 0) << done.err;
        for (const char* name : {"projects", "samples"}) {
            const std::string count = std::to_string(size(name));
            EXPECT_THAT(done.err,
                HasSubstr("verified: " + std::string(name) + ": " + count + " rows, " + count
                    + " different keys, the server"))
                << destination;
        }
        std::ifstream in(folder.file("r"));
        const auto report =
            boost::json::parse(std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()));
        const auto& verified = report.at("resources").at(0).at("verified");
        EXPECT_EQ(verified.at("rows"), size("projects"));
        EXPECT_EQ(verified.at("distinct_keys"), size("projects"));
        EXPECT_TRUE(verified.at("differences").as_array().empty());
    }
}

TEST_F(Verify, ARowThatIsNotThereIsSaidAndTheStatusTells)
{
    ASSERT_EQ(load("sqlite:" + folder.file("out.db")).status, 0);
    execute("out.db",
        "DELETE FROM samples; CREATE TRIGGER thief AFTER INSERT ON samples WHEN (SELECT count(*) FROM samples) > 5 "
        "BEGIN DELETE FROM samples WHERE id = NEW.id; END");
    const finished_command done = load("sqlite:" + folder.file("out.db"));
    EXPECT_EQ(done.status, 3) << done.err;
    EXPECT_THAT(done.err, HasSubstr("verified: samples: 5 rows, 5 different keys"));
    EXPECT_THAT(done.err,
        HasSubstr("corest: samples: the server states " + std::to_string(size("samples"))
            + " records, and the table has 5 different keys"));
    EXPECT_EQ(load("sqlite:" + folder.file("out.db"), {"--allow-incomplete"}).status, 3)
        << "the server has sent all that there is";
}

TEST_F(Verify, WhatWasOnlyCountedIsNotCalledVerified)
{
    const finished_command limited =
        load("sqlite:" + folder.file("out.db"), {"--limit", "5", "--report", folder.file("r")});
    EXPECT_EQ(limited.status, 0) << limited.err;
    EXPECT_THAT(limited.err, HasSubstr("counted: not compared: projects: 5 rows, 5 different keys"));
    EXPECT_THAT(limited.err, HasSubstr("; no more rows than the limit were read\n"));
    EXPECT_THAT(limited.err, Not(HasSubstr("verified:")));
    const auto report = boost::json::parse(read_file(folder.file("r")));
    EXPECT_FALSE(report.at("resources").at(0).at("verified").at("compared").as_bool());
    EXPECT_EQ(report.at("resources").at(0).at("verified").at("not_compared"), "no more rows than the limit were read");

    const finished_command appended =
        load("sqlite:" + folder.file("appended.db"), {"--set", "resource_defaults.write_disposition=append"});
    EXPECT_EQ(appended.status, 0) << appended.err;
    EXPECT_THAT(appended.err, HasSubstr("; rows of earlier runs are in the table too\n"));
    EXPECT_THAT(appended.err, Not(HasSubstr("verified:")));
}

TEST_F(Verify, WhatAConditionLeavesOutIsNotMissed)
{
    const std::vector<std::string> filtered = {"--set",
        R"(resources.samples.processing_steps=[{"filter": "@.id != '1'"}, {"filter": "@.active == true"}])", "--report",
        folder.file("r")};
    const finished_command done = load("sqlite:" + folder.file("out.db"), filtered);
    EXPECT_EQ(done.status, 0) << done.err;
    const auto report = boost::json::parse(read_file(folder.file("r")));
    const auto& samples = report.at("resources").at(1);
    EXPECT_EQ(samples.at("records_received"), size("samples"));
    EXPECT_LT(samples.at("rows").to_number<std::uint64_t>(), size("samples"));
    EXPECT_TRUE(samples.at("verified").at("compared").as_bool());
    EXPECT_TRUE(samples.at("verified").at("differences").as_array().empty());

    const finished_command expanded = load("sqlite:" + folder.file("expanded.db"),
        {"--set",
            R"(resources.samples.processing_steps=[{"expand": "details.tags", "on_no_records": "emit_parent"}])"});
    EXPECT_EQ(expanded.status, 0) << expanded.err;
    EXPECT_THAT(expanded.err, HasSubstr("; processing_steps make several rows of a record\n"));
}

TEST_F(Verify, ADestinationThatCannotBeReadBackIsSaid)
{
    const finished_command done = load("-");
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("not verified: projects: the destination cannot be read back"));
    EXPECT_THAT(done.err, Not(HasSubstr("\nverified:")));
}

} // namespace verify_test
} // namespace
