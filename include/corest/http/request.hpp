#pragma once

/// \file
/// What is sent: a plain value that authenticators, paginators and layers edit before a transport sends it.

#include <corest/http/body_source.hpp>
#include <corest/http/headers.hpp>

#include <memory>
#include <string>
#include <utility>

namespace corest {

namespace detail {
class observation;
} // namespace detail

/// An HTTP request. A value: every attempt sends a copy of its own.
class request {
public:
    request() = default;
    /// \param request_method in upper case
    /// \param request_url absolute
    request(std::string request_method, std::string request_url)
        : method(std::move(request_method)),
          url(std::move(request_url))
    {
    }

    /// GET, POST, HEAD, ... (RFC 9110, section 9), in upper case.
    std::string method = "GET";
    /// Absolute, http or https; its query is edited with `set_query` (http/url.hpp). Holds no userinfo.
    std::string url;
    corest::headers headers; ///< the client adds Host, User-Agent, Accept and Accept-Encoding where they are missing
    std::string body;        ///< as it is sent; empty: no body
    /// Takes the place of `body`, which is empty then: read while it is sent (`file_body`, `buffer_body`).
    std::shared_ptr<const body_source> upload;
    /// True where sending it twice does no harm; retry and the client resend only such requests.
    /// GET, HEAD, OPTIONS, PUT, DELETE and TRACE always are (RFC 9110, section 9.2.2); set it for a POST that only
    /// reads.
    bool idempotent = false;
    /// False: a 3xx is handed out as it is. Authorization follows redirects itself, so that each hop is signed anew.
    bool follow_redirects = true;
    /// It is sent before its page's turn: `retry` sends it once, and not at all while a server's 429 asks to wait,
    /// since whoever wants the page asks again in its turn.
    bool early = false;
    /// Nobody knows yet whether its response will be needed: it is for a page that may be beyond the end. As `early`,
    /// and `rate_limit` does not send it where that would not leave half of the budget.
    bool speculative = false;

    /// A 202 is an answer to it: it asks how far something is. Else `retry` sends it again, as what is not done yet.
    bool takes_accepted = false;

    /// Where the transport puts the header fields as it sends them, Host and whatever else it adds included; of the
    /// first request where it follows redirects. Null: nobody wants to see them (`trace` does).
    std::shared_ptr<corest::headers> sent_headers;

    /// Who is told what happens to it; set by the client, where it is observed (`observe`).
    std::shared_ptr<const detail::observation> observation;

    /// True where the method or the flag says that sending it twice does no harm.
    [[nodiscard]] bool repeatable() const noexcept
    {
        return idempotent || method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "PUT"
            || method == "DELETE" || method == "TRACE";
    }
};

} // namespace corest
