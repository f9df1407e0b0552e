#pragma once

#include <corest/resource/path_template.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>

namespace corest {

namespace detail {

namespace template_text {

// Reads a template from left to right.
class reader {
public:
    reader(std::string_view text, path_template::kind template_kind)
        : text_(text),
          kind_(template_kind),
          escapes_(template_kind == path_template::kind::path || text.find("{{") != std::string_view::npos)
    {
    }

    // Reads up to the next placeholder or the end.
    // \param[out] literal the text before it, with escapes undone
    // \return the placeholder (without its `before`), or none at the end
    std::optional<placeholder> next(std::string& literal)
    {
        while (position_ < text_.size()) {
            const char c = text_[position_];
            if (c == '{') {
                if (auto gap = brace(literal)) {
                    return gap;
                }
            } else if (c == '}') {
                if (in_path() && peek(1) != '}') {
                    fail("a '}' that ends no placeholder", "Write }} for a brace that is meant literally");
                }
                literal += '}';
                position_ += peek(1) == '}' && escapes_ ? 2 : 1;
            } else if (c == '<' && in_path()) {
                return angle();
            } else {
                literal += c;
                ++position_;
            }
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] bool in_path() const noexcept { return kind_ == path_template::kind::path; }
    [[nodiscard]] char peek(std::size_t ahead) const noexcept
    {
        return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
    }
    static bool starts_name(char c) noexcept { return is_letter(c) || c == '_'; }
    static bool in_name(char c) noexcept { return is_name_character(c) || c == '-'; }
    static bool is_name(std::string_view s) noexcept
    {
        if (s.empty() || !starts_name(s[0])) {
            return false;
        }
        for (const char c : s) {
            if (!in_name(c)) {
                return false;
            }
        }
        return true;
    }

    [[noreturn]] void fail(const std::string& fault, std::string hint) const
    {
        // A text other than a path is not shown: headers and parameters may hold credentials.
        throw error(errc::invalid_argument,
            (in_path() ? "the path '" + std::string(text_) + "'" : std::string("the text")) + " has " + fault
                + " at position " + std::to_string(position_ + 1),
            std::move(hint));
    }

    static std::string spellings()
    {
        return "A placeholder is <name>, {name}, {{ stream_partition['name'] }} or {resources.parent.field}";
    }

    // \pre text_[position_] == '{'
    std::optional<placeholder> brace(std::string& literal)
    {
        if (peek(1) == '{') {
            return double_brace(literal);
        }
        const auto close = text_.find('}', position_);
        const std::string_view inside =
            close == std::string_view::npos ? std::string_view() : text_.substr(position_ + 1, close - position_ - 1);
        const bool is_reserved = in_path() && inside.starts_with('+');
        if (is_name(inside.substr(is_reserved ? 1 : 0))) {
            placeholder gap(std::string(inside.substr(is_reserved ? 1 : 0)), {}, {}, {});
            gap.is_reserved = is_reserved;
            position_ = close + 1;
            return gap;
        }
        const auto dot = inside.find('.');
        if (dot != std::string_view::npos && is_name(inside.substr(0, dot))
            && inside.find_first_of(" \t\r\n\":,{") == std::string_view::npos)
        {
            return dotted(inside, dot);
        }
        if (in_path()) {
            fail("a '{' that begins no placeholder", spellings() + "; {{ stands for a brace");
        }
        literal += '{';
        ++position_;
        return std::nullopt;
    }

    placeholder dotted(std::string_view inside, std::size_t dot)
    {
        const std::string_view root = inside.substr(0, dot);
        if (root == "incremental") {
            const std::string_view use = inside.substr(dot + 1);
            if (use != "start_value" && use != "initial_value" && use != "last_value" && use != "end_value") {
                fail("'{" + std::string(inside) + "}', which is no value of a cursor",
                    "There are {incremental.start_value}, {incremental.initial_value}, {incremental.last_value} and "
                    "{incremental.end_value}");
            }
            placeholder gap(std::string(inside), {}, {}, {});
            position_ += inside.size() + 2;
            return gap;
        }
        if (root == "response" && dot + 1 < inside.size()) {
            placeholder gap(std::string(inside), {}, {}, {});
            position_ += inside.size() + 2;
            return gap;
        }
        if (root != "resources") {
            fail("'{" + std::string(inside) + "}', but a dotted placeholder begins with 'resources'", spellings());
        }
        const std::string_view rest = inside.substr(dot + 1);
        const auto second = rest.find('.');
        if (second == std::string_view::npos || second == 0 || second + 1 == rest.size()) {
            fail("'{" + std::string(inside) + "}', which does not name a parent and a field",
                "Write {resources.parent.field}");
        }
        placeholder gap(
            std::string(inside), std::string(rest.substr(0, second)), std::string(rest.substr(second + 1)), {});
        position_ += inside.size() + 2;
        return gap;
    }

    // `{{ stream_partition['name'] }}`, or an escaped brace. \pre text_ has "{{" at position_
    std::optional<placeholder> double_brace(std::string& literal)
    {
        std::size_t p = position_ + 2;
        const auto skip_space = [&] {
            while (p < text_.size() && (text_[p] == ' ' || text_[p] == '\t')) {
                ++p;
            }
        };
        skip_space();
        const std::size_t word_begin = p;
        while (p < text_.size() && in_name(text_[p])) {
            ++p;
        }
        const std::string_view word = text_.substr(word_begin, p - word_begin);
        skip_space();
        if (word == "stream_partition" || word == "stream_slice") {
            std::string_view name;
            if (p < text_.size() && text_[p] == '.') {
                const std::size_t begin = ++p;
                while (p < text_.size() && in_name(text_[p])) {
                    ++p;
                }
                name = text_.substr(begin, p - begin);
            } else if (p + 1 < text_.size() && text_[p] == '[' && (text_[p + 1] == '\'' || text_[p + 1] == '"')) {
                const char quote = text_[p + 1];
                const auto end = text_.find(quote, p + 2);
                if (end != std::string_view::npos && end + 1 < text_.size() && text_[end + 1] == ']') {
                    name = text_.substr(p + 2, end - p - 2);
                    p = end + 2;
                }
            }
            skip_space();
            if (!is_name(name) || text_.substr(p, 2) != "}}") {
                fail("an expression that is not understood", "Write {{ " + std::string(word) + "['name'] }}");
            }
            placeholder gap(std::string(name), {}, {}, {});
            position_ = p + 2;
            return gap;
        }
        const bool expression = word_begin > position_ + 2 && !word.empty()
            && (in_path() || (p < text_.size() && (text_[p] == '[' || text_[p] == '.' || text_[p] == '|')));
        if (expression) {
            fail("an expression in {{ }} that is not understood",
                "Only {{ stream_partition['name'] }} is; a placeholder is written {name}");
        }
        literal += '{';
        position_ += 2;
        return std::nullopt;
    }

    // \pre text_[position_] == '<'
    placeholder angle()
    {
        const auto close = text_.find('>', position_);
        const std::string_view inside =
            close == std::string_view::npos ? std::string_view() : text_.substr(position_ + 1, close - position_ - 1);
        if (!is_name(inside)) {
            fail("a '<' that begins no placeholder", spellings() + "; %3C stands for the character");
        }
        placeholder gap(std::string(inside), {}, {}, {});
        position_ = close + 1;
        return gap;
    }

    std::string_view text_;
    path_template::kind kind_;
    bool escapes_; // "}}" stands for a brace; not in a text such as {"a":{"b":1}}, which has nothing escaped
    std::size_t position_ = 0;
};

// A literal part in the normal spelling of templates.
COREST_DECL void append_escaped(std::string& out, std::string_view literal)
{
    for (const char c : literal) {
        out += c;
        if (c == '{' || c == '}') {
            out += c;
        }
    }
}

// True for `.`, `..` and their percent-encoded spellings: removed by whoever normalises the path (RFC 3986, 5.2.4).
COREST_DECL bool is_dot_segment(std::string_view segment)
{
    std::size_t dots = 0;
    while (!segment.empty()) {
        if (segment[0] == '.') {
            segment.remove_prefix(1);
        } else if (segment.starts_with("%2E") || segment.starts_with("%2e")) {
            segment.remove_prefix(3);
        } else {
            return false;
        }
        ++dots;
    }
    return dots == 1 || dots == 2;
}

// A value as it stands in a path.
COREST_DECL std::string encode(const placeholder& gap, const std::string& value)
{
    // What RFC 6570 calls reserved, but for what would end the path.
    constexpr std::string_view kept = "/:@!$&'()*+,;=";
    std::string out;
    for (const char& c : value) {
        const bool is_kept = gap.keeps_slashes() && kept.find(c) != std::string_view::npos;
        out += is_kept ? std::string(1, c) : percent_encode(std::string_view(&c, 1));
    }
    return out;
}

} // namespace template_text

} // namespace detail

COREST_DECL path_template::path_template(std::string_view text, kind template_kind)
    : source_(text),
      kind_(template_kind)
{
    detail::template_text::reader parts(source_, template_kind);
    std::string prefix;
    std::string literal;
    while (auto gap = parts.next(literal)) {
        detail::template_text::append_escaped(prefix, literal);
        gap->prefix = prefix;
        prefix += gap->text();
        literals_.back() = std::move(literal);
        literals_.emplace_back();
        literal.clear();
        placeholders_.push_back(std::move(*gap));
    }
    literals_.back() = std::move(literal);
}

COREST_DECL std::string path_template::text() const
{
    std::string out;
    for (std::size_t i = 0; i < literals_.size(); ++i) {
        detail::template_text::append_escaped(out, literals_[i]);
        if (i < placeholders_.size()) {
            out += placeholders_[i].text();
        }
    }
    return out;
}

COREST_DECL std::string path_template::expand(std::span<const std::optional<std::string>> values) const
{
    if (values.size() != placeholders_.size()) {
        throw error(errc::invalid_argument,
            "the template '" + source_ + "' has " + std::to_string(placeholders_.size()) + " placeholders, but "
                + std::to_string(values.size()) + " values were given");
    }
    std::string out = literals_[0];
    std::vector<std::pair<std::size_t, std::size_t>> parts; // a value and where it stands in the path, not the query
    bool in_segments = kind_ == kind::path && out.find_first_of("?#") == std::string::npos;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!values[i] || values[i]->empty()) {
            throw error(errc::field_missing,
                "the placeholder " + placeholders_[i].text() + " of '" + source_ + "' has "
                    + (values[i] ? "an empty value" : "no value"),
                "Filter out records without it, or take another field");
        }
        const std::size_t begin = out.size();
        out += kind_ == kind::path ? detail::template_text::encode(placeholders_[i], *values[i]) : *values[i];
        if (in_segments) {
            // One check for each segment that the value is a part of.
            for (std::size_t at = begin; at != std::string::npos; at = out.find('/', at + 1)) {
                parts.emplace_back(i, out[at] == '/' ? at + 1 : at);
            }
        }
        out += literals_[i + 1];
        in_segments = in_segments && literals_[i + 1].find_first_of("?#") == std::string::npos;
    }
    for (const auto& [i, position] : parts) {
        const std::size_t slash = position == 0 ? std::string::npos : out.rfind('/', position - 1);
        const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
        const std::size_t end = out.find_first_of("/?#", position);
        const std::string_view segment =
            std::string_view(out).substr(begin, end == std::string::npos ? end : end - begin);
        if (detail::template_text::is_dot_segment(segment)) {
            throw error(errc::invalid_argument,
                "the placeholder " + placeholders_[i].text() + " of '" + source_ + "' would make the path segment '"
                    + std::string(segment) + "', which servers take for another path",
                "Filter out records with that value, or take another field");
        }
    }
    return out;
}

} // namespace corest
