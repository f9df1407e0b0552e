#pragma once

/// \file
/// JSON lines: a body that is one JSON value a line, as exports and logs are sent.

#include <corest/config.hpp>
#include <corest/http/padded_buffer.hpp>
#include <corest/select/page.hpp>
#include <corest/select/selector.hpp>

#include <string_view>
#include <vector>

namespace corest {

/// Whether a media type is that of JSON lines: `application/x-ndjson`, `application/jsonl` and the like, in any case,
/// with or without parameters.
[[nodiscard]] COREST_DECL bool is_json_lines(std::string_view content_type) noexcept;

/// Cuts JSON lines into records. Lines of white space are passed over, and so is a byte order mark at the beginning; a
/// body without others has no records.
/// \param body the text
/// \param records where the records are in each line; `$`: each line is one, whatever it is
/// \param[out] slices the records' positions in the body
/// \throws error (not_json) naming the line that is none; error (selector_missing) where a line has nothing at the path
COREST_DECL void cut_json_lines(const padded_buffer& body, const selector& records, std::vector<detail::slice>& slices);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/json_lines.ipp>
#endif
