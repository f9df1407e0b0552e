#pragma once

#include <corest/resource/wrapped_values.hpp>

#include <corest/http/detail/spilled_memory.hpp>
#include <corest/resource/record_list.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace corest::detail {

COREST_DECL void wrap_values(page_data& data)
{
    released_behind passed(data.body.view());
    const auto is_object = [&](const slice& record) {
        passed.pass(record.offset);
        return data.body.data()[record.offset] == '{';
    };
    if (std::all_of(data.records.begin(), data.records.end(), is_object)) {
        return;
    }
    record_list made;
    for (const slice& record : data.records) {
        const std::string_view text = data.body.view().substr(record.offset, record.size);
        if (text.front() == '{') {
            made.add(text);
        } else {
            made.add("{\"value\":" + std::string(text) + "}");
        }
    }
    made.put_into(data);
}

} // namespace corest::detail
