#pragma once

#include <corest/source/run/load_stamp.hpp>

#include <corest/select/json_reader.hpp>
#include <corest/select/rfc3339.hpp>
#include <corest/source/plan/load_columns.hpp>

#include <cstddef>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

namespace corest::source::detail {

namespace load_stamps {

/// Makes ids of rows, as dlt's: 14 characters of base64, of which nobody has the same.
class row_ids {
public:
    /// Appends one.
    void append_to(std::string& out)
    {
        constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        std::uint64_t bits = 0;
        for (int i = 0; i < 14; ++i) {
            if (i % 10 == 0) {
                bits = random_();
            }
            out += digits[bits & 0x3FU];
            bits >>= 6U;
        }
    }

private:
    [[nodiscard]] static std::mt19937_64 seeded()
    {
        std::random_device device;
        std::seed_seq seeds{device(), device(), device(), device(), device(), device()};
        return std::mt19937_64(seeds);
    }

    std::mt19937_64 random_ = seeded();
};

/// A binding whose column is called so. \param name begins with a '_' and has another one
inline binding value_of_column(std::string_view name, std::string text)
{
    const std::size_t second = name.find('_', 1);
    std::string json;
    append_quoted(json, text);
    return binding(std::string(), std::string(name.substr(1, second - 1)), std::string(name.substr(second + 1)),
        std::move(json), std::move(text));
}

} // namespace load_stamps

COREST_DECL std::string load_stamp::id_of(std::chrono::system_clock::time_point began, std::uint64_t fraction)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(began.time_since_epoch()).count();
    const std::string digits = std::to_string(fraction);
    return std::to_string(seconds) + "." + std::string(6 - digits.size(), '0') + digits;
}

COREST_DECL page load_stamp::add_to(const page& rows, std::chrono::system_clock::time_point now) const
{
    using corest::detail::page_data;
    thread_local load_stamps::row_ids ids;
    const page_data& old = *rows.data();
    auto data = std::make_shared<page_data>();
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
    data->status = old.status;
    data->headers = old.headers;
    data->number = old.number;
    data->first_record = old.first_record;
    data->resource = old.resource;
    data->url = old.url;
    data->parent_page = old.parent_page;
    data->parent_index = old.parent_index;
    auto bindings = std::make_shared<std::vector<binding>>(rows.bindings());
    bindings->push_back(load_stamps::value_of_column(load_column::load_id, load_id_));
    bindings->push_back(load_stamps::value_of_column(load_column::loaded_at, format_date_time(now)));
    data->bindings = std::move(bindings);
    data->position = old.position;
    data->cursor = old.cursor;
    return page(std::move(data));
}

} // namespace corest::source::detail
