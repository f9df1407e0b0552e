#pragma once

#include <corest/source/source.hpp>

#include <corest/source/plan/make_plan.hpp>
#include <corest/source/plan/plan_hash.hpp>
#include <corest/source/plan/resolve_secrets.hpp>
#include <corest/source/plan/show_json.hpp>
#include <corest/source/plan/show_text.hpp>
#include <corest/source/read/column_files.hpp>
#include <corest/source/read/overrides.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/schema/source_config.hpp>

#include <chrono>
#include <filesystem>
#include <utility>

namespace corest::source {

COREST_DECL std::string planned_source::to_text() const
{
    return corest::source::to_text(plan_);
}

COREST_DECL boost::json::value planned_source::to_json() const
{
    return corest::source::to_json(plan_);
}

COREST_DECL plan planned_source::resolved(const secret_store& secrets) const
{
    corest::source::plan out = plan_;
    resolve_secrets(out, secrets);
    return out;
}

COREST_DECL net::awaitable<std::vector<check_result>> planned_source::check(
    const secret_store& secrets, connect_options options) const
{
    return corest::source::check(resolved(secrets), std::move(options));
}

COREST_DECL async_generator<source_page> planned_source::pages(
    net::any_io_executor executor, const secret_store& secrets, const load_options& options) const
{
    return corest::source::pages(std::move(executor), resolved(secrets), options, options.limit);
}

COREST_DECL net::awaitable<std::vector<found_schema>> planned_source::find_schemas(
    const secret_store& secrets, const load_options& options) const
{
    return corest::source::find_schemas(resolved(secrets), options, options.limit);
}

COREST_DECL net::awaitable<run_report> planned_source::run(
    const std::string& address, const secret_store& secrets, load_options options) const
{
    auto destination = find_destination(address);
    if (!destination) {
        const std::vector<std::string> known = destination_schemes();
        throw error(errc::invalid_argument,
            "no destination is registered for the scheme "
                + corest::detail::in_quotes(std::string_view(address).substr(0, address.find(':'))) + "; there "
                + (known.empty() ? std::string("is none") : "are: " + corest::detail::join(known)),
            "Register it with register_destination, or hand the destination itself to run");
    }
    return run(std::move(*destination), secrets, std::move(options));
}

COREST_DECL net::awaitable<run_report> planned_source::run(
    any_destination destination, const secret_store& secrets, load_options options) const
{
    corest::source::plan p = resolved(secrets);
    detail::run_options all;
    static_cast<connect_options&>(all) = options;
    all.destination = std::move(destination);
    all.limit = options.limit;
    all.verify = options.verify;
    all.identity = run_identity(source_name(p), plan_hash(plan_, options.limit));
    all.identity.restart = options.restart;
    all.identity.program = options.program;
    if (plan_.at) {
        all.plan_at = [at = plan_.at, secrets](std::chrono::system_clock::time_point now) {
            corest::source::plan then = at(now);
            resolve_secrets(then, secrets);
            return then;
        };
    }
    auto report = make_report(p);
    report->source = all.identity.source;
    report->source_name = plan_.source_name;
    report->source_file = options.source_file;
    report->plan_hash = all.identity.plan_hash;
    report->destination = options.destination_name;
    *options.progress.report_ = report;
    return detail::run_plan(std::move(p), std::move(all), std::move(report));
}

COREST_DECL definition& definition::set(std::string_view setting) &
{
    apply_override(reading_.dictionary, setting);
    detail::read_column_files(reading_.dictionary, ".");
    settings_.emplace_back(setting);
    return *this;
}

COREST_DECL definition definition::set(std::string_view setting) &&
{
    set(setting);
    return std::move(*this);
}

COREST_DECL definition& definition::configure(configuration_lookup find) &
{
    configuration_ = detail::fill_configuration(reading_.dictionary, reading_.fetched, find);
    find_ = std::move(find);
    return *this;
}

COREST_DECL planned_source definition::plan(const plan_options& options) const
{
    plan_options all = options;
    all.used_params.insert(all.used_params.end(), reading_.used_params.begin(), reading_.used_params.end());
    boost::json::value dictionary = reading_.dictionary;
    if (!find_) {
        const secret_store environment;
        (void)detail::fill_configuration(dictionary, reading_.fetched, [&](const std::string& name) {
            const auto found = environment.find(name);
            return found ? std::optional<std::string>(found->reveal()) : std::nullopt;
        });
    }
    corest::source::plan made = make_plan(check_source(dictionary), all);
    made.source_name = reading_.name;
    made.source_section = reading_.section;
    made.warnings.insert(made.warnings.begin(), reading_.warnings.begin(), reading_.warnings.end());
    if (reading_.at) {
        made.at = [read_at = reading_.at, settings = settings_, find = find_, options](
                      std::chrono::system_clock::time_point now) {
            definition then(read_at(now));
            for (const std::string& setting : settings) {
                then.set(setting);
            }
            if (find) {
                then.configure(find);
            }
            return then.plan(options).details();
        };
    }
    return planned_source(std::move(made));
}

COREST_DECL definition load(const std::string& path, const read_options& options)
{
    return definition(detail::with_column_files(read_source(detail::read_text_file(path, "source"), path, options),
        std::filesystem::path(path).parent_path().string()));
}

COREST_DECL definition load_text(std::string_view text, std::string_view name, const read_options& options)
{
    return definition(detail::with_column_files(read_source(text, name, options), "."));
}

} // namespace corest::source
