#pragma once

/// \file
/// Comma-separated values as records: a body that is a table in text, as reports and exports are sent.

#include <corest/config.hpp>
#include <corest/http/padded_buffer.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace corest {

/// Whether a media type is that of comma-separated values: `text/csv` (RFC 7111) or `application/csv`, in any case,
/// with or without parameters.
[[nodiscard]] COREST_DECL bool is_csv(std::string_view content_type) noexcept;

/// How comma-separated values are read (RFC 4180): the first record has the names, each further one is a row. All
/// values are texts. A name that comes again gets a number (`price`, `price_2`), a column without one its place
/// (`column_3`).
class csv_rows {
public:
    /// What stands between two values; `,` by default. \throws error (invalid_argument) of a quote or a line break
    COREST_DECL csv_rows& delimiter(char c);
    /// Values that mean none, where they do not stand in quotes: "", "NA". None by default.
    csv_rows& null_values(std::vector<std::string> texts)
    {
        null_values_ = std::move(texts);
        return *this;
    }

    /// The rows as JSON lines, an object each. A byte order mark at the beginning is passed over.
    /// \throws error (not_json) naming the line: quotes that RFC 4180 does not allow, a row with more or fewer values
    ///         than there are names
    [[nodiscard]] COREST_DECL padded_buffer to_json_lines(std::string_view text) const;
    /// For people: "csv, delimiter ';'".
    [[nodiscard]] COREST_DECL std::string text() const;

private:
    char delimiter_ = ',';
    std::vector<std::string> null_values_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/csv_rows.ipp>
#endif
