/// \file
/// Reads a resource into an SQLite database. Ends with 0 if both rows are there.

#include "../fixed_answer.hpp"

#include <corest/corest.hpp>
#include <corest/destination/sqlite.hpp>

#include <sqlite3.h>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <exception>
#include <filesystem>
#include <iostream>
#include <string>

namespace net = corest::net;

net::awaitable<void> store_things(std::string file)
{
    auto executor = co_await net::this_coro::executor;
    const corest::client api(executor, fixed_answer(), "https://api.example.com");
    auto things = corest::get(api, "/things") | corest::select("items");

    const corest::sqlite_destination to(file);
    corest::table table("things", corest::write_disposition::replace);
    co_await to.open(table);
    auto pages = things.pages();
    while (auto page = co_await pages.next()) {
        co_await to.write("things", *page);
    }
    co_await to.close("things");
}

int count_rows(const std::string& file)
{
    sqlite3* database = nullptr;
    sqlite3_stmt* query = nullptr;
    int rows = -1;
    if (sqlite3_open(file.c_str(), &database) == SQLITE_OK
        && sqlite3_prepare_v2(database, "select count(*) from things", -1, &query, nullptr) == SQLITE_OK
        && sqlite3_step(query) == SQLITE_ROW)
    {
        rows = sqlite3_column_int(query, 0);
    }
    sqlite3_finalize(query);
    sqlite3_close(database);
    return rows;
}

int main()
{
    const std::string file = "things.db";
    std::filesystem::remove(file);
    net::io_context context;
    std::exception_ptr failure;
    net::co_spawn(context, store_things(file), [&](std::exception_ptr e) { failure = e; });
    context.run();
    if (failure) {
        std::cerr << corest::describe(failure) << '\n';
        return 1;
    }
    const int rows = count_rows(file);
    std::cout << "corest " << corest::version << " stored " << rows << " rows\n";
    return rows == 2 ? 0 : 1;
}
