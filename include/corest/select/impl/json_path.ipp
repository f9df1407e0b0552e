#pragma once

#include <corest/select/json_path.hpp>

#include <corest/detail/text.hpp>
#include <corest/detail/utf8.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <charconv>

namespace corest {

namespace detail {

namespace json_path_text {

/// May stand in a name without quotes (RFC 9535, section 2.5.1.1).
inline bool is_name_char(char c, bool first) noexcept
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || c == '_' || is_letter(c) || (!first && is_digit(c));
}

inline bool is_name(std::string_view name) noexcept
{
    return !name.empty() && is_name_char(name.front(), true)
        && std::all_of(name.begin(), name.end(), [](char c) { return is_name_char(c, false); });
}

/// Reads the text of a path, once, from left to right.
class parser {
public:
    explicit parser(std::string_view text) noexcept : text_(text) {}

    std::vector<json_path::step> parse()
    {
        if (text_.empty()) {
            fail("it is empty", "Write $ for the whole body");
        }
        if (text_.front() == '$' && (text_.size() == 1 || std::string_view(".[ \t\r\n").find(text_[1]) != text_.npos)) {
            ++position_;
        } else {
            short_ = true;
            if (text_.front() != '[') {
                read_after_dot();
            }
        }
        while (!done()) {
            const std::size_t space = position_;
            skip_space();
            if (done()) {
                position_ = space;
                fail("white space at its end");
            }
            if (peek() == '.') {
                ++position_;
                read_after_dot();
            } else if (peek() == '[') {
                ++position_;
                read_bracket();
            } else {
                fail(unexpected() + "; expected '.' or '['",
                    "Write a name with other characters than letters, digits and _ as ['name']");
            }
        }
        return std::move(steps_);
    }

private:
    [[nodiscard]] bool done() const noexcept { return position_ == text_.size(); }
    [[nodiscard]] char peek() const noexcept { return text_[position_]; }

    void skip_space() noexcept
    {
        while (!done() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) {
            ++position_;
        }
    }

    [[nodiscard]] std::string unexpected() const
    {
        return done() ? "it ends too early" : "unexpected '" + printable(text_.substr(position_, 1)) + "'";
    }

    [[noreturn]] void fail(const std::string& reason, std::string hint = {}) const
    {
        throw error(errc::invalid_argument,
            "the path '" + printable(text_, 200) + "' is not understood at position " + std::to_string(position_ + 1)
                + ": " + reason,
            std::move(hint));
    }

    [[noreturn]] void refuse(const std::string& feature) const
    {
        fail(feature + " not supported", "Paths are made of names, indices and [*]");
    }

    void read_after_dot()
    {
        if (done()) {
            fail("it ends after a dot");
        }
        if (peek() == '.') {
            refuse("descendants (..) are");
        }
        if (peek() == '*') {
            ++position_;
            steps_.emplace_back();
            return;
        }
        const std::size_t begin = position_;
        constexpr std::string_view special = ".[]*'\"?() \t\r\n,";
        while (!done()
            && (is_name_char(peek(), position_ == begin)
                || (short_ && static_cast<unsigned char>(peek()) > 0x20 && peek() != 0x7F
                    && special.find(peek()) == special.npos)))
        {
            ++position_;
        }
        if (position_ == begin) {
            fail(unexpected() + "; expected a name",
                "Write a name with other characters than letters, digits and _ as ['name']");
        }
        steps_.emplace_back(std::string(text_.substr(begin, position_ - begin)));
    }

    void read_bracket()
    {
        skip_space();
        if (done()) {
            fail("it ends after [");
        }
        const char c = peek();
        if (c == '\'' || c == '"') {
            steps_.emplace_back(read_quoted());
        } else if (c == '*') {
            ++position_;
            steps_.emplace_back();
        } else if (c == '?') {
            refuse("filters ([?...]) are");
        } else if (c == ':') {
            refuse("slices ([from:to]) are");
        } else if (c == '-' || is_digit(c)) {
            steps_.emplace_back(read_index());
        } else {
            fail(unexpected() + "; expected a quoted name, an index or *");
        }
        skip_space();
        if (!done() && peek() == ':') {
            refuse("slices ([from:to]) are");
        }
        if (!done() && peek() == ',') {
            refuse("lists of selectors ([a,b]) are");
        }
        if (done() || peek() != ']') {
            fail(unexpected() + "; expected ]");
        }
        ++position_;
    }

    std::ptrdiff_t read_index()
    {
        const std::size_t begin = position_;
        if (peek() == '-') {
            ++position_;
        }
        const std::size_t digits = position_;
        while (!done() && is_digit(peek())) {
            ++position_;
        }
        const std::string_view number = text_.substr(begin, position_ - begin);
        const bool plain = position_ != digits && (text_[digits] != '0' || number == "0");
        // RFC 9535, section 2.1: indices are integers that a double holds exactly.
        constexpr std::int64_t most = (std::int64_t{1} << 53) - 1;
        std::int64_t value = 0;
        const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
        if (!plain || read.ec != std::errc() || value > most || value < -most) {
            position_ = begin;
            fail("'" + printable(number) + "' is no index");
        }
        return static_cast<std::ptrdiff_t>(value);
    }

    std::uint32_t read_hex4()
    {
        std::uint32_t value = 0;
        const std::string_view digits = text_.substr(position_, 4);
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() != 4 || read.ptr != digits.data() + 4) {
            fail("expected four hexadecimal digits");
        }
        position_ += 4;
        return value;
    }

    /// RFC 9535, section 2.3.1.1.
    std::string read_quoted()
    {
        const char quote = text_[position_++];
        std::string name;
        for (;;) {
            if (done()) {
                fail("the quoted name has no end");
            }
            const char c = peek();
            if (static_cast<unsigned char>(c) < 0x20) {
                fail("a control character in a quoted name");
            }
            ++position_;
            if (c == quote) {
                return name;
            }
            if (c != '\\') {
                name.push_back(c);
                continue;
            }
            const char escape = done() ? '\0' : text_[position_++];
            switch (escape) {
            case 'b':
                name.push_back('\b');
                break;
            case 'f':
                name.push_back('\f');
                break;
            case 'n':
                name.push_back('\n');
                break;
            case 'r':
                name.push_back('\r');
                break;
            case 't':
                name.push_back('\t');
                break;
            case '/':
            case '\\':
                name.push_back(escape);
                break;
            case 'u':
                read_unicode(name);
                break;
            default:
                if (escape != quote) {
                    --position_;
                    fail("an unknown escape sequence");
                }
                name.push_back(escape);
            }
        }
    }

    void read_unicode(std::string& name)
    {
        std::uint32_t point = read_hex4();
        if (point >= 0xD800 && point < 0xDC00 && text_.substr(position_, 2) == "\\u") {
            position_ += 2;
            const std::uint32_t low = read_hex4();
            point = low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00) : point;
        }
        if (point >= 0xD800 && point < 0xE000) {
            fail("half of a surrogate pair");
        }
        detail::append_utf8(name, point);
    }

    std::string_view text_;
    std::size_t position_ = 0;
    bool short_ = false;
    std::vector<json_path::step> steps_;
};

} // namespace json_path_text

namespace json_path_steps {

/// Moves a reader to the element at an index, negative from the end. \return whether there is one
inline bool seek_index(json_reader& reader, std::ptrdiff_t index)
{
    if (index < 0) {
        json_reader counter = reader;
        std::ptrdiff_t count = 0;
        counter.begin_array();
        while (counter.next_element()) {
            counter.skip();
            ++count;
        }
        index += count;
        if (index < 0) {
            return false;
        }
    }
    reader.begin_array();
    for (std::ptrdiff_t i = 0; reader.next_element(); ++i) {
        if (i == index) {
            return true;
        }
        reader.skip();
    }
    return false;
}

} // namespace json_path_steps

COREST_DECL void find_all(
    std::string_view json, std::span<const json_path::step> steps, std::vector<std::string_view>& found)
{
    using kind = json_path::step::step_kind;
    json_reader reader(json);
    if (steps.empty()) {
        found.push_back(reader.skip());
        return;
    }
    const json_path::step& step = steps.front();
    const json_kind type = reader.kind();
    std::string_view key;
    std::string scratch;
    if (type == json_kind::object && step.kind != kind::index) {
        std::optional<std::string_view> named;
        reader.begin_object();
        while (reader.next_key(key, scratch)) {
            const bool wanted = step.kind == kind::wildcard || key == step.name;
            const std::string_view value = reader.skip();
            if (wanted && step.kind == kind::wildcard) {
                find_all(value, steps.subspan(1), found);
            } else if (wanted) {
                named = value;
            }
        }
        if (named) {
            find_all(*named, steps.subspan(1), found);
        }
    } else if (type == json_kind::array && step.kind == kind::wildcard) {
        reader.begin_array();
        while (reader.next_element()) {
            find_all(reader.skip(), steps.subspan(1), found);
        }
    } else if (type == json_kind::array && step.kind == kind::index && json_path_steps::seek_index(reader, step.index))
    {
        find_all(reader.skip(), steps.subspan(1), found);
    }
}

COREST_DECL bool seek(json_reader& reader, std::span<const json_path::step> steps)
{
    using kind = json_path::step::step_kind;
    std::string_view key;
    std::string scratch;
    for (const json_path::step& step : steps) {
        const json_kind type = reader.kind();
        bool found = false;
        if (step.kind == kind::name && type == json_kind::object) {
            reader.begin_object();
            while (!found && reader.next_key(key, scratch)) {
                found = key == step.name;
                if (!found) {
                    reader.skip();
                }
            }
        } else if (step.kind == kind::index && type == json_kind::array) {
            found = json_path_steps::seek_index(reader, step.index);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

namespace json_path_gap {

/// How a part of a path is shown: `'Response.Items'`, or what the whole text is called.
COREST_DECL std::string place(const std::string& path, const char* subject)
{
    return path.empty() ? std::string(subject) : "'" + path + "'";
}

COREST_DECL std::optional<std::string> explain(
    std::string_view json, std::span<const json_path::step> steps, const char* subject, const std::string& path)
{
    using kind = json_path::step::step_kind;
    if (steps.empty()) {
        return std::nullopt;
    }
    const json_path::step& step = steps.front();
    json_reader reader(json, subject);
    const json_kind type = reader.kind();
    std::string_view key;
    std::string scratch;
    std::optional<std::string> reason;
    const auto deeper = [&](std::string_view value, const std::string& name) {
        return explain(
            value, steps.subspan(1), subject, name.front() == '[' || path.empty() ? path + name : path + "." + name);
    };
    if (step.kind == kind::wildcard && type == json_kind::object) {
        reader.begin_object();
        while (!reason && reader.next_key(key, scratch)) {
            const std::string name = printable(key);
            reason = deeper(reader.skip(), name.empty() ? "['']" : name);
        }
        return reason;
    }
    if (step.kind == kind::wildcard && type == json_kind::array) {
        reader.begin_array();
        for (std::size_t i = 0; !reason && reader.next_element(); ++i) {
            reason = deeper(reader.skip(), "[" + std::to_string(i) + "]");
        }
        return reason;
    }
    if (json_reader next(json, subject); seek(next, steps.first(1))) {
        const std::string name =
            step.kind == kind::name ? printable(step.name) : "[" + std::to_string(step.index) + "]";
        return deeper(next.skip(), name.empty() ? "['']" : name);
    }
    return place(path, subject) + " " + describe_content(json);
}

} // namespace json_path_gap

COREST_DECL std::optional<std::string> explain_missing(
    std::string_view json, std::span<const json_path::step> steps, const char* subject)
{
    return json_path_gap::explain(json, steps, subject, {});
}

} // namespace detail

COREST_DECL json_path::json_path(std::string_view text) : steps_(detail::json_path_text::parser(text).parse()) {}

COREST_DECL json_path json_path::of_keys(std::span<const std::string> keys)
{
    json_path path;
    path.steps_.reserve(keys.size());
    for (const std::string& key : keys) {
        path.steps_.emplace_back(key);
    }
    return path;
}

COREST_DECL bool json_path::has_wildcard() const noexcept
{
    return std::any_of(steps_.begin(), steps_.end(), [](const step& s) { return s.kind == step::step_kind::wildcard; });
}

COREST_DECL std::string json_path::text() const
{
    std::string out = "$";
    for (const step& s : steps_) {
        switch (s.kind) {
        case step::step_kind::wildcard:
            out += "[*]";
            break;
        case step::step_kind::index:
            out += "[" + std::to_string(s.index) + "]";
            break;
        case step::step_kind::name:
            if (detail::json_path_text::is_name(s.name)) {
                out += "." + s.name;
            } else {
                std::string quoted;
                append_quoted(quoted, s.name);
                out += "[" + quoted + "]";
            }
        }
    }
    return out;
}

COREST_DECL std::vector<std::string_view> find_all(std::string_view json, const json_path& path)
{
    validate(json);
    std::vector<std::string_view> found;
    detail::find_all(json, path.steps(), found);
    return found;
}

} // namespace corest
