#pragma once

#include <corest/incremental/cursor_state.hpp>

#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

namespace corest {

namespace detail {

namespace state_text {

[[nodiscard]] inline std::optional<cursor_value> read_value(json_reader& reader)
{
    return reader.null() ? std::nullopt : std::optional(cursor_value(reader.skip()));
}

[[nodiscard]] inline std::vector<std::string> read_hashes(json_reader& reader)
{
    std::vector<std::string> out;
    std::string scratch;
    reader.begin_array();
    while (reader.next_element()) {
        out.emplace_back(reader.string(scratch));
    }
    return out;
}

inline void append(std::string& out, std::string_view key, const std::optional<cursor_value>& value)
{
    if (value) {
        append_quoted(out += out.size() == 1 ? "" : ",", key);
        out += ":" + value->json();
    }
}

inline void append(std::string& out, std::string_view key, bool holds)
{
    if (holds) {
        append_quoted(out += out.size() == 1 ? "" : ",", key);
        out += ":true";
    }
}

inline void append(std::string& out, std::string_view key, std::uint64_t count)
{
    if (count != 0) {
        append_quoted(out += out.size() == 1 ? "" : ",", key);
        out += ":" + std::to_string(count);
    }
}

inline void append(std::string& out, std::string_view key, const std::vector<std::string>& hashes)
{
    if (hashes.empty()) {
        return;
    }
    append_quoted(out += out.size() == 1 ? "" : ",", key);
    out += ":[";
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        append_quoted(out += i == 0 ? "" : ",", hashes[i]);
    }
    out += "]";
}

} // namespace state_text

} // namespace detail

COREST_DECL cursor_state::cursor_state(std::string_view json)
{
    namespace state_text = detail::state_text;
    try {
        json_reader reader(json, "the state");
        std::string_view key;
        std::string scratch;
        reader.begin_object();
        while (reader.next_key(key, scratch)) {
            if (key == "last_value") {
                last_value = state_text::read_value(reader);
            } else if (key == "unique_hashes") {
                unique_hashes = state_text::read_hashes(reader);
            } else if (key == "start_value") {
                start_value = state_text::read_value(reader);
            } else if (key == "start_hashes") {
                start_hashes = state_text::read_hashes(reader);
            } else if (key == "until") {
                until = state_text::read_value(reader);
            } else if (key == "reset_value") {
                reset_value = state_text::read_value(reader);
            } else if (key == "reset_hashes") {
                reset_hashes = state_text::read_hashes(reader);
            } else if (key == "paused") {
                was_paused = reader.boolean();
            } else if (key == "paused_value") {
                paused_value = state_text::read_value(reader);
            } else if (key == "paused_hashes") {
                paused_hashes = state_text::read_hashes(reader);
            } else if (key == "common") {
                is_common = reader.boolean();
            } else if (key == "paged_pages") {
                paged_pages = reader.uint64();
            } else if (key == "paged_records") {
                paged_records = reader.uint64();
            } else if (key == "part") {
                is_part = reader.boolean();
            } else {
                reader.skip(); // of a later version
            }
        }
        reader.finish();
    } catch (const error& e) {
        throw error(errc::invalid_argument, "this is no state of a cursor: " + e.message(),
            "Forget it, with `corest state DESTINATION --reset RESOURCE`: the next run begins at the initial value");
    }
}

COREST_DECL std::string cursor_state::text() const
{
    namespace state_text = detail::state_text;
    std::string out = "{";
    state_text::append(out, "last_value", last_value);
    state_text::append(out, "unique_hashes", unique_hashes);
    state_text::append(out, "start_value", start_value);
    state_text::append(out, "start_hashes", start_hashes);
    state_text::append(out, "until", until);
    state_text::append(out, "reset_value", reset_value);
    state_text::append(out, "reset_hashes", reset_hashes);
    state_text::append(out, "paused", was_paused);
    state_text::append(out, "paused_value", paused_value);
    state_text::append(out, "paused_hashes", paused_hashes);
    state_text::append(out, "common", is_common);
    state_text::append(out, "paged_pages", paged_pages);
    state_text::append(out, "paged_records", paged_records);
    state_text::append(out, "part", is_part);
    return out + "}";
}

} // namespace corest
