/// \file
/// A program that has a context of Asio without Boost, and work of its own on it. Ends with 0 if both went well.

#include "../fixed_answer.hpp"

#include <corest/corest.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <exception>
#include <iostream>

asio::awaitable<int> count_things()
{
    auto executor = co_await asio::this_coro::executor;
    const corest::client api(executor, fixed_answer(), "https://api.example.com");
    auto things = corest::get(api, "/things") | corest::select("items");

    int count = 0;
    auto records = things.records();
    while (auto thing = co_await records.next()) {
        ++count;
    }
    co_return count;
}

int main()
{
    asio::io_context context;
    bool own_work = false;
    int count = 0;
    asio::co_spawn(context, count_things(), [&](std::exception_ptr failure, int things) {
        if (failure) {
            std::cerr << corest::describe(failure) << '\n';
        }
        count = things;
    });
    asio::post(context, [&] { own_work = true; });
    context.run();
    std::cout << "corest " << corest::version << " on standalone Asio read " << count << " records\n";
    return own_work && count == 2 ? 0 : 1;
}
