#pragma once

/// \file
/// Begins a report, and waits until it can be read (`poll`). Not for users.

#include <corest/config.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/net.hpp>
#include <corest/resource/page_walk.hpp>

namespace corest::detail {

/// Has a walk's report made: sends the request that begins it, waits until it is done, and tells the walk.
/// \param walk needs a report; goes on with its pages
/// \param next becomes the request of its first page
/// \return the response to that
/// \throws error as the transport does; (timeout) where it was not done in time; (unexpected_status) where it has
///         failed, with what the server says; (field_missing) where a response lacks what a path needs;
///         (origin_refused) where a URL leads to an origin that is not allowed
[[nodiscard]] COREST_DECL net::awaitable<response> receive_report(page_walk& walk, request& next);

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/receive_report.ipp>
#endif
