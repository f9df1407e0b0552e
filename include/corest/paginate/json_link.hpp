#pragma once

/// \file
/// Following a URL in the body.

#include <corest/config.hpp>
#include <corest/paginate/next_url.hpp>
#include <corest/paginate/paginator.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// Asks for the URL that stands at a path of each page's body. A relative one is resolved against the page's own URL
/// (RFC 3986, section 5). It replaces the whole URL, query included. Missing, null and "" end the walk.
///
///     auto paging = corest::json_link("paging.next_url");
class json_link {
public:
    /// \param path where the URL stands; "next" as dlt has it
    explicit json_link(json_path path = json_path("next")) : path_(std::move(path)) {}

    /// Replaces the URL by the link's; leaves it for the first page.
    void prepare(request& r) const { next_.write(r); }
    /// Takes in the page's link; false where there is none.
    /// \throws error (pagination_failed) where the value is no text
    [[nodiscard]] COREST_DECL bool advance(const page_info& page);
    /// Where the URL stands: at the path, else under the name that the path is with its dots.
    [[nodiscard]] COREST_DECL std::vector<json_path> paths() const;

    /// The URL of the page that comes next; empty before the first page.
    [[nodiscard]] std::string position() const { return next_.position(); }
    /// Goes on at a URL; at the first page where it is empty.
    /// \throws error (invalid_argument) where it is no absolute http(s) URL
    void resume(std::string_view position) { next_.resume("json_link", position); }

private:
    json_path path_;
    detail::next_url next_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/json_link.ipp>
#endif
