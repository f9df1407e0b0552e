#pragma once

/// \file
/// How a cursor is written where an API wants another form than its records have.

#include <corest/config.hpp>
#include <corest/incremental/cursor_value.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace corest {

/// The form of a cursor in requests. By default that of the records.
///
///     cursor_format("epoch_seconds")    1700000000
///     cursor_format("epoch_milliseconds")
///     cursor_format("iso8601")          2023-11-14T22:13:20Z
///     cursor_format("%Y-%m-%d %H:%M")   as strftime: Y y m d H I M S f j p b B a A s z Z F T and %
///
/// Moments are written in UTC. A number is taken for seconds since 1970, from 10^11 on (the year 5138) for
/// milliseconds.
class cursor_format {
public:
    /// As the records have it.
    cursor_format() = default;
    /// \param name one of these, or a text with a percent sign
    /// \throws error (invalid_argument) where it is none of them
    COREST_DECL explicit cursor_format(std::string name);

    /// True where it leaves cursors as they are.
    [[nodiscard]] bool is_usual() const noexcept { return name_.empty(); }
    /// The name; empty where cursors are left as they are.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// The cursor in this form, as JSON: a number, or a text in quotes.
    /// \throws error (wrong_type) where it is no moment, date or number, and would have to be one
    [[nodiscard]] COREST_DECL std::string json(const cursor_value& value) const;

private:
    std::string name_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/incremental/impl/cursor_format.ipp>
#endif
