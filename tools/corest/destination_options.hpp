#pragma once

/// \file
/// What may follow a destination's address: `sqlite:data.db?journal=delete&timeout=5`.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

/// An option that a destination knows.
struct destination_option {
    std::string_view name;
    std::string_view value; ///< what may stand behind the equals sign, for people: "wal|delete"
    std::string_view explanation;
};

/// An address, and the options behind it.
class destination_address {
public:
    /// \param text what follows the destination's prefix
    /// \param prefix for messages: "sqlite:"
    /// \param known the options that the destination has
    /// \throws corest::error (invalid_argument) naming an option that is not known, with the nearest one, or that has
    ///         no value
    destination_address(std::string_view text, std::string_view prefix, std::span<const destination_option> known);

    /// An address that is taken as it is: its options are read by who gets it.
    explicit destination_address(std::string_view whole) : location_(whole) {}

    /// What stands before the question mark.
    [[nodiscard]] const std::string& location() const noexcept { return location_; }
    /// The value of an option; nothing where it is not given.
    [[nodiscard]] std::optional<std::string> find(std::string_view name) const;
    /// The same as a whole number.
    /// \throws corest::error (invalid_argument) where it is none, or less than `least`, or more than `most`
    [[nodiscard]] std::optional<unsigned> find_number(std::string_view name, unsigned least, unsigned most) const;

private:
    std::string prefix_;
    std::string location_;
    std::vector<std::pair<std::string, std::string>> given_;
};

} // namespace cli
