#pragma once

#include <corest/select/json_reader.hpp>

#include <corest/detail/utf8.hpp>
#include <corest/error.hpp>

#include <simdjson.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <vector>

namespace corest {

namespace detail {

inline bool is_json_space(char c) noexcept
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

inline bool is_json_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

/// The value of a hexadecimal digit, or -1.
inline int json_hex_value(char c) noexcept
{
    if (is_json_digit(c)) {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Skips the characters of a string that need no look: not `"`, not `\`, no control character, ASCII. Eight at a time.
inline const char* skip_plain(const char* p, const char* end) noexcept
{
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t high = 0x8080808080808080;
    while (end - p >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, p, 8);
        const std::uint64_t quote = word ^ (ones * '"');
        const std::uint64_t slash = word ^ (ones * '\\');
        // The top bit of a byte is set where that byte ends the plain text. What a borrow adds to that stands above it.
        const std::uint64_t ends = ((word - ones * 0x20) | (quote - ones) | (slash - ones) | word) & high;
        if (ends != 0) {
            if constexpr (std::endian::native == std::endian::little) {
                return p + std::countr_zero(ends) / 8;
            } else {
                break;
            }
        }
        p += 8;
    }
    while (p != end && *p != '"' && *p != '\\' && static_cast<signed char>(*p) >= 0x20) {
        ++p;
    }
    return p;
}

/// The four hexadecimal digits at `p`, which must be there.
inline std::uint32_t json_hex4(const char* p) noexcept
{
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        value = value * 16 + static_cast<std::uint32_t>(json_hex_value(p[i]));
    }
    return value;
}

COREST_DECL void append_unescaped(std::string& out, std::string_view checked)
{
    const char* p = checked.data();
    const char* const end = p + checked.size();
    while (p != end) {
        const void* found = std::memchr(p, '\\', static_cast<std::size_t>(end - p));
        if (!found) {
            out.append(p, end);
            return;
        }
        const char* const slash = static_cast<const char*>(found);
        out.append(p, slash);
        p = slash + 2;
        switch (slash[1]) {
        case 'b':
            out.push_back('\b');
            break;
        case 'f':
            out.push_back('\f');
            break;
        case 'n':
            out.push_back('\n');
            break;
        case 'r':
            out.push_back('\r');
            break;
        case 't':
            out.push_back('\t');
            break;
        case 'u': {
            std::uint32_t point = json_hex4(p);
            p += 4;
            if (point >= 0xD800 && point < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
                const std::uint32_t low = json_hex4(p + 2);
                if (low >= 0xDC00 && low < 0xE000) {
                    point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
                    p += 6;
                }
            }
            append_utf8(out, point >= 0xD800 && point < 0xE000 ? 0xFFFD : point);
            break;
        }
        default:
            out.push_back(slash[1]);
        }
    }
}

COREST_DECL std::string printable(std::string_view text, std::size_t most)
{
    std::string shown;
    for (const char c : text.substr(0, most)) {
        if (is_json_space(c)) {
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

COREST_DECL std::string path_at(std::string_view json, std::size_t offset)
{
    json_reader reader(json);
    std::string path;
    std::string scratch;
    while (reader.offset() < offset) {
        const json_kind kind = reader.kind();
        std::string_view key;
        std::string step;
        bool found = false;
        if (kind == json_kind::object) {
            reader.begin_object();
            while (!found && reader.next_key(key, scratch)) {
                json_reader value = reader;
                const std::size_t from = reader.offset();
                if (from == offset || from + value.skip().size() > offset) {
                    found = true;
                    step = (path.empty() ? "" : ".") + printable(key);
                } else {
                    reader = value;
                }
            }
        } else if (kind == json_kind::array) {
            std::size_t index = 0;
            reader.begin_array();
            while (!found && reader.next_element()) {
                json_reader value = reader;
                const std::size_t from = reader.offset();
                if (from == offset || from + value.skip().size() > offset) {
                    found = true;
                    step = "[" + std::to_string(index) + "]";
                } else {
                    reader = value;
                    ++index;
                }
            }
        }
        if (!found) {
            break;
        }
        path += step;
    }
    return path;
}

COREST_DECL std::string describe_content(std::string_view json)
{
    constexpr std::size_t most_shown = 20;
    json_reader reader(json);
    const json_kind kind = reader.kind();
    std::size_t count = 0;
    if (kind == json_kind::object) {
        std::string names;
        std::string_view key;
        std::string scratch;
        reader.begin_object();
        while (reader.next_key(key, scratch)) {
            if (++count <= most_shown) {
                names += (count == 1 ? "" : ", ") + printable(key);
            }
            reader.skip();
        }
        if (count > most_shown) {
            names += ", and " + std::to_string(count - most_shown) + " more";
        }
        return count == 0 ? "is an empty object" : "has " + names;
    }
    if (kind == json_kind::array) {
        reader.begin_array();
        while (reader.next_element()) {
            reader.skip();
            ++count;
        }
        return count == 0 ? "is an empty array"
                          : "is an array of " + std::to_string(count) + (count == 1 ? " element" : " elements");
    }
    return "is " + std::string(corest::describe(kind));
}

} // namespace detail

COREST_DECL std::string_view describe(json_kind kind) noexcept
{
    switch (kind) {
    case json_kind::null:
        return "null";
    case json_kind::boolean:
        return "a bool";
    case json_kind::number:
        return "a number";
    case json_kind::string:
        return "a string";
    case json_kind::array:
        return "an array";
    case json_kind::object:
        return "an object";
    }
    return "unknown";
}

COREST_DECL void json_reader::refuse(const std::string& why) const
{
    throw error(errc::not_json, std::string(subject_) + " is not valid JSON: " + why);
}

COREST_DECL void json_reader::fail(const char* expected) const
{
    const std::string where = std::to_string(at_ - begin_);
    if (at_ == end_) {
        throw error(errc::not_json,
            std::string(subject_) + " is not complete JSON: it breaks off after " + where + " bytes, where " + expected
                + " was expected");
    }
    constexpr const char* digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(*at_);
    std::string found = std::string("byte 0x") + digits[byte >> 4] + digits[byte & 15];
    if (byte > 0x20 && byte < 0x7F) {
        found = std::string("'") + *at_ + "'";
    }
    refuse(std::string("expected ") + expected + " at offset " + where + ", found " + found);
}

COREST_DECL void json_reader::fail_at(const char* p, const char* expected)
{
    at_ = p;
    fail(expected);
}

COREST_DECL void json_reader::fail_type(std::size_t offset, std::string_view expected) const
{
    json_reader value(text().substr(offset), subject_);
    const std::string path = detail::path_at(text(), offset);
    const std::string what = path.empty() ? std::string(subject_) : "field '" + path + "'";
    const json_kind kind = value.kind();
    std::string found(describe(kind));
    std::string hint;
    if (kind == json_kind::null) {
        hint = "Read it as std::optional where it may be null";
    } else if (kind == json_kind::number) {
        const std::string_view digits = value.number_text();
        const bool integer = digits.find_first_of(".eE") == std::string_view::npos;
        found = integer ? "an integer out of range" : "a number with fraction or exponent";
        if (expected != "an integer") {
            found = expected == "a number" ? "a number out of range" : "a number";
        }
    }
    throw error(errc::wrong_type, what + " is " + found + ", expected " + std::string(expected), hint);
}

COREST_DECL void json_reader::expect(char c, const char* expected)
{
    skip_space();
    if (!at(c)) {
        fail(expected);
    }
    ++at_;
}

COREST_DECL void json_reader::enter()
{
    if (++depth_ > max_depth) {
        refuse("it is nested deeper than " + std::to_string(max_depth) + " levels");
    }
    fresh_ = true;
}

COREST_DECL json_kind json_reader::kind()
{
    skip_space();
    if (at_ == end_) {
        fail("a value");
    }
    switch (*at_) {
    case '{':
        return json_kind::object;
    case '[':
        return json_kind::array;
    case '"':
        return json_kind::string;
    case 't':
    case 'f':
        return json_kind::boolean;
    case 'n':
        return json_kind::null;
    default:
        if (*at_ == '-' || detail::is_json_digit(*at_)) {
            return json_kind::number;
        }
        fail("a value");
    }
}

COREST_DECL void json_reader::skip_word(std::string_view word)
{
    for (const char c : word) {
        if (at_ == end_ || *at_ != c) {
            fail(word == "null" ? "null" : word == "true" ? "true" : "false");
        }
        ++at_;
    }
}

COREST_DECL void json_reader::skip_number()
{
    const char* p = at_;
    const auto digits = [&] {
        if (p == end_ || !detail::is_json_digit(*p)) {
            fail_at(p, "a digit");
        }
        do {
            ++p;
        } while (p != end_ && detail::is_json_digit(*p));
    };
    if (*p == '-') {
        ++p;
    }
    if (p != end_ && *p == '0') {
        ++p;
    } else {
        digits();
    }
    if (p != end_ && *p == '.') {
        ++p;
        digits();
    }
    if (p != end_ && (*p == 'e' || *p == 'E')) {
        ++p;
        if (p != end_ && (*p == '+' || *p == '-')) {
            ++p;
        }
        digits();
    }
    at_ = p;
}

/// \param p at the backslash \return after the escape sequence
COREST_DECL const char* json_reader::skip_escape(const char* p)
{
    ++p;
    if (p == end_) {
        fail_at(p, "an escape sequence");
    }
    if (*p != 'u') {
        if (std::string_view("\"\\/bfnrt").find(*p) == std::string_view::npos) {
            fail_at(p, "one of \"\\/bfnrtu after a backslash");
        }
        return p + 1;
    }
    ++p;
    for (int i = 0; i < 4; ++i, ++p) {
        if (p == end_ || detail::json_hex_value(*p) < 0) {
            fail_at(p, "four hexadecimal digits");
        }
    }
    return p;
}

/// Takes the string whose opening quote comes next. \return what stands between the quotes
COREST_DECL std::string_view json_reader::take_string(bool& escaped)
{
    const char* const from = at_ + 1;
    const char* p = from;
    bool ascii = true;
    for (;;) {
        p = detail::skip_plain(p, end_);
        if (p == end_) {
            fail_at(p, "the end of a string");
        }
        if (*p == '"') {
            break;
        }
        if (*p == '\\') {
            escaped = true;
            p = skip_escape(p);
        } else if (static_cast<unsigned char>(*p) < 0x20) {
            fail_at(p, "an escape instead of a control character");
        } else {
            ascii = false;
            while (p != end_ && static_cast<unsigned char>(*p) >= 0x80) {
                ++p;
            }
        }
    }
    const std::string_view inside(from, static_cast<std::size_t>(p - from));
    if (!ascii && !simdjson::validate_utf8(inside.data(), inside.size())) {
        refuse("the string at offset " + std::to_string(from - 1 - begin_) + " is not UTF-8");
    }
    at_ = p + 1;
    return inside;
}

COREST_DECL std::string_view json_reader::string_text(bool& escaped)
{
    if (kind() != json_kind::string) {
        fail_type(offset(), "a string");
    }
    fresh_ = false;
    escaped = false;
    return take_string(escaped);
}

COREST_DECL std::string_view json_reader::string(std::string& scratch)
{
    bool escaped = false;
    const std::string_view inside = string_text(escaped);
    if (!escaped) {
        return inside;
    }
    scratch.clear();
    detail::append_unescaped(scratch, inside);
    return scratch;
}

COREST_DECL bool json_reader::null()
{
    if (kind() != json_kind::null) {
        return false;
    }
    skip_word("null");
    return true;
}

COREST_DECL bool json_reader::boolean()
{
    if (kind() != json_kind::boolean) {
        fail_type(offset(), "a bool");
    }
    const bool value = *at_ == 't';
    skip_word(value ? "true" : "false");
    return value;
}

COREST_DECL std::string_view json_reader::number_text()
{
    if (kind() != json_kind::number) {
        fail_type(offset(), "a number");
    }
    const char* const from = at_;
    skip_number();
    return {from, static_cast<std::size_t>(at_ - from)};
}

COREST_DECL std::int64_t json_reader::int64(std::int64_t least, std::int64_t most)
{
    const std::size_t start = offset();
    if (kind() != json_kind::number) {
        fail_type(start, "an integer");
    }
    const std::string_view digits = number_text();
    std::int64_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || value < least || value > most) {
        fail_type(start, "an integer");
    }
    return value;
}

COREST_DECL std::uint64_t json_reader::uint64(std::uint64_t most)
{
    const std::size_t start = offset();
    if (kind() != json_kind::number) {
        fail_type(start, "an integer");
    }
    const std::string_view digits = number_text();
    std::uint64_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || value > most) {
        fail_type(start, "an integer");
    }
    return value;
}

COREST_DECL double json_reader::number()
{
    const std::size_t start = offset();
    const std::string_view digits = number_text();
    double value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc()) {
        fail_type(start, "a number");
    }
    return value;
}

COREST_DECL void json_reader::begin_object()
{
    if (kind() != json_kind::object) {
        fail_type(offset(), "an object");
    }
    ++at_;
    enter();
}

COREST_DECL bool json_reader::next_key(std::string_view& key, std::string& scratch)
{
    skip_space();
    if (at('}')) {
        ++at_;
        --depth_;
        fresh_ = false;
        return false;
    }
    if (!fresh_) {
        expect(',', "',' or '}'");
        skip_space();
    }
    if (!at('"')) {
        fail(fresh_ ? "a key or '}'" : "a key");
    }
    fresh_ = false;
    bool escaped = false;
    key = take_string(escaped);
    if (escaped) {
        scratch.clear();
        detail::append_unescaped(scratch, key);
        key = scratch;
    }
    expect(':', "':'");
    return true;
}

COREST_DECL void json_reader::begin_array()
{
    if (kind() != json_kind::array) {
        fail_type(offset(), "an array");
    }
    ++at_;
    enter();
}

COREST_DECL bool json_reader::next_element()
{
    skip_space();
    if (at(']')) {
        ++at_;
        --depth_;
        fresh_ = false;
        return false;
    }
    if (fresh_) {
        fresh_ = false;
    } else {
        expect(',', "',' or ']'");
    }
    return true;
}

COREST_DECL std::string_view json_reader::skip()
{
    skip_space();
    const char* const from = at_;
    if (at('{') || at('[')) {
        skip_container();
    } else {
        skip_scalar();
    }
    fresh_ = false;
    return {from, static_cast<std::size_t>(at_ - from)};
}

COREST_DECL void json_reader::skip_scalar()
{
    bool escaped = false;
    switch (at_ == end_ ? '\0' : *at_) {
    case '"':
        static_cast<void>(take_string(escaped));
        break;
    case 't':
        skip_word("true");
        break;
    case 'f':
        skip_word("false");
        break;
    case 'n':
        skip_word("null");
        break;
    default:
        static_cast<void>(kind()); // refuses what begins no value
        skip_number();
    }
}

COREST_DECL void json_reader::skip_key()
{
    skip_space();
    if (!at('"')) {
        fail("a key");
    }
    bool escaped = false;
    static_cast<void>(take_string(escaped));
    expect(':', "':'");
}

/// A loop instead of recursion: which kind of container is open is one bit for each level.
COREST_DECL void json_reader::skip_container()
{
    std::array<std::uint64_t, max_depth / 64 + 1> objects{};
    const std::size_t outer = depth_;
    do {
        // A value comes next.
        bool before_value = false;
        skip_space();
        if (at('{') || at('[')) {
            const bool object = *at_ == '{';
            ++at_;
            enter();
            const std::size_t level = depth_ - outer;
            const std::uint64_t bit = std::uint64_t{1} << (level % 64);
            objects[level / 64] = object ? objects[level / 64] | bit : objects[level / 64] & ~bit;
            skip_space();
            if (at(object ? '}' : ']')) {
                ++at_;
                --depth_;
            } else {
                before_value = true;
                if (object) {
                    skip_key();
                }
            }
        } else {
            skip_scalar();
        }
        // What closes after it, until another value comes.
        while (!before_value && depth_ != outer) {
            const std::size_t level = depth_ - outer;
            const bool object = ((objects[level / 64] >> (level % 64)) & 1) != 0;
            skip_space();
            if (at(object ? '}' : ']')) {
                ++at_;
                --depth_;
            } else {
                expect(',', object ? "',' or '}'" : "',' or ']'");
                before_value = true;
                if (object) {
                    skip_key();
                }
            }
        }
    } while (depth_ != outer);
}

COREST_DECL void json_reader::finish()
{
    skip_space();
    if (at_ != end_) {
        fail("the end");
    }
}

COREST_DECL void validate(std::string_view json, const char* subject)
{
    json_reader reader(json, subject);
    reader.skip();
    reader.finish();
}

COREST_DECL void append_minified(std::string& out, std::string_view json, const char* subject)
{
    validate(json, subject);
    const char* p = json.data();
    const char* const end = p + json.size();
    const char* from = p;
    while (p != end) {
        if (*p == '"') {
            do {
                p += *p == '\\' ? 2 : 1;
            } while (*p != '"');
            ++p;
        } else if (detail::is_json_space(*p)) {
            out.append(from, p);
            while (p != end && detail::is_json_space(*p)) {
                ++p;
            }
            from = p;
        } else {
            ++p;
        }
    }
    out.append(from, end);
}

COREST_DECL void append_quoted(std::string& out, std::string_view text)
{
    constexpr const char* digits = "0123456789abcdef";
    out.push_back('"');
    for (const char c : text) {
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                out += "\\u00";
                out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
                out.push_back(digits[static_cast<unsigned char>(c) & 15]);
            } else {
                out.push_back(c);
            }
        }
    }
    out.push_back('"');
}

COREST_DECL std::string to_text(std::string_view json)
{
    json_reader reader(json);
    if (reader.kind() == json_kind::string) {
        std::string scratch;
        const std::string_view text = reader.string(scratch);
        reader.finish();
        return std::string(text);
    }
    const std::string_view text = reader.skip();
    reader.finish();
    return std::string(text);
}

} // namespace corest
