#pragma once

/// \file
/// From bytes to records: finds the records of a body, and the values a paginator asked for, in one pass.

#include <corest/config.hpp>
#include <corest/select/detail/json_blocks.hpp>
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
    /// The records at a path.
    selector(json_path p) : path(std::move(p)) {}
    /// As from a `json_path`. \throws error (invalid_argument) where it is none
    selector(std::string_view p) : path(p) {}
    /// As from a `json_path`. \throws error (invalid_argument) where it is none
    selector(const char* p) : path(p) {}
    /// As from a `json_path`. \throws error (invalid_argument) where it is none
    selector(const std::string& p) : path(p) {}

    json_path path; ///< of the array of records, or of the one record
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
/// The envelope is checked in full, but for the arrays and objects in it that no path leads into or that are a probe's
/// value. Of what is inside these, and inside records, only the encoding is checked, that strings end, and that as many
/// brackets close as open. Check the records (`record::validate`, `for_each_field` and `record::as` do): what is broken
/// in a record, or because of it, is then found.
///
/// \param body the text
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

namespace detail {

/// As `cut_page`, with one of `json_classifiers()`.
COREST_DECL void cut_page(json_classifier classify, const padded_buffer& body, const selector& records,
    std::span<const json_path> probes, std::vector<slice>& slices, std::vector<std::optional<std::string_view>>& values,
    std::vector<std::string>* warnings = nullptr);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/selector.ipp>
#endif
