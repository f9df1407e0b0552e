#pragma once

/// \file
/// Finds secrets in texts, in each spelling in which a server may give them back. Not for users: `conceal` is.

#include <corest/auth/secret.hpp>
#include <corest/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

/// What is shorter is no secret, but a part of words.
inline constexpr std::size_t shortest_secret = 4;

/// Some secrets, ready to be looked for. Immutable: threads may share it.
///
/// A secret is found as it is, in Base64 (RFC 4648, either alphabet, wherever in a longer text it stands, as in
/// `user:password`, in lines too), also of its form-encoded text and of its JSON text, and in hexadecimal digits, also
/// as `53:33` or `53-33`. Each of these may be written with escapes, all characters or some: of URLs and forms (`%2F`,
/// `+`), JSON, UTF-16 and programming languages (`\/`, `\u00e9`, `\x2f`), HTML (`&quot;`, `&#39;`, `&eacute;`); escapes
/// of escapes too, in a text of up to a mebibyte. So is the beginning of one, where it is half of it and eight bytes,
/// or where a message has cut it and ends with `...`.
class secret_finder {
public:
    /// \param secrets as they are; wiped. Those of less than four bytes are not looked for
    COREST_DECL explicit secret_finder(std::vector<std::string> secrets);
    secret_finder(const secret_finder&) = delete;
    secret_finder& operator=(const secret_finder&) = delete;
    COREST_DECL ~secret_finder();

    /// Where in a text a secret stands: from `begin` up to `end`.
    struct place {
        std::size_t begin;
        std::size_t end;
    };
    /// Where the text holds secrets, in order; those that overlap are one place.
    [[nodiscard]] COREST_DECL std::vector<place> find(std::string_view text) const;
    /// The text with `***` in each of these places.
    [[nodiscard]] COREST_DECL std::string mask(std::string text) const;

private:
    /// One of the texts that are looked for.
    struct spelling {
        std::string text;
        bool shares_first = false; ///< Base64 whose character before `text` holds bits of the secret too
        bool shares_last = false;  ///< likewise of the one behind it
        std::string_view between;  ///< what may stand between characters: ends of lines, and what separates bytes
    };

    COREST_DECL void add_base64(const std::string& bytes);
    COREST_DECL void find_at(std::string_view text, std::size_t at, char first, place& longest) const;
    COREST_DECL void find_directly(std::string_view text, std::vector<place>& found) const;

    std::vector<spelling> spellings_;                ///< by their first byte
    std::vector<std::string> ambiguous_;             ///< secrets in which characters begin escapes, as `%`
    std::array<std::uint32_t, 257> first_of_byte_{}; ///< where in `spellings_` those with a first byte begin
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/secret_finder.ipp>
#endif
