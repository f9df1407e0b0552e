#pragma once

#include <corest/paginate/json_link.hpp>

#include <corest/paginate/statements.hpp>
#include <corest/select/json_reader.hpp>

namespace corest {

COREST_DECL bool json_link::advance(const page_info& page)
{
    const std::optional<std::string_view> json = page.values.empty() ? std::nullopt : page.values[0];
    if (!json || *json == "null" || *json == "\"\"") {
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
