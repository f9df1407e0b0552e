#pragma once

#include <corest/source/read/python_literal.hpp>

#include <corest/error.hpp>
#include <corest/source/schema/dictionary.hpp>
#include <corest/source/read/nesting_limit.hpp>
#include <corest/source/read/text_position.hpp>
#include <corest/detail/text.hpp>
#include <corest/detail/utf8.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace corest::source {

namespace detail {

namespace python_literal {

// Reads Python literals (the language's reference, sections 2.4 and 6.2) from a place in a text.
//
// Its messages show no part of the text but keywords: an unquoted or badly quoted credential must not be printed.
class reader {
public:
    reader(std::string_view text, std::string_view name, std::size_t position)
        : text_(text),
          name_(name),
          position_(position)
    {
    }

    boost::json::value value(const std::string& key = {})
    {
        skip_space();
        const char c = peek();
        if (c == '{') {
            return dictionary();
        }
        if (c == '[') {
            return list(']');
        }
        if (c == '(') {
            return list(')');
        }
        if (c == '"' || c == '\'') {
            return boost::json::value(text());
        }
        if (corest::detail::is_digit(c) || (c == '.' && corest::detail::is_digit(peek(1))) || c == '-' || c == '+') {
            return number();
        }
        if (starts_identifier(c)) {
            return identifier(key);
        }
        fail("expected a value, found " + found());
    }

    void skip_space()
    {
        while (position_ < text_.size()) {
            const char c = text_[position_];
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f') {
                ++position_;
            } else if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
                position_ += peek(1) == '\n' ? 2 : 3;
            } else if (c == '#' || (c == '/' && peek(1) == '/')) {
                const auto end = text_.find('\n', position_);
                position_ = end == std::string_view::npos ? text_.size() : end;
            } else {
                return;
            }
        }
    }

    [[nodiscard]] bool at_end() const noexcept { return position_ >= text_.size(); }

    [[noreturn]] void fail(const std::string& message, std::string hint = supported()) const
    {
        throw error_at(name_, text_, std::min(position_, text_.size()), message, std::move(hint));
    }

    static std::string supported()
    {
        return "Supported are texts, numbers, True, False, None, lists, dictionaries, dlt.secrets[\"name\"] and "
               "os.environ[\"NAME\"]; Python is not run, so put the value itself here or give it with --set";
    }

private:
    // Counts a level of nesting for as long as it lives.
    class level {
    public:
        explicit level(reader& owner) : reader_(owner)
        {
            if (++reader_.depth_ > deepest_nesting) {
                reader_.fail("nested deeper than " + std::to_string(deepest_nesting) + " levels", {});
            }
        }
        level(const level&) = delete;
        level& operator=(const level&) = delete;
        ~level() { --reader_.depth_; }

    private:
        reader& reader_;
    };

    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept
    {
        return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
    }
    static bool starts_identifier(char c) noexcept
    {
        return corest::detail::is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    }
    static bool in_identifier(char c) noexcept { return starts_identifier(c) || corest::detail::is_digit(c); }

    // What stands here, for a message: punctuation is shown, anything else only described.
    [[nodiscard]] std::string found() const
    {
        if (at_end()) {
            return "the end of the file";
        }
        const char c = text_[position_];
        if (c == '"' || c == '\'') {
            return "a text";
        }
        if (corest::detail::is_digit(c)) {
            return "a number";
        }
        if (starts_identifier(c)) {
            return "a name";
        }
        return "the character " + in_quotes(std::string_view(&text_[position_], 1));
    }

    bool take(char c)
    {
        skip_space();
        if (peek() != c || at_end()) {
            return false;
        }
        ++position_;
        return true;
    }

    boost::json::value dictionary()
    {
        const level nesting(*this);
        const std::size_t begin = position_++;
        boost::json::object out;
        while (!take('}')) {
            if (at_end()) {
                position_ = begin;
                fail("the '{' is never closed", {});
            }
            const std::size_t key_position = position_;
            if (peek() != '"' && peek() != '\'' && !is_prefixed_text()) {
                fail("expected a key in quotes or '}', found " + found());
            }
            std::string key = text();
            skip_space();
            if (peek() != ':') {
                fail("expected ':' after the key " + in_quotes(key) + ", found " + found());
            }
            ++position_;
            if (out.contains(key)) {
                position_ = key_position;
                fail("the key " + in_quotes(key) + " stands twice in one dictionary", "Remove one of them");
            }
            boost::json::value v = value(key);
            out.emplace(key, std::move(v));
            skip_space();
            if (peek() != '}' && !take(',')) {
                unclosed_or(begin, "expected ',' or '}' after the value of " + in_quotes(key));
            }
        }
        return out;
    }

    // A list, or with parentheses a tuple or just the value in them.
    boost::json::value list(char close)
    {
        const level nesting(*this);
        const std::size_t begin = position_++;
        boost::json::array out;
        bool comma = false;
        while (!take(close)) {
            if (at_end()) {
                position_ = begin;
                fail(std::string("the ") + in_quotes(text_.substr(begin, 1)) + " is never closed", {});
            }
            out.push_back(value());
            skip_space();
            if (take(',')) {
                comma = true;
            } else if (peek() != close) {
                unclosed_or(begin, "expected ',' or " + in_quotes(std::string_view(&close, 1)) + " after the value");
            }
        }
        if (close == ')' && out.size() == 1 && !comma) {
            boost::json::value inner = std::move(out[0]);
            return inner;
        }
        return out;
    }

    [[noreturn]] void unclosed_or(std::size_t begin, const std::string& message)
    {
        if (at_end()) {
            position_ = begin;
            fail("the " + in_quotes(text_.substr(begin, 1)) + " is never closed", {});
        }
        fail(message + ", found " + found());
    }

    [[nodiscard]] bool is_prefixed_text() const noexcept
    {
        const std::size_t length = in_identifier(peek()) ? (in_identifier(peek(1)) ? 2U : 1U) : 0U;
        for (std::size_t i = 0; i < length; ++i) {
            if (std::string_view("rRuUbBfF").find(peek(i)) == std::string_view::npos) {
                return false;
            }
        }
        return length != 0 && (peek(length) == '"' || peek(length) == '\'');
    }

    // One text, or several that stand side by side.
    std::string text()
    {
        std::string out;
        do {
            one_text(out);
            skip_space();
        } while (peek() == '"' || peek() == '\'' || is_prefixed_text());
        return out;
    }

    void one_text(std::string& out)
    {
        const std::size_t begin = position_;
        bool raw = false;
        for (; peek() != '"' && peek() != '\''; ++position_) {
            switch (peek()) {
            case 'r':
            case 'R':
                raw = true;
                break;
            case 'u':
            case 'U':
                break;
            case 'f':
            case 'F':
                fail("an f-string is computed by Python, which is not run",
                    "Write the text itself, a secret (dlt.secrets[\"name\"]), or a placeholder in a path with --param");
            default:
                fail("bytes are not text", "Remove the prefix b");
            }
        }
        const char quote = peek();
        const bool triple = peek(1) == quote && peek(2) == quote;
        position_ += triple ? 3 : 1;
        const std::size_t content = out.size();
        for (;;) {
            if (at_end()) {
                position_ = begin;
                fail("the text that begins here is never ended", {});
            }
            const char c = text_[position_];
            if (c == quote && (!triple || (peek(1) == quote && peek(2) == quote))) {
                position_ += triple ? 3 : 1;
                break;
            }
            if (c == '\0') {
                fail("a NUL byte in a text", "Save the file as UTF-8 text");
            }
            if (c == '\n' && !triple) {
                position_ = begin;
                fail("the text that begins here does not end on its line", "Use triple quotes for several lines");
            }
            if (c == '\r' && peek(1) == '\n') {
                ++position_; // Python reads either line end as \n
                if (!triple) {
                    continue;
                }
            } else if (c == '\\') {
                escape(out, raw);
            } else {
                out += c;
                ++position_;
            }
        }
        if (!corest::detail::is_utf8({out.data() + content, out.size() - content})) {
            position_ = begin;
            fail("the text that begins here is not UTF-8", "Save the file as UTF-8");
        }
    }

    // \pre a backslash stands here
    void escape(std::string& out, bool raw)
    {
        const char c = peek(1);
        if (raw) {
            out += '\\';
            ++position_;
            if (!at_end()) { // also a quote, which does not end the text then
                out += text_[position_++];
            }
            return;
        }
        position_ += 2;
        switch (c) {
        case '\n':
            return;
        case '\r':
            if (peek() == '\n') {
                ++position_;
            }
            return;
        case '\\':
        case '\'':
        case '"':
            out += c;
            return;
        case 'a':
            out += '\a';
            return;
        case 'b':
            out += '\b';
            return;
        case 'f':
            out += '\f';
            return;
        case 'n':
            out += '\n';
            return;
        case 'r':
            out += '\r';
            return;
        case 't':
            out += '\t';
            return;
        case 'v':
            out += '\v';
            return;
        case 'x':
            corest::detail::append_utf8(out, hexadecimal(2));
            return;
        case 'u':
            code_point(out, 4);
            return;
        case 'U':
            code_point(out, 8);
            return;
        case 'N':
            position_ -= 2;
            fail("named characters (\\N{...}) are not supported", "Write the character itself");
        default:
            break;
        }
        if (c >= '0' && c <= '7') {
            std::uint32_t value = static_cast<std::uint32_t>(c - '0');
            for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; ++i) {
                value = value * 8 + static_cast<std::uint32_t>(text_[position_++] - '0');
            }
            corest::detail::append_utf8(out, value);
            return;
        }
        // Python keeps the backslash of an escape that it does not know.
        out += '\\';
        --position_;
    }

    std::uint32_t hexadecimal(std::size_t digits)
    {
        std::uint32_t value = 0;
        const auto part = text_.substr(position_, digits);
        const auto [end, ec] = std::from_chars(part.data(), part.data() + part.size(), value, 16);
        if (part.size() != digits || ec != std::errc() || end != part.data() + part.size()) {
            position_ -= 2;
            fail("the escape needs " + std::to_string(digits) + " hexadecimal digits", {});
        }
        position_ += digits;
        return value;
    }

    void code_point(std::string& out, std::size_t digits)
    {
        const std::size_t begin = position_ - 2;
        std::uint32_t value = hexadecimal(digits);
        if (value >= 0xD800 && value < 0xDC00 && peek() == '\\' && peek(1) == 'u') {
            position_ += 2;
            const std::uint32_t low = hexadecimal(4);
            if (low >= 0xDC00 && low < 0xE000) {
                corest::detail::append_utf8(out, 0x10000 + ((value - 0xD800) << 10U) + (low - 0xDC00));
                return;
            }
        }
        if ((value >= 0xD800 && value < 0xE000) || value > 0x10FFFF) {
            position_ = begin;
            fail("the escape is no character of Unicode", {});
        }
        corest::detail::append_utf8(out, value);
    }

    boost::json::value number()
    {
        const std::size_t begin = position_;
        bool negative = false;
        for (; peek() == '-' || peek() == '+'; ++position_) {
            negative = negative != (peek() == '-');
        }
        if (!corest::detail::is_digit(peek()) && peek() != '.') {
            fail("expected a number after the sign, found " + found());
        }
        int base = 10;
        if (peek() == '0' && peek(1) != '\0') {
            switch (peek(1)) {
            case 'x':
            case 'X':
                base = 16;
                break;
            case 'o':
            case 'O':
                base = 8;
                break;
            case 'b':
            case 'B':
                base = 2;
                break;
            default:
                break;
            }
        }
        if (base != 10) {
            position_ += 2;
        }
        std::string digits;
        bool fraction = false;
        for (;; ++position_) {
            const char c = peek();
            const char before = position_ == 0 ? '\0' : text_[position_ - 1];
            if (c == '_') {
                // Between digits only (and after 0x).
                if (!in_identifier(before) || before == '_' || !in_identifier(peek(1)) || peek(1) == '_') {
                    bad_number(begin);
                }
            } else if (in_identifier(c) || c == '.') {
                fraction = fraction || (base == 10 && (c == '.' || c == 'e' || c == 'E'));
                digits += c;
            } else if ((c == '-' || c == '+') && base == 10 && (before == 'e' || before == 'E')) {
                digits += c;
            } else {
                break;
            }
        }
        if (fraction) {
            return floating(begin, digits, negative);
        }
        std::uint64_t value = 0;
        const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
        if (ec == std::errc::result_out_of_range) {
            position_ = begin;
            fail("the number does not fit into 64 bits", "Write it as text, in quotes");
        }
        const bool zeros =
            base == 10 && digits.size() > 1 && digits[0] == '0' && value != 0; // 012 is no number of Python
        if (ec != std::errc() || end != digits.data() + digits.size() || zeros) {
            bad_number(begin);
        }
        constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        if (!negative) {
            return value <= most ? boost::json::value(static_cast<std::int64_t>(value)) : boost::json::value(value);
        }
        if (value > most + 1) {
            position_ = begin;
            fail("the number does not fit into 64 bits", "Write it as text, in quotes");
        }
        return static_cast<std::int64_t>(~value + 1); // two's complement, for the least number too
    }

    boost::json::value floating(std::size_t begin, const std::string& digits, bool negative)
    {
        double value = 0;
        const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (ec == std::errc::result_out_of_range || std::isinf(value)) {
            position_ = begin;
            fail("the number does not fit into 64 bits", "Write it as text, in quotes");
        }
        if (ec != std::errc() || end != digits.data() + digits.size()
            || !(corest::detail::is_digit(digits[0]) || digits[0] == '.'))
        {
            bad_number(begin);
        }
        return negative ? -value : value;
    }

    [[noreturn]] void bad_number(std::size_t begin)
    {
        position_ = begin;
        fail("this is not a number that is understood",
            "Write an integer, a decimal number or 0x...; text needs quotes");
    }

    std::string_view word()
    {
        skip_space();
        const std::size_t begin = position_;
        while (in_identifier(peek()) && !at_end()) {
            ++position_;
        }
        return text_.substr(begin, position_ - begin);
    }

    boost::json::value identifier(const std::string& key)
    {
        if (is_prefixed_text()) {
            return boost::json::value(text());
        }
        const std::size_t begin = position_;
        const std::string_view name = word();
        if (name == "True") {
            return true;
        }
        if (name == "False") {
            return false;
        }
        if (name == "None") {
            return nullptr;
        }
        if (name == "dlt") {
            if (auto secret = dlt_secret(key)) {
                return secret_json(*secret);
            }
        } else if (name == "os") {
            if (auto variable = os_environ()) {
                return secret_json(*variable);
            }
        }
        position_ = begin;
        for (const auto& [other, spelling] :
            {std::pair<std::string_view, std::string_view>{"true", "True"}, {"false", "False"}, {"null", "None"}})
        {
            if (name == other) {
                fail("Python spells " + std::string(other) + " as " + std::string(spelling),
                    "Write " + std::string(spelling));
            }
        }
        if (name == "lambda") {
            fail("expected a value, found a lambda");
        }
        // Look behind the dotted name: a call is said to be one.
        std::size_t p = position_;
        while (p < text_.size() && (in_identifier(text_[p]) || text_[p] == '.')) {
            ++p;
        }
        fail(p < text_.size() && text_[p] == '(' ? "expected a value, found a call" : "expected a value, found a name");
    }

    // What follows `dlt`: `.secrets["a"]["b"]`, `.secrets.get("a")`, `.secrets.value`; `.config` likewise.
    std::optional<std::string> dlt_secret(const std::string& key)
    {
        if (!take('.')) {
            return std::nullopt;
        }
        const std::string_view store = word();
        if (store != "secrets" && store != "config") {
            return std::nullopt;
        }
        if (take('.')) {
            const std::string_view attribute = word();
            if (attribute == "value" && !key.empty()) {
                return key;
            }
            if (attribute == "get" && take('(')) {
                return argument(')');
            }
            return std::nullopt;
        }
        std::string name;
        while (take('[')) {
            const auto part = argument(']');
            if (!part) {
                return std::nullopt;
            }
            name += (name.empty() ? "" : ".") + *part;
        }
        return name.empty() ? std::nullopt : std::optional(name);
    }

    // What follows `os`: `.environ["NAME"]`, `.environ.get("NAME")`, `.getenv("NAME")`.
    std::optional<std::string> os_environ()
    {
        if (!take('.')) {
            return std::nullopt;
        }
        const std::string_view member = word();
        if (member == "getenv") {
            return take('(') ? argument(')') : std::nullopt;
        }
        if (member != "environ") {
            return std::nullopt;
        }
        if (take('[')) {
            return argument(']');
        }
        return take('.') && word() == "get" && take('(') ? argument(')') : std::nullopt;
    }

    // One text and the closing bracket.
    std::optional<std::string> argument(char close)
    {
        skip_space();
        if (peek() != '"' && peek() != '\'') {
            return std::nullopt;
        }
        std::string name = text();
        if (name.empty() || !take(close)) {
            return std::nullopt;
        }
        return name;
    }

    std::string_view text_;
    std::string_view name_;
    std::size_t position_;
    std::size_t depth_ = 0;
};

} // namespace python_literal

COREST_DECL boost::json::value read_python_literal_at(std::string_view text, std::string_view name, std::size_t offset)
{
    return python_literal::reader(text, name, offset).value();
}

} // namespace detail

COREST_DECL boost::json::value read_python_literal(std::string_view text, std::string_view name)
{
    detail::python_literal::reader input(text, name, 0);
    boost::json::value out = input.value();
    input.skip_space();
    if (!input.at_end()) {
        input.fail("expected the end of the text after the value", {});
    }
    return out;
}

} // namespace corest::source
