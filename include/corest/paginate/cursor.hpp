#pragma once

/// \file
/// Paging by a cursor (token) in the body.

#include <corest/config.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/paginate/statements.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// Sends the cursor that stands in each page's body with the next request; the first request has none.
///
/// Missing, null, "", 0 and false end the walk; so does `has_more_path` where it says that there is no more. Where it
/// says that there is more but gives no cursor, that is an error: going on would start again from the first page.
/// An empty page with a cursor goes on, unless `stop_after_empty_page()`.
///
///     auto paging = corest::cursor("meta.next").param("after");
class cursor {
public:
    /// \param path where the cursor stands; "cursors.next" as dlt has it
    explicit cursor(json_path path = json_path("cursors.next")) : path_(std::move(path)) { end_.no_total(); }

    /// The query parameter to send it in; "cursor" by default.
    cursor& param(std::string name) { return position_.param(std::move(name)), *this; }
    /// Writes it into the JSON body instead, at a path of names such as "page.after". A number stays a number.
    cursor& body_path(json_path path) { return position_.body_path(std::move(path)), *this; }
    /// Where the body says whether there is more: true or false, also as text.
    cursor& has_more_path(json_path path) { return end_.has_more_path(std::move(path)), *this; }
    /// Ends the walk at an empty page; false by default.
    cursor& stop_after_empty_page(bool enabled = true) { return stop_after_empty_page_ = enabled, *this; }

    /// \throws error (invalid_argument) where the settings contradict one another
    void check() const { position_.check("cursor", "cursor"); }

    /// Writes the cursor; nothing for the first page.
    /// \throws error (invalid_argument) as `check` does
    COREST_DECL void prepare(request& r);
    /// Takes in the page's cursor. \throws error (pagination_failed)
    [[nodiscard]] COREST_DECL bool advance(const page_info& page);
    /// Where the cursor stands, and `has_more_path`.
    [[nodiscard]] COREST_DECL std::vector<json_path> paths() const;

    /// The cursor that comes next, as JSON text (`"abc"` or `12`: a number stays a number). Empty before the first
    /// page.
    [[nodiscard]] std::string position() const { return next_; }
    /// Goes on at a cursor; at the first page where it is empty.
    /// \throws error (invalid_argument) where it is neither a JSON string nor a JSON number
    COREST_DECL void resume(std::string_view position);

private:
    json_path path_;
    detail::placement position_{"cursor"};
    detail::end_statements end_;
    std::string next_; // JSON text
    bool stop_after_empty_page_ = false;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/cursor.ipp>
#endif
