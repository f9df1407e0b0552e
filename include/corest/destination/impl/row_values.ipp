#pragma once

#include <corest/destination/row_values.hpp>

#include <corest/destination/store_error.hpp>
#include <corest/error.hpp>

#include <charconv>

namespace corest::detail {

COREST_DECL row_value read_value(json_reader& reader, std::string& scratch)
{
    const std::size_t used = scratch.size();
    const auto decoded = [&] { return row_value(std::string_view(scratch).substr(used)); };
    switch (reader.kind()) {
    case json_kind::boolean:
        return row_value(std::int64_t{reader.boolean() ? 1 : 0});
    case json_kind::number: {
        const std::string_view digits = reader.number_text();
        const char* const end = digits.data() + digits.size();
        std::int64_t integer = 0;
        double real = 0;
        if (const auto read = std::from_chars(digits.data(), end, integer); read.ec == std::errc() && read.ptr == end) {
            return row_value(integer);
        }
        if (digits.find_first_of(".eE") != std::string_view::npos
            && std::from_chars(digits.data(), end, real).ec == std::errc())
        {
            return row_value(real);
        }
        return row_value(digits);
    }
    case json_kind::string: {
        bool escaped = false;
        const std::string_view inside = reader.string_text(escaped);
        if (!escaped) {
            return row_value(inside);
        }
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

COREST_DECL row_values::row_values(page of) : page_(std::move(of))
{
    ends_.reserve(page_.size());
    decoded_.reserve(page_.body().size()); // what is appended stays where it is
    for (std::size_t i = 0; i < page_.size(); ++i) {
        try {
            read(page_.json(i));
        } catch (const error& e) {
            throw in_record(i, e);
        }
        if (i == 0) {
            fields_.reserve(fields_.size() * page_.size()); // records mostly have as many fields as the first one
        }
        ends_.push_back(fields_.size());
    }
}

COREST_DECL void row_values::read(std::string_view json)
{
    std::string_view key;
    std::string key_scratch;
    json_reader reader(json, "the record");
    reader.begin_object();
    while (reader.next_key(key, key_scratch)) {
        if (key.data() == key_scratch.data()) { // had escapes
            const std::size_t used = decoded_.size();
            decoded_ += key;
            key = std::string_view(decoded_).substr(used);
        }
        const row_value value = read_value(reader, decoded_);
        fields_.emplace_back(key, value);
    }
    reader.finish();
}

} // namespace corest::detail
