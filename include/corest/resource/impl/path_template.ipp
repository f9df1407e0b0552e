#pragma once

#include <corest/resource/path_template.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/resource/detail/template_scanner.hpp>

namespace corest {

namespace detail {

namespace template_text {

// Says what is wrong with a template.
[[noreturn]] COREST_DECL void refuse(std::string_view text, bool is_path, const template_part& part)
{
    const std::string spellings =
        "A placeholder is <name>, {name}, {{ stream_partition['name'] }} or {resources.parent.field}";
    const std::string about(part.text);
    // A text other than a path is not shown: headers and parameters may hold credentials.
    const auto fail = [&](const std::string& fault, std::string hint) {
        throw error(errc::invalid_argument,
            (is_path ? "the path '" + std::string(text) + "'" : std::string("the text")) + " has " + fault
                + " at position " + std::to_string(part.position + 1),
            std::move(hint));
    };
    switch (part.fault) {
    case template_fault::none:
        break;
    case template_fault::stray_close:
        fail("a '}' that ends no placeholder", "Write }} for a brace that is meant literally");
        break;
    case template_fault::stray_open:
        fail("a '{' that begins no placeholder", spellings + "; {{ stands for a brace");
        break;
    case template_fault::stray_angle:
        fail("a '<' that begins no placeholder", spellings + "; %3C stands for the character");
        break;
    case template_fault::no_cursor_value:
        fail("'{" + about + "}', which is no value of a cursor",
            "There are {incremental.start_value}, {incremental.initial_value}, {incremental.last_value} and "
            "{incremental.end_value}");
        break;
    case template_fault::other_root:
        fail("'{" + about + "}', but a dotted placeholder begins with 'resources'", spellings);
        break;
    case template_fault::no_parent_field:
        fail("'{" + about + "}', which does not name a parent and a field", "Write {resources.parent.field}");
        break;
    case template_fault::slice_expression:
        fail("an expression that is not understood", "Write {{ " + about + "['name'] }}");
        break;
    case template_fault::foreign_expression:
        fail("an expression in {{ }} that is not understood",
            "Only {{ stream_partition['name'] }} is; a placeholder is written {name}");
        break;
    }
    throw error(errc::invalid_argument, "the template is not understood");
}

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

// What the path says between its gaps, as it goes out: what no URL holds is percent-encoded, as the library that dlt
// sends with does. A `%` stays: what is encoded already is.
COREST_DECL void append_sent(std::string& out, std::string_view literal, path_template::kind kind)
{
    constexpr std::string_view never = " \"<>\\^`{|}";
    for (const char& c : literal) {
        const bool is_encoded = kind == path_template::kind::path
            && (never.find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80);
        out += is_encoded ? percent_encode(std::string_view(&c, 1)) : std::string(1, c);
    }
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
    using part_kind = detail::template_part::kind;
    const bool is_path = template_kind == kind::path;
    detail::template_scanner parts(source_, is_path);
    std::string prefix;
    std::string literal;
    for (detail::template_part part = parts.next(); part.what != part_kind::end; part = parts.next()) {
        if (part.what == part_kind::fault) {
            detail::template_text::refuse(source_, is_path, part);
        }
        if (part.what == part_kind::literal) {
            literal += part.text;
            continue;
        }
        detail::template_text::append_escaped(prefix, literal);
        placeholder gap(std::string(part.text), std::string(part.resource), std::string(part.field), prefix);
        gap.is_reserved = part.is_reserved;
        prefix += gap.text();
        literals_.back() = std::move(literal);
        literals_.emplace_back();
        literal.clear();
        placeholders_.push_back(std::move(gap));
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
            "the template '" + source_ + "' has " + detail::counted(placeholders_.size(), "placeholder") + ", but "
                + detail::counted(values.size(), "value") + (values.size() == 1 ? " was" : " were") + " given");
    }
    std::string out;
    detail::template_text::append_sent(out, literals_[0], kind_);
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
        detail::template_text::append_sent(out, literals_[i + 1], kind_);
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
