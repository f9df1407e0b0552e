#pragma once

/// \file
/// Undoes the content coding of a response (RFC 9110, section 8.4): gzip and deflate by libdeflate, zstd by libzstd.

#include <corest/config.hpp>
#include <corest/http/decoded_limits.hpp>
#include <corest/http/response.hpp>

#include <string_view>

namespace corest {

/// What to send as Accept-Encoding: the codings that `decode_content` can undo; empty where there are none
/// (corest was built without libdeflate and libzstd).
[[nodiscard]] COREST_DECL std::string_view decodable_codings() noexcept;

/// Replaces the body by what it was before it was compressed, and removes Content-Encoding and Content-Length.
/// Does nothing to a body without coding, or to an empty one. "deflate" is accepted with and without the zlib wrapper,
/// and so is a text that is said to be gzip or zstd and is plain JSON.
/// \param r its body is replaced
/// \param limit how large the decoded body may be; at most that much memory is written, however small the body
/// \throws error (limit_exceeded) beyond `limit` or for more than five codings; (protocol_error) for damaged data or
///         a coding that is not known, or was left out when corest was built
COREST_DECL void decode_content(response& r, const decoded_limits& limit);

/// Replaces a body that is gzip or zstd by its first bytes, though no header says so (a file that is served as it is),
/// by what it was before. Does nothing to others, nor where corest was built without the coding's library.
/// \param r its body is replaced
/// \param limit as for `decode_content`
/// \throws error (limit_exceeded, protocol_error) as `decode_content`
COREST_DECL void decode_unstated_content(response& r, const decoded_limits& limit);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/content_coding.ipp>
#endif
