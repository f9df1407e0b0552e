#pragma once

/// \file
/// A credential that cannot be printed by accident, and does not stay in memory.

#include <corest/config.hpp>

#include <string>
#include <utility>

namespace corest {

namespace detail {

/// Overwrites a text that is no longer needed, with what its buffer still holds behind it, and empties it.
COREST_DECL void wipe(std::string& text) noexcept;

} // namespace detail

/// Text that no stream, formatter or comparison shows; `reveal()` is the only way to it, and easy to search for.
/// Overwritten when it is destroyed, assigned to or moved from. Copies that others make of what `reveal()` gives are
/// theirs to look after.
class secret {
public:
    secret() = default;
    /// Implicit, so that a token can be given as a plain string; the way back is not.
    secret(std::string value) : value_(std::move(value)) { detail::wipe(value); }
    /// As from a `std::string`.
    secret(const char* value) : value_(value) {}
    /// The same text once more.
    secret(const secret& other) = default;
    /// The other one is empty afterwards.
    secret(secret&& other) noexcept : value_(std::move(other.value_)) { detail::wipe(other.value_); }
    /// Takes over a copy.
    secret& operator=(const secret& other)
    {
        if (this != &other) {
            detail::wipe(value_);
            value_ = other.value_;
        }
        return *this;
    }
    /// The other one is empty afterwards.
    secret& operator=(secret&& other) noexcept
    {
        if (this != &other) {
            detail::wipe(value_);
            value_ = std::move(other.value_);
            detail::wipe(other.value_);
        }
        return *this;
    }
    ~secret() { detail::wipe(value_); }

    /// The text. Keep it out of messages and logs.
    [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
    /// True where there is no text.
    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

private:
    std::string value_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/secret.ipp>
#endif
