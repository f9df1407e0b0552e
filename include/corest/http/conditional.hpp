#pragma once

/// \file
/// The layer that asks whether a response has changed, rather than for the response (RFC 9110, section 13).

#include <corest/config.hpp>
#include <corest/detail/member_name.hpp>
#include <corest/http/client.hpp>
#include <corest/http/response_cache.hpp>

#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

namespace corest {

/// A layer for `client | conditional(...)`: what has not changed is not sent again.
///
///     const client api = http_client(executor, url) | authorize(...) | retry() | conditional();
///
/// A response to a GET that has an ETag or a Last-Modified is kept; the next such request asks with If-None-Match and
/// If-Modified-Since, and a 304 is answered from the cache, with the status 200 and `response::not_modified`. So each
/// request is sent, and nobody sees what is out of date, nor what the server would not show him any more. A page that
/// has not changed costs a request without a body; a resource of one page, one request.
///
/// Responses for which the server says no-store or `Vary: *` are not kept, and a request that has conditions or a Range
/// of its own is passed on as it is. Put it outside of `authorize`, which adds what differs from request to request.
class conditional {
public:
    /// \param cache keeps the responses: a `memory_cache`, or any `response_cache`. Clients with different credentials
    ///        had better have one each, or different scopes: what one of them may see is not the other's
    explicit conditional(any_response_cache cache = memory_cache()) : cache_(std::move(cache)) {}
    /// Does not compile, and says what is missing.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, conditional>) && (!std::convertible_to<T, any_response_cache>)
    explicit conditional(T&&) : conditional(detail::unmade<any_response_cache>())
    {
        detail::explain_response_cache<std::remove_cvref_t<T>>();
    }

    /// Tells users of one cache apart: part of all keys. \param name such as the user's
    conditional& scope(std::string name)
    {
        scope_ = std::move(name);
        return *this;
    }

    /// The client with this layer outermost.
    [[nodiscard]] COREST_DECL client apply(const client& api) const;

private:
    any_response_cache cache_;
    std::string scope_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/conditional.ipp>
#endif
