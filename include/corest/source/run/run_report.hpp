#pragma once

/// \file
/// What a run has done, resource by resource: read by displays while it goes on, written as the report at its end.

#include <corest/config.hpp>
#include <corest/resource/walk_statistics.hpp>
#include <corest/retry/concurrency_statistics.hpp>

#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source {

/// How far a resource is.
enum class resource_state {
    waiting, ///< for its first parent
    running,
    done,   ///< all of its rows are in
    staged, ///< all of its rows are there, and become visible when the run is gone on with and ends well
    failed, ///< see `resource_report::failure`
    /// Rows may be missing, or those that they belong to: a resource above it failed, or the server says that there is
    /// more than it has sent (`walk_statistics::incomplete`).
    incomplete,
    interrupted ///< cancelled, or given up because the whole run failed
};

/// "waiting", "running", "done", ...
[[nodiscard]] COREST_DECL std::string_view to_string(resource_state s) noexcept;

/// What a destination holds of a resource, and what the server has said of it: counted at the end of a run that is to
/// be verified.
class verification {
public:
    std::uint64_t rows = 0;              ///< in the resource's table, those of earlier runs too
    std::optional<std::uint64_t> keys;   ///< different primary keys among them; none: there is no primary key
    std::optional<std::uint64_t> stated; ///< records that the server states, summed up; none: it has stated none
    std::uint64_t stated_walks = 0;      ///< collections of which it has
    std::uint64_t walks = 0;             ///< collections that this process has read to their end
    std::uint64_t received = 0;          ///< records that this process has received
    /// Why the table's rows say nothing about what the server states; empty: the two were compared.
    std::string not_compared;
    /// What does not agree, a sentence each.
    std::vector<std::string> differences;
};

/// From where to where an incremental resource was read: what was new.
class cursor_range {
public:
    std::string field; ///< the cursor's path in a record
    std::optional<std::string>
        from; ///< the least value that a collection began at; none: one was read from its beginning
    std::optional<std::string> to; ///< the furthest that was reached; none: nothing came, now or before
    std::uint64_t collections = 0; ///< that were read
};

/// A table whose rows are nested in those of a resource's table (`max_table_nesting`).
class nested_report {
public:
    std::string table;                ///< its name
    std::uint64_t rows = 0;           ///< taken by the destination, in the run's earlier processes too
    std::uint64_t discarded_rows = 0; ///< left out, as the contract says, or because the rows were that they are in
    /// In the table, those of earlier runs too: counted at the end of a run that is to be verified.
    std::optional<std::uint64_t> held;
};

/// One resource of a run.
class resource_report {
public:
    std::string name;                               ///< of the resource
    std::size_t depth = 0;                          ///< in the tree, 0 for a root
    bool stored = true;                             ///< false: only read for the sake of its children
    resource_state state = resource_state::waiting; ///< how far it is
    std::uint64_t rows = 0;          ///< handed to the destination and taken by it, by the run's earlier processes too
    std::uint64_t pages = 0;         ///< stored, by the run's earlier processes too
    std::uint64_t resumed_rows = 0;  ///< of `rows`: those of earlier processes
    std::uint64_t resumed_pages = 0; ///< of `pages`: those of earlier processes
    std::size_t resumed_walks = 0;   ///< that were open when the run was gone on with
    std::uint64_t restarted = 0;     ///< walks that could not go on where they stood, and began anew
    std::uint64_t duplicate_parents = 0; ///< parents that led to a collection which was read already
    std::size_t in_flight = 0;           ///< requests at this moment, those that wait for a retry included
    std::uint64_t retries = 0;           ///< so far, those under way included
    std::chrono::nanoseconds waited{0};  ///< for those retries
    /// Until when a request waits for its next attempt, or the next question how far a report is; of several, the one
    /// that waits longest. Past: none does.
    std::chrono::steady_clock::time_point waits_until{};
    std::string waits_for; ///< "Retry-After of api.example.com"; where nobody asks for it, "status 503" or the failure
    bool awaits_report = false; ///< that wait is for a report (`poll`): no request is under way
    /// Of `rows`, those whose primary key the table had not before the run. None: nobody has counted, as the resource
    /// is not incremental, or the destination cannot count, or the run had been begun by an earlier process.
    std::optional<std::uint64_t> new_rows;
    std::optional<cursor_range> cursor; ///< of an incremental resource, once a collection is read
    /// Of a merge that is not done: rows that the destination has taken are not in the table, as to merge them was
    /// interrupted, or failed, or is done at the end. A run that is gone on with does it.
    bool has_unmerged_rows = false;
    std::uint64_t discarded_rows = 0;   ///< left out, as the schema's contract says
    std::uint64_t discarded_values = 0; ///< left out of rows that are stored
    std::vector<nested_report> nested;  ///< tables of what is nested in its rows, by their names
    /// That its table is new, or which columns are, or are others, as the destination tells: a sentence each.
    std::vector<std::string> table_changes;
    /// What came that was not as its schema says, and what is different of that since the last run: a sentence each.
    std::vector<std::string> schema_changes;
    std::optional<verification> verified; ///< where the run is to be verified, and the destination can be read back
    /// What its walks have counted.
    std::shared_ptr<walk_statistics> statistics = std::make_shared<walk_statistics>();
    std::exception_ptr failure;                       ///< null, or why it is not done
    std::chrono::steady_clock::time_point started{};  ///< its first request; zero: not yet
    std::chrono::steady_clock::time_point finished{}; ///< its end; zero: not yet

    /// From its first request to its end, or until now.
    [[nodiscard]] COREST_DECL std::chrono::nanoseconds duration() const noexcept;
    /// What a reader should know though nothing failed, a sentence each: of its walks, and of parents and responses
    /// that were left out.
    [[nodiscard]] COREST_DECL std::vector<std::string> warnings() const;
};

/// A run.
class run_report {
public:
    std::string source;                               ///< the API's address, or the name of the secret that it is
    std::string source_name;                          ///< that the file gives the source; empty: none
    std::string source_file;                          ///< `load_options::source_file`
    std::string plan_hash;                            ///< see `corest::source::plan_hash`
    std::string destination;                          ///< `load_options::destination_name`
    std::string destination_library;                  ///< `any_destination::library_version`, once its tables are open
    std::vector<resource_report> resources;           ///< in the order of the plan
    std::chrono::system_clock::time_point date{};     ///< when it began, by the wall clock
    std::chrono::steady_clock::time_point started{};  ///< for durations
    std::chrono::steady_clock::time_point finished{}; ///< zero: not yet
    /// When the run was begun that is gone on with; none: by this process.
    std::optional<std::chrono::system_clock::time_point> resumed;
    /// What it has stored is kept where it does not end well, for who goes on with it.
    bool is_resumable = false;
    /// How many requests at once the server takes; null until the run has connected.
    std::shared_ptr<const concurrency_statistics> concurrency;

    /// True where every resource is done.
    [[nodiscard]] COREST_DECL bool complete() const noexcept;
    /// True where all that the server has sent is in: what is not done is incomplete by the server's own word.
    [[nodiscard]] COREST_DECL bool stored_all() const;
    /// True where nothing differs of what was verified.
    [[nodiscard]] COREST_DECL bool agrees() const noexcept;
    /// How many rows the run had when it was gone on with.
    [[nodiscard]] COREST_DECL std::uint64_t resumed_rows() const noexcept;
    /// The texts of all failures, each once, in the order of the resources.
    [[nodiscard]] COREST_DECL std::vector<std::string> failures() const;
};

/// What a resource has brought, in a sentence for people: how it came out, how many rows, and of an incremental one
/// what was new and from where to where its cursor has come.
[[nodiscard]] COREST_DECL std::string summary(const resource_report& r);

/// How many requests at once the server takes, in a clause: "4 of 8 requests at once, as the server refuses some".
/// \return an empty text where there are as many as there may be
[[nodiscard]] COREST_DECL std::string concurrency_text(const run_report& report);

/// The report as JSON: source, destination, versions, begin and end, requests at once; per resource state, requests as
/// the server saw them (and how many of them were asked ahead, and discarded), pages, rows, what was new, what became
/// of its table, retries, seconds waited, ignored responses, skipped parents, what was detected and stated, warnings,
/// error; and `summary`, the same in sentences.
[[nodiscard]] COREST_DECL boost::json::value to_json(const run_report& report);

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/run_report.ipp>
#endif
