#pragma once

/// \file
/// The value of a cursor field: how values are compared, and how they are moved.

#include <corest/config.hpp>
#include <corest/incremental/decimal.hpp>
#include <corest/select/rfc3339.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace corest {

/// A value that rows are compared by: an integer of any size, a decimal, a date, a moment, or another text.
///
/// Numbers are compared by value, whatever their size. Texts that are dates or date-times of RFC 3339 are compared as
/// moments, wherever their zones are; one without a zone is in UTC, and a date is its midnight. `+0000` is understood
/// as `+00:00`. A text that is an integer beyond 64 bits is compared with numbers as that number. All other texts are
/// compared as Python compares them, by code points.
class cursor_value {
public:
    /// What a value is.
    enum class kind { number, date, moment, text };

    /// \param json the text of a number or a string
    /// \throws error (wrong_type) where it is neither; error (not_json)
    COREST_DECL explicit cursor_value(std::string_view json);
    /// A moment, written in UTC.
    COREST_DECL static cursor_value from(const date_time& moment);

    /// What it is.
    [[nodiscard]] kind type() const noexcept { return kind_; }
    /// As it stands in JSON.
    [[nodiscard]] const std::string& json() const noexcept { return json_; }
    /// As text: a string decoded, a number as it is written.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// For messages: `the number 5`, `the text '2024-01-01'`.
    [[nodiscard]] COREST_DECL std::string description() const;
    /// The moment, of a date its midnight in UTC. \pre it is one of these
    [[nodiscard]] const date_time& moment() const noexcept { return moment_; }
    /// The number. \pre it is one
    [[nodiscard]] const detail::decimal& number() const noexcept { return number_; }

    /// Less than, equal to or greater than 0 as this is less than, equal to or greater than the other one.
    /// \throws error (wrong_type) naming both, where one is a number and the other is none
    [[nodiscard]] COREST_DECL int compare(const cursor_value& other) const;

    /// Moved by so much: a number by that number (an integer stays one), a moment by seconds, a date by days. The text
    /// keeps its form: the zone and the digits of a fraction.
    /// \param amount a JSON number
    /// \param in_days a moment is moved by days, to the beginning of one: as is right where the initial value is a date
    /// \param to_end then it is moved to the day's last second
    /// \throws error (wrong_type) of a text that is neither date nor moment; error (invalid_argument) where it would
    ///         leave the years 0 to 9999
    [[nodiscard]] COREST_DECL cursor_value moved(
        std::string_view amount, bool in_days = false, bool to_end = false) const;
    /// Another moment in the same form; of a date one that is no midnight is a moment. \pre it is a date or a moment
    [[nodiscard]] COREST_DECL cursor_value at(const date_time& other) const;

private:
    cursor_value() = default;
    COREST_DECL void recognise();

    kind kind_ = kind::text;
    std::string json_;
    std::string text_;
    detail::decimal number_;
    date_time moment_;
    std::chrono::minutes offset_{0};  ///< of local time before UTC
    std::string zone_;                ///< as it is written
    char separator_ = 'T';            ///< between date and time
    std::size_t fraction_digits_ = 0; ///< that are written
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/incremental/impl/cursor_value.ipp>
#endif
