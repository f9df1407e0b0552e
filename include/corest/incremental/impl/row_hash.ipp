#pragma once

#include <corest/incremental/row_hash.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/detail/sha256.hpp>
#include <corest/select/json_reader.hpp>

#include <map>

namespace corest::detail {

namespace canonical_text {

inline void append(std::string& out, json_reader& reader)
{
    std::string scratch;
    switch (reader.kind()) {
    case json_kind::object: {
        std::map<std::string, std::string> members;
        std::string_view key;
        reader.begin_object();
        while (reader.next_key(key, scratch)) {
            std::string& value = members[std::string(key)];
            value.clear();
            append(value, reader);
        }
        out += '{';
        for (auto member = members.begin(); member != members.end(); ++member) {
            append_quoted(out += member == members.begin() ? "" : ",", member->first);
            out += ':';
            out += member->second;
        }
        out += '}';
        break;
    }
    case json_kind::array: {
        out += '[';
        reader.begin_array();
        for (bool first = true; reader.next_element(); first = false) {
            out += first ? "" : ",";
            append(out, reader);
        }
        out += ']';
        break;
    }
    case json_kind::string:
        append_quoted(out, reader.string(scratch));
        break;
    default:
        out += reader.skip();
        break;
    }
}

} // namespace canonical_text

COREST_DECL std::string canonical_json(std::string_view json)
{
    std::string out;
    json_reader reader(json, "the record");
    canonical_text::append(out, reader);
    reader.finish();
    return out;
}

COREST_DECL std::string row_hash(std::string_view row, const std::optional<std::vector<json_path>>& primary_key)
{
    std::string key;
    if (!primary_key) {
        key = canonical_json(row);
    } else {
        for (const json_path& field : *primary_key) {
            const std::vector<std::string_view> found = find_all(row, field);
            if (found.empty()) {
                throw error(errc::field_missing,
                    "a record lacks " + field.text() + ", a field of the primary key; it " + describe_content(row),
                    "Name fields that every record has");
            }
            key += canonical_json(found.front()) + "\n";
        }
    }
    std::string out;
    for (const char byte : sha256_of(key).substr(0, 16)) {
        append_hex(out, byte, lower_hex_digits);
    }
    return out;
}

} // namespace corest::detail
