/// \file
/// Records straight into a struct: no tree of JSON values in between, and every field checked.

#include <api_server/server.hpp>

#include <corest/corest.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/describe.hpp>

#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace net = boost::asio;

struct owner {
    std::string name;
    std::optional<std::string> email;
};
BOOST_DESCRIBE_STRUCT(owner, (), (name, email))

struct run {
    std::string id;
    std::string name;
    bool active = false;
    double score = 0;
    std::int64_t size_bytes = 0;
    std::vector<std::string> tags;
    std::optional<std::string> comment;
    std::optional<owner> owned_by; // a field that the API may not have
};
BOOST_DESCRIBE_STRUCT(run, (), (id, name, active, score, size_bytes, tags, comment, owned_by))

net::awaitable<void> sum_up(std::string base_url, std::string token)
{
    auto executor = co_await net::this_coro::executor;
    auto api = corest::http_client(executor, base_url) | corest::authorize(corest::bearer(std::move(token)));
    auto runs = corest::get(api, "/users/current/runs") | corest::paginate(corest::offset(100).offset_param("Offset"))
        | corest::select("Response.Items");

    std::size_t active = 0;
    std::size_t count = 0;
    double score = 0;
    auto records = runs.records();
    while (auto record = co_await records.next()) {
        const run one = record->as<run>();
        ++count;
        active += one.active ? 1 : 0;
        score += one.score;
    }
    std::cout << count << " runs, " << active << " active, mean score " << score / static_cast<double>(count) << '\n';
}

int main()
{
    try {
        example_api::server example;
        net::io_context context;
        std::exception_ptr failure;
        net::co_spawn(context, sum_up(example.base_url("seed003"), example.secrets().access_token),
            [&](std::exception_ptr e) { failure = e; });
        context.run();
        if (failure) {
            std::rethrow_exception(failure);
        }
    } catch (const std::exception& e) {
        std::cerr << "typed_records: " << e.what() << '\n';
        return 1;
    }
}
