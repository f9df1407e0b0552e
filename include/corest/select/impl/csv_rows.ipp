#pragma once

#include <corest/select/csv_rows.hpp>

#include <corest/detail/csv_reader.hpp>
#include <corest/detail/text.hpp>
#include <corest/detail/utf8.hpp>
#include <corest/error.hpp>
#include <corest/http/detail/spilled_memory.hpp>
#include <corest/http/headers.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

namespace corest {

namespace detail::csv_reading {

/// \throws error (not_json): the record has bytes that JSON cannot hold
inline void expect_utf8(const csv_reader& in, std::string_view text)
{
    if (!is_utf8(text)) {
        throw error(errc::not_json, "the row at line " + std::to_string(in.line()) + " is not UTF-8",
            "Ask the server for UTF-8: with an Accept-Charset header, or a parameter of the export");
    }
}

/// What stands before the value of each column in a row's JSON text.
[[nodiscard]] inline std::vector<std::string> member_heads(csv_reader& in)
{
    std::vector<std::string> heads;
    std::set<std::string> taken;
    while (const auto value = in.next_value()) {
        expect_utf8(in, value->text);
        std::string name(value->text.empty() ? "column_" + std::to_string(heads.size() + 1) : std::string(value->text));
        const std::string first = name;
        for (int number = 2; !taken.insert(name).second; ++number) {
            name = first + "_" + std::to_string(number);
        }
        std::string& head = heads.emplace_back(heads.empty() ? "{" : ",");
        append_quoted(head, name);
        head += ':';
    }
    return heads;
}

[[noreturn]] inline void throw_other_width(const csv_reader& in, std::size_t expected, std::size_t found)
{
    throw error(errc::not_json,
        "the row at line " + std::to_string(in.line()) + " has " + counted(found, "value") + ", and the header "
            + std::to_string(expected),
        "Check the delimiter, and whether the body is CSV");
}

} // namespace detail::csv_reading

COREST_DECL bool is_csv(std::string_view content_type) noexcept
{
    std::string_view type = content_type.substr(0, content_type.find(';'));
    type = type.substr(0, type.find_last_not_of(" \t") + 1);
    return iequals(type, "text/csv") || iequals(type, "application/csv");
}

COREST_DECL csv_rows& csv_rows::delimiter(char c)
{
    if (c == '"' || c == '\n' || c == '\r' || c == '\0') {
        throw error(errc::invalid_argument, "a delimiter of CSV cannot be a quote or a line break");
    }
    delimiter_ = c;
    return *this;
}

COREST_DECL padded_buffer csv_rows::to_json_lines(std::string_view text) const
{
    text = detail::without_byte_order_mark(text);
    padded_buffer lines;
    detail::csv_reader in(text, delimiter_, errc::not_json);
    try {
        if (!in.next_record()) {
            return lines;
        }
        const std::vector<std::string> heads = detail::csv_reading::member_heads(in);
        lines.reserve(text.size() * 2);
        std::string line;
        detail::released_behind passed(text);
        while (in.next_record()) {
            passed.pass(in.offset());
            line.clear();
            std::size_t column = 0;
            while (const auto value = in.next_value()) {
                if (column < heads.size()) {
                    line += heads[column];
                    const bool is_null = !value->is_quoted
                        && std::find(null_values_.begin(), null_values_.end(), value->text) != null_values_.end();
                    if (is_null) {
                        line += "null";
                    } else {
                        append_quoted(line, value->text);
                    }
                }
                ++column;
            }
            if (column != heads.size()) {
                detail::csv_reading::throw_other_width(in, heads.size(), column);
            }
            line += "}\n";
            detail::csv_reading::expect_utf8(in, line);
            lines.append(line);
        }
    } catch (error& e) {
        throw error(errc::not_json, "the body cannot be read as CSV: " + e.message(), e.hint());
    }
    return lines;
}

COREST_DECL std::string csv_rows::text() const
{
    std::string out = "csv";
    if (delimiter_ != ',') {
        out += ", delimiter " + detail::in_quotes(std::string_view(&delimiter_, 1));
    }
    if (!null_values_.empty()) {
        std::vector<std::string> quoted;
        for (const std::string& none : null_values_) {
            quoted.push_back(detail::in_quotes(none));
        }
        out += ", null: " + detail::join(quoted);
    }
    return out;
}

} // namespace corest
