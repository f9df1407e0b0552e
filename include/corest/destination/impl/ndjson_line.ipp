#pragma once

#include <corest/destination/ndjson_line.hpp>

#include <corest/destination/store_error.hpp>
#include <corest/select/detail/escape_faults.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace corest::detail::ndjson_line {

/// Appends an object of whose members some are renamed, because `members` has their names.
inline void append_renamed(std::string& out, std::string_view record, const std::vector<bound_column>& members)
{
    std::vector<std::string> taken;
    std::string_view key;
    std::string scratch;
    for (const bound_column& m : members) {
        taken.push_back(m.name);
    }
    const auto is_taken = [&](std::string_view name) {
        return std::find(taken.begin(), taken.end(), name) != taken.end();
    };
    json_reader names(record);
    names.begin_object();
    while (names.next_key(key, scratch)) {
        taken.emplace_back(key);
        names.skip();
    }
    json_reader reader(record);
    reader.begin_object();
    char separator = '{';
    while (reader.next_key(key, scratch)) {
        std::string name(key);
        const bool renamed =
            std::any_of(members.begin(), members.end(), [&](const bound_column& m) { return m.name == key; });
        for (int n = 2; renamed && is_taken(name); ++n) {
            name = std::string(key) + "_" + std::to_string(n);
        }
        out += separator;
        append_quoted(out, name);
        out += ':';
        append_minified(out, reader.skip());
        separator = ',';
    }
    out += '}';
}

COREST_DECL void append(std::string& out, std::string_view record, const std::vector<bound_column>& members)
{
    const bool one_line = std::memchr(record.data(), '\n', record.size()) == nullptr
        && std::memchr(record.data(), '\r', record.size()) == nullptr;
    if (members.empty()) {
        if (one_line) {
            validate(record, "the record");
            out += record;
        } else {
            append_minified(out, record, "the record");
        }
        out += '\n';
        return;
    }

    bool empty = true;
    bool clash = false;
    std::string_view key;
    std::string scratch;
    json_reader reader(record, "the record");
    reader.begin_object();
    while (reader.next_key(key, scratch)) {
        empty = false;
        for (const bound_column& m : members) {
            clash = clash || m.name == key;
        }
        reader.skip();
    }
    reader.finish();
    if (clash) {
        append_renamed(out, record, members);
    } else if (one_line) {
        out += record;
    } else {
        append_minified(out, record);
    }
    out.pop_back(); // the brace
    for (const bound_column& m : members) {
        if (!empty) {
            out += ',';
        }
        empty = false;
        append_quoted(out, m.name);
        out += ':';
        append_minified(out, m.json);
    }
    out += "}\n";
}

COREST_DECL std::optional<std::string> key(std::string_view record, const std::vector<std::string>& fields,
    const std::vector<bound_column>& members, std::string& lacking)
{
    // Of each value: its kind, its text; nothing where it is missing or null.
    std::vector<std::string> values(fields.size());
    const auto read = [](json_reader& reader, std::string& value) {
        bool escaped = false;
        value.clear();
        switch (reader.kind()) {
        case json_kind::null:
            reader.skip();
            break;
        case json_kind::number:
            value += reader.number_text();
            break;
        case json_kind::string: {
            const std::string_view inside = reader.string_text(escaped);
            // Two texts with half of a surrogate pair may be the same once they are decoded.
            const bool stays = !escaped || !escape_faults::fault(inside, escape_faults::unknown::halves).empty();
            value += escaped && stays ? '\\' : '"'; // the text "7" is not the number 7
            if (stays) {
                value += inside;
            } else {
                append_unescaped(value, inside);
            }
            break;
        }
        default:
            append_minified(value, reader.skip());
        }
    };
    std::string_view name;
    std::string scratch;
    json_reader reader(record, "the record");
    reader.begin_object();
    while (reader.next_key(name, scratch)) {
        const auto found = std::find(fields.begin(), fields.end(), name);
        if (found == fields.end()) {
            reader.skip();
        } else {
            read(reader, values[static_cast<std::size_t>(found - fields.begin())]);
        }
    }
    reader.finish();
    for (const bound_column& m : members) {
        if (const auto found = std::find(fields.begin(), fields.end(), m.name); found != fields.end()) {
            json_reader value(m.json);
            read(value, values[static_cast<std::size_t>(found - fields.begin())]);
        }
    }

    if (const auto none = std::find(values.begin(), values.end(), std::string()); none != values.end()) {
        lacking = fields[static_cast<std::size_t>(none - values.begin())];
        return std::nullopt;
    }
    if (values.size() == 1) {
        return std::move(values.front());
    }
    std::string all;
    for (const std::string& value : values) { // the sizes keep ("a", "bc") and ("ab", "c") apart
        all += std::to_string(value.size()) + ':' + value;
    }
    return all;
}

COREST_DECL std::string append_row(
    std::string& out, const table& t, std::string_view record, const std::vector<bound_column>& members)
{
    append(out, record, members);
    if (!t.is_keyed()) {
        return {};
    }
    std::string lacking;
    std::optional<std::string> found = key(record, t.primary_key, members, lacking);
    if (!found) {
        throw store_error::missing_key(t.name, lacking, record);
    }
    return std::move(*found);
}

} // namespace corest::detail::ndjson_line
