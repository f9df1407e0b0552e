#include "commands.hpp"

#include "destinations.hpp"
#include "display.hpp"

#include <corest/error.hpp>
#include <corest/source/read/overrides.hpp>
#include <corest/source/plan/make_plan.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/plan/resolve_secrets.hpp>
#include <corest/source/plan/show_json.hpp>
#include <corest/source/plan/show_text.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/run/run.hpp>
#include <corest/source/schema/source_config.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(detached.hpp)
#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(signal_set.hpp)

#include <boost/json/serialize.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <system_error>
#include <utility>

namespace cli {

namespace {

namespace net = corest::net;

void warn(const std::string& text)
{
    std::cerr << "corest: warning: " << text << '\n';
}

/// NAME=VALUE, split at the first equals sign.
std::pair<std::string, std::string> split_assignment(const std::string& text, const char* option)
{
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        throw corest::error(corest::errc::invalid_argument,
            std::string(option) + " expects NAME=VALUE, and '" + text + "' has no name or no equals sign");
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

/// Reads, overrides, checks and plans.
corest::source::plan read_plan(const arguments& given)
{
    boost::json::value dictionary = corest::source::read_source_file(given.source);
    for (const std::string& setting : given.settings) {
        corest::source::apply_override(dictionary, setting);
    }
    const corest::source::source_config config = corest::source::check_source(dictionary);
    corest::source::plan_options options;
    for (const std::string& param : given.params) {
        options.params.push_back(split_assignment(param, "--param"));
    }
    options.only = given.only;
    options.full_refresh = given.full_refresh;
    return corest::source::make_plan(config, options);
}

/// Reads a plan that is going to be run: with its secrets.
corest::source::plan read_plan_with_secrets(const arguments& given)
{
    corest::source::plan plan = read_plan(given);
    for (const std::string& text : plan.warnings) {
        warn(text);
    }
    corest::source::secret_store store;
    for (const std::string& file : given.secrets) {
        for (const std::string& text : store.add_file(file)) {
            warn(text);
        }
    }
    corest::source::resolve_secrets(plan, store);
    return plan;
}

/// Runs a coroutine to its end; the first ctrl-C cancels it, a second one ends the process at once.
class interruptible {
public:
    /// \param say how a line is written to the user
    interruptible(net::io_context& context, std::function<void(const std::string&)> say)
        : context_(context),
          say_(std::move(say)),
          signals_(context, SIGINT, SIGTERM)
    {
    }

    /// \return what it threw, if anything
    template <class T>
    std::exception_ptr operator()(net::awaitable<T> work, std::function<void(T)> use)
    {
        await_signal();
        std::exception_ptr failure;
        net::co_spawn(
            context_, std::move(work), net::bind_cancellation_slot(stop_.slot(), [&](std::exception_ptr e, T result) {
                failure = e;
                if (!e) {
                    use(std::move(result));
                }
                finish();
            }));
        context_.run();
        return failure;
    }
    std::exception_ptr operator()(net::awaitable<void> work, const std::function<void()>& at_end)
    {
        await_signal();
        std::exception_ptr failure;
        net::co_spawn(context_, std::move(work), net::bind_cancellation_slot(stop_.slot(), [&](std::exception_ptr e) {
            failure = e;
            at_end();
            finish();
        }));
        context_.run();
        return failure;
    }

    /// True where a signal, and not the work itself, ended it.
    [[nodiscard]] bool was_interrupted() const noexcept { return interrupted_; }

private:
    void await_signal()
    {
        signals_.async_wait([this](corest::error_code failure, int) {
            if (failure) {
                return;
            }
            if (interrupted_) {
                _exit(interrupted);
            }
            interrupted_ = true;
            say_("corest: interrupted, stopping (once more: at once)");
            stop_.emit(net::cancellation_type::terminal);
            await_signal();
        });
    }
    void finish() { signals_.cancel(); }

    net::io_context& context_;
    std::function<void(const std::string&)> say_;
    net::signal_set signals_;
    net::cancellation_signal stop_;
    bool interrupted_ = false;
};

/// \throws corest::error where the report could not be written: better now than when the run is over
void check_report_file(const std::string& file)
{
    if (!file.empty() && !std::ofstream(file, std::ios::app)) {
        throw corest::error(corest::errc::invalid_argument,
            "--report " + file + " cannot be written: " + std::generic_category().message(errno),
            "Name a file in a directory that exists and is writable");
    }
}

void write_report(const std::string& file, const corest::source::run_report& report)
{
    if (file.empty()) {
        return;
    }
    std::ofstream out(file);
    out << boost::json::serialize(corest::source::to_json(report)) << '\n';
    if (!out.flush()) {
        warn("the report could not be written to " + file);
    }
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
        for (const std::string& text : r.statistics->warnings) {
            warn("resource '" + r.name + "': " + text);
        }
        if (r.duplicate_parents != 0) {
            warn("resource '" + r.name + "': " + std::to_string(r.duplicate_parents)
                + " parents led to a collection that was read already; it was not read again");
        }
        if (r.statistics->ignored != 0) {
            warn("resource '" + r.name + "': " + std::to_string(r.statistics->ignored)
                + " responses were ignored, as response_actions say");
        }
    }
    for (const std::string& text : report.failures()) {
        std::cerr << "corest: " << text << '\n';
    }
}

} // namespace

int plan_command(const arguments& given)
{
    const corest::source::plan plan = read_plan(given);
    if (given.json) {
        std::cout << boost::json::serialize(corest::source::to_json(plan)) << '\n';
    } else {
        std::cout << corest::source::to_text(plan);
    }
    std::cout.flush();
    return std::cout ? ok : failed;
}

int run_command(const arguments& given)
{
    corest::source::plan plan = read_plan_with_secrets(given);
    check_report_file(given.report);
    if (given.limit) {
        for (const corest::source::planned_resource& r : plan.resources) {
            if (r.stored && r.config.disposition == corest::write_disposition::replace) {
                warn("--limit: table '" + r.destination_table().name + "' is replaced, and will hold no more than "
                    + std::to_string(*given.limit) + " rows");
            }
        }
    }
    const auto report = corest::source::make_report(plan);
    const auto stored = std::count_if(report->resources.begin(), report->resources.end(),
        [](const corest::source::resource_report& r) { return r.stored; });
    corest::source::run_options options;
    options.to = make_destination(given.to, stored > 1);
    options.concurrency = given.concurrency;
    options.limit = given.limit.value_or(corest::walk_plan::unlimited);

    net::io_context context(1);
    const progress_mode mode = progress_mode_of(given.progress);
    const auto shown = std::make_shared<display>(mode, report);
    net::cancellation_signal stop_display;
    net::co_spawn(
        context, display::keep_updating(shown), net::bind_cancellation_slot(stop_display.slot(), net::detached));
    interruptible to_its_end(context, [&](const std::string& line) { shown->say(line); });
    const std::exception_ptr failure = to_its_end(corest::source::run(std::move(plan), options, report),
        [&] { stop_display.emit(net::cancellation_type::terminal); });
    shown->finish();
    write_report(given.report, *report);
    if (failure && !to_its_end.was_interrupted()) {
        std::rethrow_exception(failure);
    }
    summarize(*report, mode != progress_mode::plain);
    if (failure) {
        std::cerr
            << "corest: interrupted: merged rows are in, appended and replaced ones of unfinished resources are not; "
               "run it again for the rest (it reads from the start)\n";
    }
    return failure ? interrupted : report->complete() ? ok : failed;
}

int check_command(const arguments& given)
{
    corest::source::plan plan = read_plan_with_secrets(given);
    corest::source::connect_options options;
    options.concurrency = given.concurrency;
    std::vector<corest::source::check_result> results;
    net::io_context context(1);
    interruptible to_its_end(context, [](const std::string& line) { std::cerr << line << '\n'; });
    const std::exception_ptr failure = to_its_end.operator()<std::vector<corest::source::check_result>>(
        corest::source::check(std::move(plan), options),
        [&](std::vector<corest::source::check_result> found) { results = std::move(found); });
    if (failure && to_its_end.was_interrupted()) {
        return interrupted;
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
    bool good = true;
    for (const corest::source::check_result& r : results) {
        if (r.failure) {
            good = false;
            std::cout << r.name << ": FAILED\n  " << corest::describe(r.failure) << '\n';
            continue;
        }
        std::cout << r.name << ": ok, " << r.records << " records on the first page";
        for (std::size_t i = 0; i < r.fields.size(); ++i) {
            std::cout << (i == 0 ? ": " : ", ") << r.fields[i];
        }
        std::cout << '\n';
    }
    return good ? ok : failed;
}

} // namespace cli
