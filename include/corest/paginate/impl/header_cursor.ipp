#pragma once

#include <corest/paginate/header_cursor.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>

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

COREST_DECL void header_cursor::resume(std::string_view position)
{
    if (std::any_of(position.begin(), position.end(), detail::is_control)) {
        throw error(errc::invalid_argument,
            "paginator header_cursor: cannot go on at the position that was given, expected a header field's value, "
            "found "
            "a control character",
            "The position comes from another paginator: start from the beginning");
    }
    next_ = position;
}

} // namespace corest
