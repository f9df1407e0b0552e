#pragma once

#include <corest/schema/infer.hpp>

#include <corest/error.hpp>
#include <corest/schema/coerce.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/record.hpp>

#include <cstddef>

namespace corest::schema {

namespace inference {

COREST_DECL void add_record(table_schema& to, std::string_view json, std::string& scratch)
{
    json_reader reader(json, "the record");
    std::string_view key;
    std::string key_scratch;
    std::size_t expected = 0;
    reader.begin_object();
    while (reader.next_key(key, key_scratch)) {
        column* known =
            expected < to.columns.size() && to.columns[expected].name == key ? &to.columns[expected] : to.find(key);
        if (known == nullptr) {
            known = &to.columns.emplace_back(std::string(key));
        }
        expected = static_cast<std::size_t>(known - to.columns.data()) + 1;
        scratch.clear();
        if (const std::optional<data_type> type = type_of(read_json_value(reader, scratch))) {
            known->type = known->type ? common_type(*known->type, *type) : *type;
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
    for (std::size_t i = 0; i < rows.size(); ++i) {
        try {
            inference::add_record(known, rows.json(i), scratch);
        } catch (const error& e) {
            throw corest::detail::locate(e, rows, i);
        }
    }
}

} // namespace corest::schema
