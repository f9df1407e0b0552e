#pragma once

/// \file
/// The layer that has requests observed.

#include <corest/detail/member_name.hpp>
#include <corest/http/client.hpp>
#include <corest/http/observer.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace corest {

/// A layer for `client | observe(...)`: the observer is told what happens to each request that enters the client,
/// wherever it stands among the layers, and of each page that is made of a response. What enters another client, made
/// before or without it, is not seen. A client may have several observers. Nothing is measured, and no text made, where
/// there is none.
///
///     class counter {
///     public:
///         void on_request_end(const corest::request_end& e) { ++requests_by_status[e.status]; }
///         std::map<unsigned, int> requests_by_status;
///     };
///     const auto counted = std::make_shared<counter>();
///     const corest::client api = plain | corest::observe(counted);
class observe {
public:
    /// \param one any `observer`, or a shared_ptr to one
    explicit observe(any_observer one) : observer_(std::move(one)) {}
    /// Does not compile, and says what is missing.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, observe>) && (!std::convertible_to<T, any_observer>)
    explicit observe(T&&) : observe(detail::unmade<any_observer>())
    {
        static_assert(detail::is_never_made<T>,
            "this is no observer, or a shared_ptr to one: it has no member that takes an event, such as "
            "on_request_end(const request_end&), on_retry(const retry_event&) or on_page(const page_event&)");
    }
    [[nodiscard]] client apply(const client& api) const { return api.with_observer(observer_); } ///< for `|`

private:
    any_observer observer_;
};

} // namespace corest
