#pragma once

/// \file
/// A walk without a network: drives a paginator against a function that answers requests, as a real walk does.

#include <corest/error.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/padded_buffer.hpp>
#include <corest/http/request.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/paginate/progress_guard.hpp>
#include <corest/select/selector.hpp>

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

    /// Walks to the end. \throws what paginator, selector and guard throw
    simulated_walk(corest::any_paginator paging, const corest::selector& where, const server& serve,
        corest::request base = corest::request("GET", "https://api.example.com/items"),
        std::size_t largest_page_before = 0)
    {
        corest::progress_guard guard;
        const std::vector<corest::json_path> probes = paging.paths();
        for (std::uint64_t number = 1;; ++number) {
            if (number > 100) {
                throw std::logic_error("the walk does not end");
            }
            corest::request r = base;
            paging.prepare(r);
            urls.push_back(r.url);
            bodies.push_back(r.body);
            const answer got = serve(r);
            const corest::padded_buffer body(got.body);
            std::vector<corest::detail::slice> slices;
            std::vector<std::optional<std::string_view>> values;
            corest::cut_page(body, where, probes, slices, values, &warnings);
            guard.check(r, body.view(), slices);
            for (const corest::detail::slice s : slices) {
                records.emplace_back(body.view().substr(s.offset, s.size));
            }
            corest::page_info info;
            info.records = slices.size();
            info.page_number = number;
            info.url = r.url;
            info.status = 200;
            info.headers = &got.headers;
            info.largest_page_before = largest_page_before;
            info.values = values;
            info.warnings = &warnings;
            largest_page_before = std::max(largest_page_before, slices.size());
            if (!paging.advance(info)) {
                return;
            }
        }
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
