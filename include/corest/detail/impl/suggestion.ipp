#pragma once

#include <corest/detail/suggestion.hpp>

#include <corest/detail/text.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace corest::detail {

namespace misspelling {

/// The known name that `name` was probably meant to be.
COREST_DECL std::optional<std::string> nearest(std::string_view name, std::span<const std::string_view> known)
{
    if (name.size() > 100) {
        return std::nullopt;
    }
    std::optional<std::string> best;
    std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (const std::string_view other : known) {
        // Three rows of the distance matrix: transpositions look back two rows.
        std::array<std::vector<std::size_t>, 3> rows;
        for (auto& row : rows) {
            row.resize(other.size() + 1);
        }
        for (std::size_t j = 0; j <= other.size(); ++j) {
            rows[0][j] = j;
        }
        for (std::size_t i = 1; i <= name.size(); ++i) {
            auto& row = rows[i % 3];
            const auto& above = rows[(i + 2) % 3];
            row[0] = i;
            for (std::size_t j = 1; j <= other.size(); ++j) {
                const bool same = ascii_lower(name[i - 1]) == ascii_lower(other[j - 1]);
                row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
                if (i > 1 && j > 1 && ascii_lower(name[i - 1]) == ascii_lower(other[j - 2])
                    && ascii_lower(name[i - 2]) == ascii_lower(other[j - 1]))
                {
                    row[j] = std::min(row[j], rows[(i + 1) % 3][j - 2] + 1);
                }
            }
        }
        const std::size_t distance = rows[name.size() % 3][other.size()];
        if (distance < least && distance < std::max(name.size(), other.size())) { // not all letters differ
            least = distance;
            best = std::string(other);
        }
    }
    return best;
}

} // namespace misspelling

COREST_DECL std::string suggestion(
    std::string_view name, std::span<const std::string_view> known, std::string_view noun)
{
    if (const auto near = misspelling::nearest(name, known)) {
        return "; the nearest known " + std::string(noun) + " is " + in_quotes(*near);
    }
    if (known.empty() || known.size() > 30) {
        return {};
    }
    return "; known here " + std::string(known.size() == 1 ? "is " : "are ") + join_words(known);
}

} // namespace corest::detail
