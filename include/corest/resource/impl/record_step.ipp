#pragma once

#include <corest/resource/record_step.hpp>

#include <corest/error.hpp>
#include <corest/resource/record_list.hpp>
#include <corest/select/json_reader.hpp>

#include <string>
#include <string_view>

namespace corest {

COREST_DECL void record_step::filter_records(detail::page_data& data) const
{
    std::erase_if(data.records, [&](const detail::slice& record) {
        return !condition_->holds(data.body.view().substr(record.offset, record.size), data.body.view());
    });
}

COREST_DECL std::string record_step::text() const
{
    return condition_ ? "filter " + condition_->text()
                      : "expand " + list_.text() + (keeps_record_ ? ", with the record" : "")
            + (keeps_childless_ ? ", or the record" : "");
}

COREST_DECL void record_step::expand_records(detail::page_data& data) const
{
    detail::record_list made;
    for (const detail::slice& record : data.records) {
        const std::string_view text = data.body.view().substr(record.offset, record.size);
        bool is_childless = true;
        for (const std::string_view list : find_all(text, list_)) {
            json_reader reader(list);
            if (reader.kind() != json_kind::array) {
                continue;
            }
            reader.begin_array();
            while (reader.next_element()) {
                const std::string_view element = reader.skip();
                is_childless = false;
                if (keeps_record_ && element.front() == '{') {
                    const bool has_members = element.find_first_not_of(" \t\r\n", 1) != element.size() - 1;
                    made.add(std::string(element.substr(0, element.size() - 1))
                        + (has_members ? ",\"original_record\":" : "\"original_record\":") + std::string(text) + "}");
                } else {
                    made.add(element);
                }
            }
        }
        if (is_childless && keeps_childless_) {
            made.add(text);
        }
    }
    made.put_into(data);
}

} // namespace corest
