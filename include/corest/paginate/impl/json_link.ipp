#pragma once

#include <corest/paginate/json_link.hpp>

#include <corest/paginate/statements.hpp>
#include <corest/select/json_reader.hpp>

#include <string>
#include <utility>

namespace corest {

COREST_DECL std::vector<json_path> json_link::paths() const
{
    std::vector<json_path> all;
    all.push_back(path_);
    std::string whole; // '@odata.nextLink', which people write without brackets
    for (const json_path::step& step : path_.steps()) {
        const bool is_plain =
            step.kind == json_path::step::step_kind::name && step.name.find_first_of("'\\") == std::string::npos;
        if (!is_plain) {
            return all;
        }
        whole += (whole.empty() ? "" : ".") + step.name;
    }
    if (path_.steps().size() > 1) {
        all.emplace_back("$['" + whole + "']");
    }
    return all;
}

COREST_DECL bool json_link::advance(const page_info& page)
{
    std::optional<std::string_view> json = page.values.empty() ? std::nullopt : page.values[0];
    if (!json && page.values.size() > 1) {
        json = page.values[1];
    }
    if (!json || *json == "null" || *json == "\"\"" || *json == "false") {
        return false;
    }
    const json_kind kind = json_reader(*json).kind();
    if (kind != json_kind::string) {
        detail::pagination_error(page,
            "expected the URL of the next page at " + path_.text() + ", found " + std::string(describe(kind))
                + " on page " + std::to_string(page.page_number),
            kind == json_kind::object ? "The path may need a further step, such as .href" : "");
    }
    next_.follow(page.url, to_text(*json));
    return true;
}

} // namespace corest
