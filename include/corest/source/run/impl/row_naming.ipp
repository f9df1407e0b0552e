#pragma once

#include <corest/source/run/row_naming.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <memory>
#include <utility>

namespace corest::source::detail {

COREST_DECL binding_list named_bindings(
    const std::vector<binding>& bindings, corest::schema::naming convention, std::size_t longest)
{
    auto named = std::make_shared<std::vector<binding>>(bindings);
    bool is_other = false;
    for (binding& b : *named) {
        std::string name = corest::schema::name_by(convention, b.column(), longest);
        is_other = is_other || name != b.column();
        b.column_name = std::move(name);
    }
    return is_other ? binding_list(std::move(named)) : nullptr;
}

COREST_DECL page row_naming::apply(const page& rows)
{
    if (convention_ == corest::schema::naming::direct || !rows) {
        return rows;
    }
    bool is_other = false;
    std::string body = "[";
    std::vector<corest::detail::slice> records;
    records.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        body += i == 0 ? "" : ",";
        const std::size_t begin = body.size();
        try {
            is_other = append(body, rows.json(i)) || is_other;
        } catch (const error& e) {
            throw corest::detail::locate(e, rows, i);
        }
        records.push_back({begin, body.size() - begin});
    }
    const binding_list bindings = named_bindings(rows.bindings(), convention_, longest_);
    if (!is_other && !bindings) {
        return rows;
    }
    auto data = rows.data()->without_records();
    body += "]";
    data->body.append(body);
    data->records = std::move(records);
    data->bindings = bindings ? bindings : data->bindings;
    return page(std::move(data));
}

COREST_DECL const row_naming::column& row_naming::column_of(std::string_view field)
{
    const auto [known, is_new] = columns_.try_emplace(std::string(field));
    column& c = known->second;
    if (is_new) {
        c.name = corest::schema::snake_case_name(field, longest_);
        c.is_other = c.name != field;
        append_quoted(c.name_json, c.name);
        c.place = places_.try_emplace(c.name, places_.size()).first->second;
        if (c.place == seen_.size()) {
            seen_.push_back(0);
            seen_as_.emplace_back();
        }
    }
    return c;
}

COREST_DECL bool row_naming::append(std::string& out, std::string_view record)
{
    bool is_other = false;
    ++record_;
    json_reader in(record, "the record");
    std::string_view field;
    in.begin_object();
    char separator = '{';
    while (in.next_key(field, scratch_)) {
        const column& c = column_of(field);
        if (seen_[c.place] == record_ && seen_as_[c.place] != field) {
            throw error(errc::wrong_type,
                "the fields " + corest::detail::in_quotes(seen_as_[c.place]) + " and "
                    + corest::detail::in_quotes(field) + " of a record would both be the column "
                    + corest::detail::in_quotes(c.name),
                "Leave one of them out, or remove naming");
        }
        seen_[c.place] = record_;
        seen_as_[c.place] = field;
        is_other = is_other || c.is_other;
        out += separator;
        out += c.name_json;
        out += ':';
        out += in.skip();
        separator = ',';
    }
    in.finish();
    out += separator == '{' ? "{}" : "}";
    return is_other;
}

} // namespace corest::source::detail
