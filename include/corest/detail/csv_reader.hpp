#pragma once

/// \file
/// Reads comma-separated values (RFC 4180). Not for users.

#include <corest/config.hpp>
#include <corest/error.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace corest::detail {

/// Takes the values of a text, record by record. Records end at CRLF, or at one of the two; empty lines are passed
/// over.
class csv_reader {
public:
    /// A value: what stands in quotes is a text, though it be empty.
    class value {
    public:
        std::string_view text; ///< without the quotes; valid until the next call
        bool is_quoted = false;
    };

    /// \param text valid while it is read \param delimiter between values; no quote and no line break
    /// \param fault the kind of the errors
    csv_reader(std::string_view text, char delimiter, errc fault) : text_(text), delimiter_(delimiter), fault_(fault) {}

    /// Goes to the next record. \return false where there is none. \pre the values of the one before have been taken
    COREST_DECL bool next_record();
    /// The next value of the record; nothing behind the last one.
    /// \throws error of the kind that was given: quotes that RFC 4180 does not allow
    [[nodiscard]] COREST_DECL std::optional<value> next_value();
    /// How far the text was read.
    [[nodiscard]] std::size_t offset() const noexcept { return at_; }
    /// The line on which the record begins, from 1 on.
    [[nodiscard]] std::size_t line() const noexcept { return line_; }

private:
    [[nodiscard]] COREST_DECL value quoted();
    [[noreturn]] COREST_DECL void throw_misplaced_quote() const;

    std::string_view text_;
    char delimiter_;
    errc fault_;
    std::size_t at_ = 0;
    std::size_t line_ = 0;   ///< of the record
    std::size_t passed_ = 1; ///< lines begun up to `at_`
    bool has_more_ = false;  ///< a value of the record comes
    std::string unquoted_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/detail/impl/csv_reader.ipp>
#endif
