#pragma once

/// \file
/// A user's own transport that answers from a function: the seam that tests of layers use.

#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/net.hpp>

#include COREST_ASIO(post.hpp)

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Answers each request by a function; records what was sent. Suspends, as a real one does.
class scripted_transport {
public:
    using answer = std::function<corest::response(const corest::request&)>;

    explicit scripted_transport(answer how) : how_(std::move(how)) {}

    corest::net::awaitable<corest::response> send(corest::request r)
    {
        sent.push_back(r);
        ++in_flight;
        most_in_flight = in_flight > most_in_flight ? in_flight : most_in_flight;
        const auto executor = co_await corest::net::this_coro::executor;
        for (int i = 0; i < turns; ++i) {
            co_await corest::net::post(executor, corest::net::use_awaitable);
        }
        --in_flight;
        corest::response got = how_(r);
        if (got.url.empty()) {
            got.url = r.url;
        }
        co_return got;
    }

    std::vector<corest::request> sent;
    int turns = 1; ///< of the event loop until it answers
    int in_flight = 0;
    int most_in_flight = 0;

private:
    answer how_;
};

/// A response with a status and a body.
inline corest::response respond(
    unsigned status, std::string_view body = {}, std::vector<std::pair<std::string, std::string>> headers = {})
{
    corest::response r;
    r.status = status;
    r.body = corest::padded_buffer(body);
    for (auto& [name, value] : headers) {
        r.headers.add(name, value);
    }
    return r;
}
