/// \file
/// What one record, parent, resource or request costs where there are few of them, and where there are many.

#include "checksum.hpp"
#include "jobs.hpp"
#include "memory_transport.hpp"
#include "peak_memory.hpp"
#include "run.hpp"
#include "stamped_pages.hpp"

#include <corest/corest.hpp>
#include <corest/destination/sqlite.hpp>
#include <corest/source/source.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace benchmark {

namespace {

double cpu_seconds()
{
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// Does the same work several times, until it is known what it costs undisturbed.
/// \param once does it, and returns how many rows it has come to
/// \return the least CPU seconds that it took
template <class Work>
double least(std::uint64_t rows, Work once)
{
    constexpr double enough = 0.5;
    constexpr double most = 20;
    double best = 0;
    double all = 0;
    for (int times = 0; times == 0 || (all < most && (times < 5 || all < enough)); ++times) {
        const double begin = cpu_seconds();
        const std::uint64_t came = once();
        const double took = cpu_seconds() - begin;
        if (came != rows) {
            throw std::runtime_error("there were " + std::to_string(came) + " rows");
        }
        best = times == 0 ? took : std::min(best, took);
        all += took;
    }
    return best;
}

/// Reads it to the end, every id.
corest::net::awaitable<void> count(corest::resource all, checksum* ids)
{
    auto pages = all.pages();
    while (auto page = co_await pages.next()) {
        for (const corest::record& r : *page) {
            ids->add(r.get<std::int64_t>("id"));
        }
    }
}

std::uint64_t rows_of(corest::net::awaitable<void> work, const checksum& ids)
{
    run(std::move(work));
    return ids.rows();
}

corest::client connect(corest::net::any_io_executor executor, const std::string& base_url, std::size_t connections)
{
    corest::http_options options;
    options.accept_gzip = false;
    options.connections_per_origin = connections;
    return corest::http_client(std::move(executor), base_url, options);
}

/// The first records of a collection that goes on and on.
corest::resource first_of(const corest::client& api, std::uint64_t records)
{
    const auto paging = corest::offset(100).no_total().maximum_offset(static_cast<std::int64_t>(records));
    return corest::get(api | stamped_pages(), "/repeated") | corest::paginate(paging) | corest::select("data");
}

corest::resource children_of(const corest::resource& parents, std::size_t concurrency)
{
    return parents | corest::expand("/records/<id>/children").concurrency(concurrency)
        | corest::paginate(corest::offset(100)) | corest::select("data");
}

corest::net::awaitable<void> records(std::string base_url, std::uint64_t size, checksum* ids)
{
    const auto executor = co_await corest::net::this_coro::executor;
    co_await count(first_of(connect(executor, base_url, 8), size), ids);
}

/// Each parent has two children.
corest::net::awaitable<void> in_flight(std::string base_url, std::size_t at_once, std::uint64_t requests, checksum* ids)
{
    const auto executor = co_await corest::net::this_coro::executor;
    co_await count(children_of(first_of(connect(executor, base_url, at_once), requests), at_once), ids);
}

/// A number of parents, each of whom has two children, without a network.
class family_transport {
public:
    explicit family_transport(std::uint64_t parents) : parents_(parents) {}

    corest::net::awaitable<corest::response> send(corest::request r)
    {
        corest::response got;
        got.status = 200;
        got.body = corest::padded_buffer(body_for(r.url));
        co_return got;
    }

private:
    [[nodiscard]] std::string body_for(const std::string& url) const
    {
        if (url.find("/children") != std::string::npos) {
            return R"({"data":[{"id":7,"kind":"child"},{"id":11,"kind":"child"}],"total":2})";
        }
        const char* const begin = url.c_str() + url.find("offset=") + 7;
        std::uint64_t first = 0;
        std::from_chars(begin, url.c_str() + url.size(), first);
        std::string body = R"({"data":[)";
        for (std::uint64_t id = first; id < std::min(first + 100, parents_); ++id) {
            body += (id == first ? R"({"id":)" : R"(,{"id":)") + std::to_string(id) + '}';
        }
        return body + R"(],"total":)" + std::to_string(parents_) + '}';
    }

    std::uint64_t parents_;
};

corest::net::awaitable<void> parents(std::uint64_t size, checksum* ids)
{
    const auto executor = co_await corest::net::this_coro::executor;
    const corest::client api(executor, family_transport(size), "http://memory.example");
    const auto all = corest::get(api, "/records") | corest::paginate(corest::offset(100)) | corest::select("data");
    co_await count(children_of(all, 8), ids);
}

/// A dictionary of so many resources, of two records each.
std::string dictionary_of(const std::string& base_url, std::uint64_t resources)
{
    std::string text = R"({"client": {"base_url": ")" + base_url + R"("}, "resources": [)";
    for (std::uint64_t i = 0; i < resources; ++i) {
        text += i == 0 ? "" : ",\n";
        text += R"({"name": "resource_)" + std::to_string(i) + R"(", "primary_key": "id", "write_disposition": "merge",
 "endpoint": {"path": "/records/)"
            + std::to_string(i) + R"(/children", "data_selector": "data", "paginator": "single_page"}})";
    }
    return text + "]}";
}

corest::net::awaitable<void> load_into(corest::source::planned_source source, std::string file, std::uint64_t* rows)
{
    const corest::source::secret_store secrets;
    const auto report = co_await source.run(corest::sqlite_destination(file), secrets);
    for (const corest::source::resource_report& each : report.resources) {
        *rows += each.rows;
    }
}

/// Reads the dictionary, plans and runs it, into a new database.
std::uint64_t load_dictionary(const std::string& text, const std::string& file)
{
    for (const char* const part : {"", "-wal", "-shm"}) {
        std::filesystem::remove(file + part);
    }
    std::uint64_t rows = 0;
    run(load_into(corest::source::load_text(text).plan(), file, &rows));
    return rows;
}

} // namespace

void growth(const words& given)
{
    const std::string& of = given.at(0, "of what");
    const std::uint64_t size = given.number_at(1, "how many");
    double took = 0;
    std::uint64_t items = size;
    if (of == "records") {
        const std::string& base = given.at(2, "BASE_URL");
        took = least(size, [&] {
            checksum ids;
            return rows_of(records(base, size, &ids), ids);
        });
    } else if (of == "parents") {
        took = least(2 * size, [&] {
            checksum ids;
            return rows_of(parents(size, &ids), ids);
        });
    } else if (of == "resources") {
        const std::string text = dictionary_of(given.at(2, "BASE_URL"), size);
        const std::string& file = given.at(3, "DATABASE");
        took = least(2 * size, [&] { return load_dictionary(text, file); });
    } else if (of == "in_flight") {
        const std::string& base = given.at(2, "BASE_URL");
        items = given.number_at(3, "REQUESTS");
        took = least(2 * items, [&] {
            checksum ids;
            return rows_of(in_flight(base, size, items, &ids), ids);
        });
    } else {
        throw std::invalid_argument("nothing is known of '" + of + "'");
    }
    std::cout << "{\"cpu\": " << took / static_cast<double>(items) << ", \"peak_rss_kib\": " << peak_memory() << "}\n";
}

} // namespace benchmark
