#pragma once

/// \file
/// Cuts a path template into literal text and placeholders: while the program compiles, or while it runs.

#include <corest/detail/text.hpp>

#include <cstddef>
#include <string_view>

namespace corest::detail {

/// What is wrong with a template.
enum class template_fault : unsigned char {
    none,
    stray_close,        ///< a '}' that ends no placeholder
    stray_open,         ///< a '{' that begins no placeholder
    stray_angle,        ///< a '<' that begins no placeholder
    no_cursor_value,    ///< `{incremental.x}`
    other_root,         ///< `{other.x}`
    no_parent_field,    ///< `{resources.x}`
    slice_expression,   ///< `{{ stream_partition... }}` that names no key
    foreign_expression, ///< another expression in double braces
};

/// A part of a template. Its texts are views into that.
class template_part {
public:
    /// Which kind of part.
    enum class kind : unsigned char { end, literal, gap, fault };

    kind what = kind::end;
    template_fault fault = template_fault::none; ///< of a fault
    bool is_reserved = false;                    ///< of a gap: written `{+name}`
    std::size_t position = 0;                    ///< where it begins
    std::string_view text;                       ///< the literal; the gap's name; what a fault is about
    std::string_view resource;                   ///< of a gap that names its parent
    std::string_view field;                      ///< of a gap that names its parent
};

/// Reads a template from left to right. The spellings are those of `path_template`.
class template_scanner {
public:
    /// \param text outlives this and its parts \param is_path as `path_template::kind` says
    constexpr template_scanner(std::string_view text, bool is_path)
        : text_(text),
          is_path_(is_path),
          escapes_(is_path || text.find("{{") != std::string_view::npos)
    {
    }

    /// The next part. After a fault there is none.
    [[nodiscard]] constexpr template_part next()
    {
        if (position_ == text_.size()) {
            return {};
        }
        const char c = text_[position_];
        if (c == '{') {
            return peek(1) == '{' ? double_brace() : brace();
        }
        if (c == '}') {
            if (is_path_ && peek(1) != '}') {
                return fault(template_fault::stray_close);
            }
            return literal(peek(1) == '}' && escapes_ ? 2 : 1, 1);
        }
        if (c == '<' && is_path_) {
            return angle();
        }
        const std::size_t end = text_.find_first_of(is_path_ ? "{}<" : "{}", position_);
        const std::size_t size = (end == std::string_view::npos ? text_.size() : end) - position_;
        return literal(size, size);
    }

private:
    [[nodiscard]] constexpr char peek(std::size_t ahead) const noexcept
    {
        return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
    }
    static constexpr bool in_name(char c) noexcept { return is_name_character(c) || c == '-'; }
    static constexpr bool is_name(std::string_view s) noexcept
    {
        if (s.empty() || (!is_letter(s[0]) && s[0] != '_')) {
            return false;
        }
        for (const char c : s) {
            if (!in_name(c)) {
                return false;
            }
        }
        return true;
    }

    constexpr template_part fault(template_fault which, std::string_view about = {})
    {
        template_part out;
        out.what = template_part::kind::fault;
        out.fault = which;
        out.position = position_;
        out.text = about;
        position_ = text_.size();
        return out;
    }

    /// \param read how many characters are passed \param stand how many of them stand in the text
    constexpr template_part literal(std::size_t read, std::size_t stand)
    {
        template_part out;
        out.what = template_part::kind::literal;
        out.position = position_;
        out.text = text_.substr(position_, stand);
        position_ += read;
        return out;
    }

    constexpr template_part gap(std::string_view name, std::size_t end)
    {
        template_part out;
        out.what = template_part::kind::gap;
        out.position = position_;
        out.text = name;
        position_ = end;
        return out;
    }

    /// \pre text_[position_] == '{', and no other one follows
    constexpr template_part brace()
    {
        const std::size_t close = text_.find('}', position_);
        const std::string_view inside =
            close == std::string_view::npos ? std::string_view() : text_.substr(position_ + 1, close - position_ - 1);
        const bool is_reserved = is_path_ && inside.starts_with('+');
        if (is_name(inside.substr(is_reserved ? 1 : 0))) {
            template_part out = gap(inside.substr(is_reserved ? 1 : 0), close + 1);
            out.is_reserved = is_reserved;
            return out;
        }
        const std::size_t dot = inside.find('.');
        if (dot != std::string_view::npos && is_name(inside.substr(0, dot))
            && inside.find_first_of(" \t\r\n\":,{") == std::string_view::npos)
        {
            return dotted(inside, dot, close + 1);
        }
        return is_path_ ? fault(template_fault::stray_open) : literal(1, 1);
    }

    constexpr template_part dotted(std::string_view inside, std::size_t dot, std::size_t end)
    {
        const std::string_view root = inside.substr(0, dot);
        const std::string_view rest = inside.substr(dot + 1);
        if (root == "incremental") {
            const bool is_known =
                rest == "start_value" || rest == "initial_value" || rest == "last_value" || rest == "end_value";
            return is_known ? gap(inside, end) : fault(template_fault::no_cursor_value, inside);
        }
        if (root == "response" && !rest.empty()) {
            return gap(inside, end);
        }
        if (root != "resources") {
            return fault(template_fault::other_root, inside);
        }
        const std::size_t second = rest.find('.');
        if (second == std::string_view::npos || second == 0 || second + 1 == rest.size()) {
            return fault(template_fault::no_parent_field, inside);
        }
        template_part out = gap(inside, end);
        out.resource = rest.substr(0, second);
        out.field = rest.substr(second + 1);
        return out;
    }

    /// `{{ stream_partition['name'] }}`, or an escaped brace. \pre text_ has "{{" at position_
    constexpr template_part double_brace()
    {
        std::size_t p = position_ + 2;
        p = pass(p, is_space);
        const std::size_t word_begin = p;
        p = pass(p, in_name);
        const std::string_view word = text_.substr(word_begin, p - word_begin);
        p = pass(p, is_space);
        if (word == "stream_partition" || word == "stream_slice") {
            std::string_view name;
            if (p < text_.size() && text_[p] == '.') {
                const std::size_t begin = p + 1;
                p = pass(begin, in_name);
                name = text_.substr(begin, p - begin);
            } else if (p + 1 < text_.size() && text_[p] == '[' && (text_[p + 1] == '\'' || text_[p + 1] == '"')) {
                const std::size_t end = text_.find(text_[p + 1], p + 2);
                if (end != std::string_view::npos && end + 1 < text_.size() && text_[end + 1] == ']') {
                    name = text_.substr(p + 2, end - p - 2);
                    p = end + 2;
                }
            }
            p = pass(p, is_space);
            return is_name(name) && text_.substr(p, 2) == "}}" ? gap(name, p + 2)
                                                               : fault(template_fault::slice_expression, word);
        }
        const bool is_expression = word_begin > position_ + 2 && !word.empty()
            && (is_path_ || (p < text_.size() && (text_[p] == '[' || text_[p] == '.' || text_[p] == '|')));
        return is_expression ? fault(template_fault::foreign_expression) : literal(2, 1);
    }

    static constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t'; }
    [[nodiscard]] constexpr std::size_t pass(std::size_t p, bool (*is_passed)(char)) const
    {
        while (p < text_.size() && is_passed(text_[p])) {
            ++p;
        }
        return p;
    }

    /// \pre text_[position_] == '<'
    constexpr template_part angle()
    {
        const std::size_t close = text_.find('>', position_);
        const std::string_view inside =
            close == std::string_view::npos ? std::string_view() : text_.substr(position_ + 1, close - position_ - 1);
        return is_name(inside) ? gap(inside, close + 1) : fault(template_fault::stray_angle);
    }

    std::string_view text_;
    bool is_path_;
    bool escapes_; ///< "}}" stands for a brace; not in a text such as {"a":{"b":1}}, which has nothing escaped
    std::size_t position_ = 0;
};

} // namespace corest::detail
