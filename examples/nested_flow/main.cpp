/// \file
/// Projects, and the samples of each: two levels of an API as one sequence of records.
///
///     nested_flow [BASE_URL TOKEN]      without arguments it reads the example API, which it starts itself

#include <api_server/server.hpp>

#include <corest/corest.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace net = boost::asio;
using namespace std::chrono_literals;

net::awaitable<void> print_samples(std::string base_url, std::string token)
{
    auto executor = co_await net::this_coro::executor;

    auto api = corest::http_client(executor, base_url) | corest::authorize(corest::bearer(std::move(token)))
        | corest::retry(corest::backoff().max_retries(3).factor(2s));

    auto paging = corest::offset(1024).offset_param("Offset");

    auto projects =
        corest::get(api, "/users/current/projects") | corest::paginate(paging) | corest::select("Response.Items");

    auto samples = projects | corest::expand("/projects/<id>/samples").concurrency(8) | corest::paginate(paging)
        | corest::select("Response.Items");

    auto records = samples.records();
    while (auto sample = co_await records.next()) {
        std::cout << sample->parent().get<std::int64_t>("id") << ' ' << sample->get<std::string_view>("name") << '\n';
    }
}

int main(int argc, char** argv)
{
    try {
        std::unique_ptr<example_api::server> example;
        if (argc != 3) {
            example = std::make_unique<example_api::server>();
        }
        const std::string base_url = example ? example->base_url("seed003") : argv[1];
        const std::string token = example ? example->secrets().access_token : argv[2];

        net::io_context context;
        std::exception_ptr failure;
        net::co_spawn(context, print_samples(base_url, token), [&](std::exception_ptr e) { failure = e; });
        context.run();
        if (failure) {
            std::rethrow_exception(failure);
        }
    } catch (const std::exception& e) {
        std::cerr << "nested_flow: " << e.what() << '\n';
        return 1;
    }
}
