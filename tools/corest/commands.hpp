#pragma once

/// \file
/// What the command does, once its arguments are read.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cli {

/// The arguments of all subcommands; each uses those that it declares.
struct arguments {
    std::string source;
    std::string other_source;                   ///< NEW of `diff`
    std::vector<std::string> settings;          ///< --set PATH=VALUE
    std::vector<std::string> params;            ///< --param NAME=VALUE
    std::vector<std::string> secrets;           ///< --secrets FILE
    std::vector<std::string> environment_files; ///< --env-file FILE
    std::string which_source;                   ///< --source N|NAME
    bool skip_processing_steps = false;
    bool python = false;        ///< have Python run the file
    unsigned python_limit = 60; ///< seconds
    std::vector<std::string> only;
    bool full_refresh = false;
    bool json = false;
    bool restart = false;
    bool allow_incomplete = false;
    bool verify = false;
    bool reset = false;
    std::string reset_resource; ///< --reset RESOURCE; empty: everything
    std::string destination;
    std::optional<std::uint64_t> limit;
    std::optional<std::size_t> concurrency;
    std::string deadline; ///< --deadline 2h; empty: none
    std::string report;
    std::string progress = "auto";
    bool verbose = false;    ///< a line for each request
    bool debug_http = false; ///< headers and bodies
    bool dictionary = false; ///< `schema --dictionary`
    std::string log;         ///< --log FILE
};

/// Exit statuses.
enum status : int {
    ok = 0,          ///< all rows are in
    failed = 1,      ///< the run failed
    wrong_usage = 2, ///< the dictionary or the command line is wrong
    incomplete = 3,  ///< nothing failed, and the server says that there is more than it has sent
    interrupted = 130,
    reader_ended = 141 ///< the program that read standard output has ended: as SIGPIPE ends others
};

/// Prints the plan; sends nothing.
int plan_command(const arguments& given);
/// Loads every resource.
int run_command(const arguments& given);
/// Reads the first page of each resource, and prints what a run would find.
int check_command(const arguments& given);

/// Prints the columns of each resource's table, declared and found; with --dictionary what `schema_json_command` does.
int schema_command(const arguments& given);

/// Prints the secrets that the source needs, and where each was found or looked for; sends nothing.
int secrets_command(const arguments& given);

/// The constants of `--param`.
/// \throws corest::error (invalid_argument) where one has no name or no equals sign, or is given twice
std::vector<std::pair<std::string, std::string>> params_of(const arguments& given);

/// Shows, or forgets, what a destination keeps of runs.
int state_command(const arguments& given);

/// Prints the JSON Schema of the dictionary; sends nothing.
int schema_json_command();

/// Prints the dictionary that was understood, as JSON; sends nothing.
int export_command(const arguments& given);

/// Prints what differs between two plans; sends nothing. \return `failed` where anything does
int diff_command(const arguments& given);

/// Writes to standard output. \return the command's exit status
int print(const std::string& text);

} // namespace cli
