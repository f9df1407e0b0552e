#pragma once

#include <corest/select/json_lines.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/detail/spilled_memory.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace corest {

COREST_DECL bool is_json_lines(std::string_view content_type) noexcept
{
    constexpr std::array<std::string_view, 6> types = {"application/x-ndjson", "application/ndjson",
        "application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines"};
    std::string_view type = content_type.substr(0, content_type.find(';'));
    type = type.substr(0, type.find_last_not_of(" \t") + 1);
    return std::any_of(types.begin(), types.end(), [&](std::string_view known) { return iequals(type, known); });
}

COREST_DECL void cut_json_lines(const padded_buffer& body, const selector& records, std::vector<detail::slice>& slices)
{
    slices.clear();
    const std::string_view text = body.view();
    std::size_t number = 0;
    detail::released_behind passed(text);
    for (std::size_t begin = text.size() - detail::without_byte_order_mark(text).size(); begin < text.size();) {
        passed.pass(begin);
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        const std::string subject = "line " + std::to_string(++number);
        const std::size_t first = line.find_first_not_of(" \t\r");
        if (first == std::string_view::npos) {
            continue;
        }
        line = line.substr(first, line.find_last_not_of(" \t\r") + 1 - first);
        validate(line, subject.c_str());
        const std::vector<std::string_view> found = find_all(line, records.path);
        if (found.empty() && !records.missing_is_empty) {
            throw error(errc::selector_missing,
                "the selector " + records.path.text() + " matches nothing in " + subject,
                "Set the selector to where the records are:", remedy::selector);
        }
        if (slices.empty() && !found.empty()) {
            detail::reserve_slices(slices, text.size(), end, line.size());
        }
        for (const std::string_view record : found) {
            slices.push_back({static_cast<std::size_t>(record.data() - text.data()), record.size()});
        }
    }
}

} // namespace corest
