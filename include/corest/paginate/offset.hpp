#pragma once

/// \file
/// Paging by offset and limit: `?offset=200&limit=100`.

#include <corest/config.hpp>
#include <corest/paginate/counted_paginator.hpp>
#include <corest/paginate/paginator.hpp>
#include <corest/paginate/statements.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace corest {

/// Asks for `limit` records from an offset on, and steps by the records that came, so that a server which sends fewer
/// than asked for loses none.
///
/// The walk ends, whichever comes first:
/// - after an empty page (unless `stop_after_empty_page(false)`);
/// - at `maximum_offset`, or at a page shorter than the limit with `stop_on_short_page()`: nothing overrides these;
/// - where `has_more_path` says so; without it, where the offset has reached the total. The total stands at
///   `total_path`, which is an error if no page so far had it; by default it is read from "total" where there is an
///   integer, and is believed only where it agrees with what was received;
/// - without any of these statements, at a page that is shorter than the limit and than an earlier page of this
///   resource.
///
///     auto paging = corest::offset(1024).offset_param("Offset").total_path("Response.TotalCount");
class offset : public detail::counted_paginator<offset> {
public:
    /// \param limit how many records to ask for
    /// \throws error (invalid_argument) where it is not positive
    COREST_DECL explicit offset(std::int64_t limit);

    /// The query parameter of the offset; "offset" by default.
    offset& offset_param(std::string name) { return position_.param(std::move(name)), *this; }
    /// The query parameter of the limit; "limit" by default.
    offset& limit_param(std::string name) { return size_.param(std::move(name)), *this; }
    /// Writes the offset into the JSON body instead, at a path of names such as "page.from".
    offset& offset_body_path(json_path path) { return position_.body_path(std::move(path)), *this; }
    /// Writes the limit into the JSON body instead.
    offset& limit_body_path(json_path path) { return size_.body_path(std::move(path)), *this; }
    /// The first page's offset; 0 by default.
    offset& start(std::int64_t value) { return first_ = value, next_ = value, *this; }
    /// Asks for no record at or beyond this offset (a page may reach beyond it).
    offset& maximum_offset(std::int64_t value) { return maximum_ = value, *this; }

    /// \throws error (invalid_argument) where the settings contradict one another, or nothing would end the walk
    COREST_DECL void check() const;

    /// Writes offset and limit. \throws error (invalid_argument) as `check` does
    COREST_DECL void prepare(request& r);
    /// Steps by the records that came.
    /// \throws error (pagination_failed) where a statement at a path that was given is missing
    [[nodiscard]] COREST_DECL bool advance(const page_info& page);
    /// Goes on at an offset; from the start where it is empty.
    /// \throws error (invalid_argument) where the position is none of an offset, or lies before the start
    void resume(std::string_view position) { resume_at("offset", position); }

private:
    [[nodiscard]] COREST_DECL bool step(const page_info& page);

    detail::placement size_{"limit"};
    std::int64_t limit_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/offset.ipp>
#endif
