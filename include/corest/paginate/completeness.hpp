#pragma once

/// \file
/// Whether the server itself says that there is more than a walk has read.

#include <corest/config.hpp>
#include <corest/http/headers.hpp>
#include <corest/select/json_path.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

/// A walk that has come to its end.
class walk_end {
public:
    std::uint64_t records = 0;                ///< that it has read, before any filter
    std::uint64_t pages = 0;                  ///< on which there were records
    std::size_t last_records = 0;             ///< on the last page
    const corest::headers* headers = nullptr; ///< of the last response; may be null
    /// The last body without its records, as JSON; empty where nothing but records is there.
    std::string_view envelope;
    const json_path* records_path = nullptr; ///< where the records stand in the body; not null
    /// Whether what the server counts are these records: they are a list's elements, and not of several lists.
    bool counts_records = true;
    /// Whether nobody has said how the API pages: then an empty page that names a further one is no end.
    bool guesses_paging = false;
    bool is_record = false; ///< the envelope is a record itself: what a record may say counts for nothing
};

/// What the server says at the end of a walk.
class server_statements {
public:
    std::vector<std::string> unmet;     ///< that there is more, each as a clause: "total is 25, and 10 records came"
    std::optional<std::uint64_t> total; ///< how many records there are; of several counts the largest; none: no count
};

/// A body without its records, for `walk_end::envelope`. Empty where the records are the whole body.
/// \param body the text
/// \param first, last of the records: where the first one begins and the last one ends; equal where there are none
[[nodiscard]] COREST_DECL std::string envelope_of(
    std::string_view body, const json_path& records_path, std::size_t first, std::size_t last);

/// Whether a count of records that a server states is one of those that a path leads to: not where they stand in
/// several lists (`groups[*].items`), and not where it is one object.
/// \param is_list whether the records are the elements of a list
[[nodiscard]] COREST_DECL bool is_counted_path(const json_path& records_path, bool is_list);

/// What the server says of how much there is, held against what was read.
///
/// Looked at are, by the names that APIs use (`envelope_names.hpp`): a count of records or pages, a flag (`has_more`),
/// the next page's cursor, number or link, at the root of the body, in the objects that lead to the records, and in
/// `meta`, `pagination` and the like beside these; the header fields Link (RFC 8288), Content-Range (RFC 9110, section
/// 14.4), X-Total-Count, X-Total, X-Total-Pages, WordPress's X-WP-Total and X-WP-TotalPages, and X-Next-Page. Where a
/// count of records is there and as many have come, nothing else counts but a flag that says that there is more; one
/// that says no is believed more than a cursor beside it.
[[nodiscard]] COREST_DECL server_statements read_statements(const walk_end& end);

/// What an object that was taken for a record says of a page that comes next, in words that records hardly have:
/// "next_cursor names a further page". Empty where it says nothing.
[[nodiscard]] COREST_DECL std::string next_page_stated_in(std::string_view object);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/completeness.ipp>
#endif
