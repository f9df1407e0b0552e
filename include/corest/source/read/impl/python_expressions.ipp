#pragma once

#include <corest/source/read/python_expressions.hpp>

#include <corest/detail/text.hpp>
#include <corest/source/read/nesting_limit.hpp>
#include <corest/source/read/python_values.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace corest::source::detail {

/// Counts a bracket that is open for as long as it lives.
class nesting_level {
public:
    nesting_level(expression_parser& owner, std::size_t offset) : owner_(owner)
    {
        if (++owner_.brackets_ > deepest_nesting) {
            owner_.script_.fail(offset, "nested deeper than " + std::to_string(deepest_nesting) + " levels");
        }
    }
    nesting_level(const nesting_level&) = delete;
    nesting_level& operator=(const nesting_level&) = delete;
    ~nesting_level() { --owner_.brackets_; }

private:
    expression_parser& owner_;
};

/// Counts what calls itself without a bracket: `not not x`, `a if b else c if d else e`, `a + b + c`.
class recursion_level {
public:
    explicit recursion_level(expression_parser& owner) : owner_(owner)
    {
        constexpr std::size_t most = 400;
        if (++owner_.recursion_ > most) {
            owner_.fail("this expression is too long to be read");
        }
    }
    recursion_level(const recursion_level&) = delete;
    recursion_level& operator=(const recursion_level&) = delete;
    ~recursion_level() { --owner_.recursion_; }

private:
    expression_parser& owner_;
};

namespace python_operators {

/// How tightly an operator binds; 0: it is none.
[[nodiscard]] inline int level(std::string_view word)
{
    using entry = std::pair<std::string_view, int>;
    constexpr std::array<entry, 25> levels = {{{"or", 1}, {"and", 2}, {"in", 4}, {"not", 4}, {"is", 4}, {"<", 4},
        {">", 4}, {"<=", 4}, {">=", 4}, {"==", 4}, {"!=", 4}, {"|", 5}, {"^", 6}, {"&", 7}, {"<<", 8}, {">>", 8},
        {"+", 9}, {"-", 9}, {"*", 10}, {"/", 10}, {"//", 10}, {"%", 10}, {"@", 10}, {"**", 12}, {"", 0}}};
    const auto found = std::find_if(levels.begin(), levels.end(), [&](const entry& one) { return one.first == word; });
    return found == levels.end() ? 0 : found->second;
}

inline constexpr int comparison = 4;
inline constexpr int sign = 11;

/// What two operands and an operator are.
COREST_DECL python_node node(std::string_view word, std::size_t offset, python_node left, python_node right)
{
    using kind = python_node::kind;
    python_node out;
    out.offset = left.offset;
    const bool with_none = right.type == kind::constant && right.value.is_null();
    if ((word == "is not" || word == "is") && with_none) {
        out.type = word == "is" ? kind::is_none : kind::is_not_none;
        out.parts.push_back(std::move(left));
        return out;
    }
    out.type = word == "+" ? kind::sum : word == "-" ? kind::difference : word == "|" ? kind::merge : kind::other;
    if (out.type == kind::other) {
        out.offset = offset;
        out.name = "the operator " + corest::detail::in_quotes(word);
    }
    out.parts.push_back(std::move(left));
    out.parts.push_back(std::move(right));
    return out;
}

} // namespace python_operators

COREST_DECL const token& expression_parser::peek(std::size_t ahead) const noexcept
{
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

COREST_DECL std::string_view expression_parser::text_of(const token& t) const noexcept
{
    return script_.text().substr(t.offset, t.length);
}

COREST_DECL bool expression_parser::is(std::string_view word, std::size_t ahead) const noexcept
{
    const token& t = peek(ahead);
    return (t.kind == token_kind::mark || t.kind == token_kind::name) && text_of(t) == word;
}

COREST_DECL const token& expression_parser::take() noexcept
{
    const token& t = peek();
    next_ += next_ + 1 < tokens_.size() ? 1 : 0;
    return t;
}

COREST_DECL bool expression_parser::take(std::string_view word) noexcept
{
    const bool there = is(word);
    if (there) {
        take();
    }
    return there;
}

COREST_DECL void expression_parser::expect(std::string_view word)
{
    if (!take(word)) {
        fail("expected " + corest::detail::in_quotes(word) + ", found " + found());
    }
}

COREST_DECL std::string expression_parser::expect_name()
{
    if (!is(token_kind::name)) {
        fail("expected a name, found " + found());
    }
    return std::string(text_of(take()));
}

COREST_DECL void expression_parser::fail(const std::string& message, std::string hint) const
{
    script_.fail(peek().offset, message, std::move(hint));
}

COREST_DECL std::string expression_parser::found() const
{
    const token& t = peek();
    switch (t.kind) {
    case token_kind::name:
        return "a name";
    case token_kind::number:
        return "a number";
    case token_kind::text:
        return "a text";
    case token_kind::newline:
    case token_kind::indent:
    case token_kind::dedent:
        return "the end of the line";
    case token_kind::end:
        return "the end of the file";
    default:
        break;
    }
    return (t.kind == token_kind::bad ? "the character " : "") + corest::detail::in_quotes(text_of(t));
}

COREST_DECL python_node expression_parser::other(
    std::size_t offset, std::string what, std::vector<python_node> parts) const
{
    python_node out;
    out.offset = offset;
    out.name = std::move(what);
    out.parts = std::move(parts);
    return out;
}

COREST_DECL python_node expression_parser::expression_list()
{
    const std::size_t offset = peek().offset;
    const auto element = [&] {
        python_node out;
        if (is("*")) {
            out.offset = take().offset;
            out.type = python_node::kind::spread;
            out.parts.push_back(expression());
            return out;
        }
        return expression();
    };
    python_node first = element();
    if (!is(",") && first.type != python_node::kind::spread) {
        return first;
    }
    python_node out;
    out.type = python_node::kind::tuple;
    out.offset = offset;
    out.parts.push_back(std::move(first));
    while (take(",")) {
        if (is("=") || is(")") || is("]") || is(":") || is(token_kind::newline) || is(token_kind::end)) {
            break;
        }
        out.parts.push_back(element());
    }
    return out;
}

COREST_DECL python_node expression_parser::expression()
{
    const recursion_level deeper(*this);
    const std::size_t offset = peek().offset;
    if (is("lambda")) {
        return lambda();
    }
    if (take("yield")) {
        std::vector<python_node> parts;
        const bool bare = is(")") || is("]") || is("=") || is(token_kind::newline) || is(token_kind::end) || is(";");
        if (take("from") || !bare) {
            parts.push_back(expression_list());
        }
        return other(offset, "yield", std::move(parts));
    }
    if (is(token_kind::name) && is(":=", 1)) {
        python_node out = other(offset, "an assignment in an expression");
        out.parts.push_back(name_or_keyword());
        take();
        out.parts.push_back(expression());
        out.type = python_node::kind::named;
        return out;
    }
    python_node value = operation(1);
    if (!take("if")) {
        return value;
    }
    python_node out;
    out.type = python_node::kind::conditional;
    out.offset = offset;
    out.parts.push_back(std::move(value));
    out.parts.push_back(operation(1));
    expect("else");
    out.parts.push_back(expression());
    return out;
}

COREST_DECL python_node expression_parser::lambda()
{
    const std::size_t offset = take().offset;
    std::vector<python_node> parts(1);
    while (!is(":")) {
        if (is(token_kind::end) || is(token_kind::newline)) {
            fail("expected ':' after lambda, found " + found());
        }
        take();
        if (take("=")) {
            parts.push_back(expression());
        }
    }
    take();
    parts.front() = expression();
    return other(offset, "a lambda", std::move(parts));
}

// Operators of at least this level, from left to right.
COREST_DECL python_node expression_parser::operation(int least_level)
{
    const recursion_level deeper(*this);
    constexpr std::size_t most = 400;
    python_node left = operand();
    for (std::size_t count = 0;; ++count) {
        const int level = python_operators::level(is(token_kind::end) ? "" : text_of(peek()));
        const bool is_operator = is(token_kind::mark) || is(token_kind::name);
        if (!is_operator || level < least_level || level == 0 || (is("not") && !is("in", 1))) {
            return left;
        }
        if (count > most) {
            fail("this expression is too long to be read");
        }
        const token& sign = take();
        std::string word(text_of(sign));
        if (word == "not" || (word == "is" && is("not"))) {
            word += " " + std::string(text_of(take()));
        }
        left = python_operators::node(word, sign.offset, std::move(left), operation(level + (word == "**" ? 0 : 1)));
    }
}

// What may have a sign or `not` before it.
COREST_DECL python_node expression_parser::operand()
{
    const recursion_level deeper(*this);
    const std::size_t offset = peek().offset;
    if (take("not")) {
        std::vector<python_node> parts;
        parts.push_back(operation(python_operators::comparison));
        return other(offset, "the operator 'not'", std::move(parts));
    }
    if (take("await")) {
        std::vector<python_node> parts;
        parts.push_back(operand());
        return other(offset, "await", std::move(parts));
    }
    if (!is("-") && !is("+") && !is("~")) {
        return primary();
    }
    bool negative = false;
    bool inverted = false;
    while (is("-") || is("+") || is("~")) {
        negative = negative != is("-");
        inverted = inverted || is("~");
        take();
    }
    if (is(token_kind::number) && !inverted && !is("**", 1)) {
        python_node out;
        out.type = python_node::kind::constant;
        out.offset = offset;
        out.value = decode_number(script_, take(), negative);
        return out;
    }
    std::vector<python_node> parts;
    parts.push_back(operation(python_operators::sign));
    return other(
        offset, "the operator " + corest::detail::in_quotes(script_.text().substr(offset, 1)), std::move(parts));
}

COREST_DECL python_node expression_parser::primary()
{
    constexpr std::size_t most = 200;
    python_node out = atom();
    for (std::size_t count = 0;; ++count) {
        if (count > most) {
            fail("this expression is too long to be read");
        }
        if (is(".")) {
            take();
            python_node attribute;
            attribute.type = python_node::kind::attribute;
            attribute.offset = out.offset;
            attribute.name = expect_name();
            attribute.parts.push_back(std::move(out));
            out = std::move(attribute);
        } else if (is("(")) {
            out = call(std::move(out));
        } else if (is("[")) {
            out = subscript(std::move(out));
        } else {
            return out;
        }
    }
}

COREST_DECL python_node expression_parser::atom()
{
    const token& t = peek();
    python_node out;
    out.offset = t.offset;
    switch (t.kind) {
    case token_kind::text:
        return texts();
    case token_kind::number:
        out.type = python_node::kind::constant;
        out.value = decode_number(script_, take());
        return out;
    case token_kind::name:
        return name_or_keyword();
    case token_kind::mark:
        if (is("(")) {
            return parenthesized();
        }
        if (is("[")) {
            return list();
        }
        if (is("{")) {
            return braces();
        }
        if (take("...")) {
            return other(t.offset, "...");
        }
        break;
    case token_kind::bad:
        if (text_of(t).find_first_of("'\"") != std::string_view::npos) {
            (void)take_quotes(script_, t);
        }
        break;
    default:
        break;
    }
    fail("expected a value, found " + found());
}

COREST_DECL python_node expression_parser::name_or_keyword()
{
    constexpr std::array<std::string_view, 22> keywords = {"and", "as", "assert", "async", "break", "class", "continue",
        "def", "del", "elif", "else", "except", "finally", "for", "from", "if", "import", "in", "is", "or", "return",
        "while"};
    const std::string_view word = text_of(peek());
    if (std::find(keywords.begin(), keywords.end(), word) != keywords.end()) {
        fail("expected a value, found " + corest::detail::in_quotes(word));
    }
    python_node out;
    out.offset = take().offset;
    out.type = python_node::kind::constant;
    if (word == "True" || word == "False") {
        out.value = word == "True";
    } else if (word != "None") {
        out.type = python_node::kind::name;
        out.name = word;
    }
    return out;
}

COREST_DECL void expression_parser::close(std::size_t open, std::string_view mark, const std::string& after)
{
    if (take(mark)) {
        return;
    }
    if (is(token_kind::end) || is(token_kind::newline)) {
        script_.fail(open, "the " + corest::detail::in_quotes(script_.text().substr(open, 1)) + " is never closed");
    }
    fail("expected ',' or " + corest::detail::in_quotes(mark) + " after " + after + ", found " + found());
}

COREST_DECL python_node expression_parser::call(python_node function)
{
    const token& open = take();
    const nesting_level nesting(*this, open.offset);
    python_node out;
    out.type = python_node::kind::call;
    out.offset = function.offset;
    out.parts.push_back(std::move(function));
    while (!take(")")) {
        if (is(token_kind::end) || is(token_kind::newline)) {
            close(open.offset, ")", {});
        }
        out.parts.push_back(argument());
        if (!take(",")) {
            close(open.offset, ")", "the argument");
            break;
        }
    }
    return out;
}

COREST_DECL python_node expression_parser::argument()
{
    python_node out;
    out.offset = peek().offset;
    if (is(token_kind::name) && is("=", 1)) {
        out.type = python_node::kind::keyword;
        out.name = std::string(text_of(take()));
        take();
        out.parts.push_back(expression());
        return out;
    }
    if (is("*") || is("**")) {
        out.type = is("*") ? python_node::kind::spread : python_node::kind::double_spread;
        take();
        out.parts.push_back(expression());
        return out;
    }
    python_node value = expression();
    return is("for") || is("async") ? comprehension(std::move(value), out.offset, "a generator expression")
                                    : std::move(value);
}

COREST_DECL python_node expression_parser::subscript(python_node object)
{
    const token& open = take();
    const nesting_level nesting(*this, open.offset);
    python_node out;
    out.type = python_node::kind::subscript;
    out.offset = object.offset;
    out.parts.push_back(std::move(object));
    out.parts.push_back(index());
    while (take(",")) {
        if (is("]")) {
            break;
        }
        out.parts.push_back(index());
    }
    close(open.offset, "]", "the index");
    return out;
}

COREST_DECL python_node expression_parser::index()
{
    const std::size_t offset = peek().offset;
    std::vector<python_node> parts;
    if (!is(":")) {
        python_node value = is("*") ? argument() : expression();
        if (!is(":")) {
            return value;
        }
        parts.push_back(std::move(value));
    }
    while (take(":")) {
        if (!is(":") && !is("]") && !is(",")) {
            parts.push_back(expression());
        }
    }
    return other(offset, "a slice", std::move(parts));
}

// A tuple, or just the value in parentheses.
COREST_DECL python_node expression_parser::parenthesized()
{
    const token& open = take();
    const nesting_level nesting(*this, open.offset);
    python_node out;
    out.type = python_node::kind::tuple;
    out.offset = open.offset;
    bool comma = false;
    while (!take(")")) {
        if (is(token_kind::end) || is(token_kind::newline)) {
            close(open.offset, ")", {});
        }
        out.parts.push_back(is("*") ? argument() : expression());
        if (is("for") || is("async")) {
            python_node element = std::move(out.parts.back());
            python_node made = comprehension(std::move(element), open.offset, "a generator expression");
            close(open.offset, ")", "the generator expression");
            return made;
        }
        comma = take(",");
        if (!comma) {
            close(open.offset, ")", "the value");
            break;
        }
    }
    if (out.parts.size() == 1 && !comma) {
        python_node inner = std::move(out.parts.front());
        return inner;
    }
    return out;
}

COREST_DECL python_node expression_parser::list()
{
    const token& open = take();
    const nesting_level nesting(*this, open.offset);
    python_node out;
    out.type = python_node::kind::list;
    out.offset = open.offset;
    while (!take("]")) {
        if (is(token_kind::end) || is(token_kind::newline)) {
            close(open.offset, "]", {});
        }
        out.parts.push_back(is("*") ? argument() : expression());
        if (is("for") || is("async")) {
            python_node element = std::move(out.parts.back());
            python_node made = comprehension(std::move(element), open.offset, "a list comprehension");
            close(open.offset, "]", "the comprehension");
            return made;
        }
        if (!take(",")) {
            close(open.offset, "]", "the value");
            break;
        }
    }
    return out;
}

// A dictionary or a set.
COREST_DECL python_node expression_parser::braces()
{
    const token& open = take();
    const nesting_level nesting(*this, open.offset);
    python_node out;
    out.type = python_node::kind::dictionary;
    out.offset = open.offset;
    while (!take("}")) {
        if (is(token_kind::end) || is(token_kind::newline)) {
            close(open.offset, "}", {});
        }
        std::string what = "the value";
        if (is("**")) {
            out.parts.push_back(argument());
        } else {
            python_node pair;
            pair.type = python_node::kind::pair;
            pair.offset = peek().offset;
            pair.parts.push_back(is("*") ? argument() : expression());
            if (const auto* key = pair.parts.front().value.if_string()) {
                what += " of " + corest::detail::in_quotes(std::string_view(key->data(), key->size()));
            }
            if (take(":")) {
                pair.parts.push_back(expression());
            } else {
                out.type = python_node::kind::other;
                out.name = "a set";
            }
            out.parts.push_back(std::move(pair));
            if (is("for") || is("async")) {
                python_node element = std::move(out.parts.back());
                python_node made = comprehension(std::move(element), open.offset,
                    out.name.empty() ? "a dictionary comprehension" : "a set comprehension");
                close(open.offset, "}", "the comprehension");
                return made;
            }
        }
        if (!take(",")) {
            if (out.name == "a set" && is(token_kind::text)) {
                fail("expected ',', ':' or '}', found a text");
            }
            close(open.offset, "}", what);
            break;
        }
    }
    return out;
}

COREST_DECL python_node expression_parser::comprehension(python_node element, std::size_t offset, std::string_view what)
{
    std::vector<python_node> parts;
    parts.push_back(std::move(element));
    while (is("for") || is("async") || is("if")) {
        if (take("if")) {
            parts.push_back(operation(1));
            continue;
        }
        take("async");
        expect("for");
        do {
            (void)take("*");
            (void)primary();
        } while (take(",") && !is("in"));
        expect("in");
        parts.push_back(operation(1));
    }
    return other(offset, std::string(what), std::move(parts));
}

// A text, or several that stand side by side; with fields where one of them is an f-string.
COREST_DECL python_node expression_parser::texts()
{
    python_node out;
    out.type = python_node::kind::formatted;
    out.offset = peek().offset;
    bool fields = false;
    const auto is_text = [&] {
        return is(token_kind::text)
            || (is(token_kind::bad) && text_of(peek()).find_first_of("'\"") != std::string_view::npos);
    };
    std::size_t count = 0;
    while (is_text()) {
        const token& t = take();
        const quoted_text quoted = take_quotes(script_, t);
        if (quoted.formatted) {
            fields = true;
            add_fields(out, t, quoted.raw, quoted.begin, quoted.end);
        } else {
            python_node part;
            part.type = python_node::kind::constant;
            part.offset = t.offset;
            part.value = boost::json::string(decode_text(script_, quoted.begin, quoted.end, quoted.raw));
            out.parts.push_back(std::move(part));
        }
        ++count;
    }
    if (!fields && count == 1) {
        python_node only = std::move(out.parts.front());
        return only;
    }
    if (!fields) {
        std::string whole;
        for (const python_node& part : out.parts) {
            whole += std::string_view(part.value.get_string());
        }
        out.parts.clear();
        out.type = python_node::kind::constant;
        out.value = boost::json::string(whole);
    }
    return out;
}

// The texts and fields of an f-string.
COREST_DECL void expression_parser::add_fields(
    python_node& out, const token& t, bool raw, std::size_t begin, std::size_t end)
{
    const std::string_view text = script_.text();
    const auto add_text = [&](std::size_t last) {
        if (begin < last) {
            python_node part;
            part.type = python_node::kind::constant;
            part.offset = t.offset;
            part.value = boost::json::string(decode_text(script_, begin, last, raw));
            out.parts.push_back(std::move(part));
        }
    };
    for (std::size_t p = begin; p < end; ++p) {
        if (text[p] == '\\' && !raw) {
            ++p;
            continue;
        }
        if (text[p] != '{' && text[p] != '}') {
            continue;
        }
        if (p + 1 < end && text[p + 1] == text[p]) {
            add_text(p + 1); // a brace that stands for itself is written twice
            begin = p + 2;
            ++p;
            continue;
        }
        std::size_t depth = 0;
        std::size_t close = p;
        for (; close < end; ++close) {
            depth += text[close] == '{' || text[close] == '[' || text[close] == '(' ? 1 : 0;
            depth -= text[close] == '}' || text[close] == ']' || text[close] == ')' ? 1 : 0;
            if (depth == 0) {
                break;
            }
        }
        if (text[p] == '}' || close >= end) {
            script_.fail(t.offset, "a brace of this f-string has no counterpart", "Write {{ or }} for a brace itself");
        }
        add_text(p);
        out.parts.push_back(field(t, p + 1, close));
        p = close;
        begin = close + 1;
    }
    add_text(end);
}

COREST_DECL python_node expression_parser::field(const token& t, std::size_t begin, std::size_t end)
{
    const nesting_level nesting(*this, t.offset);
    const std::vector<token> tokens = python_tokens(script_.text(), begin, end, true);
    expression_parser inner(script_, tokens);
    inner.brackets_ = brackets_;
    inner.recursion_ = recursion_;
    python_node value = inner.expression();
    if (!inner.is(token_kind::end)) {
        std::vector<python_node> parts;
        parts.push_back(std::move(value));
        return other(begin, "a format in an f-string", std::move(parts));
    }
    return value;
}

} // namespace corest::source::detail
