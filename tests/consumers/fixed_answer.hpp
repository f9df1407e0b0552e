#pragma once

/// \file
/// An API without a network: what the consumers read.

#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/net.hpp>

#include <utility>

/// A transport that answers every request with the same two records.
class fixed_answer {
public:
    corest::net::awaitable<corest::response> send(corest::request r)
    {
        corest::response answer;
        answer.status = 200;
        answer.url = std::move(r.url);
        answer.body.append(R"({"items": [{"id": 1, "name": "first"}, {"id": 2, "name": "second"}]})");
        co_return answer;
    }
};
