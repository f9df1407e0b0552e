#pragma once

#include <corest/incremental/decimal.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <algorithm>
#include <cstddef>

namespace corest::detail {

namespace decimal_size {

inline constexpr std::int64_t most_digits = 4096;
/// No exponent counts for more: what stands beyond is no number that anybody counts with.
inline constexpr std::int64_t largest_exponent = 1'000'000'000'000'000;

[[noreturn]] inline void refuse()
{
    throw error(errc::invalid_argument, "a number has more than 4096 digits", "A cursor has fewer");
}

} // namespace decimal_size

COREST_DECL decimal::decimal(std::string_view text)
{
    std::size_t i = 0;
    negative_ = !text.empty() && text[0] == '-';
    i += negative_ ? 1 : 0;
    bool behind = false;
    for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
        if (text[i] == '.') {
            behind = true;
        } else {
            digits_ += text[i];
            point_ += behind ? 0 : 1;
        }
    }
    if (i < text.size()) {
        ++i;
        const bool down = i < text.size() && text[i] == '-';
        i += i < text.size() && (text[i] == '-' || text[i] == '+') ? 1 : 0;
        std::int64_t exponent = 0;
        for (; i < text.size() && is_digit(text[i]); ++i) {
            exponent = std::min(exponent * 10 + (text[i] - '0'), decimal_size::largest_exponent);
        }
        point_ += down ? -exponent : exponent;
    }
    trim();
}

COREST_DECL void decimal::trim()
{
    const std::size_t leading = std::min(digits_.find_first_not_of('0'), digits_.size());
    digits_.erase(0, leading);
    point_ -= static_cast<std::int64_t>(leading);
    digits_.erase(digits_.find_last_not_of('0') + 1);
    if (digits_.empty()) {
        negative_ = false;
        point_ = 0;
    }
}

COREST_DECL std::strong_ordering decimal::operator<=>(const decimal& other) const noexcept
{
    if (negative_ != other.negative_) {
        return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    std::strong_ordering size = std::strong_ordering::equal;
    if (digits_.empty() || other.digits_.empty()) {
        size = digits_.size() <=> other.digits_.size();
    } else if (point_ != other.point_) {
        size = point_ <=> other.point_;
    } else {
        size = digits_.compare(other.digits_) <=> 0;
    }
    return negative_ ? 0 <=> size : size;
}

COREST_DECL decimal decimal::operator+(const decimal& other) const
{
    if (digits_.empty() || other.digits_.empty()) {
        return digits_.empty() ? other : *this;
    }
    const std::int64_t top = std::max(point_, other.point_);
    const std::int64_t bottom = std::min(point_ - static_cast<std::int64_t>(digits_.size()),
        other.point_ - static_cast<std::int64_t>(other.digits_.size()));
    if (top - bottom > decimal_size::most_digits) {
        decimal_size::refuse();
    }
    const auto aligned = [&](const decimal& value) {
        std::string digits(static_cast<std::size_t>(top - value.point_), '0');
        digits += value.digits_;
        digits.resize(static_cast<std::size_t>(top - bottom), '0');
        return digits;
    };
    std::string larger = aligned(*this);
    std::string smaller = aligned(other);
    decimal out;
    out.negative_ = negative_;
    if (larger < smaller) {
        std::swap(larger, smaller);
        out.negative_ = other.negative_;
    }
    const int sign = negative_ == other.negative_ ? 1 : -1;
    int carry = 0;
    for (std::size_t i = larger.size(); i-- > 0;) {
        int digit = (larger[i] - '0') + sign * (smaller[i] - '0') + carry;
        carry = digit < 0 ? -1 : digit / 10;
        digit -= carry * 10;
        larger[i] = static_cast<char>('0' + digit);
    }
    out.digits_ = (carry > 0 ? "1" : "") + larger;
    out.point_ = top + (carry > 0 ? 1 : 0);
    out.trim();
    return out;
}

COREST_DECL decimal decimal::truncated() const
{
    decimal out = *this;
    out.digits_.resize(
        static_cast<std::size_t>(std::clamp<std::int64_t>(point_, 0, static_cast<std::int64_t>(digits_.size()))));
    out.trim();
    return out;
}

COREST_DECL std::string decimal::text() const
{
    if (digits_.empty()) {
        return "0";
    }
    if (point_ > decimal_size::most_digits || point_ < -decimal_size::most_digits) {
        decimal_size::refuse();
    }
    std::string out = negative_ ? "-" : "";
    const auto whole = static_cast<std::size_t>(std::max<std::int64_t>(point_, 0));
    if (whole == 0) {
        return out + "0." + std::string(static_cast<std::size_t>(-point_), '0') + digits_;
    }
    out += digits_.substr(0, whole);
    if (digits_.size() <= whole) {
        return out + std::string(whole - digits_.size(), '0');
    }
    return out + "." + digits_.substr(whole);
}

} // namespace corest::detail
