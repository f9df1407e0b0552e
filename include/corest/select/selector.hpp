#pragma once

/// \file
/// From bytes to records: finds the records of a body, and the values a paginator asked for, in one pass.

#include <corest/config.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/page.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// Where the records are in a body.
class selector {
public:
    /// `$`: the body is the array of records, or the one record.
    selector() = default;
    selector(json_path p) : path(std::move(p)) {}
    selector(std::string_view p) : path(p) {}
    selector(const char* p) : path(p) {}
    selector(const std::string& p) : path(p) {}

    json_path path;
    /// False: a body without the path is an error that names the keys that are there. True: it has no records.
    bool missing_is_empty = false;
};

/// Cuts a body into records, in one pass.
///
/// What the path matches: an array gives its elements, an object is one record, null gives none (with a warning); what
/// a last step `[*]` matches is one record each, whatever it is, so that `data[*]` and `data` are the same.
/// With a wildcard, elements without the rest of the path are passed over, unless all of them are.
/// Where an object of the envelope has a key twice, the last one counts. A byte order mark is skipped.
///
/// The envelope is checked, and so are the text's encoding, its end and the balance of its brackets; what is inside a
/// record is not (`record::validate`, `for_each_field` and `record::as` do that).
///
/// \param body the text; its padding is used
/// \param records where the records are
/// \param probes further places whose values are wanted
/// \param[out] slices the records' positions in the body, without surrounding white space
/// \param[out] values for each probe the JSON text of its (first) value, empty where it is missing
/// \param[out] warnings what a report should mention; may be null
/// \throws error (not_json) saying where the text breaks off or what it looks like (HTML, empty, truncated);
///         error (selector_missing) naming the keys that are there;
///         error (wrong_type) where the path leads to a string, number or bool
COREST_DECL void cut_page(const padded_buffer& body, const selector& records, std::span<const json_path> probes,
    std::vector<detail::slice>& slices, std::vector<std::optional<std::string_view>>& values,
    std::vector<std::string>* warnings = nullptr);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/selector.ipp>
#endif
