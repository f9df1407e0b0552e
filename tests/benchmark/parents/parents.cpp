/// \file
/// What a run's state costs: millions of parents through a transport that is simulated, and rows without parents with
/// state and without.
///
///     benchmark_parents parents COUNT sqlite:FILE          a child collection for each of COUNT parents; peak memory
///     benchmark_parents flat COUNT sqlite:FILE with        COUNT rows of one collection, in pages of 100
///     benchmark_parents flat COUNT ndjson:DIR without      the same into a destination that keeps no progress
///
/// Prints an object of JSON: `rows` that are stored, `seconds` of the run, `peak_rss_kib`, and of parents in SQLite
/// `open_walks`, the most rows of `_corest_walks` that were seen. Exit status 1 where rows are missing.

#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>
#include <corest/error.hpp>
#include <corest/source/source.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(steady_timer.hpp)

#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

namespace net = corest::net;

/// An API without a network: `/parents` in pages of 100, and for each parent a page with one child.
class simulated_api {
public:
    explicit simulated_api(std::uint64_t parents) : parents_(parents) {}

    net::awaitable<corest::response> send(corest::request r)
    {
        corest::response got;
        got.status = 200;
        got.url = r.url;
        got.body.append(body_of(r.url));
        co_return got;
    }

private:
    [[nodiscard]] std::string body_of(const std::string& url) const
    {
        if (url.find("/children") != std::string::npos) {
            return "[{\"name\":\"a child of its parent\",\"value\":12345}]";
        }
        const auto query = url.find("offset=");
        const std::uint64_t first =
            query == std::string::npos ? 0 : std::strtoull(url.c_str() + query + 7, nullptr, 10);
        std::string body = "[";
        for (std::uint64_t i = first; i < std::min(parents_, first + 100); ++i) {
            body += (i == first ? "{\"id\":" : ",{\"id\":") + std::to_string(i)
                + ",\"name\":\"a parent among many\",\"created\":\"2026-11-26T09:30:00Z\",\"score\":0.25}";
        }
        return body + "]";
    }

    std::uint64_t parents_;
};

/// A destination that keeps no progress, of one that does.
class plain_destination {
public:
    explicit plain_destination(corest::any_destination of) : of_(std::move(of)) {}
    net::awaitable<void> open(corest::table t) { return of_.open(std::move(t)); }
    net::awaitable<void> write(std::string name, corest::page p) { return of_.write(std::move(name), std::move(p)); }
    net::awaitable<void> close(std::string name) { return of_.close(std::move(name)); }
    net::awaitable<void> abandon(std::string name) { return of_.abandon(std::move(name)); }

private:
    corest::any_destination of_;
};

/// The first value of a query, as a number.
std::uint64_t query(const std::string& file, const std::string& sql)
{
    sqlite3* db = nullptr;
    sqlite3_stmt* statement = nullptr;
    std::uint64_t value = 0;
    if (sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK
        && sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK
        && sqlite3_step(statement) == SQLITE_ROW)
    {
        value = static_cast<std::uint64_t>(sqlite3_column_int64(statement, 0));
    }
    sqlite3_finalize(statement);
    sqlite3_close_v2(db);
    return value;
}

/// Counts the walks that are open, until it is cancelled by the end of the context.
net::awaitable<void> watch(std::string file, std::uint64_t& most, const bool& ended)
{
    net::steady_timer timer(co_await net::this_coro::executor);
    while (!ended) {
        most = std::max(most, query(file, "SELECT count(*) FROM _corest_walks"));
        timer.expires_after(std::chrono::milliseconds(200));
        co_await timer.async_wait(net::use_awaitable);
    }
}

/// Lines of a file.
std::uint64_t lines_of(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    return static_cast<std::uint64_t>(
        std::count(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>(), '\n'));
}

int run(const std::string& mode, std::uint64_t count, const std::string& target, bool keeps_progress)
{
    const bool is_sqlite = target.starts_with("sqlite:");
    if (!is_sqlite && !target.starts_with("ndjson:")) {
        throw std::invalid_argument(target + " is neither sqlite:FILE nor ndjson:DIR");
    }
    const std::string file = target.substr(7);
    const bool has_children = mode == "parents";
    const std::string children = R"(, {"name": "children", "endpoint":
        {"path": "/parents/{parent_id}/children", "paginator": "single_page"}})";
    const auto source = corest::source::load_text(R"({"client": {"base_url": "http://api.test"},
        "resource_defaults": {"write_disposition": "append"},
        "resources": [{"name": "parents", "endpoint": {"path": "/parents", "paginator":
            {"type": "offset", "limit": 100, "total_path": null, "stop_after_empty_page": true}}})"
        + (has_children ? children : std::string()) + "]}")
                            .plan();
    corest::source::load_options options;
    options.transport = corest::any_transport(std::make_shared<simulated_api>(count));
    corest::any_destination destination = is_sqlite ? corest::any_destination(corest::sqlite_destination(file))
                                                    : corest::any_destination(corest::ndjson_destination(file));
    if (!keeps_progress) {
        destination = plain_destination(destination);
    }
    net::io_context context(1);
    bool ended = false;
    std::uint64_t most_walks = 0;
    const auto began = std::chrono::steady_clock::now();
    net::co_spawn(context, source.run(std::move(destination), corest::source::secret_store(), options),
        [&](std::exception_ptr failure, const corest::source::run_report& report) {
            ended = true;
            if (failure) {
                std::fprintf(stderr, "%s\n", corest::describe(failure).c_str());
            }
            for (const std::string& text : report.failures()) {
                std::fprintf(stderr, "%s\n", text.c_str());
            }
        });
    if (has_children && is_sqlite) {
        net::co_spawn(context, watch(file, most_walks, ended), [](const std::exception_ptr&) {});
    }
    context.run();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const std::string table = has_children ? "children" : "parents";
    const std::uint64_t rows =
        is_sqlite ? query(file, "SELECT count(*) FROM " + table) : lines_of(file + "/" + table + ".ndjson");
    std::printf("{\"rows\":%llu,\"seconds\":%.3f,\"peak_rss_kib\":%ld,\"open_walks\":%llu}\n",
        static_cast<unsigned long long>(rows), seconds, used.ru_maxrss, static_cast<unsigned long long>(most_walks));
    return rows == count ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 4) {
        std::fprintf(stderr, "usage: benchmark_parents parents|flat COUNT sqlite:FILE|ndjson:DIR [with|without]\n");
        return 2;
    }
    try {
        return run(
            argv[1], std::strtoull(argv[2], nullptr, 10), argv[3], argc < 5 || std::string(argv[4]) != "without");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 2;
    }
}
