#pragma once

#include <corest/auth/detail/secret_finder.hpp>

#include <corest/detail/escaped_character.hpp>
#include <corest/detail/text.hpp>
#include <corest/http/detail/base64.hpp>
#include <corest/http/url.hpp>

#include <algorithm>
#include <utility>

namespace corest::detail {

namespace secret_spelling {

[[nodiscard]] constexpr bool is_base64(char c) noexcept
{
    return is_letter(c) || is_digit(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

/// Whether so much of a secret's beginning says too much of it: what a URL's `#` or `&` has cut, for one.
[[nodiscard]] constexpr bool is_telling(std::size_t read, std::size_t size) noexcept
{
    return read >= 8 && 2 * read >= size;
}

/// Whether a message ends a value at that place, `...`, be it within an escape.
[[nodiscard]] inline bool is_cut(std::string_view text, std::size_t at)
{
    constexpr std::size_t longest_escape = 10;
    std::size_t end = at;
    if (at < text.size() && begins_escape(text[at])) {
        for (++end; end < text.size() && end - at < longest_escape
            && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '#');
            ++end)
        {
        }
    }
    return text.substr(end, 3) == "...";
}

/// Reads `wanted`, from its byte `read` on, at a place of the text, each character as it is or as an escape.
/// \param branches how often more both may be tried of a character that may be either
/// \return behind it, or behind its beginning where a message has cut it; npos: something else stands there
[[nodiscard]] inline std::size_t behind(
    std::string_view wanted, std::size_t read, std::string_view text, std::size_t at, unsigned& branches)
{
    while (read < wanted.size()) {
        const char c = at < text.size() ? text[at] : '\0';
        const bool is_plain = at < text.size() && (c == wanted[read] || (c == '+' && wanted[read] == ' '));
        if (at < text.size() && begins_escape(c)) {
            const escaped_character escape = read_escape(text, at);
            if (escape.count != 0 && wanted.substr(read, escape.count) == escape.text()) {
                if (!is_plain) {
                    read += escape.count;
                    at = escape.end;
                    continue;
                }
                if (branches != 0) {
                    --branches;
                    const std::size_t end = behind(wanted, read + escape.count, text, escape.end, branches);
                    if (end != std::string_view::npos) {
                        return end;
                    }
                }
            }
        }
        if (!is_plain) {
            return is_telling(read, wanted.size()) || (read >= shortest_secret && is_cut(text, at))
                ? at
                : std::string_view::npos;
        }
        ++read;
        ++at;
    }
    return at;
}

/// A text whose escapes are undone, and where in the original its parts stand.
class unescaped_text {
public:
    explicit unescaped_text(std::string_view original)
    {
        std::size_t done = 0;
        for (std::size_t at = 0; at < original.size(); ++at) {
            if (!begins_escape(original[at])) {
                continue;
            }
            const escaped_character escape = read_escape(original, at);
            if (escape.count != 0) {
                text_.append(original.substr(done, at - done));
                escapes_.emplace_back(text_.size(), text_.size() + escape.count, at, escape.end);
                text_ += escape.text();
                done = escape.end;
                at = done - 1;
            }
        }
        text_.append(original.substr(done));
    }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// False where it is the original.
    [[nodiscard]] bool has_escapes() const noexcept { return !escapes_.empty(); }

    /// Where in the original a part of the text stands.
    [[nodiscard]] secret_finder::place original(const secret_finder::place& part) const
    {
        const seam first = seam_before(part.begin);
        const seam last = seam_before(part.end - 1);
        return {part.begin < first.end ? first.original_begin : first.original_end + (part.begin - first.end),
            part.end <= last.end ? last.original_end : last.original_end + (part.end - last.end)};
    }

private:
    /// A character, and the escape that it was.
    struct seam {
        seam(std::size_t b, std::size_t e, std::size_t ob, std::size_t oe)
            : begin(b),
              end(e),
              original_begin(ob),
              original_end(oe)
        {
        }
        std::size_t begin;
        std::size_t end;
        std::size_t original_begin;
        std::size_t original_end;
    };

    /// The last escape that begins at a place or before it.
    [[nodiscard]] seam seam_before(std::size_t at) const
    {
        const auto next = std::upper_bound(
            escapes_.begin(), escapes_.end(), at, [](std::size_t value, const seam& s) { return value < s.begin; });
        return next == escapes_.begin() ? seam(0, 0, 0, 0) : *std::prev(next);
    }

    std::string text_;
    std::vector<seam> escapes_;
};

} // namespace secret_spelling

COREST_DECL secret_finder::secret_finder(std::vector<std::string> secrets)
{
    for (std::string& one : secrets) {
        if (one.size() >= shortest_secret) {
            add_base64(one);
            if (std::string encoded = form_encode(one); encoded != one) { // as in Basic credentials of RFC 6749, 2.3.1
                add_base64(encoded);
                wipe(encoded);
            }
            const std::string digits = hexadecimal(one);
            spellings_.push_back({upper(digits)});
            spellings_.push_back({digits});
            spellings_.push_back({one});
        }
        wipe(one);
    }
    const auto first = [](const spelling& s) { return static_cast<unsigned char>(s.text.front()); };
    std::sort(spellings_.begin(), spellings_.end(),
        [&](const spelling& a, const spelling& b) { return first(a) < first(b); });
    for (const spelling& one : spellings_) {
        ++first_of_byte_[first(one) + std::size_t{1}];
    }
    for (std::size_t byte = 1; byte < first_of_byte_.size(); ++byte) {
        first_of_byte_[byte] += first_of_byte_[byte - 1];
    }
}

COREST_DECL secret_finder::~secret_finder()
{
    for (spelling& one : spellings_) {
        wipe(one.text);
    }
}

/// Adds what is the same in the Base64 of all texts in which the bytes stand at a distance of 0, 1 or 2 from a multiple
/// of three: there a character has six bits.
COREST_DECL void secret_finder::add_base64(const std::string& bytes)
{
    for (std::size_t distance = 0; distance < 3; ++distance) {
        std::string whole = base64_of(std::string(distance, '\0') + bytes);
        const std::size_t bits = 8 * (distance + bytes.size());
        const std::size_t first = (8 * distance + 5) / 6;
        spelling one;
        one.text = whole.substr(first, bits / 6 - first);
        one.shares_first = distance != 0;
        one.shares_last = bits % 6 != 0;
        spelling of_url = one;
        std::replace(of_url.text.begin(), of_url.text.end(), '+', '-');
        std::replace(of_url.text.begin(), of_url.text.end(), '/', '_');
        if (of_url.text != one.text) {
            spellings_.push_back(std::move(of_url));
        }
        spellings_.push_back(std::move(one));
        wipe(whole);
    }
}

/// Makes `longest` the place of the longest secret that begins at `at` with the character `first`.
COREST_DECL void secret_finder::find_at(std::string_view text, std::size_t at, char first, place& longest) const
{
    const auto byte = static_cast<unsigned char>(first);
    for (std::size_t i = first_of_byte_[byte]; i < first_of_byte_[byte + std::size_t{1}]; ++i) {
        const spelling& one = spellings_[i];
        unsigned branches = 4; // a server must not make this take long
        std::size_t end = secret_spelling::behind(one.text, 0, text, at, branches);
        if (end == std::string_view::npos) {
            continue;
        }
        const auto is_base64_at = [&](std::size_t where) {
            return where < text.size() && secret_spelling::is_base64(text[where]);
        };
        const std::size_t begin = one.shares_first && at != 0 && is_base64_at(at - 1) ? at - 1 : at;
        end += one.shares_last && is_base64_at(end) ? 1 : 0;
        longest.begin = std::min(longest.begin, begin);
        longest.end = std::max(longest.end, end);
    }
}

COREST_DECL void secret_finder::find_directly(std::string_view text, std::vector<place>& found) const
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        place longest{at, at};
        find_at(text, at, text[at], longest);
        if (text[at] == '+') {
            find_at(text, at, ' ', longest);
        } else if (begins_escape(text[at])) {
            if (const escaped_character escape = read_escape(text, at);
                escape.count != 0 && escape.bytes[0] != text[at])
            {
                find_at(text, at, escape.bytes[0], longest);
            }
        }
        if (longest.end != at) {
            found.push_back(longest);
        }
    }
}

COREST_DECL std::vector<secret_finder::place> secret_finder::find(std::string_view text) const
{
    constexpr std::size_t long_text = 1U << 20U; // to undo escapes takes memory, which a server must not decide on
    constexpr std::size_t most_levels = 3;
    std::vector<place> found;
    if (spellings_.empty()) {
        return found;
    }
    find_directly(text, found);
    std::vector<secret_spelling::unescaped_text> levels;
    levels.reserve(most_levels); // `text` is one of theirs
    while (text.size() <= long_text && levels.size() < most_levels) {
        levels.emplace_back(text);
        if (!levels.back().has_escapes()) {
            break;
        }
        std::vector<place> deeper;
        find_directly(levels.back().text(), deeper);
        for (place& one : deeper) {
            for (std::size_t level = levels.size(); level-- > 0;) {
                one = levels[level].original(one);
            }
            found.push_back(one);
        }
        text = levels.back().text();
    }

    std::sort(found.begin(), found.end(), [](const place& a, const place& b) { return a.begin < b.begin; });
    std::vector<place> united;
    for (const place& one : found) {
        if (!united.empty() && one.begin < united.back().end) {
            united.back().end = std::max(united.back().end, one.end);
        } else {
            united.push_back(one);
        }
    }
    return united;
}

COREST_DECL std::string secret_finder::mask(std::string text) const
{
    const std::vector<place> found = find(text);
    if (found.empty()) {
        return text;
    }
    std::string out;
    std::size_t done = 0;
    for (const place& one : found) {
        out.append(text, done, one.begin - done);
        out += "***";
        done = one.end;
    }
    out.append(text, done);
    return out;
}

} // namespace corest::detail
