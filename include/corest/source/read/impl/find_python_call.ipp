#pragma once

#include <corest/source/read/find_python_call.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/read/python_literal.hpp>
#include <corest/source/read/text_position.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

namespace corest::source {

namespace detail {

namespace python_call {

// Finds the dictionary's place in a Python file or a page with Python in it.
class finder {
public:
    explicit finder(std::string_view text) : text_(text) {}

    // Offset of the first dictionary, of a call's argument or a variable; none where there is none.
    // `rejected_` is then the first call that has something else.
    std::optional<std::size_t> find()
    {
        for (const std::string_view function : {"rest_api_source", "rest_api_resources"}) {
            for (std::size_t offset = 0; (offset = find_word(function, offset)) != npos; offset += function.size()) {
                std::size_t p = skip(offset + function.size());
                if (!is(p, '(') || is_definition(offset) || in_comment(offset)) {
                    continue;
                }
                p = skip(p + 1);
                if (text_.substr(p, 6) == "config" && is(skip(p + 6), '=')) {
                    p = skip(skip(p + 6) + 1);
                }
                if (is(p, '{')) {
                    return p;
                }
                const std::size_t name_end = word_end(p);
                if (name_end != p) {
                    if (const auto variable = find_variable(text_.substr(p, name_end - p), offset)) {
                        return variable;
                    }
                }
                if (rejected_ == npos && !is(p, ')') && text_.substr(p, 3) != "...") {
                    rejected_ = p;
                }
            }
        }
        return find_annotated();
    }

    [[nodiscard]] std::size_t rejected() const noexcept { return rejected_; }

    static constexpr std::size_t npos = std::string_view::npos;

private:
    static bool in_word(char c) noexcept { return corest::detail::is_name_character(c); }
    [[nodiscard]] bool is(std::size_t p, char c) const noexcept { return p < text_.size() && text_[p] == c; }
    [[nodiscard]] std::size_t word_end(std::size_t p) const noexcept
    {
        while (p < text_.size() && in_word(text_[p])) {
            ++p;
        }
        return p;
    }
    [[nodiscard]] std::size_t find_word(std::string_view word, std::size_t start) const noexcept
    {
        for (std::size_t offset = text_.find(word, start); offset != npos; offset = text_.find(word, offset + 1)) {
            const bool begins = offset == 0 || !in_word(text_[offset - 1]);
            const bool ends = offset + word.size() >= text_.size() || !in_word(text_[offset + word.size()]);
            if (begins && ends) {
                return offset;
            }
        }
        return npos;
    }
    [[nodiscard]] std::size_t skip(std::size_t p) const noexcept
    {
        for (; p < text_.size(); ++p) {
            if (text_[p] == '#' || (text_[p] == '/' && is(p + 1, '/'))) {
                p = std::min(text_.find('\n', p), text_.size() - 1);
            } else if (std::string_view(" \t\r\n\f\\").find(text_[p]) == npos) {
                break;
            }
        }
        return p;
    }
    [[nodiscard]] std::string_view line_before(std::size_t offset) const noexcept
    {
        const std::size_t line = offset == 0 ? npos : text_.rfind('\n', offset - 1);
        return text_.substr(line == npos ? 0 : line + 1, offset - (line == npos ? 0 : line + 1));
    }
    // A comment, or a heading of a page.
    [[nodiscard]] bool in_comment(std::size_t offset) const noexcept
    {
        const std::string_view line = line_before(offset);
        const auto first = line.find_first_not_of(" \t");
        return first != npos && (line[first] == '#' || line.substr(first).starts_with("//"));
    }
    [[nodiscard]] bool is_definition(std::size_t offset) const noexcept
    {
        std::string_view line = line_before(offset);
        while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) {
            line.remove_suffix(1);
        }
        return line.ends_with("def") && (line.size() == 3 || !in_word(line[line.size() - 4]));
    }
    // The dictionary that is assigned to a variable whose name stands at `at`: `name = {` or `name: Type = {`.
    [[nodiscard]] std::optional<std::size_t> assigned(std::size_t offset, std::string_view name) const noexcept
    {
        std::size_t p = offset + name.size();
        const auto skip_blanks = [&] {
            while (is(p, ' ') || is(p, '\t')) {
                ++p;
            }
        };
        skip_blanks();
        if (is(p, ':')) {
            p = std::min(text_.find_first_of("=\n", p), text_.size());
        }
        if (!is(p, '=') || is(p + 1, '=')) {
            return std::nullopt;
        }
        p = skip(p + 1);
        const bool statement = line_before(offset).find_first_not_of(" \t") == npos;
        return statement && is(p, '{') ? std::optional(p) : std::nullopt;
    }
    // The last assignment before the call, else the first after it.
    [[nodiscard]] std::optional<std::size_t> find_variable(std::string_view name, std::size_t call) const noexcept
    {
        std::optional<std::size_t> best;
        for (std::size_t offset = 0; (offset = find_word(name, offset)) != npos; offset += name.size()) {
            if (offset > call && best) {
                break;
            }
            if (const auto found = assigned(offset, name)) {
                best = found;
            }
        }
        return best;
    }
    // `config: RESTAPIConfig = {`
    [[nodiscard]] std::optional<std::size_t> find_annotated() const noexcept
    {
        constexpr std::string_view type = "RESTAPIConfig";
        for (std::size_t offset = 0; (offset = find_word(type, offset)) != npos; offset += type.size()) {
            const std::string_view line = line_before(offset);
            const auto begin = line.find_first_not_of(" \t");
            if (begin == npos) {
                continue;
            }
            const std::size_t name = static_cast<std::size_t>(line.data() - text_.data()) + begin;
            if (const auto found = assigned(name, text_.substr(name, word_end(name) - name))) {
                return found;
            }
        }
        return std::nullopt;
    }

    std::string_view text_;
    std::size_t rejected_ = npos;
};

} // namespace python_call

} // namespace detail

COREST_DECL bool has_python_source(std::string_view text)
{
    detail::python_call::finder finder(text);
    return finder.find() || finder.rejected() != detail::python_call::finder::npos;
}

COREST_DECL boost::json::value read_python_source(std::string_view text, std::string_view name)
{
    detail::python_call::finder finder(text);
    const auto offset = finder.find();
    if (!offset && finder.rejected() != detail::python_call::finder::npos) {
        throw detail::error_at(name, text, finder.rejected(), "the argument of this call is no dictionary literal",
            "Write rest_api_source({...}), or assign the dictionary to a variable of this file: "
            "config = {...}; Python is not run");
    }
    if (!offset) {
        throw error(errc::invalid_source, std::string(name) + " has no call rest_api_source({...})",
            "Give a file with one, or the dictionary as JSON");
    }
    return detail::read_python_literal_at(text, name, *offset);
}

} // namespace corest::source
