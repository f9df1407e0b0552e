#include "commands.hpp"

#include "destinations.hpp"
#include "display.hpp"
#include "duration.hpp"
#include "figures.hpp"
#include "interruptible.hpp"
#include "next_run.hpp"
#include "pretty_json.hpp"
#include "request_log.hpp"
#include "secret_places.hpp"
#include "source_file.hpp"

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/plan/plan_changes.hpp>
#include <corest/source/plan/resolve_secrets.hpp>
#include <corest/source/source.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(detached.hpp)

#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

namespace cli {

namespace {

namespace net = corest::net;

void warn(const std::string& text)
{
    std::cerr << "corest: warning: " << text << '\n';
}

/// Reads and overrides.
corest::source::definition read_definition(const arguments& given)
{
    corest::source::definition source = load_source(given);
    for (const std::string& setting : given.settings) {
        source.set(setting);
    }
    source.configure([given, name = source.name(), section = source.section(),
                         opened = std::shared_ptr<corest::source::secret_store>()](const std::string& wanted) mutable {
        if (!opened) {
            opened = std::make_shared<corest::source::secret_store>(open_secrets(given, name, section).store);
        }
        const auto found = opened->find(wanted);
        return found ? std::optional<std::string>(found->reveal()) : std::nullopt;
    });
    return source;
}

/// Checks and plans.
corest::source::planned_source plan_of(
    const corest::source::definition& source, const arguments& given, bool allow_unused_params = false)
{
    corest::source::plan_options options;
    options.params = params_of(given);
    options.only = given.only;
    options.full_refresh = given.full_refresh;
    options.allow_unused_params = allow_unused_params;
    return source.plan(options);
}

/// Reads, overrides, checks and plans.
corest::source::planned_source read_plan(const arguments& given)
{
    return plan_of(read_definition(given), given);
}

/// Reads two plans for a comparison. A parameter need be one of either only.
/// \throws corest::error (invalid_source) where it is of neither
std::pair<corest::source::planned_source, corest::source::planned_source> read_both_plans(
    const arguments& one, const arguments& other)
{
    constexpr bool allow_unused_params = true;
    std::pair both(plan_of(read_definition(one), one, allow_unused_params),
        plan_of(read_definition(other), other, allow_unused_params));
    const auto& second = both.second.details().unused_params;
    for (const std::string& name : both.first.details().unused_params) {
        if (std::find(second.begin(), second.end(), name) != second.end()) {
            throw corest::error(corest::errc::invalid_source,
                "--param " + name + ": no path of either source has the placeholder {" + name + "}");
        }
    }
    return both;
}

void warn_all(const std::vector<std::string>& texts)
{
    for (const std::string& text : texts) {
        warn(text);
    }
}

corest::source::secret_store read_secrets(const corest::source::planned_source& source, const arguments& given)
{
    opened_secrets opened = open_secrets(given, source.details().source_name, source.details().source_section);
    warn_all(opened.warnings);
    return std::move(opened.store);
}

/// Writes to the file of `--report`. \return false where that failed
bool write_report_file(const std::string& file, const boost::json::value& report)
{
    std::ofstream out(file);
    out << json_line(report) << '\n';
    return static_cast<bool>(out.flush());
}

/// The report of a run that did not come to its end, so that none of an earlier run is taken for its own.
boost::json::value report_without_end(std::string_view reason)
{
    boost::json::object out;
    out["complete"] = false;
    out["error"] = boost::json::string_view(reason.data(), reason.size());
    return out;
}

/// \throws corest::error where the report could not be written: better now than when the run is over
void begin_report(const std::string& file)
{
    if (!file.empty() && !write_report_file(file, report_without_end("the run has not ended"))) {
        throw corest::error(corest::errc::invalid_argument,
            "--report " + file + " cannot be written: " + std::generic_category().message(errno),
            "Name a file in a directory that exists and is writable");
    }
}

/// \return whether it was written, where it is to be
bool write_report(const std::string& file, const corest::source::run_report& report)
{
    if (file.empty() || write_report_file(file, corest::source::to_json(report))) {
        return true;
    }
    std::cerr << "corest: the report could not be written to " << file << ": " << std::generic_category().message(errno)
              << ". The rows are in as is said here\n";
    return false;
}

/// What is left to say at the end of a run.
void summarize(const corest::source::run_report& report, bool table_is_shown)
{
    if (!table_is_shown) {
        for (const std::string& line : table_of(report)) {
            std::cerr << line << '\n';
        }
    }
    for (const corest::source::resource_report& r : report.resources) {
        if (r.cursor && r.stored) {
            std::cerr << summary(r) << '\n';
        }
        for (const std::string& text : r.table_changes) {
            std::cerr << r.name << ": " << text << '\n';
        }
        for (const std::string& text : r.warnings()) {
            warn("resource '" + r.name + "': " + text);
        }
    }
    for (const std::string& text : report.failures()) {
        std::cerr << "corest: " << text << '\n';
    }
}

/// What the same command does after a run that did not end well.
std::string what_comes_next(const corest::source::run_report& report)
{
    for (const std::string& text : report.failures()) {
        if (text.find("--restart") != std::string::npos) { // to go on fails in the same way
            return "; run it again with --restart, and it begins anew";
        }
    }
    return report.is_resumable ? "; run it again within 24 hours, and it goes on where it stopped (--restart: anew)"
                               : "; run it again for the rest (it reads from the start)";
}

/// What is in the tables of a run that was interrupted.
std::string what_is_in(const corest::source::run_report& report)
{
    std::string unmerged;
    for (const corest::source::resource_report& r : report.resources) {
        if (r.has_unmerged_rows) {
            unmerged += (unmerged.empty() ? "" : ", ") + r.name;
        }
    }
    const std::string merged =
        unmerged.empty() ? "merged rows are in" : "merged rows are in but for those of " + unmerged;
    return merged + ", appended and replaced ones of unfinished resources are not";
}

/// Whether anything was read that the next run need not read.
bool has_pages(const corest::source::run_report& report)
{
    return std::any_of(report.resources.begin(), report.resources.end(),
        [](const corest::source::resource_report& r) { return r.pages != 0; });
}

/// A table that is replaced holds no more rows than `--limit` lets through. Where it keeps a cursor from moving,
/// appended rows come again.
void warn_of_limit(const corest::source::planned_source& source, const arguments& given)
{
    if (!given.limit) {
        return;
    }
    for (const corest::source::planned_resource& r : source.resources()) {
        const std::string name = r.destination_table().name;
        if (r.stored && r.config.disposition == corest::write_disposition::replace) {
            warn("--limit: table '" + name + "' is replaced, and will hold no more than "
                + counted(*given.limit, "row"));
        }
        const bool is_moved = r.config.incremental && r.children.empty()
            && r.config.incremental->rules.row_order == corest::row_order::ascending;
        if (r.stored && r.config.incremental && !is_moved && r.config.disposition == corest::write_disposition::append)
        {
            warn("--limit: where it cuts rows of '" + r.config.name
                + "' off, the cursor stays where it is, and the "
                  "next run adds what this one adds to '"
                + name
                + "' once more; write_disposition merge with a "
                  "primary_key avoids that");
        }
    }
}

/// The log that was asked for. \param say writes a line to the user
std::shared_ptr<request_log> make_log(const arguments& given, std::function<void(const std::string&)> say)
{
    return std::make_shared<request_log>(given.verbose, given.debug_http, given.log, std::move(say));
}

void warn_of_log(request_log& log, const arguments& given)
{
    if (!log.is_whole()) {
        warn("the log could not be written to " + given.log);
    }
}

/// A run of a source, not begun. \throws corest::error where secrets are missing or the destination is not known
net::awaitable<corest::source::run_report> make_run(const corest::source::planned_source& source,
    const arguments& given, const corest::source::progress& progress, const std::shared_ptr<request_log>& log)
{
    const auto stored = std::count_if(source.resources().begin(), source.resources().end(),
        [](const corest::source::planned_resource& r) { return r.stored; });
    corest::source::load_options options;
    options.concurrency = given.concurrency;
    options.limit = given.limit.value_or(options.limit);
    options.progress = progress;
    options.restart = given.restart;
    options.verify = given.verify;
    options.destination_name = shown_destination(given.destination);
    options.source_file = given.source;
    request_log::attach(log, options);
    return source.run(make_destination(given.destination, stored > 1), read_secrets(source, given), std::move(options));
}

int print_json(const boost::json::value& v)
{
    return print(json_line(v) + '\n');
}

/// What was found at a resource: a line, and what belongs to it below.
void print_check(const corest::source::check_result& r)
{
    const std::string indent(2 * r.depth, ' ');
    std::cout << indent << r.name << ": ";
    if (r.failure) {
        std::cout << "FAILED\n" << indent << "  " << corest::describe(r.failure) << '\n';
        return;
    }
    if (!r.reached) {
        std::cout << "not looked at, as no record above leads to it\n";
        return;
    }
    std::cout << (r.faults.empty() ? "ok, " : "DOUBTFUL, ") << counted(r.records, "record") << " on the first page"
              << (r.parent.empty() ? "" : " of " + r.parent)
              << (r.total ? ", " + grouped(*r.total) + " in all, as the server states" : "")
              << (r.more && (!r.total || *r.total > r.records) ? ", and more follow" : "") << '\n';
    std::string fields;
    for (const corest::schema::column& c : r.fields) {
        fields += (fields.empty() ? "" : ", ") + c.name + ' ' + corest::schema::describe_type(c);
    }
    if (!fields.empty()) {
        std::cout << indent << "  fields: " << fields << '\n';
    }
    if (r.records != 0 && !r.key.empty() && r.faults.empty()) {
        std::cout << indent << "  primary key: " << r.key << ", in each record, none twice\n";
    }
    for (const std::string& text : r.faults) {
        std::cout << indent << "  " << text << '\n';
    }
    for (const std::string& text : r.found) {
        std::cout << indent << "  found: " << text << '\n';
    }
}

/// Says which resource is asked, for whoever waits at a terminal, and which one's report is waited for.
class asking {
public:
    asking(std::string resource, bool at_terminal) : resource_(std::move(resource)), at_terminal_(at_terminal) {}
    void on_request_begin(const corest::request_begin& e) const
    {
        if (at_terminal_) {
            std::cerr << "asking for " << resource_ << ": " << e.method << ' ' << e.url << '\n';
        }
    }
    void on_wait(const corest::wait_event& e)
    {
        if (e.reason == corest::wait_event::cause::report && !std::exchange(has_said_, true)) {
            std::cerr << resource_ << ": waiting until the server has made the report\n";
        }
    }

private:
    std::string resource_;
    bool at_terminal_;
    bool has_said_ = false;
};

} // namespace

std::vector<std::pair<std::string, std::string>> params_of(const arguments& given)
{
    std::vector<std::pair<std::string, std::string>> out;
    for (const std::string& text : given.params) {
        const auto equals = text.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw corest::error(corest::errc::invalid_argument,
                "--param expects NAME=VALUE, and '" + text + "' has no name or no equals sign");
        }
        const std::string name = text.substr(0, equals);
        if (std::any_of(out.begin(), out.end(), [&](const auto& other) { return other.first == name; })) {
            throw corest::error(
                corest::errc::invalid_argument, "--param " + name + " is given twice", "Give it one value");
        }
        out.emplace_back(name, text.substr(equals + 1));
    }
    return out;
}

int print(const std::string& text)
{
    std::cout << text;
    std::cout.flush();
    return std::cout ? ok : failed;
}

int plan_command(const arguments& given)
{
    const corest::source::planned_source source = read_plan(given);
    std::optional<next_run> next;
    if (!given.destination.empty()) {
        corest::source::plan planned = source.details();
        if (planned.client.base_url.is_secret()) { // what is kept belongs to the address
            corest::source::resolve_address(planned, read_secrets(source, given));
        }
        next.emplace(given.destination, planned, given.limit.value_or(corest::collection::unlimited));
    }
    if (given.json) {
        boost::json::value plan = source.to_json();
        if (next) {
            plan.as_object()["next_run"] = next->to_json();
        }
        return print_json(plan);
    }
    return print(source.to_text() + (next ? next->to_text() : ""));
}

int secrets_command(const arguments& given)
{
    const corest::source::definition definition = read_definition(given);
    const opened_secrets opened = open_secrets(given, definition.name(), definition.section());
    warn_all(opened.warnings);
    bool complete = true;
    std::string text;
    const auto say_places = [&](const std::string& name) {
        for (const std::string& place : opened.store.locate(name).looked_in) {
            text += "    " + place + "\n";
        }
    };
    const auto say = [&](const std::string& name, const std::vector<std::string>& paths, bool has_default) {
        const auto search = opened.store.locate(name);
        text += name + ", needed by " + corest::detail::join_words(paths) + "\n";
        if (!search.found_in.empty()) {
            text += "  found: " + search.found_in + "\n";
            return;
        }
        text += has_default ? "  not found, so its default is used; looked for in\n" : "  missing; looked for in\n";
        say_places(name);
        complete = complete && has_default;
    };
    for (const corest::source::configuration_value& one : definition.configuration()) {
        say(one.name, {one.path}, one.has_default);
    }
    if (!complete) { // the plan needs them, and tells the secrets
        const int status = print(text + "the secrets are listed when these are there\n");
        return status != ok ? status : wrong_usage;
    }
    const corest::source::planned_source source = plan_of(definition, given);
    for (const corest::source::needed_secret& one : corest::source::needed_secrets(source.details())) {
        say(one.name, one.paths, one.has_default);
    }
    for (const auto& [name, is_given] : definition.conditions()) {
        if (!is_given) {
            text += name + ", which a condition of the source asks for\n"
                + "  not found, so what depends on it is left out; looked for in\n";
            say_places(name);
        }
    }
    if (text.empty()) {
        text = "this source needs no secrets\n";
    }
    const int status = print(text);
    return status != ok ? status : complete ? ok : wrong_usage;
}

int schema_json_command()
{
    return print_json(corest::source::json_schema());
}

int export_command(const arguments& given)
{
    const corest::source::definition source = read_definition(given);
    warn_all(plan_of(source, given).warnings()); // and nothing wrong goes out
    return print(pretty_json(source.dictionary()));
}

int diff_command(const arguments& given)
{
    arguments other = given;
    other.source = given.other_source;
    const auto [before, after] = read_both_plans(given, other);
    const std::vector<std::string> changes = corest::source::plan_changes(before.details(), after.details());
    std::string text;
    for (const std::string& line : changes) {
        text += line + '\n';
    }
    const int status = given.json ? print_json(boost::json::value_from(changes)) : print(text);
    return status != ok ? status : changes.empty() ? ok : failed;
}

namespace {

/// Says what was counted, a line for each resource.
void say_verified(const corest::source::run_report& report)
{
    for (const corest::source::resource_report& r : report.resources) {
        if (!r.stored) {
            continue;
        }
        if (!r.verified) {
            std::cerr << "not verified: " << r.name << ": "
                      << (r.state == corest::source::resource_state::done ? "the destination cannot be read back"
                                                                          : "it is not done")
                      << '\n';
            continue;
        }
        const corest::source::verification& v = *r.verified;
        std::cerr << (v.not_compared.empty() ? "verified: " : "counted: not compared: ") << r.name << ": "
                  << counted(v.rows, "row");
        if (v.keys) {
            std::cerr << ", " << counted(*v.keys, "different key");
        }
        for (const corest::source::nested_report& below : r.nested) {
            if (below.held) {
                std::cerr << ", " << counted(*below.held, "row") << " in " << below.table;
            }
        }
        if (v.stated) {
            std::cerr << ", the server states " << grouped(*v.stated);
        }
        if (v.stated && v.stated_walks != v.walks) {
            std::cerr << " (of " << grouped(v.stated_walks) << " of " << counted(v.walks, "collection") << ')';
        }
        if (!v.not_compared.empty()) {
            std::cerr << "; " << v.not_compared;
        }
        std::cerr << '\n';
        for (const std::string& difference : v.differences) {
            std::cerr << "corest: " << r.name << ": " << difference << '\n';
        }
    }
}

/// Whether rows have gone to standard output, and the program that read them has ended.
bool has_lost_its_reader(const arguments& given)
{
    pollfd output = {STDOUT_FILENO, 0, 0};
    return given.destination == "-" && ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

/// \param is_reported set when the run's own report is written
int run_and_report(const arguments& given, bool& is_reported)
{
    const corest::source::planned_source source = read_plan(given);
    warn_all(source.warnings());
    const corest::source::progress progress;
    std::shared_ptr<display> shown;
    const auto say = [&](const std::string& line) { shown ? shown->say(line) : say_to_standard_error(line); };
    const auto log = make_log(given, say);
    auto work = make_run(source, given, progress, log);
    warn_of_limit(source, given);

    const progress_mode mode = progress_mode_of(given.progress);
    shown = std::make_shared<display>(mode, progress.report());
    net::cancellation_signal stop_display;
    interruptible runner(say);
    net::co_spawn(runner.context(), display::keep_updating(shown),
        net::bind_cancellation_slot(stop_display.slot(), net::detached));
    if (const auto time = parse_duration(given.deadline)) {
        runner.stop_after(*time);
    }
    const auto ended = runner.finish(std::move(work), [&] { stop_display.emit(net::cancellation_type::terminal); });
    const corest::source::run_report& report = *progress.report();
    const bool is_unread = !report.complete() && has_lost_its_reader(given);
    is_unread ? shown->drop() : shown->finish();
    const bool is_written = write_report(given.report, report);
    is_reported = true;
    warn_of_log(*log, given);
    if (is_unread) {
        return reader_ended; // `corest run --to - | head -1`: it wants no more, and no word of it
    }
    if (ended.failure && !runner.was_interrupted() && !runner.has_run_out()) {
        std::rethrow_exception(ended.failure);
    }
    summarize(report, mode != progress_mode::plain);
    if (given.verify) {
        say_verified(report);
    }
    if (ended.failure) {
        std::cerr << (runner.has_run_out() ? "corest: not done within --deadline " + given.deadline
                                           : "corest: interrupted")
                  << ": " << what_is_in(report) << what_comes_next(report) << '\n';
        return interrupted;
    }
    if (!report.complete() && report.stored_all()) {
        std::cerr
            << "corest: rows may be missing: the server says that there is more than was read. Name the paginator that "
               "reads the rest, or \"paginator\": \"single_page\" where one page is wanted"
            << (given.allow_incomplete ? "" : " (--allow-incomplete makes this exit status 0)") << '\n';
        return given.allow_incomplete ? (is_written ? ok : failed) : incomplete;
    }
    if (!report.complete() && has_pages(report)) {
        std::cerr << "the run is not complete" << what_comes_next(report) << '\n';
    }
    if (report.complete() && !report.agrees()) {
        return incomplete; // all that the server has sent should be there
    }
    return report.complete() && is_written ? ok : failed;
}

} // namespace

int run_command(const arguments& given)
{
    begin_report(given.report);
    bool is_reported = false;
    try {
        return run_and_report(given, is_reported);
    } catch (const corest::error& e) {
        if (!is_reported && !given.report.empty()) {
            write_report_file(given.report, report_without_end(e.what()));
        }
        throw;
    }
}

int schema_command(const arguments& given)
{
    if (given.dictionary) {
        return schema_json_command();
    }
    const corest::source::planned_source source = read_plan(given);
    warn_all(source.warnings());
    corest::source::load_options options;
    options.concurrency = given.concurrency;
    options.limit = given.limit.value_or(100);
    const auto log = make_log(given, say_to_standard_error);
    request_log::attach(log, options);
    interruptible runner(say_to_standard_error);
    const auto ended = runner.finish(source.find_schemas(read_secrets(source, given), options));
    warn_of_log(*log, given);
    if (ended.failure && runner.was_interrupted()) {
        return interrupted;
    }
    if (ended.failure) {
        std::rethrow_exception(ended.failure);
    }
    return print(corest::source::to_text(ended.result));
}

int check_command(const arguments& given)
{
    const corest::source::planned_source source = read_plan(given);
    warn_all(source.warnings());
    corest::source::connect_options options;
    options.concurrency = given.concurrency;
    const auto log = make_log(given, say_to_standard_error);
    request_log::attach(log, options);
    if (!options.observer) {
        options.observer = [at_terminal = isatty(STDERR_FILENO) == 1](
                               const std::string& resource) -> corest::any_observer {
            return asking(resource, at_terminal);
        };
    }
    interruptible runner(say_to_standard_error);
    const auto ended = runner.finish(source.check(read_secrets(source, given), std::move(options)));
    warn_of_log(*log, given);
    if (ended.failure && runner.was_interrupted()) {
        return interrupted;
    }
    if (ended.failure) {
        std::rethrow_exception(ended.failure);
    }
    bool good = true;
    for (const corest::source::check_result& r : ended.result) {
        print_check(r);
        good = good && !r.failure && r.faults.empty();
    }
    return good ? ok : failed;
}

} // namespace cli
