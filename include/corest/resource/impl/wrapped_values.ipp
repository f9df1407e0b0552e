#pragma once

#include <corest/resource/wrapped_values.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace corest::detail {

COREST_DECL void wrap_values(page_data& data)
{
    const auto is_object = [&](const slice& record) { return data.body.data()[record.offset] == '{'; };
    if (std::all_of(data.records.begin(), data.records.end(), is_object)) {
        return;
    }
    std::string list = "[";
    for (slice& record : data.records) {
        const std::string_view text = data.body.view().substr(record.offset, record.size);
        list += list.size() == 1 ? "" : ",";
        record.offset = list.size();
        if (text.front() == '{') {
            list += text;
        } else {
            list += "{\"value\":";
            list += text;
            list += '}';
        }
        record.size = list.size() - record.offset;
    }
    list += ']';
    data.body = padded_buffer(list);
}

} // namespace corest::detail
