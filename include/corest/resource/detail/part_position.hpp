#pragma once

/// \file
/// What a walk goes on from, where pages come in parts: the paginator's position, and how far a page was handed out.

#include <corest/error.hpp>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace corest::detail {

/// Stands in `walk_position::paginator`. Without parts its text is the paginator's own.
class part_position {
public:
    part_position() = default;
    /// \param text as `text()` has made it, or a paginator's own
    /// \throws error (invalid_argument) where it only begins as one of `text()`
    explicit part_position(const std::string& text)
    {
        if (!text.starts_with(mark)) {
            paginator = text;
            return;
        }
        const char* at = text.data() + mark.size();
        const char* const end = text.data() + text.size();
        for (std::uint64_t* const number : {&rows, &parts}) {
            const auto [rest, fault] = std::from_chars(at, end, *number);
            if (fault != std::errc() || (rest != end && *rest != ' ')) {
                throw error(errc::invalid_argument, "a walk's position is not understood",
                    "It belongs to another version: start from the beginning, with an empty state");
            }
            at = rest == end ? end : rest + 1;
        }
        if (at != end || text.back() == ' ') {
            paginator.emplace(at, end);
        }
    }

    /// \param own of the paginator \param counted see `parts`
    part_position(std::optional<std::string> own, std::uint64_t counted) : parts(counted), paginator(std::move(own)) {}

    /// What `walk_position::paginator` becomes.
    [[nodiscard]] std::string text() const
    {
        if (rows == 0 && parts == 0 && paginator && !paginator->starts_with(mark)) {
            return *paginator;
        }
        std::string made = std::string(mark) + std::to_string(rows) + ' ' + std::to_string(parts);
        return paginator ? made + ' ' + *paginator : made;
    }

    std::uint64_t rows = 0;               ///< of the page that comes next: they were handed out
    std::uint64_t parts = 0;              ///< that were counted as pages, besides the pages themselves
    std::optional<std::string> paginator; ///< its own position; none: it stands at its beginning

private:
    static constexpr std::string_view mark = "@parts ";
};

} // namespace corest::detail
