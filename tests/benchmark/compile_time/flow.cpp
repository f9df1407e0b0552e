/// \file
/// A user's file that runs a flow: what the time is measured that it takes to compile.

#include <corest/flow.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

namespace net = boost::asio;

net::awaitable<void> print_samples(std::string base_url, std::string token)
{
    auto executor = co_await net::this_coro::executor;
    auto api =
        corest::http_client(executor, base_url) | corest::authorize(corest::bearer(std::move(token))) | corest::retry();
    auto paging = corest::offset(100);
    auto samples = corest::get(api, "/projects") | corest::paginate(paging) | corest::select("data")
        | corest::expand("/projects/<id>/samples") | corest::paginate(paging) | corest::select("data");
    auto records = samples.records();
    while (auto sample = co_await records.next()) {
        std::cout << sample->get<std::int64_t>("id") << ' ' << sample->get<std::string_view>("name") << '\n';
    }
}

int main(int argc, char** argv)
{
    if (argc != 3) {
        return 2;
    }
    net::io_context context;
    std::exception_ptr failure;
    net::co_spawn(context, print_samples(argv[1], argv[2]), [&](std::exception_ptr e) { failure = e; });
    context.run();
    if (failure) {
        std::cerr << corest::describe(failure) << '\n';
        return 1;
    }
}
