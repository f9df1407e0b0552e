/// \file
/// Runs of an incremental source one after another, by the command, from the example API.

#include <api_server/server.hpp>

#include <corest/http/url.hpp>

#include <support/command.hpp>
#include <support/database.hpp>

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace {

class IncrementalCommand : public testing::Test {
protected:
    finished_command run_again(const std::vector<std::string>& more = {})
    {
        api.clear_log();
        std::vector<std::string> words = {COREST_COMMAND, "run", COREST_EXAMPLES_DIR "/incremental/source.json", "--to",
            "sqlite:" + folder.file("out.db"), "--set", "client.base_url=" + api.base_url("seed003")};
        words.insert(words.end(), more.begin(), more.end());
        return run_command(words, {{"ACCESS_TOKEN", api.secrets().access_token}});
    }
    /// What the plan says of the next run's samples.
    std::string planned(const std::vector<std::string>& more = {}) const
    {
        std::vector<std::string> words = {COREST_COMMAND, "plan", COREST_EXAMPLES_DIR "/incremental/source.json",
            "--to", "sqlite:" + folder.file("out.db"), "--set", "client.base_url=" + api.base_url("seed003")};
        words.insert(words.end(), more.begin(), more.end());
        const std::string text = run_command(words).out;
        const std::string mark = "  samples: ";
        const auto begin = text.rfind(mark);
        return begin == std::string::npos
            ? text
            : text.substr(begin + mark.size(), text.find('\n', begin) - begin - mark.size());
    }
    /// What samples were asked for from, by the project's id.
    std::map<std::string, std::string> asked_from() const
    {
        std::map<std::string, std::string> out;
        for (const auto& [what, count] : api.counts()) {
            const std::string& target = what.second;
            const auto begin = target.find("/projects/");
            if (begin != std::string::npos) {
                const auto id = begin + std::string("/projects/").size();
                out[target.substr(id, target.find('/', id) - id)] =
                    corest::find_query("http://x" + target, "modified_since").value_or("nothing");
            }
        }
        return out;
    }
    /// The last modification of each project's samples, as the table has them.
    std::map<std::string, std::string> reached() const
    {
        std::map<std::string, std::string> out;
        const database db(folder.file("out.db"));
        for (const auto& row : db.query("select p.id, coalesce((select max(s.date_modified) from samples s where "
                                        "s._projects_id = p.id), '2024-01-01T00:00:00.000Z') from projects p"))
        {
            out[corest::percent_encode(*row[0])] = *row[1];
        }
        return out;
    }

    example_api::server api;
    temporary_folder folder;
};

} // namespace

TEST_F(IncrementalCommand, EachRunAsksOnlyForWhatIsNewOfEachParent)
{
    EXPECT_EQ(planned(), "asks for date_modified >= 2024-01-01T00:00:00.000Z, no run has kept a cursor");
    ASSERT_EQ(run_again().status, 0);
    for (const auto& [project, since] : asked_from()) {
        EXPECT_EQ(since, "2024-01-01T00:00:00.000Z") << project;
    }
    const auto after_first = reached();
    ASSERT_FALSE(after_first.empty());
    const std::size_t rows = database(folder.file("out.db")).count("samples");
    ASSERT_NE(rows, 0U);
    std::string least = after_first.begin()->second;
    std::string furthest = least;
    for (const auto& [project, value] : after_first) {
        least = std::min(least, value);
        furthest = std::max(furthest, value);
    }
    EXPECT_EQ(planned(),
        "asks only for date_modified >= " + least + " to " + furthest + ", per parent: "
            + std::to_string(after_first.size()) + " cursors; of a new parent >= 2024-01-01T00:00:00.000Z");
    EXPECT_EQ(planned({"--full-refresh"}),
        "asks for date_modified >= 2024-01-01T00:00:00.000Z, whatever earlier runs have kept");
    EXPECT_NE(planned({"--json"}).find("\"next_run\":{\"destination\":\"sqlite:"), std::string::npos);

    const finished_command second = run_again();
    ASSERT_EQ(second.status, 0) << second.err;
    EXPECT_EQ(asked_from(), after_first);
    EXPECT_EQ(database(folder.file("out.db")).count("samples"), rows);

    api.set_revision(1);
    ASSERT_EQ(run_again().status, 0);
    EXPECT_EQ(asked_from(), after_first);
    EXPECT_NE(reached(), after_first) << "what was changed has come";
    EXPECT_EQ(database(folder.file("out.db")).count("samples"), rows);

    ASSERT_EQ(run_again({"--full-refresh"}).status, 0);
    for (const auto& [project, since] : asked_from()) {
        EXPECT_EQ(since, "2024-01-01T00:00:00.000Z") << project;
    }
}

// What doc/incremental.md says under "Which of them mends what".

TEST_F(IncrementalCommand, RowsThatWereAlteredComeAgainAfterAReset)
{
    ASSERT_EQ(run_again().status, 0);
    const std::string table = folder.file("out.db");
    const std::size_t rows = database(table).count("samples");
    database(table).execute("UPDATE samples SET name = 'altered'");
    database(table).execute("UPDATE projects SET name = 'altered'");
    database(table).execute("UPDATE samples SET id = 'of nobody' WHERE id = (SELECT min(id) FROM samples)");
    const auto altered = [&](const std::string& name) {
        return database(table).query("SELECT 1 FROM " + name + " WHERE name = 'altered'").size();
    };

    ASSERT_EQ(run_again({"--restart"}).status, 0);
    EXPECT_EQ(altered("projects"), 0U) << "it has no cursor";
    EXPECT_GE(altered("samples"), rows - 1) << "its cursors have stayed";

    ASSERT_EQ(run_command({COREST_COMMAND, "state", "sqlite:" + table, "--reset", "samples"}).status, 0);
    ASSERT_EQ(run_again().status, 0);
    EXPECT_EQ(altered("samples"), 1U) << "the row that the API has not";
    EXPECT_EQ(database(table).count("samples"), rows + 1);

    ASSERT_EQ(run_again({"--full-refresh"}).status, 0);
    EXPECT_EQ(altered("samples"), 0U);
    EXPECT_EQ(database(table).count("samples"), rows);
}

TEST_F(IncrementalCommand, ATableOfAWrongPrimaryKeyMustBeDropped)
{
    ASSERT_EQ(run_again({"--set", "resources.projects.primary_key=active"}).status, 0);
    const std::string table = folder.file("out.db");
    EXPECT_LE(database(table).count("projects"), 2U) << "rows with the same key replace each other";

    const finished_command refused = run_again({"--full-refresh"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.err.find("UNIQUE constraint failed: projects.active. The table has a constraint that the row "
                               "breaks, one of your own or the primary key of an earlier plan: remove it, or drop the "
                               "table."),
        std::string::npos)
        << refused.err;

    database(table).execute("DROP TABLE projects");
    ASSERT_EQ(run_again({"--full-refresh"}).status, 0);
    EXPECT_EQ(database(table).count("projects"), 20U);
}

TEST_F(IncrementalCommand, TheReportSaysWhatWasNew)
{
    const std::string file = folder.file("report.json");
    const auto samples = [&] {
        const auto report = boost::json::parse(read_file(file));
        EXPECT_TRUE(report.at("complete").as_bool());
        return report.at("resources").at(1);
    };
    const finished_command first = run_again({"--report", file});
    ASSERT_EQ(first.status, 0) << first.err;
    const std::size_t rows = database(folder.file("out.db")).count("samples");
    const auto after_first = reached();
    std::string furthest;
    for (const auto& [project, value] : after_first) {
        furthest = std::max(furthest, value);
    }
    EXPECT_EQ(samples().at("new_rows"), rows);
    EXPECT_EQ(samples().at("updated_rows"), 0);
    EXPECT_EQ(samples().at("cursor").at("field"), "date_modified");
    EXPECT_EQ(samples().at("cursor").at("from"), "2024-01-01T00:00:00.000Z");
    EXPECT_EQ(samples().at("cursor").at("to").as_string(), furthest);
    EXPECT_EQ(samples().at("cursor").at("collections"), after_first.size());
    EXPECT_NE(first.err.find("\nsamples: done, "), std::string::npos) << first.err;
    EXPECT_NE(
        first.err.find(" new, date_modified from 2024-01-01T00:00:00.000Z to " + furthest + ", of "), std::string::npos)
        << first.err;

    const auto report = boost::json::parse(read_file(file));
    EXPECT_EQ(report.at("source").at("address").as_string(), api.base_url("seed003"));
    EXPECT_EQ(report.at("source").at("plan_hash").as_string().size(), 64U);
    EXPECT_EQ(report.at("destination").as_string(), "sqlite:" + folder.file("out.db"));
    EXPECT_FALSE(report.at("versions").at("corest").as_string().empty());
    EXPECT_TRUE(report.at("versions").at("destination").as_string().starts_with("SQLite 3."));
    EXPECT_GE(report.at("ended_at").as_string(), report.at("started_at").as_string());
    EXPECT_EQ(report.at("summary").as_array().size(), 2U);

    ASSERT_EQ(run_again({"--report", file}).status, 0);
    EXPECT_EQ(samples().at("rows"), 0) << "nothing has changed";
    EXPECT_EQ(samples().at("new_rows"), 0);
    EXPECT_EQ(samples().at("records_received"), samples().at("dropped")) << "the last row of each project comes again";
    EXPECT_GT(samples().at("records_received").to_number<std::uint64_t>(), 0U);

    api.set_revision(1);
    ASSERT_EQ(run_again({"--report", file}).status, 0);
    EXPECT_EQ(samples().at("new_rows"), 0);
    EXPECT_EQ(samples().at("updated_rows"), samples().at("rows"));
    EXPECT_GT(samples().at("rows").to_number<std::uint64_t>(), 0U);
    EXPECT_GT(samples().at("cursor").at("to").as_string(), furthest);
}

TEST_F(IncrementalCommand, StateShowsTheCursorsAsPeopleReadThem)
{
    ASSERT_EQ(run_again().status, 0);
    const auto kept = reached();
    ASSERT_GT(kept.size(), 10U);
    const finished_command done = run_command({COREST_COMMAND, "state", "sqlite:" + folder.file("out.db")});
    ASSERT_EQ(done.status, 0) << done.err;
    const auto begin = done.out.find("cursor of ");
    ASSERT_NE(begin, std::string::npos) << done.out;
    const std::string cursors = done.out.substr(begin);
    EXPECT_EQ(cursors.rfind("cursor of samples, date_modified: " + std::to_string(kept.size())
                      + " collections with one of their own\n  _projects_id ",
                  0),
        0U)
        << cursors;
    EXPECT_EQ(std::count(cursors.begin(), cursors.end(), '\n'), 12) << cursors;
    EXPECT_NE(
        cursors.find("\n  and " + std::to_string(kept.size() - 10) + " more (--json shows all)\n"), std::string::npos)
        << cursors;
    EXPECT_EQ(cursors.find('{'), std::string::npos) << cursors;
}

TEST_F(IncrementalCommand, ALimitMovesNothing)
{
    ASSERT_EQ(run_again({"--limit", "1"}).status, 0);
    ASSERT_EQ(run_again().status, 0);
    for (const auto& [project, since] : asked_from()) {
        EXPECT_EQ(since, "2024-01-01T00:00:00.000Z") << project;
    }
}

TEST_F(IncrementalCommand, ALimitWarnsOfRowsThatAreAddedAgain)
{
    const std::string warning =
        "--limit: where it cuts rows of 'samples' off, the cursor stays where it is, and the next "
        "run adds what this one adds to 'samples' once more; write_disposition merge with a "
        "primary_key avoids that";
    const finished_command appended =
        run_again({"--limit", "1", "--set", "resources.samples.write_disposition=append"});
    EXPECT_EQ(appended.status, 0) << appended.err;
    EXPECT_NE(appended.err.find(warning), std::string::npos) << appended.err;
    EXPECT_EQ(run_again({"--limit", "1"}).err.find("--limit"), std::string::npos) << "merge stores a row once";
}
