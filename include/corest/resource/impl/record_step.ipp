#pragma once

#include <corest/resource/record_step.hpp>

#include <corest/error.hpp>
#include <corest/resource/record_list.hpp>
#include <corest/select/json_reader.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace corest {

namespace detail {

namespace original_record {

/// The beginning of an object that is an element of a list, up to where the record that it was in is added.
/// \param replaced counts those with such a field of their own
[[nodiscard]] COREST_DECL std::string without(std::string_view element, std::uint64_t& replaced)
{
    if (element.front() != '{') {
        return "{\"value\":" + std::string(element) + ",";
    }
    std::string out = "{";
    bool is_replaced = false;
    std::string_view key;
    std::string scratch;
    json_reader reader(element);
    reader.begin_object();
    while (reader.next_key(key, scratch)) {
        if (key == "original_record") {
            is_replaced = true;
            reader.skip();
            continue;
        }
        append_quoted(out, key);
        out += ':';
        out += reader.skip();
        out += ',';
    }
    replaced += is_replaced ? 1U : 0U;
    return out;
}

} // namespace original_record

} // namespace detail

COREST_DECL void record_step::filter_records(detail::page_data& data, detail::step_tally& found) const
{
    const std::string_view body = data.body.view();
    found.left_out += std::erase_if(data.records, [&](const detail::slice& record) {
        const std::string_view text = body.substr(record.offset, record.size);
        found.look(paths_, text, body);
        return !condition_->holds(text, body);
    });
}

COREST_DECL std::string record_step::text() const
{
    return condition_ ? "filter " + condition_->text()
                      : "expand " + list_.text() + (keeps_record_ ? ", with the record" : "")
            + (keeps_childless_ ? ", or the record" : "");
}

COREST_DECL void record_step::expand_records(detail::page_data& data, detail::step_tally& found) const
{
    detail::record_list made;
    for (const detail::slice& record : data.records) {
        const std::string_view text = data.body.view().substr(record.offset, record.size);
        bool is_childless = true;
        bool is_other = false; // there is something, and no list
        for (const std::string_view list : find_all(text, list_)) {
            json_reader reader(list);
            const json_kind kind = reader.kind();
            if (kind == json_kind::array || kind == json_kind::null) {
                found.seen.front() = true;
            }
            if (kind != json_kind::array) {
                is_other = true;
                continue;
            }
            reader.begin_array();
            while (reader.next_element()) {
                const std::string_view element = reader.skip();
                is_childless = false;
                if (keeps_record_) {
                    made.add(detail::original_record::without(element, found.replaced)
                        + "\"original_record\":" + std::string(text) + "}");
                } else {
                    made.add(element);
                }
            }
        }
        if (is_childless) {
            ++found.left_out;
            if (is_other && found.first.front().empty()) {
                found.first.front() = "what is there is no list";
            } else if (!is_other) {
                found.look(paths_, text, data.body.view());
            }
            if (keeps_childless_) {
                made.add(text);
            }
        }
    }
    made.put_into(data);
}

COREST_DECL void detail::apply_steps(const std::vector<record_step>& steps, page_data& data, step_watch& watch,
    const std::function<std::string(std::string)>& mask)
{
    for (std::size_t i = 0; i < steps.size(); ++i) {
        step_tally found = watch.begin(i, steps[i].paths().size());
        steps[i].apply(data, found);
        for (std::string& text : found.first) {
            text = mask(std::move(text));
        }
        watch.add(i, found, steps[i].text(), steps[i].paths(), steps[i].expands());
    }
}

} // namespace corest
