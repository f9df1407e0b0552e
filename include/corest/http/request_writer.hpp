#pragma once

/// \file
/// The text of a request as it goes over the wire (RFC 9112, sections 3 and 5).

#include <corest/config.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/request.hpp>
#include <corest/http/url.hpp>

#include <string>
#include <string_view>

namespace corest::detail {

/// What the client adds to each request.
class request_additions {
public:
    request_additions() = default;

    std::string_view user_agent;
    /// Empty: compressed bodies are not asked for.
    std::string_view accept_encoding;
    /// The request goes to an http proxy: its target is the whole URL (RFC 9112, section 3.2.2).
    bool to_proxy = false;
    /// Value of Proxy-Authorization; empty: none.
    std::string_view proxy_authorization;
};

/// Writes request line, headers and body (but for an upload) to `out`, replacing what is there.
///
/// Host, User-Agent, Accept and Accept-Encoding are added where the request has none. The fields that belong to the
/// connection (Connection, Content-Length, Transfer-Encoding, Proxy-Authorization, ...) are the client's own: the
/// request's are left out.
/// \throws error (invalid_argument) where method, target, a name or a value could break out of its place
COREST_DECL void write_request(std::string& out, const request& r, const url_parts& url, const request_additions& more);

/// The header fields that `write_request` writes, in their order.
/// \throws error as `write_request`
[[nodiscard]] COREST_DECL headers sent_headers(const request& r, const url_parts& url, const request_additions& more);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/request_writer.ipp>
#endif
