#pragma once

#include <corest/source/schema/record_steps.hpp>

#include <boost/json/array.hpp>

#include <cstddef>
#include <string>

namespace corest::source::detail::rules {

COREST_DECL std::optional<bool> on_no_records::read(const dictionary& input, std::string_view key)
{
    const auto name = input.text(key);
    if (!name) {
        return std::nullopt;
    }
    if (*name != names[0] && *name != names[1]) {
        input.problem(*input.get(key), "expected skip or emit_parent, found " + in_quotes(*name));
        return std::nullopt;
    }
    return *name == names[1];
}

COREST_DECL void processing_steps::read_into(
    const dictionary& input, std::string_view key, std::vector<record_step>& steps)
{
    const auto list_place = input.get(key);
    if (!list_place) {
        return;
    }
    const auto* list = list_place->value->if_array();
    if (list == nullptr) {
        input.problem(*list_place,
            "expected a list such as [{\"filter\": \"@.keep == true\"}], found " + type_name(*list_place->value));
        return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const located place(&(*list)[i], list_place->path + "[" + std::to_string(i) + "]", list_place->owner);
        const auto* object = place.value->if_object();
        if (object == nullptr) {
            input.problem(place, "expected {\"filter\": \"@.keep == true\"}, found " + type_name(*place.value));
            continue;
        }
        processing_step_keys keys;
        const dictionary one(input.problems(), *object, place.path, place.owner);
        const std::size_t before = input.problems().problems().size();
        read_fields<processing_step_keys>(one, keys);
        if (input.problems().problems().size() != before) { // unknown keys among them
            continue;
        }
        if (keys.filter.has_value() == keys.expand.has_value()) {
            input.problem(place, "expected either filter or expand");
        } else if (keys.filter && (keys.remain_original_record || keys.emit_parent)) {
            input.problem(place, "remain_original_record and on_no_records belong to expand");
        } else if (keys.filter) {
            steps.push_back(record_step::filter(*keys.filter));
        } else {
            steps.push_back(record_step::expand(*keys.expand, keys.remain_original_record, keys.emit_parent));
        }
    }
}

COREST_DECL const shape* processing_steps::nested()
{
    static constexpr shape value{.name = "processing_steps",
        .doc = "What is done with a resource's records, in this order",
        .fields = {},
        .elements = &shape_of<processing_step_keys>};
    return &value;
}

} // namespace corest::source::detail::rules
