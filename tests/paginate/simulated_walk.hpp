#pragma once

/// \file
/// A walk without a network: drives a paginator against a function that answers requests, as a real walk does.

#include <corest/error.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/padded_buffer.hpp>
#include <corest/http/request.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/resource/collection.hpp>
#include <corest/resource/page_walk.hpp>
#include <corest/select/selector.hpp>

#include COREST_ASIO(io_context.hpp)

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a simulated server sends.
class answer {
public:
    answer(std::string text) : body(std::move(text)) {}
    answer(const char* text) : body(text) {}
    answer(std::string text, const std::string& name, std::string value) : body(std::move(text))
    {
        headers.add(name, std::move(value));
    }

    std::string body;
    corest::headers headers;
};

/// What came of a walk.
class simulated_walk {
public:
    using server = std::function<answer(const corest::request&)>;

    /// Walks to the end, with the walk that real requests are made by. \throws what paginator, selector and guard throw
    simulated_walk(corest::any_paginator paging, const corest::selector& selector, const server& serve,
        corest::request base = corest::request("GET", "https://api.example.com/items"),
        std::size_t largest_page_before = 0)
    {
        corest::net::io_context unused;
        const std::string origin = corest::origin_of(base.url);
        corest::collection items(corest::client(unused.get_executor(), corest::any_transport(), origin),
            corest::request_template(std::move(base)));
        items.paginator = std::move(paging);
        items.selector = selector;
        items.statistics->largest_page = largest_page_before;
        corest::page_walk walk(std::make_shared<const corest::collection>(items));
        while (walk.more()) {
            if (urls.size() == 100) {
                throw std::logic_error("the walk does not end");
            }
            const corest::request r = walk.next_request();
            urls.push_back(r.url);
            bodies.push_back(r.body);
            answer served = serve(r);
            corest::response got;
            got.status = 200;
            got.headers = std::move(served.headers);
            got.body = corest::padded_buffer(served.body);
            const corest::page taken = walk.take(std::move(got));
            for (std::size_t i = 0; i < taken.size(); ++i) {
                records.emplace_back(taken.json(i));
            }
        }
        warnings = items.statistics->warnings.all();
        incomplete = items.statistics->incomplete.texts();
    }

    /// The part of each request's URL after the host.
    [[nodiscard]] std::vector<std::string> targets() const
    {
        std::vector<std::string> all;
        for (const std::string& url : urls) {
            all.push_back(url.substr(url.find('/', url.find("//") + 2)));
        }
        return all;
    }

    std::vector<std::string> urls;
    std::vector<std::string> bodies;
    std::vector<std::string> records;
    std::vector<std::string> warnings;
    std::vector<std::string> incomplete; ///< what the server has stated and not sent
};

/// The message of the error that an action ends with, checked to be of a kind.
template <class F>
std::string error_of(corest::errc kind, F action)
{
    try {
        action();
    } catch (const corest::error& e) {
        return e.kind() == kind ? e.what() : "another kind of error: " + std::string(e.what());
    }
    return "no error";
}

/// The JSON array of the numbers from..to-1, where `to` is cut to `end`.
inline std::string numbers(std::int64_t from, std::int64_t to, std::int64_t end)
{
    std::string json = "[";
    for (std::int64_t i = from; i < std::min(to, end); ++i) {
        json += (i == from ? "" : ",") + std::to_string(i);
    }
    return json + "]";
}

/// The texts of 0..count-1: what a complete walk has read.
inline std::vector<std::string> count_up(std::int64_t count)
{
    std::vector<std::string> all;
    for (std::int64_t i = 0; i < count; ++i) {
        all.push_back(std::to_string(i));
    }
    return all;
}
