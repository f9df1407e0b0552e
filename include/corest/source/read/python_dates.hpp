#pragma once

/// \file
/// Dates that Python computes: `pendulum.now().subtract(days=7).to_date_string()`. Not for users.

#include <corest/config.hpp>
#include <corest/source/read/python_names.hpp>
#include <corest/source/read/python_syntax.hpp>

#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace corest::source::detail {

/// A time with its distance from UTC, as `datetime`, `date` and `pendulum` have it.
struct python_date {
    std::chrono::sys_days day;
    std::chrono::microseconds time{0};
    std::optional<std::chrono::seconds> offset; ///< none: a time of no zone
    bool is_utc = false;                        ///< the zone is UTC by name
    bool has_time = true;                       ///< false: a `date`
    bool of_pendulum = false;
};

/// Computes the usual forms of `datetime` and `pendulum`: now, today, a date itself, subtract and add with literal
/// units, and what makes texts of them.
class python_dates {
public:
    /// \param names referred to \param now in UTC
    python_dates(const python_names& names, std::chrono::system_clock::time_point now) : names_(names), now_(now) {}

    /// The text (or the number of seconds) that a call makes of a date; none where it is no such call, or one that is
    /// not understood.
    [[nodiscard]] COREST_DECL std::optional<boost::json::value> evaluate(
        const python_node& node, python_place place) const;

    /// Whether anything of what was evaluated comes of the clock.
    [[nodiscard]] bool asks_clock() const noexcept { return asks_clock_; }

private:
    [[nodiscard]] std::chrono::system_clock::time_point now() const noexcept;
    [[nodiscard]] std::optional<python_date> date(const python_node& node, python_place place, int depth) const;
    [[nodiscard]] std::optional<python_date> made_by(
        const python_node& call, const std::string& function, python_place place) const;
    [[nodiscard]] std::optional<python_date> method(const python_node& call, python_place place, int depth) const;
    [[nodiscard]] std::optional<python_date> now_in(const python_node& call, python_place place, bool pendulum) const;
    [[nodiscard]] const std::int64_t* number_in(const python_node& node, python_place place) const;
    [[nodiscard]] std::optional<python_date> shifted(
        python_date d, const python_node& units, python_place place, int sign, bool days_first) const;

    const python_names& names_;
    std::chrono::system_clock::time_point now_;
    mutable bool asks_clock_ = false;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_dates.ipp>
#endif
