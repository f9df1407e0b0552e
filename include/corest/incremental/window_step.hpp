#pragma once

/// \file
/// How long a window of a cursor is: a duration of ISO 8601, or a number.

#include <corest/config.hpp>
#include <corest/incremental/cursor_value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace corest {

/// A length along a cursor: `P1D`, `PT1H30M`, `P1M` of dates and moments, `1000` of numbers. More than nothing.
class window_step {
public:
    /// \param text a duration of ISO 8601 in whole years, months, weeks, days, hours, minutes and seconds, or a number
    /// \throws error (invalid_argument) where it is neither, or nothing
    COREST_DECL explicit window_step(std::string text);

    /// As it was written.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// True of a number.
    [[nodiscard]] bool is_number() const noexcept { return is_number_; }
    /// True of a duration of whole days.
    [[nodiscard]] bool is_in_days() const noexcept { return !is_number_ && seconds_ % 86'400 == 0; }
    /// The cursor one step on, or back. A month's day that there is not is the month's last one.
    /// \throws error (wrong_type) where the one is a number and the other is none; error (invalid_argument) where it
    ///         would leave the calendar
    [[nodiscard]] COREST_DECL cursor_value from(const cursor_value& start, bool back = false) const;

private:
    std::string text_;
    bool is_number_ = false;
    std::int64_t months_ = 0;
    std::int64_t seconds_ = 0;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/incremental/impl/window_step.ipp>
#endif
