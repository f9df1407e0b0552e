#pragma once

/// \file
/// The layer that shows requests and responses as they are, for whoever looks for what is wrong.

#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/http/headers.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace corest {

/// A request as it was sent, and what came back. Shows no secret that corest knows of: values of secret header fields
/// are `***`, as are the values of members and form fields of bodies that are named as credentials are (`token`,
/// `client_secret`, `password`, ...), and what `conceal` and `authorize` know.
class traced_exchange {
public:
    std::uint64_t request = 0;            ///< its number, as in `request_begin`; 0: the client has no observers
    std::string method;                   ///< GET, POST, ...
    std::string url;                      ///< secrets masked
    corest::headers headers;              ///< of the request: as `http_client` sends them, Host and the like included
    std::string body;                     ///< of the request: its first `trace::shown_bytes`, fit for one line
    std::size_t body_size = 0;            ///< of the whole body, in bytes
    unsigned status = 0;                  ///< 0: there was no response
    std::string reason;                   ///< the text behind the status
    corest::headers response_headers;     ///< without Content-Encoding, where that was undone
    std::string response_body;            ///< decoded: its first `trace::shown_bytes`, fit for one line
    std::size_t response_size = 0;        ///< of the whole body, decoded, in bytes
    std::string failure;                  ///< why there was no response
    std::chrono::nanoseconds duration{0}; ///< from the request to the whole response
};

/// A layer for `client | trace(...)`: hands out each request and response that passes through it. Directly on
/// `http_client` it sees each attempt as it is sent, credentials masked; further out, what layers make of them.
///
///     const client api = http_client(executor, url)
///                      | trace([](const traced_exchange& e) { std::clog << e.url << '\n'; })
///                      | authorize(bearer(token)) | retry();
///
/// The function is called where the client runs, one call at a time; what it throws is ignored. Makes copies of what it
/// shows, so it is for looking, not for every day.
class trace {
public:
    /// So many bytes of a body are shown.
    static constexpr std::size_t shown_bytes = 2000;

    /// \param show takes each exchange, when its response is there, or its failure
    explicit trace(std::function<void(const traced_exchange&)> show) : show_(std::move(show)) {}
    /// Masks secrets that nobody else knows of.
    /// \param mask takes a text, gives it without them
    trace& mask(std::function<std::string(std::string)> mask)
    {
        mask_ = std::move(mask);
        return *this;
    }

    /// The client with this layer outermost.
    [[nodiscard]] COREST_DECL client apply(const client& api) const;

private:
    std::function<void(const traced_exchange&)> show_;
    std::function<std::string(std::string)> mask_;
};

namespace detail {

/// A JSON or form body without the values of what is named as a credential is.
[[nodiscard]] COREST_DECL std::string mask_credentials(std::string_view body);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/trace.ipp>
#endif
