#pragma once

/// \file
/// A value of a row, with its type: what destinations store.

#include <corest/config.hpp>
#include <corest/schema/data_type.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corest::schema {

/// What a `typed_value` holds.
enum class value_kind : unsigned char {
    null,      ///< no value
    boolean,   ///< true or false
    bigint,    ///< an integer of 64 bits
    real,      ///< a double
    decimal,   ///< its exact digits, without exponent: "-12.50"
    text,      ///< UTF-8, decoded
    json,      ///< compact JSON text
    timestamp, ///< microseconds since 1970-01-01 00:00 UTC
    date,      ///< days since 1970-01-01
    time,      ///< microseconds since midnight
    binary     ///< bytes
};

/// A value. Texts and bytes are views of what it was read from, or of a `text_store`.
class typed_value {
public:
    /// null
    typed_value() noexcept : integer_(0) {}
    /// A boolean.
    explicit typed_value(bool value) noexcept : kind_(value_kind::boolean), integer_(value ? 1 : 0) {}
    /// A bigint.
    explicit typed_value(std::int64_t value) noexcept : kind_(value_kind::bigint), integer_(value) {}
    /// A real.
    explicit typed_value(double value) noexcept : kind_(value_kind::real), real_(value) {}
    /// \param kind decimal, text, json or binary
    /// \param text of it; is not copied
    typed_value(value_kind kind, std::string_view text) noexcept : kind_(kind), size_(text.size()), text_(text.data())
    {
    }
    /// \param kind date or time
    /// \param count as `value_kind` says
    typed_value(value_kind kind, std::int64_t count) noexcept : kind_(kind), integer_(count) {}
    /// A timestamp.
    /// \param microseconds since 1970, in UTC
    /// \param has_zone whether its column has a time zone
    [[nodiscard]] static typed_value moment(std::int64_t microseconds, bool has_zone) noexcept
    {
        typed_value out(value_kind::timestamp, microseconds);
        out.has_zone_ = has_zone;
        return out;
    }

    /// What it holds.
    [[nodiscard]] value_kind kind() const noexcept { return kind_; }
    /// True where it holds no value.
    [[nodiscard]] bool is_null() const noexcept { return kind_ == value_kind::null; }
    /// Its truth. \pre it is a boolean
    [[nodiscard]] bool boolean() const noexcept { return integer_ != 0; }
    /// Of a bigint its value, of a timestamp, date or time what `value_kind` says.
    [[nodiscard]] std::int64_t integer() const noexcept { return integer_; }
    /// Its value. \pre it is a real
    [[nodiscard]] double real() const noexcept { return real_; }
    /// Of a decimal, text, json or binary.
    [[nodiscard]] std::string_view text() const noexcept { return {text_, size_}; }
    /// Of a timestamp: whether its column has a time zone.
    [[nodiscard]] bool has_zone() const noexcept { return has_zone_; }

private:
    value_kind kind_ = value_kind::null;
    bool has_zone_ = false;
    std::size_t size_ = 0;
    union {
        std::int64_t integer_;
        double real_;
        const char* text_;
    };
};

/// Keeps texts that values are views of.
class text_store {
public:
    /// A view of the text, valid as long as this.
    std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

private:
    std::deque<std::string> texts_;
};

/// Appends a value as JSON: a decimal as a number, a timestamp as a date-time of RFC 3339 (without offset where it has
/// no zone), bytes in base64.
COREST_DECL void append_json(std::string& out, const typed_value& value);

/// Appends a value as text: that of a timestamp, date or time as in JSON, without quotes; bytes as they are.
COREST_DECL void append_text(std::string& out, const typed_value& value);

} // namespace corest::schema

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/schema/impl/typed_value.ipp>
#endif
