#pragma once

/// \namespace corest::source
/// Dictionaries: what is to be loaded, and into what tables, as data.

/// \file
/// A source from its file to its destination, in three steps: `load(file).plan(options)`, then `check` or `run`.
///
/// \code
/// const auto source = corest::source::load("source.py").plan();
/// const corest::source::secret_store secrets; // the environment
/// auto report = co_await source.run(corest::sqlite_destination("data.db"), secrets);
/// \endcode
///
/// What the steps are made of (`read_source`, `apply_override`, `check_source`, `make_plan`, `resolve_secrets`, and the
/// `check` and `pages` of a plan) can be called one by one too.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/net.hpp>
#include <corest/resource/collection.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/plan/plan_options.hpp>
#include <corest/source/plan/secrets.hpp>
#include <corest/source/plan/configuration_values.hpp>
#include <corest/source/read/read_options.hpp>
#include <corest/source/read/source_reading.hpp>
#include <corest/source/run/check.hpp>
#include <corest/source/run/connect.hpp>
#include <corest/source/run/find_schemas.hpp>
#include <corest/source/run/pages.hpp>
#include <corest/source/run/run.hpp>
#include <corest/source/run/run_report.hpp>
#include <corest/source/schema/json_schema.hpp>
#include <corest/source/schema/registry.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source {

/// Where a run's progress can be read while it goes on. Copies read the same run.
class progress {
public:
    progress() : report_(std::make_shared<std::shared_ptr<const run_report>>()) {}

    /// What has been done so far; null before the run began. To be read on the run's thread; after the run, also one
    /// that was cancelled, it is the last state.
    [[nodiscard]] std::shared_ptr<const run_report> report() const noexcept { return *report_; }

private:
    friend class planned_source;
    std::shared_ptr<std::shared_ptr<const run_report>> report_;
};

/// What a run needs besides destination and secrets.
class load_options : public connect_options {
public:
    load_options() = default;

    /// Rows of each resource, parents included; no page beyond is requested.
    std::uint64_t limit = collection::unlimited;
    /// A run that an earlier process has not ended is not gone on with.
    bool restart = false;
    /// At the end what the destination holds is counted, and compared: see `resource_report::verified`.
    bool verify = false;
    /// Who loads, for who finds the destination taken.
    std::string program = "corest";
    /// What the rows go into, for the report; without credentials.
    std::string destination_name;
    /// The file that the source was read from, for the report.
    std::string source_file;
    /// Shows the run while it goes on.
    corest::source::progress progress;
};

/// A source with its plan made: shows itself, checks, runs. Holds no secret. A value.
class planned_source {
public:
    /// \param p without secrets looked up
    explicit planned_source(plan p) : plan_(std::move(p)) {}

    /// The plan for people: the tree of resources, with parents, paths and paginators; no secret.
    [[nodiscard]] COREST_DECL std::string to_text() const;
    /// The plan for programs, with the same content.
    [[nodiscard]] COREST_DECL boost::json::value to_json() const;
    /// What the dictionary says without effect.
    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return plan_.warnings; }
    /// The resources that a run reads, parents that are not stored among them.
    [[nodiscard]] const std::vector<planned_resource>& resources() const noexcept { return plan_.resources; }
    /// Everything that is planned.
    [[nodiscard]] const corest::source::plan& details() const noexcept { return plan_; }

    /// Reads the first page of each resource: are address, credentials, selectors, parents and keys right? On the
    /// awaiting coroutine's executor. What is wrong with a resource is in its result; see `check` of a plan.
    /// \param secrets where the plan's secrets are looked up, by this call itself
    /// \param options how the API is reached
    /// \throws error (missing_secret) naming each that is missing
    [[nodiscard]] COREST_DECL net::awaitable<std::vector<check_result>> check(
        const secret_store& secrets, connect_options options = connect_options()) const;

    /// The pages of all resources, as they come; see `pages` of a plan for what happens when a resource fails.
    ///
    /// \code
    /// auto pages = source.pages(executor, secrets);
    /// while (auto p = co_await pages.next()) {
    ///     std::cout << p->resource() << ' ' << p->page().size() << '\n';
    /// }
    /// \endcode
    /// \param executor that of the coroutine that awaits
    /// \param secrets where the plan's secrets are looked up, by this call itself
    /// \param options how the API is reached, and how many rows of each resource are read
    /// \throws error (missing_secret) naming each that is missing
    [[nodiscard]] COREST_DECL async_generator<source_page> pages(
        net::any_io_executor executor, const secret_store& secrets, const load_options& options = load_options()) const;

    /// Reads some rows of each resource, and says what its columns are: declared ones as they are declared, others as
    /// they are found (`schema::infer`). On the awaiting coroutine's executor.
    /// \param secrets where the plan's secrets are looked up, by this call itself
    /// \param options how the API is reached, and how many rows of each resource are looked at
    /// \throws error (missing_secret) naming each that is missing; as `pages`
    [[nodiscard]] COREST_DECL net::awaitable<std::vector<found_schema>> find_schemas(
        const secret_store& secrets, const load_options& options) const;

    /// Loads every resource into its own table, on the awaiting coroutine's executor, or on a strand over it where that
    /// is not known to be one thread's.
    ///
    /// Each collection is read once, however many children a resource has; parents' pages are written before their
    /// children are read. Memory depends on the concurrency, not on the number of rows. A resource that fails ends
    /// together with what is below it, whose tables keep the merged rows that are in and get none of the staged ones;
    /// the others go on, unless the failure concerns the whole API (host, TLS, credentials).
    ///
    /// Where the destination keeps progress (`resumable_destination`) a run that did not end well is gone on with by
    /// the next one of the same plan within a day: no page that was stored is asked for again. Appended rows become
    /// visible when the whole run has ended well.
    /// \param destination takes the rows
    /// \param secrets where the plan's secrets are looked up, by this call itself
    /// \param options how the API is reached, how many rows are read, and where progress is shown
    /// \return the report; failures of resources are in it
    /// \throws error (missing_secret) naming each that is missing; system_error (operation_aborted) when cancelled:
    ///         what was committed stays, and `options.progress` has the report
    [[nodiscard]] COREST_DECL net::awaitable<run_report> run(
        any_destination destination, const secret_store& secrets, load_options options = load_options()) const;
    /// The same, into a destination that the program has registered (`register_destination`).
    /// \param address its scheme, a colon, and what its maker reads: "kafka:topic"
    /// \param secrets as above
    /// \param options as above
    /// \throws error (invalid_argument) where no such scheme is registered; what the maker throws
    [[nodiscard]] COREST_DECL net::awaitable<run_report> run(
        const std::string& address, const secret_store& secrets, load_options options = load_options()) const;

private:
    [[nodiscard]] COREST_DECL corest::source::plan resolved(const secret_store& secrets) const;

    corest::source::plan plan_;
};

/// A source as it is written down: its dictionary, not checked yet. A value.
class definition {
public:
    /// \param dictionary from `read_source`
    explicit definition(boost::json::value dictionary) { reading_.dictionary = std::move(dictionary); }
    /// \param reading from `read_source`
    explicit definition(source_reading reading) : reading_(std::move(reading)) {}

    /// Changes a value of the dictionary.
    /// \param setting `path=value`, as `client.base_url=URL`; see `apply_override`
    /// \throws error (invalid_source) naming the part that is wrong and the nearest known name; never the value
    COREST_DECL definition& set(std::string_view setting) &;
    /// The same, for chaining: `load(file).set("client.base_url=" + url).plan()`.
    [[nodiscard]] COREST_DECL definition set(std::string_view setting) &&;

    /// Looks up the configuration values of a Python file (`dlt.config`, environment variables) that stand where a plan
    /// needs the value itself: in a path, a limit, the name of a table. Elsewhere they are secrets, which a run looks
    /// up. Where this is not called, `plan` looks into the environment of the process.
    /// \param find the value of a name, if it is there
    COREST_DECL definition& configure(configuration_lookup find) &;
    /// What `configure` has looked up.
    [[nodiscard]] const std::vector<configuration_value>& configuration() const noexcept { return configuration_; }

    /// The dictionary as it is now.
    [[nodiscard]] const boost::json::value& dictionary() const noexcept { return reading_.dictionary; }
    /// The name that the file gives the source; empty: none.
    [[nodiscard]] const std::string& name() const noexcept { return reading_.name; }
    /// The section that the file gives it, for its secrets; empty: the file's own name.
    [[nodiscard]] const std::string& section() const noexcept { return reading_.section; }

    /// The secrets that decide by being there what the dictionary is, and whether each is: see `source_reading`.
    [[nodiscard]] const std::vector<std::pair<std::string, bool>>& conditions() const noexcept
    {
        return reading_.conditions;
    }

    /// Checks the dictionary and finds parents and bindings. Looks up no secret and sends nothing.
    /// \throws error (invalid_source) with up to ten problems: see `check_source` and `make_plan`
    [[nodiscard]] COREST_DECL planned_source plan(const plan_options& options = plan_options{}) const;

private:
    source_reading reading_;
    configuration_lookup find_; ///< of `configure`
    std::vector<configuration_value> configuration_;
    std::vector<std::string> settings_; ///< of `set`
};

/// Reads a source from a file: JSON, or a .py, .ipynb, .md or .txt file with `rest_api_source({...})` in it; 16 MiB at
/// most. No Python is run: see `read_python` for what is understood.
/// \param path of the file
/// \param options which of several sources, and what the file leaves open
/// \throws error (invalid_source) with line and column; where the file cannot be read
[[nodiscard]] COREST_DECL definition load(const std::string& path, const read_options& options = read_options{});

/// Reads a source from a text, as `load` reads a file.
/// \param text what the file would hold
/// \param name of the text, for messages
/// \param options which of several sources, and what the text leaves open
[[nodiscard]] COREST_DECL definition load_text(
    std::string_view text, std::string_view name = "source", const read_options& options = read_options{});

} // namespace corest::source

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/impl/source.ipp>
#endif
