/// \file
/// A flat collection at a distance, by each way of paging: hand out every record and read its id.

#include "checksum.hpp"
#include "jobs.hpp"
#include "run.hpp"

#include <corest/corest.hpp>

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <stdexcept>
#include <string>

namespace benchmark {

namespace {

class reading {
public:
    checksum ids;
    std::uint64_t requests = 0;
    std::uint64_t asked_ahead = 0;
    std::uint64_t discarded = 0;
};

/// The collection whose path is the name of its paging. \param concurrency 0: as it is where nothing is set
corest::resource collection_of(const corest::client& api, const std::string& paging, std::size_t concurrency)
{
    const auto all = corest::get(api, '/' + paging);
    const auto paged = [&](auto by) {
        if (concurrency != 0) {
            by.concurrency(concurrency);
        }
        return all | corest::paginate(by) | corest::select("data");
    };
    if (paging == "offset" || paging == "total") {
        return paged(corest::offset(50));
    }
    if (paging == "pages") {
        return paged(corest::page_number());
    }
    if (paging == "cursor" || paging == "split") {
        return all | corest::paginate(corest::cursor()) | corest::select("data");
    }
    if (paging == "links") {
        return all | corest::paginate(corest::json_link()) | corest::select("data");
    }
    throw std::invalid_argument("there is no paging '" + paging + "'");
}

corest::net::awaitable<void> read(words given, reading* to)
{
    const auto executor = co_await corest::net::this_coro::executor;
    const std::size_t concurrency = given.option("--concurrency", 0);
    corest::http_options options;
    options.accept_gzip = false;
    if (concurrency != 0) {
        options.connections_per_origin = concurrency;
    }
    const corest::client api = corest::http_client(executor, given.at(0, "BASE_URL"), options);
    const auto records = collection_of(api, given.at(1, "PAGING"), concurrency);
    auto pages = records.pages();
    while (auto page = co_await pages.next()) {
        for (const corest::record& r : *page) {
            to->ids.add(r.get<std::int64_t>("id"));
        }
    }
    to->requests = records.statistics().requests;
    to->asked_ahead = records.statistics().asked_ahead;
    to->discarded = records.statistics().discarded;
}

} // namespace

void late(const words& given)
{
    reading result;
    run(read(given, &result));
    std::cout << "{\"ids\": " << result.ids << ", \"requests\": " << result.requests
              << ", \"asked_ahead\": " << result.asked_ahead << ", \"discarded\": " << result.discarded << "}\n";
}

} // namespace benchmark
