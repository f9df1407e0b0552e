#pragma once

#include <corest/select/json_reader.hpp>

#include <corest/detail/text.hpp>
#include <corest/detail/utf8.hpp>
#include <corest/error.hpp>

#include <algorithm>
#include <array>
#include <cfloat>
#include <charconv>
#include <cstring>
#include <vector>

namespace corest {

namespace detail {

/// What an error says of a value that is not as expected.
namespace offending_value {

/// Whether a field of that name may well hold a secret.
inline bool may_be_secret(std::string_view path)
{
    const std::string name = lower(path.substr(path.find_last_of('.') + 1));
    constexpr std::array<std::string_view, 8> words{
        "token", "secret", "password", "passwd", "credential", "authorization", "api_key", "apikey"};
    return std::any_of(
        words.begin(), words.end(), [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

/// What comes next, for a sentence: `the string "7"`, `the number 1.5`, `true`, `an array`. Cut after 40 bytes, and
/// masked where the name of the field says that it may be a secret.
COREST_DECL std::string describe(json_reader& value, std::string_view path)
{
    const json_kind kind = value.kind();
    if (kind == json_kind::boolean) {
        return std::string(value.skip());
    }
    if (kind != json_kind::string && kind != json_kind::number) {
        return std::string(corest::describe(kind));
    }
    const std::string_view json = value.skip();
    const std::string shown = may_be_secret(path) ? "***" : printable(json);
    return (kind == json_kind::string ? "the string " : "the number ") + shown;
}

/// What was expected in place of a number: an integer, and if it is one, from which range.
inline std::string expected_integer(std::string_view digits, const std::string& least, const std::string& most)
{
    const bool integer = digits.find_first_of(".eE") == std::string_view::npos;
    return integer ? "an integer from " + least + " to " + most : "an integer";
}

} // namespace offending_value

namespace json_escape_sequence {

/// The four hexadecimal digits at `p`, which must be there.
inline std::uint32_t hex4(const char* p) noexcept
{
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        value = value * 16 + static_cast<std::uint32_t>(hex_value(p[i]));
    }
    return value;
}

/// Decodes the escape sequence at `p`. \return behind it
inline const char* decode(const char* p, const char* end, char*& out) noexcept
{
    const char meaning = json_escapes[static_cast<unsigned char>(p[1])];
    p += 2;
    if (meaning != 0) {
        *out++ = meaning;
        return p;
    }
    std::uint32_t point = hex4(p);
    p += 4;
    if (point >= 0xD800 && point < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
        const std::uint32_t low = hex4(p + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
            p += 6;
        }
    }
    out = write_utf8(out, point >= 0xD800 && point < 0xE000 ? 0xFFFD : point);
    return p;
}

} // namespace json_escape_sequence

COREST_DECL void append_unescaped(std::string& out, std::string_view checked)
{
    // Nothing grows by being decoded.
    const std::size_t old_size = out.size();
    out.resize(old_size + checked.size());
    char* output = out.data() + old_size;
    const char* p = checked.data();
    const char* const end = p + checked.size();
    while ((p = copy_unescaped(p, end, output)) != end) {
        p = json_escape_sequence::decode(p, end, output);
    }
    out.resize(static_cast<std::size_t>(output - out.data()));
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
                const std::size_t begin = reader.offset();
                if (begin == offset || begin + value.skip().size() > offset) {
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
                const std::size_t begin = reader.offset();
                if (begin == offset || begin + value.skip().size() > offset) {
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
        std::vector<std::string> names;
        std::string_view key;
        std::string scratch;
        reader.begin_object();
        while (reader.next_key(key, scratch)) {
            if (++count <= most_shown) {
                names.push_back(printable(key));
            }
            reader.skip();
        }
        const std::string more =
            count > most_shown ? ", and " + std::to_string(count - most_shown) + " more" : std::string();
        return count == 0 ? "is an empty object" : "has " + join(names) + more;
    }
    if (kind == json_kind::array) {
        reader.begin_array();
        while (reader.next_element()) {
            reader.skip();
            ++count;
        }
        return count == 0 ? "is an empty array" : "is an array of " + counted(count, "element");
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

COREST_DECL void json_reader::refuse(const std::string& reason) const
{
    throw error(errc::not_json, std::string(subject_) + " is not valid JSON: " + reason);
}

COREST_DECL void json_reader::fail(const char* expected) const
{
    const auto offset = static_cast<std::uint64_t>(current_ - begin_);
    if (current_ == end_) {
        throw error(errc::not_json,
            std::string(subject_) + " is not complete JSON: it breaks off after " + detail::counted(offset, "byte")
                + ", where " + expected + " was expected");
    }
    std::string found = "byte 0x";
    detail::append_hex(found, *current_);
    if (*current_ > 0x20 && *current_ < 0x7F) {
        found = std::string("'") + *current_ + "'";
    }
    refuse(std::string("expected ") + expected + " at offset " + std::to_string(offset) + ", found " + found);
}

COREST_DECL void json_reader::fail_at(const char* p, const char* expected)
{
    current_ = p;
    fail(expected);
}

COREST_DECL void json_reader::fail_type(std::size_t offset, std::string_view expected) const
{
    json_reader value(text(), subject_);
    value.pass(offset);
    const std::string path = detail::path_at(text(), offset);
    const std::string subject = path.empty() ? std::string(subject_) : "field '" + path + "'";
    const std::string hint = value.kind() == json_kind::null ? "Read it as std::optional where it may be null" : "";
    throw error(errc::wrong_type,
        subject + " is " + detail::offending_value::describe(value, path) + ", expected " + std::string(expected),
        hint);
}

COREST_DECL void json_reader::fail_kind(const char* expected)
{
    static_cast<void>(kind()); // refuses what begins no value
    fail_type(offset(), expected);
}

COREST_DECL void json_reader::fail_depth() const
{
    refuse("it is nested deeper than " + std::to_string(max_depth) + " levels");
}

COREST_DECL json_kind json_reader::kind()
{
    skip_space();
    if (current_ == end_) {
        fail("a value");
    }
    switch (*current_) {
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
        if (*current_ == '-' || detail::is_digit(*current_)) {
            return json_kind::number;
        }
        fail("a value");
    }
}

COREST_DECL const char* json_reader::past_more_space(const char* p) const noexcept
{
    while (p != end_ && detail::is_json_space(*p)) {
        ++p;
        spaced_ = true;
    }
    return p;
}

/// \param word a literal
COREST_DECL const char* json_reader::word_end(const char* p, std::string_view word)
{
    if (static_cast<std::size_t>(end_ - p) >= word.size() && detail::same_bytes(p, word.data(), word.size())) {
        return p + word.size();
    }
    for (const char c : word) {
        if (p == end_ || *p != c) {
            fail_at(p, word.data());
        }
        ++p;
    }
    return p;
}

COREST_DECL const char* json_reader::number_end(const char* p)
{
    const auto digits = [&] {
        if (p == end_ || !detail::is_digit(*p)) {
            fail_at(p, "a digit");
        }
        do {
            ++p;
        } while (p != end_ && detail::is_digit(*p));
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
    return p;
}

/// \param p at the backslash \return after the escape sequence
COREST_DECL const char* json_reader::escape_end(const char* p)
{
    ++p;
    if (p == end_) {
        fail_at(p, "an escape sequence");
    }
    if (detail::json_escapes[static_cast<unsigned char>(*p)] != 0) {
        return p + 1;
    }
    if (*p != 'u') {
        fail_at(p, "one of \"\\/bfnrtu after a backslash");
    }
    ++p;
    for (int i = 0; i < 4; ++i, ++p) {
        if (p == end_ || detail::hex_value(*p) < 0) {
            fail_at(p, "four hexadecimal digits");
        }
    }
    return p;
}

/// \param begin behind the opening quote \return at the closing one
COREST_DECL const char* json_reader::long_string_end(const char* begin, bool& escaped)
{
    const char* p = detail::skip_ascii(begin, end_);
    unsigned others = 0;
    for (;;) {
        p = detail::skip_unescaped(p, end_, others);
        if (p == end_) {
            fail_at(p, "the end of a string");
        }
        if (*p == '"') {
            break;
        }
        if (*p != '\\') {
            fail_at(p, "an escape instead of a control character");
        }
        escaped = true;
        p = escape_end(p);
    }
    if (others != 0 && !detail::is_utf8({begin, static_cast<std::size_t>(p - begin)})) {
        refuse("the string at offset " + std::to_string(begin - 1 - begin_) + " is not UTF-8");
    }
    return p;
}

COREST_DECL std::string_view json_reader::unescape(std::string_view checked, std::string& scratch)
{
    scratch.clear();
    detail::append_unescaped(scratch, checked);
    return scratch;
}

COREST_DECL bool json_reader::null()
{
    if (kind() != json_kind::null) {
        return false;
    }
    current_ = word_end(current_, "null");
    return true;
}

COREST_DECL bool json_reader::boolean()
{
    skip_space();
    if (!next_is('t') && !next_is('f')) {
        fail_kind("a bool");
    }
    const bool value = *current_ == 't';
    current_ = word_end(current_, value ? "true" : "false");
    return value;
}

COREST_DECL std::string_view json_reader::number_text()
{
    if (kind() != json_kind::number) {
        fail_type(offset(), "a number");
    }
    const char* const begin = current_;
    current_ = number_end(current_);
    return {begin, static_cast<std::size_t>(current_ - begin)};
}

COREST_DECL std::int64_t json_reader::long_int64(std::int64_t least, std::int64_t most)
{
    const std::size_t start = offset();
    if (kind() != json_kind::number) {
        fail_type(start, "an integer");
    }
    const std::string_view digits = number_text();
    std::int64_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || value < least || value > most) {
        fail_type(
            start, detail::offending_value::expected_integer(digits, std::to_string(least), std::to_string(most)));
    }
    return value;
}

COREST_DECL std::uint64_t json_reader::uint64(std::uint64_t most)
{
    skip_space();
    std::uint64_t value = 0;
    if (const char* const end = short_integer(current_, value); end && value <= most) {
        current_ = end;
        return value;
    }
    const std::size_t start = offset();
    if (kind() != json_kind::number) {
        fail_type(start, "an integer");
    }
    const std::string_view digits = number_text();
    value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || value > most) {
        fail_type(start, detail::offending_value::expected_integer(digits, "0", std::to_string(most)));
    }
    return value;
}

/// The end of a short number without exponent and sign, null where something else is at `p`. A double holds both its
/// digits and a power of ten exactly, so that one division rounds correctly.
COREST_DECL const char* json_reader::short_decimal(const char* p, double& value) const noexcept
{
    static constexpr std::array<double, 16> powers{
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char* const whole = p;
    std::uint64_t digits = 0;
    p = detail::read_digits(p, end_, digits);
    const std::ptrdiff_t whole_digits = p - whole;
    std::ptrdiff_t fraction_digits = 0;
    if (whole_digits == 0 || (whole_digits > 1 && *whole == '0')) {
        return nullptr;
    }
    if (p != end_ && *p == '.') {
        const char* const fraction = p + 1;
        p = detail::read_digits(fraction, end_, digits);
        fraction_digits = p - fraction;
        if (fraction_digits == 0) {
            return nullptr;
        }
    }
    const bool exponent = p != end_ && (*p | 0x20) == 'e';
    const bool exact = whole_digits + fraction_digits < 20 && fraction_digits < 16 && digits < std::uint64_t{1} << 53
        && FLT_EVAL_METHOD == 0;
    if (exponent || !exact) {
        return nullptr;
    }
    value = static_cast<double>(digits) / powers[static_cast<std::size_t>(fraction_digits)];
    return p;
}

COREST_DECL double json_reader::number()
{
    skip_space();
    const bool negative = next_is('-');
    double value = 0;
    if (const char* const end = short_decimal(current_ + (negative ? 1 : 0), value)) {
        current_ = end;
        return negative ? -value : value;
    }
    const std::size_t start = offset();
    const std::string_view digits = number_text();
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc()) {
        fail_type(start, "a number that a double holds, up to 1.8e308");
    }
    return value;
}

COREST_DECL bool json_reader::find_key(std::string_view name)
{
    skip_space();
    if (!next_is('{')) {
        static_cast<void>(kind()); // refuses what begins no value
        return false;
    }
    enter();
    const bool plain =
        std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
    const char* p = past_space(current_);
    if (p == end_ || (*p != '"' && *p != '}')) {
        fail_at(p, "a key or '}'");
    }
    while (*p != '}') {
        bool found = false;
        p = key_end(p, name, plain, found);
        if (found) {
            current_ = p;
            fresh_ = false;
            return true;
        }
        p = past_space(value_end(p));
        if (p == end_ || (*p != ',' && *p != '}')) {
            fail_at(p, "',' or '}'");
        }
        if (*p == ',') {
            p = past_space(p + 1);
            if (p == end_ || *p != '"') {
                fail_at(p, "a key");
            }
        }
    }
    current_ = p;
    leave();
    return false;
}

/// \param p at the opening quote of a key
/// \param plain true where the name needs no escapes
/// \param[out] same whether it is that name
/// \return where the key's value begins
inline const char* json_reader::key_end(const char* p, std::string_view name, bool plain, bool& same)
{
    if (plain && is_key(p, name)) {
        same = true;
        return past_space(p + name.size() + 3);
    }
    bool escaped = false;
    const char* const begin = p + 1;
    p = string_end(begin, escaped);
    const std::string_view key(begin, static_cast<std::size_t>(p - begin));
    same = escaped ? is_escaped(key, name) : detail::same_name(key, name);
    p = past_space(p + 1);
    if (p == end_ || *p != ':') {
        fail_at(p, "':'");
    }
    return past_space(p + 1);
}

/// \return whether what is between quotes means that text
COREST_DECL bool json_reader::is_escaped(std::string_view checked, std::string_view text)
{
    std::string decoded;
    return unescape(checked, decoded) == text;
}

COREST_DECL std::string_view json_reader::skip()
{
    skip_space();
    const char* const begin = current_;
    current_ = value_end(current_);
    fresh_ = false;
    return {begin, static_cast<std::size_t>(current_ - begin)};
}

COREST_DECL std::string_view json_reader::skip(bool& spaced)
{
    skip_space();
    spaced_ = false;
    const std::string_view text = skip();
    spaced = spaced_;
    return text;
}

COREST_DECL const char* json_reader::scalar_end(const char* p)
{
    const char first = p == end_ ? '\0' : *p;
    if (first == '"') {
        bool escaped = false;
        return string_end(p + 1, escaped) + 1;
    }
    if (detail::is_digit(first) || first == '-') {
        return number_end(p);
    }
    if (first == 't') {
        return word_end(p, "true");
    }
    if (first == 'f') {
        return word_end(p, "false");
    }
    if (first == 'n') {
        return word_end(p, "null");
    }
    fail_at(p, "a value");
}

/// \return where the key's value begins
COREST_DECL const char* json_reader::key_end(const char* p)
{
    if (p == end_ || *p != '"') {
        fail_at(p, "a key");
    }
    bool escaped = false;
    p = past_space(string_end(p + 1, escaped) + 1);
    if (p == end_ || *p != ':') {
        fail_at(p, "':'");
    }
    return past_space(p + 1);
}

/// A loop instead of recursion: which kind of container is open is one bit for each level.
/// \param p at the opening bracket
COREST_DECL const char* json_reader::container_end(const char* p)
{
    std::array<std::uint64_t, max_depth / 64 + 1> objects; // a word is set when its first level is entered
    objects[0] = 0;
    std::size_t level = 0;
    bool object = false;
    for (;;) {
        // `p` is where a value begins.
        if (p != end_ && (*p == '{' || *p == '[')) {
            object = *p == '{';
            if (depth_ + ++level > max_depth) {
                fail_depth();
            }
            std::uint64_t& word = objects[level / 64];
            const std::uint64_t bit = std::uint64_t{1} << (level % 64);
            word = (level % 64 == 0 ? 0 : word & ~bit) | (object ? bit : 0);
            p = past_space(p + 1);
            if (p == end_ || *p != (object ? '}' : ']')) {
                p = object ? key_end(p) : p;
                continue;
            }
            // An empty one ends at once, below.
        } else {
            p = scalar_end(p);
        }
        // What closes, until another value begins.
        for (;;) {
            p = past_space(p);
            if (p != end_ && *p == ',') {
                p = past_space(p + 1);
                p = object ? key_end(p) : p;
                break;
            }
            if (p == end_ || *p != (object ? '}' : ']')) {
                fail_at(p, object ? "',' or '}'" : "',' or ']'");
            }
            ++p;
            if (--level == 0) {
                return p;
            }
            object = ((objects[level / 64] >> (level % 64)) & 1) != 0;
        }
    }
}

COREST_DECL void json_reader::finish()
{
    skip_space();
    if (current_ != end_) {
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
    const char* begin = p;
    while (p != end) {
        if (*p == '"') {
            do {
                p += *p == '\\' ? 2 : 1;
            } while (*p != '"');
            ++p;
        } else if (detail::is_json_space(*p)) {
            out.append(begin, p);
            while (p != end && detail::is_json_space(*p)) {
                ++p;
            }
            begin = p;
        } else {
            ++p;
        }
    }
    out.append(begin, end);
}

COREST_DECL void append_quoted(std::string& out, std::string_view text)
{
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
                detail::append_hex(out, c, detail::lower_hex_digits);
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
