#pragma once

#include <corest/detail/text.hpp>

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

COREST_DECL std::string printable(std::string_view text, std::size_t most)
{
    std::string shown;
    for (const char c : text.substr(0, most)) {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            if (!shown.empty() && shown.back() != ' ') {
                shown.push_back(' ');
            }
        } else {
            shown.push_back(c > 0x20 && c < 0x7F ? c : '?');
        }
    }
    while (!shown.empty() && shown.back() == ' ') {
        shown.pop_back();
    }
    return text.size() > most ? shown + "..." : shown;
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
