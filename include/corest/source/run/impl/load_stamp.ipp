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

COREST_DECL page load_stamp::add_to(const page& rows, std::chrono::system_clock::time_point now) const
{
    thread_local load_stamps::row_ids ids;
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
    auto bindings = std::make_shared<std::vector<binding>>(rows.bindings());
    bindings->push_back(load_stamps::value_of_column(load_column::load_id, load_id_));
    bindings->push_back(load_stamps::value_of_column(load_column::loaded_at, format_date_time(now)));
    data->bindings = std::move(bindings);
    return page(std::move(data));
}

} // namespace corest::source::detail
