/// \file
/// A service as one writes it first: a client on the io_context, two threads, each user on a strand of his own with a
/// deadline; some hang up.

#include <api_server/server.hpp>

#include <corest/auth/authorize.hpp>
#include <corest/auth/oauth2.hpp>
#include <corest/concurrency/with_timeout.hpp>
#include <corest/error.hpp>
#include <corest/http/client.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/resource/resource.hpp>
#include <corest/retry/retry.hpp>

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
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace {

corest::net::awaitable<std::size_t> count_all(corest::resource of)
{
    std::size_t count = 0;
    auto records = of.records();
    while (auto r = co_await records.next()) {
        ++count;
    }
    co_return count;
}

/// Both collections, one after the other, within the time.
corest::net::awaitable<std::size_t> serve(corest::resource first, corest::resource second)
{
    const std::size_t customers = co_await corest::with_timeout(count_all(std::move(first)), 20s);
    const std::size_t businesses = co_await corest::with_timeout(count_all(std::move(second)), 20s);
    co_return customers + businesses;
}

/// Runs this with --gtest_repeat=50 for a thousand rounds.
TEST(Service, RunsAgainAndAgain)
{
    constexpr std::size_t users = 12;
    example_api::server server;
    for (int round = 0; round < 20; ++round) {
        corest::net::io_context io;
        const corest::client api = corest::http_client(io.get_executor(), server.base_url("seed002"))
            | corest::authorize(corest::oauth2_client_credentials(
                server.token_url("seed002"), server.secrets().client_id, corest::secret(server.secrets().secret_key)))
            | corest::retry(corest::backoff().factor(10ms));
        const auto all = [&](const char* path) {
            return corest::get(api, path) | corest::paginate(corest::offset(50)) | corest::select("data");
        };
        std::vector<std::size_t> counts(users);
        std::vector<std::exception_ptr> ended(users);
        std::vector<corest::net::cancellation_signal> stops(users);
        for (std::size_t i = 0; i < users; ++i) {
            const auto strand = corest::net::make_strand(io);
            corest::net::co_spawn(strand, serve(all("/v1/customers"), all("/v1/businesses")),
                corest::net::bind_cancellation_slot(stops[i].slot(), [&, i](std::exception_ptr e, std::size_t count) {
                    ended[i] = std::move(e);
                    counts[i] = count;
                }));
            if (i % 4 == 3) {
                corest::net::post(strand, [&, i] { stops[i].emit(corest::net::cancellation_type::terminal); });
            }
        }
        std::thread other([&io] { io.run(); });
        io.run();
        other.join();
        for (std::size_t i = 0; i < users; ++i) {
            if (i % 4 == 3) {
                EXPECT_TRUE(!ended[i] || corest::is_cancellation(ended[i])) << corest::describe(ended[i]);
            } else {
                EXPECT_FALSE(ended[i]) << corest::describe(ended[i]);
                EXPECT_EQ(counts[i], 201U + 120U);
            }
        }
    }
}

} // namespace
