#pragma once

#include <corest/select/path_filter.hpp>

#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>

namespace corest::detail {

namespace path_filters {

template <class Number>
[[nodiscard]] std::optional<Number> read_number(std::string_view text)
{
    Number value{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Integers exactly, others as doubles: -1, 0 or 1; nothing where a number is beyond a double's range.
[[nodiscard]] COREST_DECL std::optional<int> compare_numbers(std::string_view left, std::string_view right)
{
    const auto order = [](auto a, auto b) { return a < b ? -1 : a > b ? 1 : 0; };
    if (const auto a = read_number<std::int64_t>(left), b = read_number<std::int64_t>(right); a && b) {
        return order(*a, *b);
    }
    const auto a = read_number<double>(left);
    const auto b = read_number<double>(right);
    return a && b ? std::optional(order(*a, *b)) : std::nullopt;
}

[[nodiscard]] COREST_DECL bool is_equal(std::string_view left, std::string_view right);

[[nodiscard]] COREST_DECL bool is_equal_array(json_reader left, json_reader right)
{
    left.begin_array();
    right.begin_array();
    for (;;) {
        const bool more = left.next_element();
        if (more != right.next_element()) {
            return false;
        }
        if (!more) {
            return true;
        }
        if (!is_equal(left.skip(), right.skip())) {
            return false;
        }
    }
}

[[nodiscard]] COREST_DECL std::map<std::string, std::string_view> members(json_reader reader)
{
    std::map<std::string, std::string_view> all;
    std::string_view key;
    std::string scratch;
    reader.begin_object();
    while (reader.next_key(key, scratch)) {
        std::string name(key);
        all[std::move(name)] = reader.skip();
    }
    return all;
}

COREST_DECL bool is_equal(std::string_view left, std::string_view right)
{
    json_reader a(left);
    json_reader b(right);
    const json_kind kind = a.kind();
    if (kind != b.kind()) {
        return false;
    }
    switch (kind) {
    case json_kind::number:
        return compare_numbers(left, right).value_or(left == right ? 0 : 1) == 0;
    case json_kind::string:
        return to_text(left) == to_text(right);
    case json_kind::array:
        return is_equal_array(a, b);
    case json_kind::object: {
        const auto own = members(a);
        const auto other = members(b);
        return own.size() == other.size()
            && std::equal(own.begin(), own.end(), other.begin(),
                [](const auto& x, const auto& y) { return x.first == y.first && is_equal(x.second, y.second); });
    }
    default:
        return left == right;
    }
}

[[nodiscard]] COREST_DECL bool is_less(std::string_view left, std::string_view right)
{
    const json_kind kind = json_reader(left).kind();
    if (kind != json_reader(right).kind()) {
        return false;
    }
    if (kind == json_kind::number) {
        return compare_numbers(left, right).value_or(1) < 0;
    }
    return kind == json_kind::string && to_text(left) < to_text(right);
}

using text = std::optional<std::string>;

/// RFC 9535, section 2.3.5.2.2.
[[nodiscard]] COREST_DECL bool compare(path_filter::comparison how, const text& left, const text& right)
{
    using comparison = path_filter::comparison;
    const bool equal = left && right ? is_equal(*left, *right) : left.has_value() == right.has_value();
    const auto less = [](const text& a, const text& b) { return a && b && is_less(*a, *b); };
    switch (how) {
    case comparison::equal:
        return equal;
    case comparison::unequal:
        return !equal;
    case comparison::less:
        return less(left, right);
    case comparison::less_or_equal:
        return equal || less(left, right);
    case comparison::greater:
        return less(right, left);
    case comparison::greater_or_equal:
        return equal || less(right, left);
    }
    return false;
}

/// How many characters, elements or members; nothing of another value (RFC 9535, section 2.4.4).
[[nodiscard]] COREST_DECL text length(const text& value)
{
    if (!value) {
        return std::nullopt;
    }
    json_reader reader(*value);
    std::size_t count = 0;
    switch (reader.kind()) {
    case json_kind::string:
        for (const char c : to_text(*value)) {
            count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0; // not the further bytes of a character
        }
        break;
    case json_kind::array:
        reader.begin_array();
        while (reader.next_element()) {
            reader.skip();
            ++count;
        }
        break;
    case json_kind::object:
        count = members(reader).size();
        break;
    default:
        return std::nullopt;
    }
    return std::to_string(count);
}

[[nodiscard]] COREST_DECL bool is_string(const text& value)
{
    return value && value->front() == '"';
}

} // namespace path_filters

COREST_DECL bool filter_operand::is_singular() const noexcept
{
    return std::all_of(steps.begin(), steps.end(), [](const json_path::step& s) {
        return s.kind == json_path::step::step_kind::name || s.kind == json_path::step::step_kind::index;
    });
}

COREST_DECL std::vector<std::string_view> filter_operand::nodes(std::string_view current, std::string_view root) const
{
    std::vector<std::string_view> found;
    find_all(is_absolute ? root : current, steps, found, root);
    return found;
}

COREST_DECL std::optional<std::string> filter_operand::value(std::string_view current, std::string_view root) const
{
    if (what == kind::literal) {
        return literal;
    }
    if (what == kind::function && called == function::length) {
        return path_filters::length(arguments.front().value(current, root));
    }
    if (what == kind::function && called == function::count) {
        return std::to_string(arguments.front().nodes(current, root).size());
    }
    const auto found = what == kind::query ? nodes(current, root) : arguments.front().nodes(current, root);
    return found.size() == 1 ? std::optional(std::string(found.front())) : std::nullopt;
}

COREST_DECL bool filter_operand::holds(std::string_view current, std::string_view root) const
{
    if (what == kind::query) {
        return !nodes(current, root).empty();
    }
    const auto text = arguments[0].value(current, root);
    const auto expression = arguments[1].value(current, root);
    if (!path_filters::is_string(text) || !path_filters::is_string(expression)) {
        return false;
    }
    const auto matches = [&](const i_regexp& how) {
        const std::string decoded = to_text(*text);
        return called == function::match ? how.matches(decoded) : how.occurs_in(decoded);
    };
    if (pattern) {
        return matches(*pattern);
    }
    const auto made = i_regexp::parse(to_text(*expression));
    return made && matches(*made);
}

COREST_DECL bool path_filter::holds(std::string_view current, std::string_view root) const
{
    const auto part_holds = [&](const path_filter& part) { return part.holds(current, root); };
    switch (what) {
    case kind::any:
        return std::any_of(parts.begin(), parts.end(), part_holds);
    case kind::all:
        return std::all_of(parts.begin(), parts.end(), part_holds);
    case kind::negation:
        return !part_holds(parts.front());
    case kind::comparison:
        return path_filters::compare(compared, left.value(current, root), right.value(current, root));
    case kind::test:
        return left.holds(current, root);
    }
    return false;
}

} // namespace corest::detail
