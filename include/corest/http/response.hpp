#pragma once

/// \file
/// What came back: status, headers and the whole body in a padded buffer.

#include <corest/http/decoded_limits.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/padded_buffer.hpp>

#include <chrono>
#include <string>

namespace corest {

/// What somebody who knows the API says of a response; see `response_rules`.
enum class response_verdict {
    none,         ///< its status decides
    ignore,       ///< it is no page, and no failure
    retry,        ///< it is to be asked for again, as after a 503
    rate_limited, ///< it is to be asked for again after a pause for all, as after a 429
    fail          ///< it is a failure, whatever its status
};

/// An HTTP response, complete and with its content coding (gzip, deflate, zstd) undone. Move-only, as its body is.
class response {
public:
    response() = default;
    /// The other one's body is empty afterwards.
    response(response&&) = default;
    /// The other one's body is empty afterwards.
    response& operator=(response&&) = default;

    unsigned status = 0;     ///< RFC 9110, section 15
    std::string reason;      ///< the text behind the status; may be empty
    corest::headers headers; ///< without Content-Encoding, where that was undone
    padded_buffer body;      ///< complete, decoded
    /// How large its body may become, by the client that it came through, where it is found to be compressed though no
    /// header says so.
    decoded_limits limits;
    /// Where it came from, after redirects; absolute.
    std::string url;
    /// The server said that it has not changed (304), and body and headers come from the cache of `conditional`.
    bool not_modified = false;
    /// How often the request was sent until this response came (retry counts here). 0: it was not; `retry` or
    /// `rate_limit` has answered a speculative one with 429 by itself.
    unsigned attempts = 1;
    /// It would have been asked for again, had not so many requests failed before (`retry_budget`).
    bool is_over_budget = false;
    /// Since the request was sent first (retry measures it); zero: not known.
    std::chrono::milliseconds elapsed{0};
    /// Time spent waiting between attempts and for rate limits.
    std::chrono::nanoseconds waited{0};
    /// From the last byte of the request, the last one where it was redirected, to the first one of the response. Zero:
    /// the transport does not say.
    std::chrono::nanoseconds latency{0};

    response_verdict verdict = response_verdict::none; ///< in place of what the status says
    std::string wait_header; ///< of a verdict: the field that says how long to wait; empty: the usual ones
    std::string said;        ///< of a verdict: the API's own message; empty: the body is shown

    /// True for a status of 200 to 299.
    [[nodiscard]] bool ok() const noexcept { return status >= 200 && status < 300; }
};

} // namespace corest
