/// \file
/// Sources that are checked, read and loaded in a context that two threads run; under ThreadSanitizer too.

#include <api_server/server.hpp>

#include <support/command.hpp>

#include <corest/destination/ndjson.hpp>
#include <corest/error.hpp>
#include <corest/source/source.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(post.hpp)
#include COREST_ASIO(strand.hpp)

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <exception>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sources_on_threads {
namespace {

namespace net = corest::net;

constexpr std::size_t runs = 6;

class SourceOnThreads : public testing::Test {
protected:
    static example_api::server_options sizes()
    {
        example_api::server_options options;
        options.api.data.sizes = {{"seed003/projects", 8}, {"seed003/samples", 12}};
        return options;
    }

    [[nodiscard]] corest::source::planned_source source() const
    {
        return corest::source::load_text(R"({
            "client": {"base_url": ")"
            + server.base_url("seed003") + R"(",
                       "auth": {"type": "bearer", "token": {"$secret": "access_token"}}},
            "resource_defaults": {"primary_key": "id", "write_disposition": "merge",
                "endpoint": {"data_selector": "Response.Items",
                             "paginator": {"type": "offset", "limit": 4, "offset_param": "Offset"}}},
            "resources": [{"name": "projects", "endpoint": {"path": "/users/current/projects"}},
                          {"name": "samples", "endpoint": {"path": "/projects/{project_id}/samples"}}]})")
            .plan();
    }
    [[nodiscard]] corest::source::secret_store secrets() const
    {
        corest::source::secret_store store;
        store.add("access_token", corest::secret(server.secrets().access_token));
        return store;
    }

    /// Two threads run what is started, until it has ended.
    void run_all()
    {
        std::thread other([this] { context.run(); });
        context.run();
        other.join();
    }

    [[nodiscard]] static std::size_t count_lines(const std::string& file)
    {
        std::ifstream in(file);
        std::size_t lines = 0;
        for (std::string line; std::getline(in, line);) {
            ++lines;
        }
        return lines;
    }

    [[nodiscard]] std::size_t samples_in_all() const
    {
        return server.data().size(server.data().find("seed003", "samples"));
    }

    example_api::server server{sizes()};
    temporary_folder folder;
    net::io_context context;
};

TEST_F(SourceOnThreads, RunsLoadAllRowsWhoeverRunsTheContext)
{
    std::vector<corest::source::run_report> reports(runs);
    std::vector<std::exception_ptr> failures(runs);
    for (std::size_t i = 0; i < runs; ++i) {
        auto work = source().run(corest::ndjson_destination(folder.file(std::to_string(i))), secrets());
        const auto ended = [&, i](std::exception_ptr e, corest::source::run_report report) {
            failures[i] = std::move(e);
            reports[i] = std::move(report);
        };
        if (i % 2 == 0) { // on the context itself, and on a strand
            net::co_spawn(context, std::move(work), ended);
        } else {
            net::co_spawn(net::make_strand(context), std::move(work), ended);
        }
    }
    run_all();
    for (std::size_t i = 0; i < runs; ++i) {
        ASSERT_FALSE(failures[i]) << corest::describe(failures[i]);
        EXPECT_TRUE(reports[i].complete());
        EXPECT_EQ(count_lines(folder.file(std::to_string(i)) + "/projects.ndjson"), 8U);
        EXPECT_EQ(count_lines(folder.file(std::to_string(i)) + "/samples.ndjson"), samples_in_all());
    }
}

net::awaitable<std::size_t> count_records(
    corest::source::planned_source from, corest::source::secret_store known, net::any_io_executor executor)
{
    auto pages = from.pages(executor, known);
    std::size_t count = 0;
    while (auto next = co_await pages.next()) {
        count += next->page().size();
    }
    co_return count;
}

TEST_F(SourceOnThreads, PagesAndChecksAreReadOnStrands)
{
    std::vector<std::size_t> counts(runs);
    std::vector<std::size_t> checked(runs);
    std::vector<std::exception_ptr> failures(2 * runs);
    for (std::size_t i = 0; i < runs; ++i) {
        const net::any_io_executor strand = net::make_strand(context);
        net::co_spawn(strand, count_records(source(), secrets(), strand), [&, i](std::exception_ptr e, std::size_t n) {
            failures[i] = std::move(e);
            counts[i] = n;
        });
        net::co_spawn(net::make_strand(context), source().check(secrets()),
            [&, i](std::exception_ptr e, const std::vector<corest::source::check_result>& found) {
                failures[runs + i] = std::move(e);
                checked[i] = found.size();
            });
    }
    run_all();
    for (const std::exception_ptr& e : failures) {
        ASSERT_FALSE(e) << corest::describe(e);
    }
    EXPECT_EQ(counts, std::vector<std::size_t>(runs, 8 + samples_in_all()));
    EXPECT_EQ(checked, std::vector<std::size_t>(runs, 2));
}

TEST_F(SourceOnThreads, ARunIsCancelledFromAnotherThread)
{
    server.misbehave(example_api::rule::latency("*", std::chrono::milliseconds(20)));
    const net::strand<net::io_context::executor_type> strand = net::make_strand(context);
    net::cancellation_signal stop;
    std::exception_ptr failure;
    net::co_spawn(strand, source().run(corest::ndjson_destination(folder.file("out")), secrets()),
        net::bind_cancellation_slot(
            stop.slot(), [&](std::exception_ptr e, const corest::source::run_report&) { failure = std::move(e); }));
    std::thread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        net::post(strand, [&] { stop.emit(net::cancellation_type::terminal); });
    });
    run_all();
    canceller.join();
    ASSERT_TRUE(failure);
    EXPECT_TRUE(corest::is_cancellation(failure)) << corest::describe(failure);
}

} // namespace
} // namespace sources_on_threads
