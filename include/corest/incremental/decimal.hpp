#pragma once

/// \file
/// Numbers of JSON of any size, exactly. Not for users.

#include <corest/config.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace corest::detail {

/// A number as JSON writes it, without rounding: its digits and where the point stands.
class decimal {
public:
    decimal() = default;
    /// \param text a JSON number
    COREST_DECL explicit decimal(std::string_view text);

    /// By value: `1`, `1.0` and `1e0` are equal.
    [[nodiscard]] COREST_DECL std::strong_ordering operator<=>(const decimal& other) const noexcept;
    /// By value.
    [[nodiscard]] bool operator==(const decimal& other) const noexcept { return (*this <=> other) == 0; }

    /// The sum. \throws error (invalid_argument) where it would have more than 4,096 digits
    [[nodiscard]] COREST_DECL decimal operator+(const decimal& other) const;
    /// With the other sign.
    [[nodiscard]] decimal operator-() const
    {
        decimal out = *this;
        out.negative_ = !negative_ && !digits_.empty();
        return out;
    }
    /// Without what stands behind the point.
    [[nodiscard]] COREST_DECL decimal truncated() const;
    /// As JSON writes it, without an exponent.
    /// \throws error (invalid_argument) where it would have more than 4,096 digits
    [[nodiscard]] COREST_DECL std::string text() const;

private:
    COREST_DECL void trim();

    bool negative_ = false;
    std::string digits_;     ///< without zeros at either end; none: zero
    std::int64_t point_ = 0; ///< the value is 0.DIGITS times ten to this power
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/incremental/impl/decimal.ipp>
#endif
