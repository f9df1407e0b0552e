/// \file
/// The command `corest`: reads a REST API, described by a dictionary, into a database or files.

#include "command_help.hpp"
#include "commands.hpp"
#include "destinations.hpp"
#include "duration.hpp"
#include "misspelling.hpp"
#include "private_memory.hpp"

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/version.hpp>

#include <CLI/CLI.hpp>

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

/// True where a run cannot begin because of what was given.
bool is_wrong_usage(const corest::error& e)
{
    return e.kind() == corest::errc::invalid_source || e.kind() == corest::errc::missing_secret
        || e.kind() == corest::errc::invalid_argument;
}

/// A check of a whole number, in words that say what is expected.
auto whole_number(std::uint64_t least, std::uint64_t most)
{
    return [least, most](const std::string& text) {
        std::uint64_t number = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
        return fault == std::errc() && end == text.data() + text.size() && number >= least && number <= most
            ? std::string()
            : "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ", found '"
                + text + "'";
    };
}

/// A check of a word that is one of a few.
auto one_of(std::vector<std::string> words)
{
    return [words = std::move(words)](const std::string& text) {
        return std::find(words.begin(), words.end(), text) != words.end()
            ? std::string()
            : "expected " + corest::detail::join_words(words, "or") + ", found '" + text + "'";
    };
}

void add_overrides(CLI::App& command, cli::arguments& given)
{
    command
        .add_option("--set", given.settings,
            "Override a value of the dictionary: client.base_url=URL, resources.NAME.endpoint.params.q=x. JSON where "
            "it can be: 5 is a number, '\"5\"' a text")
        ->type_name("PATH=VALUE")
        ->allow_extra_args(false);
    command
        .add_option("--param", given.params,
            "A constant: workspace=acme fills {workspace} in a path, and the parameter of a Python function")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    command.add_option("--only", given.only, "Only these resources; their parents are read too, but not stored")
        ->type_name("NAME,...")
        ->delimiter(',')
        ->allow_extra_args(false);
}

/// How a source is read.
void add_reading(CLI::App& command, cli::arguments& given)
{
    command.add_option("--source", given.which_source, "Which source, where the file has several")->type_name("N|NAME");
    command.add_flag("--python", given.python,
        "Have python3 run the file, with a stand-in for dlt that loads nothing, and take the dictionary that it makes");
    command.add_option("--python-limit", given.python_limit, "How long Python may take, in seconds (default: 60)")
        ->type_name("N")
        ->check(whole_number(1, 86400));
    command.add_flag("--skip-processing-steps", given.skip_processing_steps,
        "Leave out the processing_steps that are Python functions");
    add_overrides(command, given);
}

CLI::Option& add_source(CLI::App& command, cli::arguments& given)
{
    CLI::Option& source =
        *command
             .add_option("SOURCE", given.source,
                 "JSON or YAML; a .py, .ipynb, .md or .txt file with rest_api_source({...}) in it; - is standard input")
             ->required();
    add_reading(command, given);
    return source;
}

void add_secrets(CLI::App& command, cli::arguments& given)
{
    command
        .add_option("--secrets", given.secrets,
            "Secrets: a TOML or JSON file, before .dlt/secrets.toml. The environment comes first: `access_token` is "
            "ACCESS_TOKEN there")
        ->type_name("FILE")
        ->allow_extra_args(false);
    command.add_option("--env-file", given.environment_files, "Lines NAME=VALUE, behind the environment")
        ->type_name("FILE")
        ->allow_extra_args(false);
}

void add_concurrency(CLI::App& command, cli::arguments& given)
{
    command.add_option("--concurrency", given.concurrency, "Requests at once, of all resources together (default: 8)")
        ->type_name("N")
        ->check(whole_number(1, 1024));
}

void add_request_log(CLI::App& command, cli::arguments& given)
{
    command.add_flag("--verbose,-v", given.verbose, "A line for each request, with status, bytes, time and attempts");
    command.add_option("--log", given.log, "Write the requests, and what happened to them, as JSON lines")
        ->type_name("FILE");
    command.add_flag("--debug-http", given.debug_http,
        "Show each request and response with its headers and the beginning of its body, secrets masked");
}

void add_limit(CLI::App& command, cli::arguments& given, const std::string& description)
{
    command.add_option("--limit", given.limit, description)->type_name("ROWS")->check([](const std::string& text) {
        const bool good = text.find_first_not_of("0123456789") == std::string::npos
            && text.find_first_not_of('0') != std::string::npos && text.size() < 19;
        return good ? std::string() : "expected a whole number of rows, at least 1, found '" + text + "'";
    });
}

constexpr const char* exit_statuses =
    "Exit status: 0 all rows are in, 1 the run failed, 2 the dictionary or the command line is wrong,\n"
    "3 nothing failed and the server says that there is more than it has sent, 130 interrupted, or its\n"
    "--deadline has passed (what was committed stays whole, and the same command goes on there), 141 the\n"
    "program that read --to - has ended.\n\n";

/// What tables, reports and `state` say, in other words.
constexpr const char* words =
    "Words of the table at the end of a run, of its report and of state:\n"
    "  collection    one list of the API, page after page: that of a resource, or of a child for one parent;\n"
    "                open: not read to its end\n"
    "  asked ahead   of requests: sent before the page before theirs had come; in vain: not needed\n"
    "  cursor        the last value that an incremental resource has seen: the next run asks for what is newer\n"
    "  loading       rows are still missing\n"
    "  staged        all rows have come; they are seen when the whole run has ended well (in state: complete)\n"
    "  done          all rows are in the table (in state: published); a merge keeps one for each primary key\n"
    "  incomplete    rows may be missing: a warning says why, or a resource above it has not been read whole\n"
    "  interrupted   stopped before its end, by ctrl-C, --deadline or a failure that ends the whole run\n\n";

constexpr const char* ways_to_read_anew =
    "To read anew (\"Which of them mends what\" in doc/incremental.md has a table of cases):\n"
    "  run --restart        does not go on with a run that has stopped; cursors and rows stay\n"
    "  run --full-refresh   reads everything, and replaces each table by what came\n"
    "  state --reset        forgets cursors and unfinished runs, of all or of one resource; rows stay\n\n";

constexpr const char* examples = "Examples:\n"
                                 "  corest plan source.py\n"
                                 "  corest check source.py --secrets secrets.toml\n"
                                 "  corest run source.py --to sqlite:data.db --only projects,samples --limit 100\n"
                                 "  corest state sqlite:data.db";

} // namespace

int main(int argc, char** argv)
{
    cli::keep_memory_private();
    CLI::App app(
        "Reads a REST API, described by a dlt rest_api_source dictionary, into a database or files.", "corest");
    app.set_version_flag("--version", "corest " COREST_VERSION);
    app.require_subcommand(1);
    app.footer(std::string(exit_statuses) + examples); // of the other commands too
    cli::arguments given;

    CLI::App& plan =
        *app.add_subcommand("plan", "Show the tree of resources: parents, paths, paginators. Sends nothing");
    add_source(plan, given);
    add_secrets(plan, given);
    plan.add_flag("--full-refresh", given.full_refresh, "As for run");
    plan.add_flag("--json", given.json, "As JSON");
    plan.add_option("--to", given.destination, "Say also whether a run into it goes on with an earlier one")
        ->type_name("DESTINATION");
    add_limit(plan, given, "As for run; with --to");

    CLI::App& run = *app.add_subcommand("run", "Load every resource into its own table");
    add_source(run, given);
    add_secrets(run, given);
    add_concurrency(run, given);
    run.add_option("--to", given.destination, "Where the rows go:\n" + cli::destination_forms())
        ->required()
        ->type_name("DESTINATION");
    add_limit(run, given, "Rows of each resource, parents included; no page beyond is read");
    add_request_log(run, given);
    run.add_flag("--full-refresh", given.full_refresh,
        "Read everything, and replace every table, whatever its write_disposition");
    run.add_flag("--restart", given.restart,
        "Begin anew. Else a run that did not end well within 24 hours is gone on with where it stopped. Cursors stay");
    run.add_option("--deadline", given.deadline,
           "Stop after that time, as ctrl-C does: 90s, 30m, 2h or 1d. The same command goes on there")
        ->type_name("TIME")
        ->check([](const std::string& text) {
            return cli::parse_duration(text) ? std::string()
                                             : "expected a whole number of seconds, minutes, hours or days, as in 90s, "
                                               "30m, 2h or 1d, found '"
                    + text + "'";
        });
    run.add_flag("--verify", given.verify,
        "Count at the end what the destination holds: rows, different primary keys, and the records that the server "
        "states; "
        "a difference is said, and exits with 3");
    run.add_flag("--allow-incomplete", given.allow_incomplete,
        "Exit with 0 also where the server says that there is more than it has sent");
    run.add_option("--report", given.report, "Write a report of the run, as JSON")->type_name("FILE");
    run.add_option("--progress", given.progress, "auto: a live table on a terminal, else plain lines")
        ->type_name("auto|plain|none")
        ->check(one_of({"auto", "plain", "none"}));

    CLI::App& check = *app.add_subcommand(
        "check", "Read the first page of each resource: are address, credentials, selectors and keys right?");
    add_source(check, given);
    add_secrets(check, given);
    add_concurrency(check, given);
    add_request_log(check, given);

    CLI::App& secrets = *app.add_subcommand(
        "secrets", "The secrets that it needs, and where each was found or looked for. Sends nothing");
    add_source(secrets, given);
    add_secrets(secrets, given);

    CLI::App& schema = *app.add_subcommand(
        "schema", "Print the columns of each table, declared or found in the first rows, as `columns` to paste");
    CLI::Option& schema_source = add_source(schema, given);
    schema_source.required(false); // --dictionary needs none
    add_secrets(schema, given);
    add_concurrency(schema, given);
    add_request_log(schema, given);
    add_limit(schema, given, "Rows of each resource that are looked at (default: 100)");
    schema.add_flag("--dictionary", given.dictionary,
        "Print the JSON Schema of the dictionary instead, without SOURCE: the same as schema-json");
    CLI::App& state = *app.add_subcommand("state", "Show what a destination keeps of runs: how far they are, cursors");
    state.add_option("DESTINATION", given.destination, "As for run --to")->required();
    state.add_flag("--json", given.json, "As JSON, with all collections that are open");
    const CLI::Option& reset = *state
                                    .add_option("--reset", given.reset_resource,
                                        "Forget unfinished runs and cursors, of a resource or of all; rows stay")
                                    ->type_name("[RESOURCE]")
                                    ->expected(0, 1);

    const CLI::App& schema_json =
        *app.add_subcommand("schema-json", "Print the JSON Schema of the dictionary, for editors. Sends nothing");
    CLI::App& exported = *app.add_subcommand(
        "export", "Print the dictionary that was understood, as JSON: no Python, no defaults of functions left in it");
    add_source(exported, given);
    add_secrets(exported, given);
    CLI::App& diff = *app.add_subcommand(
        "diff", "Show what differs between the plans of two sources. Exit status: 0 nothing, 1 something");
    diff.add_option("OLD", given.source, "As SOURCE for plan")->required();
    diff.add_option("NEW", given.other_source, "As SOURCE for plan")->required();
    add_reading(diff, given);
    add_secrets(diff, given);
    diff.add_flag("--full-refresh", given.full_refresh, "As for run");
    diff.add_flag("--json", given.json, "As a JSON list");
    std::string shell;
    CLI::App& completion = *app.add_subcommand("completion", "Print a script that completes the words of corest");
    completion.add_option("SHELL", shell, "For which shell")
        ->required()
        ->type_name("bash|zsh|fish")
        ->check(one_of({"bash", "zsh", "fish"}));
    const CLI::App& manual = *app.add_subcommand("man", "Print the manual page, for man(1)");
    for (CLI::App* const command : {&app, &run, &state}) {
        command->footer(std::string(exit_statuses) + words + ways_to_read_anew + examples);
    }

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        std::string fault;
        if (e.get_exit_code() != 0) {
            fault = cli::describe_misspelling(app, argc, argv);
            const bool lacks = e.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError);
            fault = fault.empty() && lacks ? cli::describe_missing(app) : fault;
            fault = fault.empty() ? cli::describe_repetition(app) : fault;
            fault = fault.empty() ? cli::describe_extra(app) : fault;
            fault = fault.empty() ? e.what() : fault;
        }
        if (!fault.empty()) {
            std::cerr << "corest: " << fault << "\nRun with --help for more information.\n";
            return cli::wrong_usage;
        }
        return app.exit(e) == 0 ? cli::ok : cli::wrong_usage; // what --help and --version print
    }
    given.reset = reset.count() != 0;
    if (schema.parsed() && given.dictionary == (schema_source.count() != 0)) {
        std::cerr << "corest: "
                  << (given.dictionary ? "schema --dictionary takes no SOURCE: it is the same for all of them"
                                       : cli::describe_need(schema, schema_source))
                  << "\nRun with --help for more information.\n";
        return cli::wrong_usage;
    }
    try {
        const int status = plan.parsed() ? cli::plan_command(given)
            : run.parsed()               ? cli::run_command(given)
            : schema.parsed()            ? cli::schema_command(given)
            : secrets.parsed()           ? cli::secrets_command(given)
            : state.parsed()             ? cli::state_command(given)
            : schema_json.parsed()       ? cli::schema_json_command()
            : exported.parsed()          ? cli::export_command(given)
            : diff.parsed()              ? cli::diff_command(given)
            : completion.parsed()        ? cli::print(cli::completion_script(app, shell))
            : manual.parsed()            ? cli::print(cli::manual_page(app))
                                         : cli::check_command(given);
        if (status == cli::interrupted) { // what was stopped in the middle is not waited for, nor tidied up
            std::cout.flush();
            std::fflush(nullptr);
            ::_exit(status);
        }
        return status;
    } catch (const corest::error& e) {
        std::cerr << "corest: " << e.what() << '\n';
        return is_wrong_usage(e) ? cli::wrong_usage : cli::failed;
    } catch (const std::exception& e) {
        std::cerr << "corest: " << e.what() << '\n';
        return cli::failed;
    }
}
