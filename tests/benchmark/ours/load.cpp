/// \file
/// A dictionary into a destination, as the command `corest run` does it.

#include "jobs.hpp"
#include "run.hpp"

#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>
#include <corest/source/source.hpp>

#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

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

corest::net::awaitable<void> load_all(
    corest::source::planned_source source, corest::any_destination destination, corest::source::run_report& report)
{
    report = co_await source.run(std::move(destination), corest::source::secret_store());
}

} // namespace

void load(const words& given)
{
    const auto source = corest::source::load(given.at(0, "SOURCE.json")).plan();
    corest::source::run_report report;
    run(load_all(source, destination_of(given.at(1, "the destination")), report));
    if (!report.complete()) {
        std::string all;
        for (const std::string& failure : report.failures()) {
            all += failure + '\n';
        }
        throw std::runtime_error(all);
    }
    std::cout << "{\"rows\": " << report.resources.at(0).rows << "}\n";
}

} // namespace benchmark
