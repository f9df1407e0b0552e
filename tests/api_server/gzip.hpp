#pragma once

/// \file
/// Compression of response bodies.

#include <string>
#include <string_view>

namespace example_api {

/// A text in the gzip format (RFC 1952).
[[nodiscard]] std::string gzip_compressed(std::string_view text);

} // namespace example_api
