#pragma once

#include <corest/source/run/load_stamp.hpp>

#include <corest/select/json_reader.hpp>
#include <corest/select/rfc3339.hpp>
#include <corest/source/plan/load_columns.hpp>
#include <corest/source/run/row_ids.hpp>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace corest::source::detail {

namespace load_stamps {

/// A binding whose column is called so.
inline binding value_of_column(std::string_view name, std::string text)
{
    std::string json;
    append_quoted(json, text);
    binding made(std::string(), std::string(), std::string(), std::move(json), std::move(text));
    made.column_name = name;
    return made;
}

} // namespace load_stamps

COREST_DECL std::string load_stamp::id_of(std::chrono::system_clock::time_point began, std::uint64_t fraction)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(began.time_since_epoch()).count();
    const std::string digits = std::to_string(fraction);
    return std::to_string(seconds) + "." + std::string(6 - digits.size(), '0') + digits;
}

COREST_DECL binding_list load_stamp::added_to(
    const std::vector<binding>& bindings, std::chrono::system_clock::time_point now) const
{
    auto all = std::make_shared<std::vector<binding>>(bindings);
    all->push_back(load_stamps::value_of_column(load_column::load_id, load_id_));
    all->push_back(load_stamps::value_of_column(load_column::loaded_at, format_date_time(now)));
    return all;
}

COREST_DECL page load_stamp::add_to(const page& rows, std::chrono::system_clock::time_point now) const
{
    thread_local row_ids ids;
    auto data = rows.data()->without_records();
    std::string body = "[";
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::string_view record = rows.json(i);
        record.remove_suffix(1); // the brace
        const std::size_t last = record.find_last_not_of(" \t\r\n");
        body += i == 0 ? "" : ",";
        const std::size_t begin = body.size();
        body += record;
        body += record[last] == '{' ? "\"" : ",\"";
        body += load_column::row_id;
        body += "\":\"";
        ids.append_to(body);
        body += "\"}";
        data->records.push_back({begin, body.size() - begin});
    }
    body += "]";
    data->body.append(body);
    data->bindings = added_to(rows.bindings(), now);
    return page(std::move(data));
}

} // namespace corest::source::detail
