#pragma once

/// \file
/// The layer that has requests observed.

#include <corest/http/client.hpp>
#include <corest/http/observer.hpp>

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
    [[nodiscard]] client apply(const client& api) const { return api.with_observer(observer_); } ///< for `|`

private:
    any_observer observer_;
};

} // namespace corest
