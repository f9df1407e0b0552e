#pragma once

#include <corest/paginate/cursor.hpp>

#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

namespace corest {

COREST_DECL void cursor::prepare(request& r)
{
    check();
    if (!next_.empty()) {
        position_.write(r, next_);
    }
}

COREST_DECL std::vector<json_path> cursor::paths() const
{
    std::vector<json_path> all = end_.paths(); // has_more, if there is one, comes first
    all.push_back(path_);
    return all;
}

COREST_DECL bool cursor::advance(const page_info& page)
{
    if (page.records == 0 && stop_after_empty_page_) {
        end_.tell_unmet(page, 0, "record");
        return false;
    }
    const bool has_more = !end_.has_has_more() || end_.read_has_more(page);
    const std::optional<std::string_view> json = page.values.empty() ? std::nullopt : page.values.back();
    const std::string on_page = " on page " + std::to_string(page.page_number);
    if (!has_more) {
        return false;
    }
    if (detail::is_blank(json)) {
        if (end_.has_has_more()) {
            detail::pagination_error(page,
                "the server says that there is more, but gives no cursor at " + path_.text() + on_page,
                "Correct the cursor's path");
        }
        return false;
    }
    const json_kind kind = json_reader(*json).kind();
    if (kind != json_kind::string && kind != json_kind::number) {
        detail::pagination_error(page,
            "expected a cursor at " + path_.text() + ", found " + std::string(describe(kind)) + on_page,
            "Correct the cursor's path");
    }
    next_ = *json;
    return true;
}

COREST_DECL void cursor::resume(std::string_view position)
{
    if (!position.empty()) {
        bool understood = false;
        try {
            validate(position, "the position");
            const json_kind kind = json_reader(position).kind();
            understood = kind == json_kind::string || kind == json_kind::number;
        } catch (const error&) {
            understood = false;
        }
        if (!understood) {
            throw error(errc::invalid_argument,
                "paginator cursor: cannot go on at the position that was given, expected a cursor as JSON text: a "
                "string "
                "in quotes, or a number",
                "The position comes from another paginator: start from the beginning");
        }
    }
    next_ = position;
}

} // namespace corest
