#pragma once

#include <corest/schema/naming.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace corest::schema {

namespace snake_case {

inline constexpr std::string_view separator = "__";
inline constexpr std::string_view no_name = "_empty";

[[nodiscard]] inline bool is_capital(char c) noexcept
{
    return c >= 'A' && c <= 'Z';
}
[[nodiscard]] inline bool is_small(char c) noexcept
{
    return c >= 'a' && c <= 'z';
}
[[nodiscard]] inline bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

/// How many bytes of white space a text begins with, as Python's `str.strip` has it; 0: none.
[[nodiscard]] COREST_DECL std::size_t space_before(std::string_view text) noexcept
{
    constexpr std::array<std::string_view, 19> wide = {"\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\x80",
        "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87",
        "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F",
        "\xE3\x80\x80"};
    if (text.empty()) {
        return 0;
    }
    const auto first = static_cast<unsigned char>(text.front());
    if (first == ' ' || (first >= 0x09 && first <= 0x0D) || (first >= 0x1C && first <= 0x1F)) {
        return 1;
    }
    const auto* const found =
        std::find_if(wide.begin(), wide.end(), [&](std::string_view one) { return text.starts_with(one); });
    return found == wide.end() ? 0 : found->size();
}

/// The text without white space around it.
[[nodiscard]] COREST_DECL std::string_view stripped(std::string_view text)
{
    while (const std::size_t space = space_before(text)) {
        text.remove_prefix(space);
    }
    for (std::size_t size = 1; size <= std::min<std::size_t>(3, text.size());) {
        if (space_before(text.substr(text.size() - size)) == size) {
            text.remove_suffix(size);
            size = 1;
        } else {
            ++size;
        }
    }
    return text;
}

/// The first bytes of the name's SHAKE-128 in small base64, which tell it from others.
[[nodiscard]] COREST_DECL std::string tag_of(std::string_view name)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ba"; // + b, / a
    std::array<unsigned char, 4> digest{}; // one in a thousand may collide: 3 * log2(1000) / 8 + 1 bytes
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (!context || EVP_DigestInit_ex(context.get(), EVP_shake128(), nullptr) != 1
        || EVP_DigestUpdate(context.get(), name.data(), name.size()) != 1
        || EVP_DigestFinalXOF(context.get(), digest.data(), digest.size()) != 1)
    {
        throw std::bad_alloc();
    }
    std::string tag;
    for (std::size_t bit = 0; bit < digest.size() * 8; bit += 6) {
        unsigned value = 0;
        for (std::size_t i = bit; i < bit + 6; ++i) {
            const unsigned byte = i / 8 < digest.size() ? digest[i / 8] : 0U;
            value = value * 2 + ((byte >> (7 - i % 8)) & 1U);
        }
        const char c = digits[value];
        tag += is_capital(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return tag;
}

/// A name that is not too long. \param of what its tag is computed of
[[nodiscard]] COREST_DECL std::string shortened(std::string name, std::string_view of, std::size_t longest)
{
    if (longest == 0 || name.size() <= longest) {
        return name;
    }
    const std::string tag = tag_of(of).substr(0, longest);
    const std::size_t rest = longest - tag.size();
    return name.substr(0, rest - rest / 2) + tag + name.substr(name.size() - rest / 2);
}

/// Letters, digits and underscores of the name.
[[nodiscard]] COREST_DECL std::string reduced(std::string_view name)
{
    constexpr std::string_view from = "+-*@|";
    constexpr std::string_view to = "x_xal";
    std::string out;
    bool in_others = false; // several of them are one underscore
    for (char c : name) {
        const std::size_t known = from.find(c);
        c = known == from.npos ? c : to[known];
        const bool is_kept = is_small(c) || is_capital(c) || is_digit(c) || c == '_';
        if (is_kept || !in_others) {
            out += is_kept ? c : '_';
        }
        in_others = !is_kept;
    }
    return out;
}

/// An underscore before each capital letter that begins a word of small ones, and is not the first; then one between a
/// small letter or digit and a capital letter.
[[nodiscard]] COREST_DECL std::string broken(const std::string& name)
{
    std::string words;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool begins = is_capital(name[i]) && i + 1 < name.size() && is_small(name[i + 1]);
        if (!words.empty() && begins && words.back() != '_') {
            words += '_';
        }
        words += name[i];
    }
    std::string out;
    for (const char c : words) {
        if (!out.empty() && is_capital(c) && (is_small(out.back()) || is_digit(out.back()))) {
            out += '_';
        }
        out += c;
    }
    return out;
}

/// A part between separators. \pre is not nothing
[[nodiscard]] COREST_DECL std::string part(std::string_view name, std::size_t longest)
{
    std::string text = broken(reduced(name));
    std::transform(text.begin(), text.end(), text.begin(),
        [](char c) { return is_capital(c) ? static_cast<char>(c - 'A' + 'a') : c; });
    if (is_digit(text.front())) {
        text.insert(0, 1, '_');
    }
    const std::size_t last = text.find_last_not_of('_');
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(last == text.npos ? 0 : last + 1), text.end(), 'x');
    text.erase(std::unique(text.begin(), text.end(), [](char a, char b) { return a == '_' && b == '_'; }), text.end());
    return shortened(std::move(text), name, longest);
}

} // namespace snake_case

COREST_DECL std::string_view to_string(naming convention) noexcept
{
    return convention == naming::snake_case ? "snake_case" : "direct";
}

COREST_DECL std::optional<naming> find_naming(std::string_view name) noexcept
{
    for (const naming convention : naming_conventions) {
        if (to_string(convention) == name) {
            return convention;
        }
    }
    return std::nullopt;
}

COREST_DECL std::string snake_case_name(std::string_view name, std::size_t longest)
{
    std::string path;
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find(snake_case::separator, begin), name.size());
        const std::string_view one = snake_case::stripped(name.substr(begin, end - begin));
        if (!one.empty()) {
            path += path.empty() ? std::string_view() : snake_case::separator;
            path += snake_case::part(one, longest);
        }
        begin = end + snake_case::separator.size();
    }
    return path.empty() ? std::string(snake_case::no_name) : snake_case::shortened(std::move(path), name, longest);
}

COREST_DECL std::string path_name(naming convention, std::string path, std::size_t longest)
{
    if (convention == naming::direct) {
        return path;
    }
    const std::string whole = path;
    return snake_case::shortened(std::move(path), whole, longest);
}

} // namespace corest::schema
