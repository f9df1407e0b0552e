#pragma once

#include <corest/source/read/python_tokens.hpp>

#include <corest/detail/text.hpp>

#include <array>

namespace corest::source::detail {

namespace python_scan {

[[nodiscard]] inline bool in_name(char c) noexcept
{
    return begins_python_name(c) || corest::detail::is_digit(c);
}

// Takes a part of a text apart.
class scanner {
public:
    scanner(std::string_view text, std::size_t begin, std::size_t end, bool expression_only)
        : text_(text.substr(0, end)),
          position_(begin),
          line_begins_(!expression_only),
          depth_(expression_only ? 1 : 0)
    {
    }

    std::vector<token> scan()
    {
        while (position_ < text_.size()) {
            if (line_begins_) {
                begin_line();
                continue;
            }
            step();
        }
        if (depth_ == 0 || !levels_.empty()) {
            add(token_kind::newline, text_.size(), 0);
        }
        for (; levels_.size() > 1; levels_.pop_back()) {
            add(token_kind::dedent, text_.size(), 0);
        }
        add(token_kind::end, text_.size(), 0);
        return std::move(out_);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept
    {
        return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
    }
    void add(token_kind kind, std::size_t offset, std::size_t length) { out_.push_back({kind, offset, length}); }
    void take(token_kind kind, std::size_t length)
    {
        add(kind, position_, length);
        position_ += length;
    }

    // The indentation of a line that has something on it.
    void begin_line()
    {
        std::size_t width = 0;
        std::size_t p = position_;
        for (; p < text_.size() && (text_[p] == ' ' || text_[p] == '\t' || text_[p] == '\f'); ++p) {
            width = text_[p] == '\t' ? (width / 8 + 1) * 8 : width + 1;
        }
        const bool empty =
            p >= text_.size() || text_[p] == '\n' || text_[p] == '\r' || text_[p] == '#' || text_.substr(p, 2) == "//";
        if (empty) {
            position_ = line_end(p);
            position_ += position_ < text_.size() ? 1 : 0;
            return;
        }
        position_ = p;
        line_begins_ = false;
        if (levels_.empty()) {
            levels_.push_back(width);
        }
        if (width > levels_.back()) {
            levels_.push_back(width);
            add(token_kind::indent, p, 0);
        }
        while (levels_.size() > 1 && width < levels_.back()) {
            levels_.pop_back();
            add(token_kind::dedent, p, 0);
        }
    }

    [[nodiscard]] std::size_t line_end(std::size_t p) const noexcept
    {
        const auto end = text_.find('\n', p);
        return end == std::string_view::npos ? text_.size() : end;
    }

    // Whether the last token leaves a value to be expected.
    [[nodiscard]] bool expects_value() const noexcept
    {
        if (out_.empty() || out_.back().kind != token_kind::mark) {
            return out_.empty() || out_.back().kind == token_kind::newline;
        }
        return std::string_view("([{,:").find(text_[out_.back().offset]) != std::string_view::npos;
    }
    [[nodiscard]] bool is_first_of_line() const noexcept
    {
        const auto before = text_.substr(0, position_).find_last_not_of(" \t\f");
        return before == std::string_view::npos || text_[before] == '\n';
    }

    void step()
    {
        const char c = peek();
        if (c == ' ' || c == '\t' || c == '\f' || c == '\r') {
            ++position_;
        } else if (c == '\n') {
            end_line();
        } else if (c == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
            position_ += peek(1) == '\n' ? 2 : 3;
        } else if (c == '#' || (c == '/' && peek(1) == '/' && (expects_value() || is_first_of_line()))) {
            position_ = line_end(position_);
        } else if (c == '"' || c == '\'' || prefix_length() != 0) {
            text();
        } else if (begins_python_name(c)) {
            name();
        } else if (corest::detail::is_digit(c) || (c == '.' && corest::detail::is_digit(peek(1)))) {
            number();
        } else {
            mark();
        }
    }

    void end_line()
    {
        if (depth_ == 0) {
            add(token_kind::newline, position_, 1);
            line_begins_ = true;
        }
        ++position_;
    }

    // Of a text in quotes: r, u, b, f or two of them.
    [[nodiscard]] std::size_t prefix_length() const noexcept
    {
        constexpr std::string_view letters = "rRuUbBfF";
        for (std::size_t n = 1; n <= 2; ++n) {
            if (letters.find(peek(n - 1)) == std::string_view::npos || peek(n - 1) == '\0') {
                return 0;
            }
            if (peek(n) == '"' || peek(n) == '\'') {
                return n;
            }
        }
        return 0;
    }

    void text()
    {
        std::size_t p = position_ + prefix_length();
        const char quote = text_[p];
        const bool triple = text_.substr(p, 3) == std::string(3, quote);
        p += triple ? 3 : 1;
        for (; p < text_.size(); ++p) {
            if (text_[p] == '\\') {
                p += text_.substr(p + 1, 2) == "\r\n" ? 2 : 1;
            } else if (text_[p] == '\n' && !triple) {
                break;
            } else if (text_[p] == quote && (!triple || text_.substr(p, 3) == std::string(3, quote))) {
                return take(token_kind::text, p + (triple ? 3 : 1) - position_);
            }
        }
        take(token_kind::bad, text_.find(quote, position_) + 1 - position_);
    }

    void name()
    {
        std::size_t length = 1;
        while (in_name(peek(length)) && position_ + length < text_.size()) {
            ++length;
        }
        const std::string_view word = text_.substr(position_, length);
        // A line that begins so is a statement: a bracket before it was never closed.
        if (depth_ != 0 && !levels_.empty() && is_first_of_line()
            && (word == "def" || word == "class" || word == "import"))
        {
            depth_ = 0;
            add(token_kind::newline, position_, 0);
            position_ = text_.substr(0, position_).rfind('\n') + 1;
            line_begins_ = true;
            return;
        }
        take(token_kind::name, length);
    }

    void number()
    {
        const bool hexadecimal = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
        std::size_t length = 1;
        for (; position_ + length < text_.size(); ++length) {
            const char c = peek(length);
            const char before = peek(length - 1);
            const bool exponent_sign = (c == '-' || c == '+') && !hexadecimal && (before == 'e' || before == 'E');
            if (!in_name(c) && c != '.' && !exponent_sign) {
                break;
            }
        }
        take(token_kind::number, length);
    }

    void mark()
    {
        constexpr std::array<std::string_view, 24> marks = {"**=", "//=", ">>=", "<<=", "...", "!=", "==", "->",
            ":=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "**", "//", ">>", "<<", "<=", ">="};
        for (const std::string_view m : marks) {
            if (text_.substr(position_, m.size()) == m) {
                return take(token_kind::mark, m.size());
            }
        }
        const char c = peek();
        if (c == '\0' || std::string_view("()[]{},:;.=+-*/%&|^~@<>").find(c) == std::string_view::npos) {
            return take(token_kind::bad, 1);
        }
        if (c == '(' || c == '[' || c == '{') {
            ++depth_;
        } else if ((c == ')' || c == ']' || c == '}') && depth_ != 0) {
            --depth_;
        }
        take(token_kind::mark, 1);
    }

    std::string_view text_;
    std::size_t position_;
    bool line_begins_;
    std::size_t depth_; // of brackets
    std::vector<std::size_t> levels_;
    std::vector<token> out_;
};

} // namespace python_scan

COREST_DECL bool begins_python_name(char c) noexcept
{
    return corest::detail::is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

COREST_DECL std::vector<token> python_tokens(
    std::string_view text, std::size_t begin, std::size_t end, bool expression_only)
{
    return python_scan::scanner(text, begin, end, expression_only).scan();
}

} // namespace corest::source::detail
