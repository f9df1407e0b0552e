#pragma once

/// \file
/// Python's tokens (its language reference, chapter 2). Not for users.

#include <corest/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace corest::source::detail {

/// What a token is.
enum class token_kind : std::uint8_t {
    name,    ///< an identifier or keyword
    number,  ///< begins like a number
    text,    ///< a text in quotes, its prefix included
    mark,    ///< an operator or delimiter
    newline, ///< the end of a logical line
    indent,  ///< a block begins
    dedent,  ///< a block ends
    bad,     ///< a character that begins no token; a text that is not ended
    end      ///< the last one
};

/// A token: a part of the text.
struct token {
    token_kind kind = token_kind::end;
    std::size_t offset = 0;
    std::size_t length = 0;
};

/// Takes a part of a text apart. Never fails: what is no Python are `bad` tokens. `//` begins a comment too where no
/// value can end: dictionaries on pages have such.
/// \param text of the whole file
/// \param begin of the part
/// \param end of the part
/// \param expression_only line ends and indentation mean nothing
[[nodiscard]] COREST_DECL std::vector<token> python_tokens(
    std::string_view text, std::size_t begin, std::size_t end, bool expression_only = false);

/// True where a name may begin with this character.
[[nodiscard]] COREST_DECL bool begins_python_name(char c) noexcept;

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_tokens.ipp>
#endif
