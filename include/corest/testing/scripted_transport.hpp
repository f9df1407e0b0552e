#pragma once

/// \namespace corest::test
/// For tests of flows: what takes the place of the network and of the clock.

/// \file
/// A transport that answers from a script: flows are tested with it without a network.

#include <corest/error.hpp>
#include <corest/http/padded_buffer.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/net.hpp>

#include COREST_ASIO(post.hpp)

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::test {

/// A response as a server would have given it.
/// \param status the HTTP status
/// \param body JSON, mostly
/// \param headers names and values
[[nodiscard]] inline response respond(
    unsigned status, std::string_view body = {}, std::vector<std::pair<std::string, std::string>> headers = {})
{
    response made;
    made.status = status;
    made.body = padded_buffer(body);
    for (auto& [name, value] : headers) {
        made.headers.add(name, std::move(value));
    }
    return made;
}

/// Answers each request by a function or from a list, and records what was sent. It suspends as a real transport does,
/// and never opens a socket. Models `transport`.
///
///     auto server = std::make_shared<corest::test::scripted_transport>(corest::test::scripted_transport::replies{
///         {"https://api.example.com/users", R"([{"id": 1}])"}});
///     corest::client api(executor, corest::any_transport(server), "https://api.example.com");
class scripted_transport {
public:
    /// Makes the response to a request; may throw what a transport throws.
    using answer = std::function<response(const request&)>;
    /// Bodies of responses with the status 200 by absolute URL, the query as it is sent.
    using replies = std::map<std::string, std::string, std::less<>>;

    /// Answers by a function. \param script called once for each request, in their order
    explicit scripted_transport(answer script) : script_(std::move(script)) {}

    /// Answers from a list, whatever the method and as often as asked.
    /// A request for any other URL throws `error` (connect_failed), which names the URL.
    explicit scripted_transport(replies list)
        : script_([list = std::move(list)](const request& r) {
              const auto found = list.find(r.url);
              if (found == list.end()) {
                  throw error(errc::connect_failed, "no reply is scripted for " + r.method + " " + r.url,
                      "Add one to the replies of the scripted_transport");
              }
              return respond(200, found->second);
          })
    {
    }

    /// Answers after `turns` of the event loop. \throws what the script throws
    [[nodiscard]] net::awaitable<response> send(request r)
    {
        sent.push_back(r);
        ++in_flight;
        most_in_flight = in_flight > most_in_flight ? in_flight : most_in_flight;
        const auto executor = co_await net::this_coro::executor;
        for (int i = 0; i < turns; ++i) {
            co_await net::post(executor, net::use_awaitable);
        }
        --in_flight;
        response got = script_(r);
        if (got.url.empty()) {
            got.url = r.url;
        }
        co_return got;
    }

    std::vector<request> sent; ///< all requests so far
    int turns = 1;             ///< of the event loop until it answers
    int in_flight = 0;         ///< requests that were not answered yet
    int most_in_flight = 0;    ///< the most at any time

private:
    answer script_;
};

} // namespace corest::test
