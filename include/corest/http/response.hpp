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
    response(response&&) = default;
    response& operator=(response&&) = default;

    unsigned status = 0;
    std::string reason;
    corest::headers headers;
    padded_buffer body;
    /// Where it came from, after redirects; absolute.
    std::string url;
    /// How often the request was sent until this response came (retry counts here).
    unsigned attempts = 1;
    /// Time spent waiting between attempts and for rate limits.
    std::chrono::nanoseconds waited{0};

    [[nodiscard]] bool ok() const noexcept { return status >= 200 && status < 300; }
};

} // namespace corest
