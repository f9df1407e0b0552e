/// \file
/// Fixed work without I/O, whose instructions callgrind counts: the way of a response through the parser, of a page
/// through the walk, and of a record to the user.

#include "checksum.hpp"
#include "jobs.hpp"
#include "memory_transport.hpp"
#include "run.hpp"
#include "../sample.hpp"

#include <corest/corest.hpp>
#include <corest/http/response_parser.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace benchmark {

namespace {

/// A response as nginx sends it, through the parser as a connection feeds it: 64 KiB at a time.
void parse(const std::string& body, std::uint64_t pages, checksum& read)
{
    constexpr std::size_t received = 64 * 1024;
    const std::string message = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Thu, 29 Feb 2024 12:00:00 GMT\r\n"
                                "Content-Type: application/json\r\nContent-Length: "
        + std::to_string(body.size())
        + "\r\nLast-Modified: Thu, 29 Feb 2024 11:00:00 GMT\r\nConnection: keep-alive\r\n"
          "ETag: \"65e06f80-b1d3\"\r\nAccept-Ranges: bytes\r\n\r\n"
        + body;
    const corest::detail::response_limits limits(false, 256 * 1024, std::size_t{256} << 20);
    for (std::uint64_t i = 0; i < pages; ++i) {
        corest::detail::response_parser parser(limits);
        std::string_view left = message;
        while (!parser.done()) {
            if (const std::span<char> room = parser.prepare(); !room.empty()) {
                const std::size_t count = std::min({room.size(), left.size(), received});
                std::memcpy(room.data(), left.data(), count);
                parser.commit(count);
                left.remove_prefix(count);
            } else {
                left.remove_prefix(parser.put(left.substr(0, std::min(left.size(), received))));
            }
        }
        const corest::response got = parser.release();
        if (got.body.size() != body.size() || (i == 0 && got.body.view() != body)) {
            throw std::runtime_error("the body is not what was sent");
        }
        read.add(static_cast<std::int64_t>(got.body.size()));
    }
}

corest::net::awaitable<void> walk(std::string how, std::string body, std::uint64_t pages, checksum* read)
{
    const auto executor = co_await corest::net::this_coro::executor;
    const auto collection = how == "ahead" ? unbounded_collection_in_memory(executor, std::move(body), pages)
        : how == "tree"                    ? tree_in_memory(executor, std::move(body), pages)
                                           : collection_in_memory(executor, std::move(body), pages);
    if (how == "next") {
        auto records = collection.records();
        while (auto r = co_await records.next()) {
            read->add(r->get<std::int64_t>("id"));
        }
        co_return;
    }
    const bool typed = how == "typed";
    auto all = collection.pages();
    while (auto page = co_await all.next()) {
        for (const corest::record& r : *page) {
            read->add(typed ? r.as<sample>().id : r.get<std::int64_t>("id"));
        }
    }
}

} // namespace

void instructions(const words& given)
{
    const std::string& how = given.at(0, "what to do");
    std::string body = read_file(given.at(1, "PAGE.json"));
    const std::uint64_t pages = given.number_at(2, "PAGES");
    checksum read;
    if (how == "parse") {
        parse(body, pages, read);
    } else if (how == "walk" || how == "next" || how == "typed" || how == "ahead" || how == "tree") {
        run(walk(how, std::move(body), pages, &read));
    } else {
        throw std::invalid_argument("there is no work '" + how + "'");
    }
    std::cout << "{\"ids\": " << read << "}\n";
}

} // namespace benchmark
