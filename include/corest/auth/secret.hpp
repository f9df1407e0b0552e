#pragma once

/// \file
/// A credential that cannot be printed by accident.

#include <string>
#include <utility>

namespace corest {

/// Text that no stream, formatter or comparison shows; `reveal()` is the only way to it, and easy to search for.
class secret {
public:
    secret() = default;
    /// Implicit, so that a token can be given as a plain string; the way back is not.
    secret(std::string value) : value_(std::move(value)) {}
    /// As from a `std::string`.
    secret(const char* value) : value_(value) {}

    /// The text. Keep it out of messages and logs.
    [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
    /// True where there is no text.
    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

private:
    std::string value_;
};

} // namespace corest
