/// \file
/// corest in a service that has an io_context and other work already: a deadline, and ctrl-C that stops cleanly.

#include <api_server/server.hpp>

#include <corest/corest.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <iostream>
#include <string>

namespace net = boost::asio;
using namespace std::chrono_literals;

/// The service's own work, which goes on while the API is read.
net::awaitable<void> heartbeat(std::size_t& beats)
{
    net::steady_timer timer(co_await net::this_coro::executor);
    for (;;) {
        ++beats;
        timer.expires_after(10ms);
        co_await timer.async_wait(net::use_awaitable);
    }
}

net::awaitable<std::size_t> count_files(std::string base_url, std::string token)
{
    auto executor = co_await net::this_coro::executor;
    auto api =
        corest::http_client(executor, base_url) | corest::authorize(corest::bearer(std::move(token))) | corest::retry();
    auto paging = corest::offset(100).offset_param("Offset");
    auto files = corest::get(api, "/users/current/projects") | corest::paginate(paging)
        | corest::select("Response.Items") | corest::expand("/projects/<id>/samples") | corest::paginate(paging)
        | corest::select("Response.Items") | corest::expand("/samples/<id>/files") | corest::paginate(paging)
        | corest::select("Response.Items");

    std::size_t count = 0;
    auto pages = files.pages();
    while (auto page = co_await pages.next()) {
        count += page->size();
    }
    co_return count;
}

/// Reads the API, but for no longer than the deadline.
net::awaitable<void> job(std::string base_url, std::string token)
{
    const std::size_t count = co_await corest::with_timeout(count_files(base_url, token), 30s);
    std::cout << count << " files\n";
}

int main()
{
    example_api::server example; // in place of a real API
    net::io_context context;     // the service's
    std::size_t beats = 0;

    net::cancellation_signal stop_heartbeat;
    net::cancellation_signal stop_job;
    net::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code failure, int) {
        if (!failure) {
            stop_job.emit(net::cancellation_type::terminal);
        }
    });

    int status = 0;
    net::co_spawn(context, heartbeat(beats), net::bind_cancellation_slot(stop_heartbeat.slot(), net::detached));
    net::co_spawn(context, job(example.base_url("seed003"), example.secrets().access_token),
        net::bind_cancellation_slot(stop_job.slot(), [&](std::exception_ptr failure) {
            if (failure) {
                const bool stopped = corest::is_cancellation(failure);
                std::cerr << "in_service: " << (stopped ? "stopped" : corest::describe(failure)) << '\n';
                status = stopped ? 130 : 1;
            }
            signals.cancel();
            stop_heartbeat.emit(net::cancellation_type::terminal);
        }));
    context.run();
    std::cout << (beats > 0 ? "the service's own work went on meanwhile\n" : "the service stood still\n");
    return status;
}
