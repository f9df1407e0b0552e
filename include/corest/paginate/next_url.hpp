#pragma once

/// \file
/// What the paginators that follow links share: the URL that comes next.

#include <corest/config.hpp>
#include <corest/http/request.hpp>

#include <string>
#include <string_view>

namespace corest::detail {

/// The URL of the page that comes next; none before the first page.
class next_url {
public:
    next_url() = default;

    /// Takes a link's target: a reference, resolved against the URL of the page that it was found on (RFC 3986, section
    /// 5).
    COREST_DECL void follow(std::string_view page_url, std::string_view reference);
    /// Replaces the request's URL; leaves it for the first page.
    COREST_DECL void write(request& r) const;

    /// The URL itself; empty before the first page.
    [[nodiscard]] const std::string& position() const noexcept { return url_; }
    /// Goes on at a URL; at the first page where it is empty.
    /// \param name the paginator's, for the message
    /// \throws error (invalid_argument) where it is no absolute http(s) URL
    COREST_DECL void resume(const char* name, std::string_view position);

private:
    std::string url_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/paginate/impl/next_url.ipp>
#endif
