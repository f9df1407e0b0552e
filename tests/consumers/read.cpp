/// \file
/// What a program does that uses corest: it reads a resource. Ends with 0 if both records came.

#include "fixed_answer.hpp"

#include <corest/corest.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <exception>
#include <iostream>
#include <string>

namespace net = corest::net;

net::awaitable<void> read_names(std::string& names)
{
    auto executor = co_await net::this_coro::executor;
    const corest::client api(executor, fixed_answer(), "https://api.example.com");
    auto things = corest::get(api, "/things") | corest::select("items");

    auto records = things.records();
    while (auto thing = co_await records.next()) {
        names += thing->get<std::string>("name") + ' ';
    }
}

int main()
{
    net::io_context context;
    std::string names;
    std::exception_ptr failure;
    net::co_spawn(context, read_names(names), [&](std::exception_ptr e) { failure = e; });
    context.run();
    if (failure) {
        std::cerr << corest::describe(failure) << '\n';
        return 1;
    }
    std::cout << "corest " << corest::version << " read: " << names << '\n';
    return names == "first second " ? 0 : 1;
}
