#pragma once

#include <corest/destination/row_values.hpp>

#include <corest/destination/store_error.hpp>
#include <corest/error.hpp>
#include <corest/select/field.hpp>

#include <algorithm>

namespace corest::detail {

COREST_DECL row_value read_value(json_reader& reader, std::string& scratch, std::string_view field)
{
    const std::size_t used = scratch.size();
    const auto decoded = [&] { return row_value(std::string_view(scratch).substr(used)); };
    switch (reader.kind()) {
    case json_kind::boolean:
        return row_value(std::int64_t{reader.boolean() ? 1 : 0});
    case json_kind::number: {
        const std::string_view digits = reader.number_text();
        std::int64_t integer = 0;
        double real = 0;
        switch (read_number(digits, integer, real)) {
        case field_kind::integer:
            return row_value(integer);
        case field_kind::real:
            return row_value(real);
        default:
            return row_value(digits);
        }
    }
    case json_kind::string: {
        bool escaped = false;
        const std::size_t begin = reader.offset();
        const std::string_view inside = reader.string_text(escaped);
        if (!escaped) {
            return row_value(inside);
        }
        schema::check_unicode(field, reader.text().substr(begin, reader.position() - begin));
        append_unescaped(scratch, inside);
        return decoded();
    }
    case json_kind::array:
    case json_kind::object: {
        bool spaced = false;
        const std::string_view nested = reader.skip(spaced);
        if (!spaced) {
            return row_value(nested);
        }
        append_minified(scratch, nested);
        return decoded();
    }
    default:
        static_cast<void>(reader.null());
        return row_value();
    }
}

COREST_DECL row_value row_value_of(const schema::typed_value& value, std::string& scratch)
{
    using schema::value_kind;
    switch (value.kind()) {
    case value_kind::null:
        return {};
    case value_kind::boolean:
        return row_value(std::int64_t{value.boolean() ? 1 : 0});
    case value_kind::bigint:
        return row_value(value.integer());
    case value_kind::real:
        return row_value(value.real());
    case value_kind::decimal:
    case value_kind::text:
    case value_kind::json:
        return row_value(value.text());
    case value_kind::binary:
        return row_value::bytes(value.text());
    case value_kind::timestamp:
    case value_kind::date:
    case value_kind::time:
        break;
    }
    const std::size_t used = scratch.size();
    append_text(scratch, value);
    return row_value(std::string_view(scratch).substr(used));
}

COREST_DECL row_values::row_values(corest::page rows) : page_(std::move(rows))
{
    ends_.reserve(page_.size());
    like_previous_.reserve(page_.size());
    decoded_.reserve(page_.body().size()); // what is appended stays where it is
    store_error::for_each_record(page_.size(), [&](std::size_t i) {
        like_previous_.push_back(read(page_.json(i)) ? 1 : 0);
        if (i == 0) {
            // Records mostly have as many fields as the first one, and a field has at least the five bytes `"":1,`.
            fields_.reserve(std::min(fields_.size() * page_.size(), page_.body().size() / 5 + 1));
        }
        ends_.push_back(fields_.size());
    });
}

COREST_DECL row_values::row_values(std::shared_ptr<const schema::typed_rows> typed)
    : page_(typed->discarded() == 0 ? typed->page() : typed->to_page()),
      typed_(std::move(typed))
{
    constexpr std::size_t longest = 32; // text of a time
    std::size_t cells = 0;
    std::size_t times = 0;
    for (std::size_t i = 0; i < typed_->size(); ++i) {
        for (const auto& cell : (*typed_)[i]) {
            const schema::value_kind kind = cell.value.kind();
            times += kind == schema::value_kind::timestamp || kind == schema::value_kind::date
                    || kind == schema::value_kind::time
                ? 1
                : 0;
            ++cells;
        }
    }
    fields_.reserve(cells);
    ends_.reserve(page_.size());
    like_previous_.reserve(page_.size());
    decoded_.reserve(times * longest); // what is appended stays where it is
    std::span<const schema::typed_rows::cell> previous;
    for (std::size_t i = 0; i < typed_->size(); ++i) {
        if (!typed_->is_kept(i)) {
            continue;
        }
        const auto row = (*typed_)[i];
        const bool alike = !ends_.empty()
            && std::equal(row.begin(), row.end(), previous.begin(), previous.end(),
                [](const auto& a, const auto& b) { return a.column == b.column; });
        like_previous_.push_back(alike ? 1 : 0);
        for (const auto& cell : row) {
            fields_.emplace_back(typed_->schema().columns[cell.column].name, convert(cell));
        }
        ends_.push_back(fields_.size());
        previous = row;
    }
}

COREST_DECL row_value row_values::convert(const schema::typed_rows::cell& cell)
{
    using schema::value_kind;
    const value_kind kind = cell.value.kind();
    const bool is_time = kind == value_kind::timestamp || kind == value_kind::date || kind == value_kind::time;
    if (is_time && cell.json.size() > 2) { // it stands in the record as it is to be
        return row_value(cell.json.substr(1, cell.json.size() - 2));
    }
    return row_value_of(cell.value, decoded_);
}

COREST_DECL bool row_values::read(std::string_view json)
{
    const std::size_t begin = fields_.size();
    std::size_t expected = ends_.size() < 2 ? 0 : ends_[ends_.size() - 2];
    const std::size_t expected_end = begin;
    const auto is_plain = [&](std::string_view key) { // stands in the page as it is
        return key.data() >= page_.body().data() && key.data() < page_.body().data() + page_.body().size();
    };
    bool alike = !ends_.empty();
    std::string_view key;
    std::string key_scratch;
    json_reader reader(json, "the record");
    reader.begin_object();
    for (;;) {
        const bool as_expected =
            expected != expected_end && is_plain(fields_[expected].key) && reader.take_key(fields_[expected].key);
        if (as_expected) {
            key = fields_[expected].key;
        } else {
            const std::size_t before = reader.position();
            if (!reader.next_key(key, key_scratch)) {
                break;
            }
            schema::check_unicode_name(key, reader.text().substr(before, reader.position() - before));
            alike = alike && expected != expected_end && key == fields_[expected].key;
            if (key.data() == key_scratch.data()) { // had escapes
                const std::size_t used = decoded_.size();
                decoded_ += key;
                key = std::string_view(decoded_).substr(used);
            }
        }
        expected += expected != expected_end ? 1 : 0;
        const row_value value = read_value(reader, decoded_, key);
        fields_.emplace_back(key, value);
    }
    reader.finish();
    return alike && expected == expected_end;
}

} // namespace corest::detail
