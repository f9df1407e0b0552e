/// \file
/// A dictionary into a destination, as the command `corest run` does it.

#include "jobs.hpp"
#include "run.hpp"

#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>
#include <corest/source/read/overrides.hpp>
#include <corest/source/plan/make_plan.hpp>
#include <corest/source/plan/resolve_secrets.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/run/run.hpp>
#include <corest/source/schema/source_config.hpp>

#include <iostream>
#include <stdexcept>
#include <string>

namespace benchmark {

namespace {

corest::any_destination destination_of(const std::string& text)
{
    const auto colon = text.find(':');
    const std::string rest = text.substr(colon + 1);
    if (text.substr(0, colon) == "sqlite") {
        return corest::sqlite_destination(rest);
    }
    if (text.substr(0, colon) == "ndjson") {
        return corest::ndjson_destination(rest);
    }
    throw std::invalid_argument("the destination is sqlite:FILE or ndjson:DIRECTORY");
}

} // namespace

void load(const words& given)
{
    const corest::source::source_config config =
        corest::source::check_source(corest::source::read_source_file(given.at(0, "SOURCE.json")));
    corest::source::plan plan = corest::source::make_plan(config);
    corest::source::resolve_secrets(plan, corest::source::secret_store());
    const auto report = corest::source::make_report(plan);
    corest::source::run_options options;
    options.to = destination_of(given.at(1, "the destination"));
    run(corest::source::run(std::move(plan), std::move(options), report));
    if (!report->complete()) {
        std::string all;
        for (const std::string& failure : report->failures()) {
            all += failure + '\n';
        }
        throw std::runtime_error(all);
    }
    std::cout << "{\"rows\": " << report->resources.at(0).rows << "}\n";
}

} // namespace benchmark
