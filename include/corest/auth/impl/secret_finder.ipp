#pragma once

#include <corest/auth/detail/secret_finder.hpp>

#include <corest/detail/escaped_character.hpp>
#include <corest/detail/text.hpp>
#include <corest/http/detail/base64.hpp>
#include <corest/http/url.hpp>
#include <corest/select/json_writer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

namespace corest::detail {

namespace secret_spelling {

[[nodiscard]] constexpr bool is_base64(char c) noexcept
{
    return is_letter(c) || is_digit(c) || c == '+' || c == '/' || c == '-' || c == '_';
}

/// What may stand between two characters of Base64 (RFC 2045, section 6.8), also where lines are shown as one; and
/// between those of hexadecimal digits, as in the output of .NET and of hexdump.
inline constexpr std::string_view between_lines = "\r\n\t ";
inline constexpr std::string_view between_bytes = "\r\n\t :-,";

/// What stands between the quotes of a JSON string.
[[nodiscard]] inline std::string in_json(std::string_view text)
{
    std::string quoted;
    append_json_string(quoted, text);
    std::string inside = quoted.substr(1, quoted.size() - 2);
    wipe(quoted);
    return inside;
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

/// Whether a beginning of a secret is to be taken for it, where something else follows.
/// \param read how many bytes of it came \param size how many it has \param at where the other thing stands
[[nodiscard]] inline bool is_enough(std::size_t read, std::size_t size, std::string_view text, std::size_t at)
{
    return is_telling(read, size) || (read >= shortest_secret && is_cut(text, at));
}

/// Whether a character is itself, in a text that a form may be, or one line of what were several.
[[nodiscard]] constexpr bool is_plain(char c, char wanted) noexcept
{
    return c == wanted || (c == '+' && wanted == ' ') || (c == ' ' && (wanted == '\n' || wanted == '\r'));
}

/// Whether a text may be read in one way only, whatever of it is escaped: none of its characters begins an escape.
[[nodiscard]] inline bool is_unambiguous(std::string_view wanted) noexcept
{
    return std::none_of(wanted.begin(), wanted.end(), begins_escape);
}

/// Reads `wanted` at a place of the text, each character as it is or as an escape. \pre is_unambiguous(wanted)
/// \param between characters that may stand between those that are wanted, a few at a time
/// \return behind it, or behind its beginning where a message has cut it; npos: something else stands there
[[nodiscard]] inline std::size_t behind(
    std::string_view wanted, std::string_view between, std::string_view text, std::size_t at)
{
    constexpr std::size_t most_between = 8; // an end of a line, and what the next one is indented by
    std::size_t end = at;                   // behind what has been read, and what stands between is not
    for (std::size_t read = 0, skipped = 0; read < wanted.size();) {
        if (at < text.size() && is_plain(text[at], wanted[read])) {
            ++read;
            end = ++at;
            skipped = 0;
            continue;
        }
        const escaped_character escape =
            at < text.size() && begins_escape(text[at]) ? read_escape(text, at) : escaped_character();
        if (escape.count != 0 && wanted.substr(read, escape.count) == escape.text()) {
            read += escape.count;
            end = at = escape.end;
            skipped = 0;
            continue;
        }
        const std::string_view other = escape.count != 0 ? escape.text() : text.substr(std::min(at, text.size()), 1);
        if (read == 0 || skipped == most_between || other.empty() || between.find(other) == std::string_view::npos) {
            return is_enough(read, wanted.size(), text, end) ? end : std::string_view::npos;
        }
        ++skipped;
        at = escape.count != 0 ? escape.end : at + 1;
    }
    return end;
}

/// Finds a text that may be read in several ways, as `a%2Fb` is itself and an escape. All ways and all beginnings are
/// followed at once, so that the time is that of one look at each character for each byte of the text that is wanted.
class ambiguous_reading {
public:
    /// \param wanted outlives it
    explicit ambiguous_reading(std::string_view wanted) : wanted_(wanted)
    {
        for (step& one : steps_) {
            one.begin_of.resize(wanted.size() + 1, nothing);
        }
    }

    /// Calls a function with each place at which the text, or a telling beginning of it, stands.
    template <class Function>
    void each(std::string_view text, const Function& function)
    {
        for (std::size_t at = 0; at <= text.size(); ++at) {
            step& here = steps_[at % steps_.size()];
            here.add(0, at);
            const escaped_character escape =
                at < text.size() && begins_escape(text[at]) ? read_escape(text, at) : escaped_character();
            for (const std::size_t read : here.reached) {
                const std::size_t begin = std::exchange(here.begin_of[read], nothing);
                bool goes_on = false;
                if (read != wanted_.size() && at < text.size() && is_plain(text[at], wanted_[read])) {
                    steps_[(at + 1) % steps_.size()].add(read + 1, begin);
                    goes_on = true;
                }
                if (escape.count != 0 && wanted_.substr(read, escape.count) == escape.text()) {
                    steps_[escape.end % steps_.size()].add(read + escape.count, begin);
                    goes_on = true;
                }
                if (read == wanted_.size() || (!goes_on && is_enough(read, wanted_.size(), text, at))) {
                    function(secret_finder::place{begin, at});
                }
            }
            here.reached.clear();
        }
    }

private:
    static constexpr std::size_t nothing = std::string_view::npos;
    static constexpr std::size_t longest_escape = 15; ///< no escape has more characters

    /// What has been read at a place of the text.
    struct step {
        std::vector<std::size_t> reached;  ///< how many bytes
        std::vector<std::size_t> begin_of; ///< for each number of bytes: where the reading began; of several the first

        void add(std::size_t read, std::size_t begin)
        {
            if (begin_of[read] == nothing) {
                reached.push_back(read);
            }
            begin_of[read] = std::min(begin_of[read], begin);
        }
    };

    std::string_view wanted_;
    std::array<step, longest_escape + 1> steps_; ///< of the places up to the end of the longest escape, in turn
};

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
            // As in Basic credentials of RFC 6749, 2.3.1, and as in a token that is JSON.
            for (std::string encoded : {form_encode(one), secret_spelling::in_json(one)}) {
                if (encoded != one) {
                    add_base64(encoded);
                }
                wipe(encoded);
            }
            const std::string digits = hexadecimal(one);
            spellings_.push_back({upper(digits), false, false, secret_spelling::between_bytes});
            spellings_.push_back({digits, false, false, secret_spelling::between_bytes});
            if (secret_spelling::is_unambiguous(one)) {
                spellings_.push_back({one, false, false, {}});
            } else {
                ambiguous_.push_back(one);
            }
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
    for (std::string& one : ambiguous_) {
        wipe(one);
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
        one.between = secret_spelling::between_lines;
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
        std::size_t end = secret_spelling::behind(one.text, one.between, text, at);
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
    for (const std::string& one : ambiguous_) {
        secret_spelling::ambiguous_reading(one).each(text, [&](const place& each) { found.push_back(each); });
    }
}

COREST_DECL std::vector<secret_finder::place> secret_finder::find(std::string_view text) const
{
    constexpr std::size_t long_text = 1U << 20U; // to undo escapes takes memory, which a server must not decide on
    constexpr std::size_t most_levels = 3;
    std::vector<place> found;
    if (spellings_.empty()) { // each secret has some of them
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
