#pragma once

/// \file
/// Characters that are written as escapes, in whichever language.

#include <corest/config.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace corest::detail {

/// A character that is written as an escape.
struct escaped_character {
    std::array<char, 4> bytes{}; ///< the character, as UTF-8
    std::size_t count = 0;       ///< how many of them; 0: no escape stands there
    std::size_t end = 0;         ///< behind the escape

    /// The character, as UTF-8; empty where there is none.
    [[nodiscard]] std::string_view text() const noexcept { return {bytes.data(), count}; }
};

/// What every escape begins with.
[[nodiscard]] constexpr bool begins_escape(char c) noexcept
{
    return c == '%' || c == '\\' || c == '&';
}

/// Reads the escape at a place of a text, of whichever language: URLs (`%2F`, `%u00e9`), JSON and programming languages
/// (`\/`, `\n`, `\u00e9`, a pair of surrogates, `\x2f`), HTML (`&quot;`, `&#39;`, `&#x27;`, `&#39`, `&eacute;`).
/// \pre at < text.size()
[[nodiscard]] COREST_DECL escaped_character read_escape(std::string_view text, std::size_t at);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/detail/impl/escaped_character.ipp>
#endif
