/// \file
/// Parts of your own: an authenticator, a paginator and a destination are plain classes. No base class, no
/// registration.

#include <api_server/server.hpp>

#include <corest/corest.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace net = boost::asio;

/// Signs with a header that also says who is asking. An authenticator has `sign(request&)`.
class team_token {
public:
    team_token(std::string team, corest::secret token) : team_(std::move(team)), token_(std::move(token)) {}

    void sign(corest::request& r) const
    {
        r.headers.set("X-Team", team_);
        r.headers.set("Authorization", "Bearer " + token_.reveal(), true);
    }

private:
    std::string team_;
    corest::secret token_;
};

/// Pages in steps that double, 10, 20, 40, ..., until one comes empty. A paginator is a value with `prepare` and
/// `advance`; each walk drives a copy of its own.
class doubling_offset {
public:
    void prepare(corest::request& r) const
    {
        corest::set_query(r.url, "Offset", std::to_string(offset_));
        corest::set_query(r.url, "limit", std::to_string(limit_));
    }
    bool advance(const corest::page_info& page)
    {
        offset_ += page.records;
        limit_ *= 2;
        return page.records > 0;
    }

private:
    std::uint64_t offset_ = 0;
    std::uint64_t limit_ = 10;
};

/// Counts the rows and bytes of each table. A destination has `open`, `write`, `close` and `abandon`.
class row_counter {
public:
    net::awaitable<void> open(corest::table t)
    {
        rows[t.name] = 0;
        co_return;
    }
    net::awaitable<void> write(std::string name, corest::page p)
    {
        rows[name] += p.size();
        for (const corest::record& r : p) {
            bytes += r.json().size();
        }
        co_return;
    }
    net::awaitable<void> close(std::string name)
    {
        std::cout << name << ": " << rows[name] << " rows\n";
        co_return;
    }
    net::awaitable<void> abandon(std::string name)
    {
        std::cout << name << ": given up\n";
        co_return;
    }

    std::map<std::string, std::size_t> rows;
    std::size_t bytes = 0;
};

net::awaitable<void> load(std::string base_url, std::string token)
{
    auto executor = co_await net::this_coro::executor;
    auto api = corest::http_client(executor, base_url) | corest::authorize(team_token("genomics", std::move(token)));
    auto runs = corest::get(api, "/users/current/runs") | corest::paginate(doubling_offset())
        | corest::select("Response.Items");

    corest::any_destination to = row_counter();
    corest::table table("runs");
    co_await to.open(table);
    auto pages = runs.pages();
    while (auto page = co_await pages.next()) {
        co_await to.write("runs", *page);
    }
    co_await to.close("runs");
}

int main()
{
    try {
        example_api::server example;
        net::io_context context;
        std::exception_ptr failure;
        net::co_spawn(context, load(example.base_url("seed003"), example.secrets().access_token),
            [&](std::exception_ptr e) { failure = e; });
        context.run();
        if (failure) {
            std::rethrow_exception(failure);
        }
    } catch (const std::exception& e) {
        std::cerr << "custom_parts: " << e.what() << '\n';
        return 1;
    }
}
