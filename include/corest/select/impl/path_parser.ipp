#pragma once

#include <corest/detail/text.hpp>
#include <corest/detail/utf8.hpp>
#include <corest/error.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/path_filter.hpp>
#include <corest/select/path_segment.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace corest::detail {

namespace path_text {

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

    /// A logical expression alone.
    path_filter parse_condition()
    {
        noun_ = "condition";
        expect_utf8();
        skip_space();
        path_filter read = read_any(0);
        skip_space();
        if (!done()) {
            fail(unexpected() + "; expected &&, || or the end");
        }
        return read;
    }

    std::vector<json_path::step> parse()
    {
        if (text_.empty()) {
            fail("it is empty", "Write $ for the whole body");
        }
        expect_utf8();
        if (text_.front() == '$' && (text_.size() == 1 || std::string_view(".[ \t\r\n").find(text_[1]) != text_.npos)) {
            ++position_;
        } else {
            short_ = true;
            if (text_.front() != '[') {
                read_after_dot(steps_, 0);
            }
        }
        read_segments(steps_, 0);
        if (!done()) {
            const std::size_t space = position_;
            skip_space();
            if (done()) {
                position_ = space;
                fail("white space at its end");
            }
            fail(unexpected() + "; expected '.' or '['",
                peek() == '|' ? "Several members are written as ['a','b'], a name with | in it as ['a|b']"
                              : "Write a name with other characters than letters, digits and _ as ['name']");
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

    void expect_utf8()
    {
        const char* const end = text_.data() + text_.size();
        for (const char* p = text_.data(); p != end;) {
            const std::size_t size = utf8_size(p, end);
            position_ = static_cast<std::size_t>(p - text_.data());
            if (size == 0) {
                fail("it is not UTF-8 there");
            }
            p += size;
        }
        position_ = 0;
    }

    [[noreturn]] void fail(const std::string& reason, std::string hint = {}) const
    {
        throw error(errc::invalid_argument,
            std::string("the ") + noun_ + " '" + printable(text_, 200) + "' is not understood at position "
                + std::to_string(position_ + 1) + ": " + reason,
            std::move(hint));
    }

    /// Takes a word where it comes next.
    bool accept(std::string_view word) noexcept
    {
        const bool is_it = text_.substr(position_).starts_with(word);
        position_ += is_it ? word.size() : 0;
        return is_it;
    }

    using step_list = std::vector<json_path::step>;

    /// Reads segments as long as there are any. \param depth how many filters they stand in
    void read_segments(step_list& steps, std::size_t depth)
    {
        for (;;) {
            const std::size_t space = position_;
            skip_space();
            if (accept(".")) {
                read_after_dot(steps, depth);
            } else if (accept("[")) {
                read_bracket(steps, false, depth);
            } else {
                position_ = space;
                return;
            }
        }
    }

    void read_after_dot(step_list& steps, std::size_t depth)
    {
        if (done()) {
            fail("it ends after a dot");
        }
        if (&steps != &steps_ || position_ != 0) { // a short path has no dot at its beginning
            if (accept(".")) {
                read_descendants(steps, depth);
                return;
            }
        }
        if (accept("*")) {
            steps.emplace_back();
        } else if (short_ && accept("[")) { // as jsonpath-ng has it, `data.[*]` and `data."a b"`
            read_bracket(steps, false, depth);
        } else if (short_ && (peek() == '\'' || peek() == '"')) {
            steps.emplace_back(read_quoted());
        } else {
            steps.emplace_back(read_name());
        }
    }

    /// Behind two dots.
    void read_descendants(step_list& steps, std::size_t depth)
    {
        if (accept("[")) {
            read_bracket(steps, true, depth);
            return;
        }
        path_segment segment;
        segment.descends = true;
        if (done()) {
            fail("it ends after a dot");
        }
        if (accept("*")) {
            segment.selectors.emplace_back(path_selector::kind::wildcard);
        } else {
            segment.selectors.emplace_back(path_selector::kind::name);
            segment.selectors.back().name = read_name();
        }
        add_segment(steps, std::move(segment), {});
    }

    std::string read_name()
    {
        const std::size_t begin = position_;
        constexpr std::string_view special = ".[]*'\"?() \t\r\n,|`";
        while (!done()
            && (is_name_char(peek(), position_ == begin)
                || (short_ && static_cast<unsigned char>(peek()) > 0x20 && peek() != 0x7F
                    && special.find(peek()) == special.npos)))
        {
            ++position_;
        }
        if (position_ == begin) {
            fail(unexpected() + "; expected a name",
                !done() && peek() == '`' ? "What jsonpath-ng has between backticks, as `parent`, is not supported"
                                         : "Write a name with other characters than letters, digits and _ as ['name']");
        }
        return std::string(text_.substr(begin, position_ - begin));
    }

    /// Behind the opening bracket: a list of selectors. One that is simple is a step of its own.
    void read_bracket(step_list& steps, bool descends, std::size_t depth)
    {
        path_segment segment;
        segment.descends = descends;
        std::vector<std::string> filters; // as they are written
        do {
            skip_space();
            if (done()) {
                fail("it ends after [");
            }
            const std::size_t begin = position_;
            segment.selectors.push_back(read_selector(depth));
            filters.emplace_back(text_.substr(begin, position_ - begin));
            skip_space();
        } while (accept(","));
        if (!accept("]")) {
            fail(unexpected() + "; expected ]",
                text_.substr(position_).starts_with("=~")
                    ? "A regular expression is written search(@.name, 'pattern'), or match for the whole text"
                    : "");
        }
        const path_selector& first = segment.selectors.front();
        const bool is_alone = segment.selectors.size() == 1 && !descends;
        if (is_alone && first.what == path_selector::kind::name) {
            steps.emplace_back(first.name);
        } else if (is_alone && first.what == path_selector::kind::index) {
            steps.emplace_back(static_cast<std::ptrdiff_t>(first.index));
        } else if (is_alone && first.what == path_selector::kind::wildcard) {
            steps.emplace_back();
        } else {
            add_segment(steps, std::move(segment), filters);
        }
    }

    /// \param written the selectors as they are written
    static void add_segment(step_list& steps, path_segment segment, const std::vector<std::string>& written)
    {
        std::string text = segment.descends ? "..[" : "[";
        for (std::size_t i = 0; i < segment.selectors.size(); ++i) {
            const path_selector& s = segment.selectors[i];
            text += i == 0 ? "" : ",";
            if (s.what == path_selector::kind::name) {
                append_quoted(text, s.name);
            } else {
                text += i < written.size() ? written[i] : "*";
            }
        }
        json_path::step made;
        made.kind = json_path::step::step_kind::segment;
        made.name = text + "]";
        made.segment = std::make_shared<const path_segment>(std::move(segment));
        steps.push_back(std::move(made));
    }

    path_selector read_selector(std::size_t depth)
    {
        using kind = path_selector::kind;
        const char c = peek();
        if (c == '\'' || c == '"') {
            path_selector made(kind::name);
            made.name = read_quoted();
            return made;
        }
        if (accept("*")) {
            return path_selector(kind::wildcard);
        }
        if (accept("?")) {
            skip_space();
            path_selector made(kind::filter);
            made.filter = std::make_shared<const path_filter>(read_any(depth + 1));
            return made;
        }
        if (c == ':' || c == '-' || is_digit(c)) {
            return read_index_or_slice();
        }
        fail(unexpected() + "; expected a quoted name, an index, a slice, a filter or *");
    }

    path_selector read_index_or_slice()
    {
        const auto read_optional = [this]() -> std::optional<std::int64_t> {
            return !done() && (peek() == '-' || is_digit(peek())) ? std::optional<std::int64_t>(read_index())
                                                                  : std::nullopt;
        };
        const auto start = read_optional();
        const std::size_t after = position_;
        skip_space();
        if (!accept(":")) {
            position_ = after;
            path_selector made(path_selector::kind::index);
            made.index = start.value_or(0);
            return made;
        }
        path_selector made(path_selector::kind::slice);
        made.start = start;
        skip_space();
        made.end = read_optional();
        const std::size_t end = position_;
        skip_space();
        if (!accept(":")) {
            position_ = end;
            return made;
        }
        const std::size_t colon = position_;
        skip_space();
        if (const auto step = read_optional()) {
            made.step = *step;
        } else {
            position_ = colon;
        }
        return made;
    }

    static constexpr std::size_t most_nesting = 100;

    /// `a || b`.
    path_filter read_any(std::size_t depth)
    {
        return read_list(path_filter::kind::any, "||", [&] { return read_all(depth); });
    }

    /// `a && b`.
    path_filter read_all(std::size_t depth)
    {
        return read_list(path_filter::kind::all, "&&", [&] { return read_basic(depth); });
    }

    template <class Read>
    path_filter read_list(path_filter::kind kind, std::string_view word, Read read_part)
    {
        path_filter list(kind);
        list.parts.push_back(read_part());
        for (;;) {
            const std::size_t space = position_;
            skip_space();
            if (!accept(word)) {
                position_ = space;
                break;
            }
            skip_space();
            list.parts.push_back(read_part());
        }
        if (list.parts.size() > 1) {
            return list;
        }
        path_filter only = std::move(list.parts.front());
        return only;
    }

    path_filter read_basic(std::size_t depth)
    {
        if (depth > most_nesting) {
            fail("more than " + std::to_string(most_nesting) + " filters or parentheses stand in one another");
        }
        const bool negated = accept("!");
        if (negated) {
            skip_space();
        }
        path_filter read = accept("(") ? read_parenthesis(depth) : read_comparison_or_test(negated, depth);
        if (!negated) {
            return read;
        }
        path_filter made(path_filter::kind::negation);
        made.parts.push_back(std::move(read));
        return made;
    }

    path_filter read_parenthesis(std::size_t depth)
    {
        skip_space();
        path_filter inside = read_any(depth + 1);
        skip_space();
        if (!accept(")")) {
            fail(unexpected() + "; expected )");
        }
        return inside;
    }

    path_filter read_comparison_or_test(bool is_negated, std::size_t depth)
    {
        const std::size_t begin = position_;
        filter_operand left = read_operand(depth);
        const std::size_t after = position_;
        skip_space();
        const auto how = is_negated ? std::nullopt : accept_comparison();
        if (!how) {
            position_ = after;
            if (left.what != filter_operand::kind::query && !left.is_logical()) {
                position_ = begin;
                fail("a value alone is no condition", "Compare it with another one");
            }
            path_filter made(path_filter::kind::test);
            made.left = std::move(left);
            return made;
        }
        check_value(left, begin);
        skip_space();
        const std::size_t second = position_;
        path_filter made(path_filter::kind::comparison);
        made.compared = *how;
        made.left = std::move(left);
        made.right = read_operand(depth);
        check_value(made.right, second);
        return made;
    }

    std::optional<path_filter::comparison> accept_comparison() noexcept
    {
        using comparison = path_filter::comparison;
        return accept("==") ? std::optional(comparison::equal)
            : accept("!=")  ? std::optional(comparison::unequal)
            : accept("<=")  ? std::optional(comparison::less_or_equal)
            : accept(">=")  ? std::optional(comparison::greater_or_equal)
            : accept("<")   ? std::optional(comparison::less)
            : accept(">")   ? std::optional(comparison::greater)
                            : std::nullopt;
    }

    /// What is compared is one value (RFC 9535, section 2.4.3). \param begin where it stands
    void check_value(const filter_operand& operand, std::size_t begin)
    {
        const bool is_list = operand.what == filter_operand::kind::query && !operand.is_singular();
        if (is_list || operand.is_logical()) {
            position_ = begin;
            fail(is_list ? "a path that may lead to several values cannot be compared"
                         : "match() and search() are conditions, and cannot be compared");
        }
    }

    filter_operand read_operand(std::size_t depth)
    {
        filter_operand made;
        if (done()) {
            fail("it ends too early");
        }
        const char c = peek();
        if (c == '@' || c == '$') {
            ++position_;
            made.what = filter_operand::kind::query;
            made.is_absolute = c == '$';
            const bool was_short = std::exchange(short_, false); // in a filter names are as RFC 9535 has them
            read_segments(made.steps, depth);
            short_ = was_short;
        } else if (c == '\'' || c == '"') {
            append_quoted(made.literal, read_quoted());
        } else if (c == '-' || is_digit(c)) {
            made.literal = read_number();
        } else {
            read_word(made, depth);
        }
        return made;
    }

    /// A number as JSON has it, or `-0`.
    std::string read_number()
    {
        const std::size_t begin = position_;
        const auto digits = [this] {
            const std::size_t first = position_;
            while (!done() && is_digit(peek())) {
                ++position_;
            }
            return position_ - first;
        };
        accept("-");
        const bool zero = !done() && peek() == '0';
        const std::size_t whole = digits();
        bool good = whole != 0 && (!zero || whole == 1);
        if (accept(".")) {
            good = digits() != 0 && good;
        }
        if (accept("e") || accept("E")) {
            if (!accept("+")) {
                accept("-");
            }
            good = digits() != 0 && good;
        }
        std::string number(text_.substr(begin, position_ - begin));
        if (!good) {
            position_ = begin;
            fail("'" + printable(number) + "' is no number");
        }
        return number;
    }

    /// true, false, null, or a function.
    void read_word(filter_operand& made, std::size_t depth)
    {
        const std::size_t begin = position_;
        while (!done() && (is_letter(peek()) || is_digit(peek()) || peek() == '_')) {
            ++position_;
        }
        const std::string word(text_.substr(begin, position_ - begin));
        if (accept("(")) {
            made.what = filter_operand::kind::function;
            made.called = function_named(word, begin);
            read_arguments(made, word, depth);
        } else if (word == "true" || word == "false" || word == "null") {
            made.literal = word;
        } else {
            position_ = begin;
            fail(word.empty() ? unexpected() + "; expected @, $, a value or a function"
                              : "'" + printable(word) + "' is no value",
                word.empty() ? "" : "A field of the value is written @." + printable(word) + ", a text in quotes");
        }
    }

    filter_operand::function function_named(const std::string& word, std::size_t begin)
    {
        using function = filter_operand::function;
        constexpr std::array<std::pair<std::string_view, function>, 5> known{
            {{"length", function::length}, {"count", function::count}, {"match", function::match},
                {"search", function::search}, {"value", function::value}}};
        for (const auto& [name, meant] : known) {
            if (name == word) {
                return meant;
            }
        }
        position_ = begin;
        fail("there is no function '" + printable(word) + "'", "There are length, count, match, search and value");
    }

    void read_arguments(filter_operand& made, const std::string& name, std::size_t depth)
    {
        using function = filter_operand::function;
        if (depth > most_nesting) {
            fail("functions stand too deep in one another");
        }
        const bool takes_nodes = made.called == function::count || made.called == function::value;
        const std::size_t expected = made.is_logical() ? 2 : 1;
        skip_space();
        while (!done() && peek() != ')') {
            const std::size_t begin = position_;
            made.arguments.push_back(read_operand(depth + 1));
            const filter_operand& given = made.arguments.back();
            if (!takes_nodes) {
                check_value(given, begin);
            } else if (given.what != filter_operand::kind::query) {
                position_ = begin;
                fail(name + "() takes a path");
            }
            skip_space();
            if (!accept(",")) {
                break;
            }
            skip_space();
            if (!done() && peek() == ')') {
                fail("expected another argument");
            }
        }
        if (!accept(")")) {
            fail(unexpected() + "; expected )");
        }
        if (made.arguments.size() != expected) {
            fail(name + "() takes " + (expected == 1 ? "one argument" : "two arguments") + ", not "
                + std::to_string(made.arguments.size()));
        }
        if (made.is_logical() && made.arguments[1].what == filter_operand::kind::literal
            && made.arguments[1].literal.front() == '"')
        {
            if (auto pattern = i_regexp::parse(to_text(made.arguments[1].literal))) {
                made.pattern = std::make_shared<const i_regexp>(*std::move(pattern));
            }
        }
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
    const char* noun_ = "path"; ///< for messages
    std::size_t position_ = 0;
    bool short_ = false;
    std::vector<json_path::step> steps_;
};

} // namespace path_text

COREST_DECL std::vector<json_path::step> parse_path(std::string_view text)
{
    return path_text::parser(text).parse();
}

COREST_DECL path_filter parse_condition(std::string_view text)
{
    return path_text::parser(text).parse_condition();
}

COREST_DECL bool is_plain_name(std::string_view name) noexcept
{
    return path_text::is_name(name);
}

} // namespace corest::detail
