/// \file
/// What a user reads when something is wrong: the whole text, from the command itself.

#include <api_server/server.hpp>

#include <support/command.hpp>
#include <support/database.hpp>

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using example_api::rule;

class Errors : public testing::Test {
protected:
    /// A dictionary with one root and one child, as seed 003 has them.
    std::string source(const std::string& changes_from = {}, const std::string& to = {}) const
    {
        std::string text = R"({
  "client": {"base_url": ")"
            + api.base_url("seed003") + R"(", "auth": {"type": "bearer", "token": {"$secret": "access_token"}},
             "retry": {"backoff_factor": 0.01}},
  "resource_defaults": {"primary_key": "id", "write_disposition": "merge",
                        "endpoint": {"data_selector": "Response.Items",
                                     "paginator": {"type": "offset", "limit": 1000, "offset_param": "Offset"}}},
  "resources": [
    {"name": "projects", "endpoint": {"path": "/users/current/projects"}},
    {"name": "samples", "endpoint": {"path": "/projects/{project_id}/samples"}}
  ]
})";
        if (!changes_from.empty()) {
            const auto at = text.find(changes_from);
            EXPECT_NE(at, std::string::npos) << changes_from;
            text.replace(at, changes_from.size(), to);
        }
        return folder.write("source.json", text);
    }
    finished_command run(const std::string& file, std::vector<std::string> more = {}, std::string token = {}) const
    {
        std::vector<std::string> all = {
            COREST_COMMAND, "run", file, "--to", "sqlite:" + folder.file("out.db"), "--progress", "none"};
        all.insert(all.end(), more.begin(), more.end());
        return run_command(all, {{"ACCESS_TOKEN", token.empty() ? api.secrets().access_token : token}});
    }
    /// The lines of standard error that are the command's own, without the table at the end of a run.
    static std::string said(const finished_command& done)
    {
        std::string all;
        for (std::size_t at = 0; at < done.err.size();) {
            const auto end = std::min(done.err.find('\n', at), done.err.size());
            const std::string line = done.err.substr(at, end - at);
            if (line.rfind("corest: ", 0) == 0) {
                all += (all.empty() ? "" : "\n") + line;
            }
            at = end + 1;
        }
        return all;
    }

    example_api::server api;
    temporary_folder folder;
};

TEST_F(Errors, NoneWhereNothingIsWrong)
{
    const auto done = run(source());
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_EQ(said(done), "");
}

TEST_F(Errors, AWrongKeyGivesItsPathAndTheNearestKnownName)
{
    const auto done = run(source(R"("offset_param":)", R"("ofset_param":)"));
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(said(done),
        "corest: resource_defaults.endpoint.paginator.ofset_param: unknown key; the nearest known key is "
        "'offset_param'.");
    EXPECT_TRUE(api.log().empty());
}

TEST_F(Errors, AMissingSecretNamesTheVariableToSet)
{
    const auto done = run_command({COREST_COMMAND, "run", source(), "--to", "-"});
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(
        done.err.find("corest: the secret 'access_token' is missing; needed by client.auth.token; looked for in\n"), 0U)
        << done.err;
    EXPECT_NE(done.err.find("\n  the variable ACCESS_TOKEN of the environment\n"), std::string::npos) << done.err;
    EXPECT_NE(done.err.find("\n  the file .dlt/config.toml, which is not there\nSet the environment variable "
                            "ACCESS_TOKEN, or name a file that has it with --secrets.\n"),
        std::string::npos)
        << done.err;
}

TEST_F(Errors, AWrongSecretIsSaidOnceAndNotRetried)
{
    const auto done = run(source(), {}, "S3CR3T-wrong");
    EXPECT_EQ(done.status, 1);
    EXPECT_EQ(said(done),
        "corest: resource 'projects', page 1: the server answered 401 Unauthorized and says: {\"error\":{\"code\":401,"
        "\"message\":\"The credentials are missing, wrong or expired.\"}} (GET "
            + api.base_url("seed003")
            + "/users/current/projects?Offset=0&limit=1000, status 401). The credentials were refused: check the "
              "secrets and client.auth.");
    EXPECT_EQ(done.err.find("S3CR3T"), std::string::npos);
    EXPECT_EQ(api.log().size(), 1U);
}

TEST_F(Errors, ASecretOfAHeaderIsNamedWhenItIsMissing)
{
    const auto done = run(source(R"("retry":)", R"("headers": {"X-Key": {"$secret": "x_key"}}, "retry":)"));
    EXPECT_EQ(done.status, 2);
    EXPECT_NE(done.err.find("X_KEY"), std::string::npos) << done.err;
    EXPECT_NE(done.err.find("client.headers"), std::string::npos) << done.err;
}

TEST_F(Errors, AnUnknownPlaceholderListsTheCandidatesAndTheExplicitForm)
{
    const auto done = run(source("{project_id}", "x/{thing_id}"));
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(said(done),
        "corest: resources[1].endpoint.path (resource 'samples'): {thing_id} in '/projects/x/{thing_id}/samples': "
        "nothing fills it: no other resource's path ends in 'x', none has that name, and there is no constant; name "
        "the "
        "parent, as in {resources.x.id}, or give a constant with --param thing_id=VALUE or endpoint.params.");
    EXPECT_TRUE(api.log().empty());
}

TEST_F(Errors, AnUnreachableHostSaysWhichAndWhatToCheck)
{
    std::string origin;
    {
        const example_api::server gone;
        origin = gone.origin();
    }
    const std::string address = origin.substr(std::string("http://").size());
    const auto refused = run(source(), {"--set", "client.base_url=" + origin + "/seed003"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_EQ(said(refused),
        "corest: resource 'projects', page 1: no connection to " + address + " (GET " + origin
            + "/seed003/users/current/projects?Offset=0&limit=1000, after 4 attempts): Connection refused. Nothing "
              "listens at "
            + address
            + ": check host and port of the address, and that the server runs. The address is "
              "client.base_url.");
    const auto unknown = run(source(), {"--set", "client.base_url=http://name.invalid"});
    EXPECT_EQ(unknown.status, 1);
    EXPECT_EQ(said(unknown).rfind(
                  "corest: resource 'projects', page 1: the host name 'name.invalid' could not be resolved (GET "
                  "http://name.invalid/users/current/projects?Offset=0&limit=1000, after 4 attempts): ",
                  0),
        0U)
        << unknown.err;
}

TEST_F(Errors, ABodyThatIsHtmlSaysSo)
{
    api.misbehave(rule::html("/seed003/users/*"));
    const auto done = run(source());
    EXPECT_EQ(done.status, 1);
    EXPECT_EQ(said(done),
        "corest: resource 'projects', page 1: expected JSON, but the body is an HTML page: \"<!DOCTYPE html> "
        "<html><head><title>Sign...\" (GET "
            + api.base_url("seed003")
            + "/users/current/projects?Offset=0&limit=1000). Check the URL and the credentials: this is a page for "
              "people, often a login or error page.");
}

TEST_F(Errors, AWrongSelectorNamesTheKeysThatAreThere)
{
    const auto done = run(source("Response.Items", "Response.Objects"));
    EXPECT_EQ(done.status, 1);
    EXPECT_EQ(said(done),
        "corest: resource 'projects', page 1: the selector $.Response.Objects matches nothing: 'Response' has "
        "Items, DisplayedCount, TotalCount, Offset, Limit, SortDir (GET "
            + api.base_url("seed003")
            + "/users/current/projects?Offset=0&limit=1000). Set the selector to where the records are: "
              "endpoint.data_selector.");
}

TEST_F(Errors, AServerThatRepeatsItsLastPageIsFoundOut)
{
    api.misbehave(rule::repeat_last_page("/seed003/users/*"));
    const auto done = run(source("\"limit\": 1000,", "\"limit\": 5, \"total_path\": null,"));
    EXPECT_EQ(done.status, 1);
    EXPECT_NE(said(done).find("resource 'projects', page 5"), std::string::npos) << done.err;
}

TEST_F(Errors, APrimaryKeyThatWasWrongIsMendedByARunWithTheRightOne)
{
    const std::string columns = R"("primary_key": "id", "columns": {"id": {"data_type": "text"}})";
    for (const std::string& right_key : {std::string(R"("primary_key": "id")"), columns}) {
        const std::string wrong_key =
            "\"primary_key\": \"uuid\"" + right_key.substr(std::string(R"("primary_key": "id")").size());
        for (const std::vector<std::string>& more : {std::vector<std::string>{},
                 std::vector<std::string>{"--full-refresh"}, std::vector<std::string>{"--restart"}})
        {
            for (const std::string file : {"out.db", "out.db-wal", "out.db-shm"}) {
                std::remove(folder.file(file).c_str());
            }
            const auto wrong = run(source(R"("primary_key": "id")", wrong_key));
            EXPECT_EQ(wrong.status, 1);
            EXPECT_NE(said(wrong).find("no field 'uuid'"), std::string::npos) << wrong.err;
            EXPECT_FALSE(database(folder.file("out.db")).has("projects")) << "nothing came into it";
            EXPECT_EQ(wrong.err.find("projects: the table is new"), std::string::npos) << wrong.err;
            const auto right = run(source(R"("primary_key": "id")", right_key), more);
            EXPECT_EQ(right.status, 0) << right.err;
            const database db(folder.file("out.db"));
            EXPECT_NE(db.count("projects"), 0U);
            EXPECT_EQ(db.value("select count(*) from pragma_table_info('projects') where name = 'uuid'"), "0");
        }
    }
}

TEST_F(Errors, ATableOfTheUsersOwnStaysWhateverFails)
{
    EXPECT_EQ(run(source(R"("primary_key": "id")", R"("primary_key": "uuid")")).status, 1);
    {
        const database db(folder.file("out.db"));
        db.execute("CREATE TABLE projects(id PRIMARY KEY, mine TEXT DEFAULT 'x')");
        db.execute("CREATE INDEX mine ON projects(mine)");
    }
    EXPECT_EQ(run(source(R"("primary_key": "id")", R"("primary_key": "uuid")")).status, 1);
    EXPECT_EQ(run_command({COREST_COMMAND, "state", "sqlite:" + folder.file("out.db"), "--reset"}).status, 0);
    EXPECT_EQ(run(source()).status, 0);
    const database db(folder.file("out.db"));
    EXPECT_EQ(db.value("select count(distinct mine) from projects"), "1");
    EXPECT_EQ(db.value("select count(*) from sqlite_master where name = 'mine'"), "1");
}

TEST_F(Errors, ADestinationThatIsNotKnownListsThoseThatAre)
{
    const auto done = run_command({COREST_COMMAND, "run", source(), "--to", "mysql:x"}, {{"ACCESS_TOKEN", "x"}});
    EXPECT_EQ(done.status, 2);
    EXPECT_NE(done.err.find("sqlite:FILE"), std::string::npos) << done.err;
    EXPECT_NE(done.err.find("ndjson:DIR"), std::string::npos) << done.err;
}

TEST_F(Errors, NoPasswordOfADestinationIsShown)
{
    const std::string file = source();
    for (const std::string to : {"postgresq://someone:s3cret@host/shop", "postgresql://someone:s3cret@127.0.0.1:1/shop",
             "postgres:host=127.0.0.1 port=1 password=s3cret", "nowhere:password=s3cret",
             "postgresql://someone:s3cret/more@127.0.0.1:1/shop", "postgresql://someone:1/s3cret@127.0.0.1:1/shop",
             "postgresql://someone:a@s3cret@127.0.0.1:1/shop", "postgresql:/someone:s3cret@host/shop"})
    {
        const std::vector<std::vector<std::string>> commands = {
            {COREST_COMMAND, "run", file, "--progress", "none", "--to", to}, {COREST_COMMAND, "state", to}};
        for (const std::vector<std::string>& command : commands) {
            const finished_command done = run_command(command, {{"ACCESS_TOKEN", api.secrets().access_token}});
            EXPECT_NE(done.status, 0) << to;
            EXPECT_NE(done.err, "") << to;
            EXPECT_EQ((done.out + done.err).find("s3cret"), std::string::npos) << done.out << done.err;
        }
    }
}

TEST_F(Errors, ADatabaseInMemoryIsRefused)
{
    for (const std::string to : {"sqlite::memory:", "duckdb::memory:?threads=1"}) {
        const finished_command done = run_command({COREST_COMMAND, "run", source(), "--to", to});
        EXPECT_EQ(done.status, 2) << done.err;
        EXPECT_NE(done.err.find(to.starts_with("sqlite") ? "would keep nothing" : "duckdb"), std::string::npos)
            << done.err;
    }
}

TEST_F(Errors, TheLibraryOfDuckDBIsLoadedWhereARunNeedsIt)
{
    const std::string file = source();
    const auto load = [&](const std::string& to) {
        return run_command({COREST_COMMAND, "run", file, "--to", to + folder.file("out"), "--progress", "none"},
            {{"ACCESS_TOKEN", api.secrets().access_token}, {"LD_DEBUG", "files"}})
            .err;
    };
    const std::string into_duckdb = load("duckdb:");
    if (into_duckdb.find("calling init") == std::string::npos) {
        GTEST_SKIP() << "the dynamic loader says nothing here";
    }
    if (into_duckdb.find("was built without DuckDB") != std::string::npos) {
        GTEST_SKIP() << into_duckdb.substr(into_duckdb.find("corest: "));
    }
    EXPECT_NE(into_duckdb.find("libduckdb"), std::string::npos);
    EXPECT_EQ(load("sqlite:").find("libduckdb"), std::string::npos);
}

TEST_F(Errors, AFileThatIsNotThereIsSaid)
{
    const auto done = run(folder.file("nothing.py"));
    EXPECT_EQ(done.status, 2);
    EXPECT_NE(done.err.find("nothing.py"), std::string::npos) << done.err;
}

TEST_F(Errors, ADatabaseThatIsNoneIsSaid)
{
    folder.write("out.db", std::string(5000, 'x'));
    const auto done = run(source());
    EXPECT_EQ(done.status, 1);
    EXPECT_NE(said(done).find("out.db"), std::string::npos) << done.err;
}

TEST_F(Errors, WrongOptionsAreWrongUsage)
{
    EXPECT_EQ(run_command({COREST_COMMAND}).status, 2);
    EXPECT_EQ(run_command({COREST_COMMAND, "walk"}).status, 2);
    EXPECT_EQ(run_command({COREST_COMMAND, "run", source()}).status, 2);
    EXPECT_EQ(run(source(), {"--limit", "0"}).status, 2);
    EXPECT_EQ(run(source(), {"--only", "sample"}).status, 2);
    EXPECT_EQ(run(source(), {"--param", "nonsense"}).status, 2);
    EXPECT_EQ(run(source(), {"--set", "client.base_urk=x"}).status, 2);
    EXPECT_EQ(run_command({COREST_COMMAND, "run", "--help"}).status, 0);
}

TEST_F(Errors, AConstantThatIsGivenTwiceIsNotChosenFrom)
{
    const auto done = run(source(), {"--param", "workspace=a", "--param", "workspace=b"});
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(said(done), "corest: --param workspace is given twice. Give it one value.");
}

TEST_F(Errors, NoReportOfAnEarlierRunIsLeft)
{
    const std::string report = folder.file("report.json");
    ASSERT_EQ(run(source(), {"--report", report}).status, 0);
    EXPECT_TRUE(boost::json::parse(read_file(report)).at("complete").as_bool());
    EXPECT_EQ(run(source("\"samples\"", "\"projects\""), {"--report", report}).status, 2);
    const auto left = boost::json::parse(read_file(report));
    EXPECT_FALSE(left.at("complete").as_bool());
    EXPECT_NE(std::string(left.at("error").as_string()).find("projects"), std::string::npos);

    api.misbehave(rule::latency("/seed003/*", std::chrono::seconds(5)));
    api.clear_log();
    command killed({COREST_COMMAND, "run", source(), "--to", "sqlite:" + folder.file("out.db"), "--report", report},
        {{"ACCESS_TOKEN", api.secrets().access_token}});
    ASSERT_TRUE(api.wait_for_requests(1));
    EXPECT_EQ(std::string(boost::json::parse(read_file(report)).at("error").as_string()), "the run has not ended");
    killed.signal(SIGKILL);
    static_cast<void>(killed.finish());
}

TEST_F(Errors, TheSchemaOfDictionariesIsPrinted)
{
    const auto done = run_command({COREST_COMMAND, "schema-json"});
    EXPECT_EQ(done.status, 0) << done.err;
    const auto schema = boost::json::parse(done.out);
    EXPECT_TRUE(schema.at_pointer("/$defs/source/properties/client").is_object()) << done.out;
    EXPECT_EQ(run_command({COREST_COMMAND, "schema-json", "source.py"}).status, 2);
    EXPECT_EQ(run_command({COREST_COMMAND, "schema", "--dictionary"}).out, done.out);
}

TEST_F(Errors, AMisspeltCommandNamesTheNearest)
{
    const auto done = run_command({COREST_COMMAND, "paln", source()});
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(said(done), "corest: there is no command 'paln'; the nearest known command is 'plan'");
    EXPECT_EQ(said(run_command({COREST_COMMAND, "walk"})),
        "corest: there is no command 'walk'; known here are plan, run, check, secrets, schema, state, "
        "schema-json, export, diff, completion and man");
}

TEST_F(Errors, AMisspeltOptionNamesTheNearest)
{
    EXPECT_EQ(said(run(source(), {"--ful-refresh"})),
        "corest: 'run' has no option '--ful-refresh'; the nearest known option is '--full-refresh'");
    EXPECT_EQ(said(run(source(), {"--parm=workspace=acme"})),
        "corest: 'run' has no option '--parm'; the nearest known option is '--param'");
    // Also where the misspelt option is required, and where a value begins with dashes.
    EXPECT_EQ(said(run_command({COREST_COMMAND, "run", source(), "--set", "--x=1", "--too", "sqlite:a"})),
        "corest: 'run' has no option '--too'; the nearest known option is '--to'");
    EXPECT_EQ(said(run_command({COREST_COMMAND, "plan", source(), "--jsn"})),
        "corest: 'plan' has no option '--jsn'; the nearest known option is '--json'");
}

TEST_F(Errors, CheckReadsAPageOfEachResourceAndSaysWhatItFound)
{
    const auto good = run_command({COREST_COMMAND, "check", source()}, {{"ACCESS_TOKEN", api.secrets().access_token}});
    EXPECT_EQ(good.status, 0) << good.err;
    EXPECT_EQ(good.out.rfind("projects: ok, 20 records on the first page, 20 in all, as the server states\n"
                             "  fields: id bigint, name text, ",
                  0),
        0U)
        << good.out;
    EXPECT_NE(good.out.find("\n  primary key: id, in each record, none twice\n  samples: ok, "), std::string::npos)
        << good.out;
    EXPECT_NE(good.out.find(" of projects with id 11000, 10 in all, as the server states\n"), std::string::npos)
        << good.out;
    EXPECT_EQ(api.log().size(), 2U);
    const auto bad = run_command({COREST_COMMAND, "check", source()}, {{"ACCESS_TOKEN", "wrong"}});
    EXPECT_EQ(bad.status, 1);
    EXPECT_EQ(bad.out.rfind("projects: FAILED\n", 0), 0U) << bad.out;
    EXPECT_NE(bad.out.find("\n  samples: not looked at, as no record above leads to it\n"), std::string::npos)
        << bad.out;
}

TEST_F(Errors, CheckDoubtsAKeyThatIsNotThereOrNotUnique)
{
    const std::string file = source(R"("primary_key": "id")", R"("primary_key": ["nonsense"])");
    const auto missing = run_command({COREST_COMMAND, "check", file}, {{"ACCESS_TOKEN", api.secrets().access_token}});
    EXPECT_EQ(missing.status, 1) << missing.err;
    EXPECT_NE(missing.out.find("projects: DOUBTFUL, "), std::string::npos) << missing.out;
    EXPECT_NE(
        missing.out.find("  the primary key's 'nonsense' is missing or null in 20 of 20 records\n"), std::string::npos)
        << missing.out;
}

TEST_F(Errors, SecretsMayComeFromAFile)
{
    const std::string file = folder.write("secrets.toml", "access_token = \"" + api.secrets().access_token + "\"\n");
    const auto done =
        run_command({COREST_COMMAND, "run", source(), "--to", "ndjson:" + folder.file("out"), "--secrets", file});
    EXPECT_EQ(done.status, 0) << done.err;
}

TEST_F(Errors, PlainProgressIsALinePerResource)
{
    const auto done = run_command({COREST_COMMAND, "run", source(), "--to", "ndjson:" + folder.file("out")},
        {{"ACCESS_TOKEN", api.secrets().access_token}});
    EXPECT_NE(done.err.find("projects: done, 20 rows, 2 pages"), std::string::npos) << done.err;
    EXPECT_EQ(done.err.find('\x1b'), std::string::npos) << "no terminal, no escape sequences";
}

} // namespace
