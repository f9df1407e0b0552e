#pragma once

/// \file
/// Paging by a cursor (token) in a response header.

#include <corest/config.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/paginate/statements.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace corest {

/// Sends the cursor that stands in a header of each response with the next request; the first request has none.
/// A header that is absent or empty ends the walk.
///
///     auto paging = corest::header_cursor("X-Next-Page").param("page");
class header_cursor {
public:
    /// \param name the header; "next" as dlt has it
    explicit header_cursor(std::string name = "next") : name_(std::move(name)) {}

    /// The query parameter to send it in; "cursor" by default.
    header_cursor& param(std::string name) { return position_.param(std::move(name)), *this; }
    /// Writes it into the JSON body instead, as a string, at a path of names such as "page.after".
    header_cursor& body_path(json_path path) { return position_.body_path(std::move(path)), *this; }

    /// \throws error (invalid_argument) where the settings contradict one another
    void check() const { position_.check("header_cursor", "cursor"); }

    /// Writes the cursor; nothing for the first page.
    /// \throws error (invalid_argument) as `check` does
    COREST_DECL void prepare(request& r);
    /// Takes in the response's header; false where it is absent or empty.
    [[nodiscard]] COREST_DECL bool advance(const page_info& page);

    /// The cursor that comes next, as it stood in the header. Empty before the first page.
    [[nodiscard]] std::string position() const { return next_; }
    /// Goes on at a cursor; at the first page where it is empty.
    /// \throws error (invalid_argument) where it holds a control character, which no header field can
    COREST_DECL void resume(std::string_view position);

private:
    std::string name_;
    detail::placement position_{"cursor"};
    std::string next_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/header_cursor.ipp>
#endif
