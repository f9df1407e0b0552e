/// \file
/// Typical mistakes on the command line: what is said of each, in full.

#include <support/command.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {
namespace mistakes_test {

/// A command line, and what it is answered with.
class mistake {
public:
    std::vector<std::string> words;
    std::string said; ///< on standard error, but for the hint at --help
};

class Mistakes : public testing::Test {
protected:
    [[nodiscard]] finished_command corest(std::vector<std::string> words) const
    {
        words.insert(words.begin(), COREST_COMMAND);
        return run_command(words);
    }
    /// The text without the line that points to --help.
    [[nodiscard]] static std::string said(const finished_command& done)
    {
        const std::string hint = "Run with --help for more information.\n";
        const auto at = done.err.rfind(hint);
        return at == std::string::npos ? done.err : done.err.substr(0, at);
    }
    void expect(const std::vector<mistake>& all) const
    {
        for (const mistake& one : all) {
            const finished_command done = corest(one.words);
            EXPECT_EQ(done.status, 2) << one.said;
            EXPECT_EQ(said(done), one.said + "\n");
            EXPECT_EQ(done.out, "");
        }
    }

    temporary_folder folder;
    const std::string source = folder.write("source.json",
        R"({"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "users", "endpoint": {"path": "users"}}]})");
};

TEST_F(Mistakes, OfCommandsAndOptions)
{
    expect({
        {{"walk"},
            "corest: there is no command 'walk'; known here are plan, run, check, secrets, schema, state, schema-json, "
            "export, diff, completion and man"},
        {{"chek"}, "corest: there is no command 'chek'; the nearest known command is 'check'"},
        {{"plan"},
            "corest: 'plan' needs SOURCE. JSON or YAML; a .py, .ipynb, .md or .txt file with rest_api_source({...}) in "
            "it; - is standard input"},
        {{"diff", source}, "corest: 'diff' needs NEW. As SOURCE for plan"},
        {{"state"}, "corest: 'state' needs DESTINATION. As for run --to"},
        {{"completion"}, "corest: 'completion' needs SHELL. For which shell"},
        {{"completion", "tcsh"}, "corest: SHELL: expected bash, zsh or fish, found 'tcsh'"},
        {{"plan", source, "other.json"}, "corest: 'plan' takes SOURCE and no further argument, found 'other.json'"},
        {{"diff", source, source, "x"}, "corest: 'diff' takes OLD and NEW and no further argument, found 'x'"},
        {{"schema-json", source}, "corest: 'schema-json' takes no argument, found '" + source + "'"},
        {{"schema", "--dictionary", source},
            "corest: schema --dictionary takes no SOURCE: it is the same for all of them"},
        {{"schema"},
            "corest: 'schema' needs SOURCE. JSON or YAML; a .py, .ipynb, .md or .txt file with rest_api_source({...}) "
            "in "
            "it; - is standard input"},
        {{"--vers"}, "corest: 'corest' has no option '--vers'; the nearest known option is '--version'"},
        {{"-V"}, "corest: 'corest' has no option '-V'; the nearest known option is '--version'"},
        {{"run", source, "-to", "-"}, "corest: 'run' has no option '-to'; the nearest known option is '--to'"},
        {{"run", source, "--dest", "-"}, "corest: 'run' has no option '--dest'; the nearest known option is '--to'"},
        {{"plan", source, "--set"},
            "corest: --set lacks its PATH=VALUE. Override a value of the dictionary: client.base_url=URL, "
            "resources.NAME.endpoint.params.q=x. JSON where it can be: 5 is a number, '\"5\"' a text"},
        {{"plan", source, "--jsn"}, "corest: 'plan' has no option '--jsn'; the nearest known option is '--json'"},
        {{"run", source, "--to", "-", "--concurency", "4"},
            "corest: 'run' has no option '--concurency'; the nearest known option is '--concurrency'"},
        {{"run", source, "--to", "-", "--limit", "0"},
            "corest: --limit: expected a whole number of rows, at least 1, found '0'"},
        {{"run", source, "--to", "-", "--limit", "all"},
            "corest: --limit: expected a whole number of rows, at least 1, found 'all'"},
        {{"run", source, "--to", "-", "--concurrency", "0"},
            "corest: --concurrency: expected a whole number from 1 to 1024, found '0'"},
        {{"run", source, "--to", "-", "--concurrency", "four"},
            "corest: --concurrency: expected a whole number from 1 to 1024, found 'four'"},
        {{"plan", source, "--python-limit", "1.5"},
            "corest: --python-limit: expected a whole number from 1 to 86400, found '1.5'"},
        {{"run", source, "--to", "-", "--progress", "live"},
            "corest: --progress: expected auto, plain or none, found 'live'"},
        {{"run", source, "--to", "-", "--to", "sqlite:a.db"}, "corest: --to is given twice: it takes one DESTINATION"},
        {{"plan", source, "--source", "1", "--source", "2"}, "corest: --source is given twice: it takes one N|NAME"},
        {{"plan", source, "--limit", "none"},
            "corest: --limit: expected a whole number of rows, at least 1, found 'none'"},
    });
}

TEST_F(Mistakes, OfWhatIsSetAndChosen)
{
    expect({
        {{"plan", source, "--set", "resources"},
            "corest: --set expects PATH=VALUE, and there is no '=' in it. Write --set "
            "client.base_url=https://api.example.com."},
        {{"plan", source, "--set", "resources.user.endpoint.path=x"},
            "corest: --set resources.user.endpoint.path: there is no resource 'user'; the nearest known resource is "
            "'users'."},
        {{"plan", source, "--set", "client.base_url="},
            "corest: client.base_url: expected text or a secret, found an empty text."},
        {{"plan", source, "--set", "client.base_url=api.example.com"},
            "corest: client.base_url: is no absolute http or https URL."},
        {{"plan", source, "--param", "workspace"},
            "corest: --param expects NAME=VALUE, and 'workspace' has no name or no equals sign."},
        {{"plan", source, "--param", "=acme"},
            "corest: --param expects NAME=VALUE, and '=acme' has no name or no equals sign."},
        {{"plan", source, "--only", "usres"},
            "corest: --only: there is no resource 'usres'; the nearest known resource is 'users'."},
    });
}

TEST_F(Mistakes, OfDestinations)
{
    const std::string file = folder.write("rows.csv", "id\n1\n");
    expect({
        {{"run", source, "--to", "sqlite:///data.db"},
            "corest: 'sqlite:///data.db' may be a path from the root or from the current folder. Write "
            "sqlite:/data.db or sqlite:data.db."},
        {{"run", source, "--to", "sqlite:" + folder.file("a.db") + "?timeout=soon"},
            "corest: the option 'timeout' of sqlite: is a whole number from 0 to 86400, found 'soon'."},
        {{"run", source, "--to", "sqlite:" + folder.file("a.db") + "?timeout=1&timeout=2"},
            "corest: the option 'timeout' of sqlite: is given twice. Give it one value."},
        {{"state", "csv:" + file},
            "corest: '" + file + "' is a file, and no directory. Name the directory that has a file for each table."},
        {{"state", "ndjson:" + file, "--reset"},
            "corest: '" + file + "' is a file, and no directory. Name the directory that has a file for each table."},
        {{"state", "sqlite:" + folder.file("none.db"), "--reset", "users"},
            "corest: --reset users: nothing is kept of a resource of that name."},
    });
    const std::vector<std::pair<std::string, std::string>> unknown = {
        {"sqllite:a.db", "'sqllite:a.db' is no destination that is known; the nearest known destination is 'sqlite'"},
        {"SQLITE:a.db", "'SQLITE:a.db' is no destination that is known; the nearest known destination is 'sqlite'"},
        {"postgress://me@host/db",
            "'postgress://host/db' is no destination that is known; the nearest known destination is 'postgresql://'"},
        {"a.db", "'a.db' is no destination that is known: for that file write sqlite:a.db"},
        {"a.duckdb", "'a.duckdb' is no destination that is known: for that file write duckdb:a.duckdb"},
        {"rows.csv", "'rows.csv' is no destination that is known: for a folder of such files write csv:DIR"},
        {"a.db?password=S3CR3T", "'a.db?password:...' is no destination that is known"},
        {"duckdb", "'duckdb' is no destination that is known: write duckdb:FILE"},
        {"duckdb:", "'duckdb:' is no destination that is known: write duckdb:FILE"},
        {"csv", "'csv' is no destination that is known: write csv:DIR"},
        {"nowhere", "'nowhere' is no destination that is known"},
    };
    for (const auto& [to, said] : unknown) {
        for (const std::vector<std::string>& words :
            {std::vector<std::string>{"run", source, "--to", to}, std::vector<std::string>{"state", to}})
        {
            const finished_command done = corest(words);
            EXPECT_EQ(done.status, 2) << to;
            EXPECT_EQ(done.err.rfind("corest: " + said + "; there are:\nsqlite:FILE  tables of an SQLite", 0), 0U)
                << done.err;
        }
    }
    const finished_command threads =
        corest({"run", source, "--to", "duckdb:" + folder.file("a.duckdb") + "?threads=0"});
    EXPECT_EQ(threads.status, 2);
    if (threads.err.find("without DuckDB") == std::string::npos) {
        EXPECT_EQ(
            threads.err, "corest: the option 'threads' of duckdb: is a whole number from 1 to 1024, found '0'.\n");
    }
}

TEST_F(Mistakes, OfTwoSources)
{
    const std::string other = folder.write("other.json",
        R"({"client": {"base_url": "https://api.example.com"}, "resources": [{"name": "users", "endpoint": {"path": "{area}/users"}}]})");
    const finished_command misspelt = corest({"diff", source, other, "--param", "aera=north"});
    EXPECT_EQ(misspelt.status, 2);
    EXPECT_NE(misspelt.err.find("give a constant with --param area=VALUE"), std::string::npos) << misspelt.err;
    const finished_command done = corest({"diff", source, other, "--param", "area=north"});
    EXPECT_EQ(done.status, 1) << done.err;
    EXPECT_NE(done.out.find("users.path"), std::string::npos) << done.out;
    expect({{{"diff", source, source, "--param", "area=north"},
        "corest: --param area: no path of either source has the placeholder {area}."}});
    EXPECT_EQ(corest({"diff", source, source, "--secrets", folder.write("s.json", "{}"), "--source", "1"}).status, 0);
}

TEST_F(Mistakes, OfFiles)
{
    const std::string text = folder.write("notes.txt", "nothing of the kind");
    const std::string cut = folder.write("cut.json", R"({"client": {"base_url": "https://a.b")");
    const std::string python_in_json = folder.write("python.json",
        R"({"client": {"base_url": "https://a.b", "auth": {"type": "bearer", "token": "dlt.secrets['token']"}}, "resources": ["a"]})");
    const std::string python_in_yaml = folder.write("python.yaml",
        "client:\n  base_url: https://a.b\nresources:\n  - name: a\n    endpoint: {params: {key: "
        "dlt.secrets.value}}\n");
    const std::string endless = folder.write("endless.yaml", "# a comma\n, client\n");
    expect({
        {{"plan", endless},
            "corest: " + endless
                + ":2:1: this is not valid YAML. A line is key: value, and what is below it is indented by spaces."},
        {{"plan", python_in_json},
            "corest: client.auth.token: 'dlt.secrets['token']' is Python, and only a text in JSON or YAML: it would be "
            "sent as it stands. A secret or a setting is {\"$secret\": \"NAME\"} there."},
        {{"plan", python_in_yaml},
            "corest: resources[0].endpoint.params.key: 'dlt.secrets.value' is Python, and only a text in JSON or YAML: "
            "it would be sent as it stands. A secret or a setting is {\"$secret\": \"NAME\"} there."},
        {{"plan", folder.file("absent.json")},
            "corest: the source file '" + folder.file("absent.json") + "' cannot be read: No such file or directory."},
        {{"plan", folder.path()}, "corest: the source file '" + folder.path() + "' cannot be read: it is a directory."},
        {{"plan", text},
            "corest: " + text
                + " is neither a JSON object nor does it have a call rest_api_source({...}). Give a dictionary as "
                  "JSON, or a "
                  "Python file or page with such a call."},
        {{"run", source, "--to", "-", "--secrets", folder.file("absent.toml")},
            "corest: the secrets file '" + folder.file("absent.toml") + "' cannot be read: No such file or directory."},
        {{"run", source, "--to", "-", "--env-file", folder.file("absent.env")},
            "corest: the environment file '" + folder.file("absent.env")
                + "' cannot be read: No such file or directory."},
        {{"run", source, "--to", "-", "--report", folder.file("absent/report.json")},
            "corest: --report " + folder.file("absent/report.json")
                + " cannot be written: No such file or directory. Name a file in a directory that exists and is "
                  "writable."},
        {{"run", source, "--to", "-", "--log", folder.file("absent/log")},
            "corest: --log " + folder.file("absent/log")
                + " cannot be written: No such file or directory. Name a file in a directory that exists and is "
                  "writable."},
    });
    const finished_command broken = corest({"plan", cut});
    EXPECT_EQ(broken.status, 2);
    EXPECT_NE(broken.err.find("cut.json:1:"), std::string::npos) << broken.err;
}

TEST_F(Mistakes, OfDictionaries)
{
    class wrong {
    public:
        std::string resources;
        std::string said;
        std::string client = R"("base_url": "https://a.b")";
    };
    const std::vector<wrong> all = {
        {R"({"name": "a", "endpoint": {"paht": "a"}})",
            "resources[0].endpoint.paht (resource 'a'): unknown key; the nearest known key is 'path'."},
        {R"({"name": "a", "endpoint": {"path": "a", "paginator": "ofset"}})",
            "resources[0].endpoint.paginator (resource 'a'): unknown paginator 'ofset'; the nearest known paginator is "
            "'offset'."},
        {R"({"name": "a", "write_disposition": "marge", "endpoint": {"path": "a"}})",
            "resources[0].write_disposition (resource 'a'): unknown write disposition 'marge'; the nearest known one "
            "is "
            "'merge'."},
        {R"({"name": "a", "write_disposition": "merge", "endpoint": {"path": "a"}})",
            "resources[0].primary_key (resource 'a'): is missing, and a merge needs it, or a merge_key; name the "
            "fields "
            "that identify a row, or write \"write_disposition\": \"append\" or \"replace\"."},
        {R"({"name": "a", "endpoint": {"path": "a"}}, {"name": "a", "endpoint": {"path": "b"}})",
            "resources[1].name: the name 'a' stands twice: resources[0] has it too."},
        {R"({"name": "a", "endpoint": {"path": "a/{b_id}/c"}})",
            "resources[0].endpoint.path (resource 'a'): {b_id} in 'a/{b_id}/c': nothing fills it: no other resource's "
            "path ends in 'a', none has that name, and there is no constant; name the parent, as in "
            "{resources.parent.id}, "
            "or give a constant with --param b_id=VALUE or endpoint.params."},
        {R"({"name": "a", "endpoint": {"path": "a", "data_selector": "$.["}})",
            "resources[0].endpoint.data_selector (resource 'a'): the path '$.[' is not understood at position 3: "
            "unexpected '['; expected a name. Write a name with other characters than letters, digits and _ as "
            "['name']."},
        {R"("a")", "client.auth.type: unknown kind of authentication; the nearest known kind is 'bearer'.",
            R"("base_url": "https://a.b", "auth": {"type": "beerer", "token": "x"})"},
        {R"("a")", "client.auth.token: is missing.", R"("base_url": "https://a.b", "auth": {"type": "bearer"})"},
        {R"("a")", "client.base_url: is no absolute http or https URL.", R"("base_url": "ftp://a.b")"},
        {"", "resources: expected at least one resource."},
    };
    for (const wrong& one : all) {
        const std::string file =
            folder.write("wrong.json", "{\"client\": {" + one.client + "}, \"resources\": [" + one.resources + "]}");
        expect({{{"plan", file}, "corest: " + one.said}});
    }
}

} // namespace mistakes_test
} // namespace
