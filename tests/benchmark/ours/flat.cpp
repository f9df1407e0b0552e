/// \file
/// A flat collection: hand out every record and read its id.

#include "checksum.hpp"
#include "jobs.hpp"
#include "peak_memory.hpp"
#include "run.hpp"
#include "stamped_pages.hpp"

#include <corest/corest.hpp>

#include <cstdint>
#include <iostream>
#include <string>

namespace benchmark {

namespace {

constexpr std::uint64_t million = 1'000'000;

/// What was read, and the peak memory when the first million records had come.
class reading {
public:
    checksum ids;
    long at_first_million = 0;

    void add(const corest::record& r)
    {
        ids.add(r.get<std::int64_t>("id"));
        if (ids.rows() == million) {
            at_first_million = peak_memory();
        }
    }
};

corest::net::awaitable<void> by_page(corest::resource from, reading* to)
{
    auto pages = from.pages();
    while (auto page = co_await pages.next()) {
        for (const corest::record& r : *page) {
            to->add(r);
        }
    }
}

corest::net::awaitable<void> by_record(corest::resource from, reading* to)
{
    auto records = from.records();
    while (auto r = co_await records.next()) {
        to->add(*r);
    }
}

corest::net::awaitable<void> read(words given, reading* to)
{
    const auto executor = co_await corest::net::this_coro::executor;
    corest::http_options options;
    options.ca_file = given.option("--ca");
    options.accept_gzip = !given.flag("--plain");
    options.thread_safe = !given.flag("--one-thread");
    corest::client api = corest::http_client(executor, given.at(0, "BASE_URL"), options);
    auto paging = corest::offset(100).concurrency(given.option("--concurrency", 1));
    if (const std::uint64_t until = given.option("--until", 0); until != 0) {
        paging.no_total().maximum_offset(static_cast<std::int64_t>(until));
        api = api | stamped_pages();
    }
    const std::string path = given.option("--path");
    const auto records =
        corest::get(api, path.empty() ? "/records" : path) | corest::paginate(paging) | corest::select("data");
    if (given.flag("--next")) {
        co_await by_record(records, to);
    } else {
        co_await by_page(records, to);
    }
}

} // namespace

void flat(const words& given)
{
    reading result;
    run(read(given, &result));
    std::cout << "{\"ids\": " << result.ids << ", \"peak_rss_kib_first_million\": " << result.at_first_million
              << ", \"peak_rss_kib\": " << peak_memory() << "}\n";
}

} // namespace benchmark
