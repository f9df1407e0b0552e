#pragma once

/// \file
/// What came back: status, headers and the whole body in a padded buffer.

#include <corest/http/headers.hpp>
#include <corest/http/padded_buffer.hpp>

#include <chrono>
#include <string>

namespace corest {

/// An HTTP response, complete and with its content coding (gzip, deflate) undone. Move-only, as its body is.
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
    /// Where it came from, after redirects; absolute.
    std::string url;
    /// The server said that it has not changed (304), and body and headers come from the cache of `conditional`.
    bool not_modified = false;
    /// How often the request was sent until this response came (retry counts here). 0: it was not; `retry` has answered
    /// a speculative one with 429 by itself.
    unsigned attempts = 1;
    /// Time spent waiting between attempts and for rate limits.
    std::chrono::nanoseconds waited{0};

    /// True for a status of 200 to 299.
    [[nodiscard]] bool ok() const noexcept { return status >= 200 && status < 300; }
};

} // namespace corest
