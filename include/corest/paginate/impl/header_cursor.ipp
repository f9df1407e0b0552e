#pragma once

#include <corest/paginate/header_cursor.hpp>

#include <corest/select/json_reader.hpp>

namespace corest {

COREST_DECL void header_cursor::prepare(request& r)
{
    check();
    if (!next_.empty()) {
        std::string json;
        append_quoted(json, next_);
        position_.write(r, json);
    }
}

COREST_DECL bool header_cursor::advance(const page_info& page)
{
    next_ = page.headers ? page.headers->find(name_).value_or("") : "";
    return !next_.empty();
}

} // namespace corest
