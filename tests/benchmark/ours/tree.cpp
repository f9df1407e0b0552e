/// \file
/// Nested collections: projects, samples and files; and very many children.

#include "checksum.hpp"
#include "jobs.hpp"
#include "peak_memory.hpp"
#include "run.hpp"
#include "stamped_pages.hpp"

#include <corest/corest.hpp>

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>

namespace benchmark {

namespace {

class reading {
public:
    checksum ids;
    std::uint64_t requests = 0; ///< of the whole tree
    std::uint64_t mark = 0;     ///< rows after which to look at the memory
    long at_mark = 0;

    void add(const corest::page& page)
    {
        for (const corest::record& r : page) {
            ids.add(r.get<std::int64_t>("id"));
        }
        if (at_mark == 0 && mark != 0 && ids.rows() >= mark) {
            at_mark = peak_memory();
        }
    }
};

corest::client connect(
    corest::net::any_io_executor executor, std::string base_url, std::size_t concurrency, bool thread_safe = true)
{
    corest::http_options options;
    options.thread_safe = thread_safe;
    options.connections_per_origin = concurrency;
    options.accept_gzip = false;
    return corest::http_client(std::move(executor), std::move(base_url), options);
}

corest::net::awaitable<void> read_tree(std::string base_url, std::size_t concurrency, bool thread_safe, reading* to)
{
    const auto executor = co_await corest::net::this_coro::executor;
    const auto api = connect(executor, base_url, concurrency, thread_safe);
    const auto paging = corest::offset(100);
    const auto projects = corest::get(api, "/projects") | corest::paginate(paging) | corest::select("data");
    const auto samples = projects | corest::expand("/projects/<id>/samples").concurrency(concurrency)
        | corest::paginate(paging) | corest::select("data");
    const auto files = samples | corest::expand("/samples/<id>/files").concurrency(concurrency)
        | corest::paginate(paging) | corest::select("data");
    auto pages = files.pages();
    while (auto page = co_await pages.next()) {
        to->add(*page);
    }
    to->requests = projects.statistics().requests + samples.statistics().requests + files.statistics().requests;
}

corest::net::awaitable<void> read_children(std::string base_url, std::uint64_t parents, reading* to)
{
    const auto executor = co_await corest::net::this_coro::executor;
    const auto api = connect(executor, base_url, 8);
    const auto all = corest::get(api | stamped_pages(), "/repeated")
        | corest::paginate(corest::offset(100).no_total().maximum_offset(static_cast<std::int64_t>(parents)))
        | corest::select("data");
    const auto children = all | corest::expand("/records/<id>/children").concurrency(8)
        | corest::paginate(corest::offset(100)) | corest::select("data");
    auto pages = children.pages();
    while (auto page = co_await pages.next()) {
        to->add(*page);
    }
    to->requests = children.statistics().requests;
}

void print(const reading& r)
{
    std::cout << "{\"ids\": " << r.ids << ", \"requests\": " << r.requests
              << ", \"peak_rss_kib_at_mark\": " << r.at_mark << ", \"peak_rss_kib\": " << peak_memory() << "}\n";
}

} // namespace

void tree(const words& given)
{
    reading result;
    run(read_tree(given.at(0, "BASE_URL"), given.option("--concurrency", 8), !given.flag("--one-thread"), &result));
    print(result);
}

void children(const words& given)
{
    const std::uint64_t parents = given.option("--parents", 200'000);
    reading result;
    result.mark = parents / 4; // each parent has two children: an eighth of the rows
    run(read_children(given.at(0, "BASE_URL"), parents, &result));
    print(result);
}

} // namespace benchmark
