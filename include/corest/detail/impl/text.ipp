#pragma once

#include <corest/detail/text.hpp>

#include <corest/detail/utf8.hpp>

#include <algorithm>

namespace corest::detail {

COREST_DECL std::string lower(std::string_view text)
{
    std::string copy(text);
    std::transform(copy.begin(), copy.end(), copy.begin(), ascii_lower);
    return copy;
}

COREST_DECL std::string upper(std::string_view text)
{
    std::string copy(text);
    std::transform(copy.begin(), copy.end(), copy.begin(), ascii_upper);
    return copy;
}

namespace printable_text {

/// Whether a character does nothing to the text around it: no control (C0, DEL, C1), no mark that turns the direction
/// of writing (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), and no byte that is no UTF-8.
inline bool is_visible(std::string_view character) noexcept
{
    const char first = character.front();
    if (character.size() == 1) {
        return first > 0x20 && first < 0x7F;
    }
    if (first == '\xC2') {
        return static_cast<unsigned char>(character[1]) >= 0xA0;
    }
    if (character.substr(0, 2) == "\xE2\x80") {
        const auto last = static_cast<unsigned char>(character[2]);
        return last != 0x8E && last != 0x8F && (last < 0xA8 || last > 0xAE);
    }
    if (character.substr(0, 2) == "\xE2\x81") {
        const auto last = static_cast<unsigned char>(character[2]);
        return last < 0xA6 || last > 0xA9;
    }
    return true;
}

} // namespace printable_text

COREST_DECL std::string printable(std::string_view text, std::size_t most)
{
    std::string shown;
    const char* const end = text.data() + text.size();
    const char* const limit = text.data() + std::min(most, text.size());
    const char* p = text.data();
    while (p < limit) {
        const std::string_view character(p, std::max<std::size_t>(utf8_size(p, end), 1));
        if (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t') {
            if (!shown.empty() && shown.back() != ' ') {
                shown.push_back(' ');
            }
        } else if (printable_text::is_visible(character)) {
            shown.append(character);
        } else {
            shown.push_back('?');
        }
        p += character.size();
    }
    while (!shown.empty() && shown.back() == ' ') {
        shown.pop_back();
    }
    return p < end ? shown + "..." : shown;
}

COREST_DECL std::string in_quotes(std::string_view text)
{
    constexpr std::size_t longest = 60;
    std::string out = "'";
    std::size_t shown = 0;
    for (const char c : text) {
        // Cut at the beginning of a character only (UTF-8).
        if (shown >= longest && (static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
            out += "...";
            break;
        }
        if (is_control(c)) {
            out += "\\x";
            append_hex(out, c);
        } else {
            out += c;
        }
        ++shown;
    }
    return out + "'";
}

COREST_DECL std::string excerpt(std::string_view text, std::size_t most)
{
    std::string shown;
    for (const char c : text.substr(0, most)) {
        if (c != ' ' && !is_control(c)) {
            shown += c;
        } else if (!shown.empty() && shown.back() != ' ') {
            shown += ' ';
        }
    }
    if (text.size() > most) {
        // Not in the middle of a UTF-8 sequence.
        while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xC0U) == 0x80U) {
            shown.pop_back();
        }
        if (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0x80U) != 0) {
            shown.pop_back();
        }
        shown += "...";
    }
    return shown;
}

} // namespace corest::detail
