#pragma once

#include <corest/schema/infer.hpp>

#include <corest/error.hpp>
#include <corest/schema/coerce.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/record.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace corest::schema {

namespace inference {

/// Where in the schema each column stands.
using column_places = std::map<std::string, std::size_t, std::less<>>;

COREST_DECL void add_record(table_schema& to, column_places& places, std::string_view json, std::string& scratch)
{
    json_reader reader(json, "the record");
    std::string_view key;
    std::string key_scratch;
    std::size_t expected = 0;
    reader.begin_object();
    while (reader.next_key(key, key_scratch)) {
        std::size_t place = expected;
        if (place >= to.columns.size() || to.columns[place].name != key) {
            const auto known = places.find(key);
            place = known == places.end() ? to.columns.size() : known->second;
        }
        if (place == to.columns.size()) {
            to.columns.emplace_back(std::string(key));
            places.emplace(std::string(key), place);
        }
        expected = place + 1;
        scratch.clear();
        if (const std::optional<data_type> type = type_of(read_json_value(reader, scratch))) {
            std::optional<data_type>& known = to.columns[place].type;
            known = known ? common_type(*known, *type) : *type;
        }
    }
    reader.finish();
}

} // namespace inference

COREST_DECL table_schema infer(const page& rows)
{
    table_schema out;
    infer(out, rows);
    return out;
}

COREST_DECL void infer(table_schema& known, const page& rows)
{
    std::string scratch;
    scratch.reserve(rows.body().size());
    inference::column_places places;
    for (std::size_t c = 0; c < known.columns.size(); ++c) {
        places.emplace(known.columns[c].name, c);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        try {
            inference::add_record(known, places, rows.json(i), scratch);
        } catch (const error& e) {
            throw corest::detail::locate(e, rows, i);
        }
    }
}

} // namespace corest::schema
