#pragma once

/// \file
/// Pages made of the JSON text of their records, for tests that need no server and no selector.

#include <corest/select/page.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A page whose body is `[record, record, ...]`.
/// \param records the JSON text of each record
/// \param number of the page in its walk
/// \param bindings what the walk took over from its parents
inline corest::page make_page(const std::vector<std::string>& records, std::uint64_t number = 1,
    std::vector<corest::binding> bindings = {}, std::string resource = "samples")
{
    auto data = std::make_shared<corest::detail::page_data>();
    data->body.append("[");
    for (const std::string& r : records) {
        if (!data->records.empty()) {
            data->body.append(",");
        }
        data->records.push_back({data->body.size(), r.size()});
        data->body.append(r);
    }
    data->body.append("]");
    data->number = number;
    data->first_record = (number - 1) * records.size();
    data->resource = std::move(resource);
    data->url = "https://api.example.com/items";
    if (!bindings.empty()) {
        data->bindings = std::make_shared<const std::vector<corest::binding>>(std::move(bindings));
    }
    return corest::page(std::move(data));
}

/// The binding of `<resource>_id`, as `/projects/<projects_id>/samples` makes one.
inline corest::binding make_binding(const std::string& resource, const std::string& field, const std::string& json)
{
    return corest::binding(resource + "_" + field, resource, field, json, json);
}
