#pragma once

#include <corest/destination/csv_line.hpp>

#include <corest/detail/csv_reader.hpp>
#include <corest/error.hpp>

#include <algorithm>
#include <utility>

namespace corest::detail::csv_line {

/// Appends what separates values, and then one.
inline void append_next(std::string& out, std::size_t index, const std::optional<std::string_view>& value)
{
    if (index != 0) {
        out += ',';
    }
    append_value(out, value);
}

COREST_DECL void append_value(std::string& out, const std::optional<std::string_view>& value)
{
    if (!value) {
        return;
    }
    if (!value->empty() && value->find_first_of(",\"\r\n") == std::string_view::npos && *value != "\\.") {
        out += *value;
        return;
    }
    out += '"';
    for (const char c : *value) {
        out += c;
        if (c == '"') {
            out += c;
        }
    }
    out += '"';
}

COREST_DECL bool is_whole(std::string_view text) noexcept
{
    return std::count(text.begin(), text.end(), '"') % 2 == 0;
}

COREST_DECL cells split(std::string_view record)
{
    cells values;
    csv_reader in(record, ',', errc::destination_failed);
    if (!in.next_record()) {
        return cells(1); // a record of one value, which is NULL
    }
    while (const auto found = in.next_value()) {
        values.push_back(
            found->is_quoted || !found->text.empty() ? std::optional(std::string(found->text)) : std::nullopt);
    }
    return values;
}

COREST_DECL std::size_t header::add(std::string_view name)
{
    if (const auto known = places_.find(name); known != places_.end()) {
        return known->second;
    }
    names_.emplace_back(name);
    places_.emplace(names_.back(), names_.size() - 1);
    return names_.size() - 1;
}

COREST_DECL void header::add_members(std::string_view line)
{
    std::string_view name;
    std::string scratch;
    json_reader in(line, "the record");
    in.begin_object();
    while (in.next_key(name, scratch)) {
        static_cast<void>(add(name));
        in.skip();
    }
}

COREST_DECL std::optional<std::size_t> header::find(std::string_view name) const
{
    const auto found = places_.find(name);
    return found == places_.end() ? std::nullopt : std::optional(found->second);
}

COREST_DECL void header::append_to(std::string& out) const
{
    for (std::size_t i = 0; i < names_.size(); ++i) {
        append_next(out, i, std::string_view(names_[i]));
    }
    out += end;
}

COREST_DECL std::optional<std::string_view> read_value(json_reader& in, std::string& text)
{
    text.clear();
    switch (in.kind()) {
    case json_kind::null:
        in.skip();
        return std::nullopt;
    case json_kind::number:
        return in.number_text();
    case json_kind::string:
        return in.string(text);
    default:
        append_minified(text, in.skip());
        return text;
    }
}

COREST_DECL void append_record(std::string& out, std::string_view line, const header& columns)
{
    cells values(columns.size());
    std::string_view name;
    std::string scratch;
    std::string text;
    json_reader in(line, "the record");
    in.begin_object();
    while (in.next_key(name, scratch)) {
        std::optional<std::string>& value = values[columns.place(name)]; // of two of that name the last one counts
        const std::optional<std::string_view> found = read_value(in, text);
        value = found ? std::optional<std::string>(*found) : std::nullopt;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        append_next(out, i, values[i] ? std::optional<std::string_view>(*values[i]) : std::nullopt);
    }
    out += end;
}

COREST_DECL std::optional<std::string> key(const cells& values)
{
    std::string text;
    for (const std::optional<std::string>& value : values) {
        if (!value) {
            return std::nullopt;
        }
        text += std::to_string(value->size()) + ':' + *value; // the sizes keep ("a", "bc") and ("ab", "c") apart
    }
    return text;
}

} // namespace corest::detail::csv_line
