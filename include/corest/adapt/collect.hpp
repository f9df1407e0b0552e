#pragma once

/// \file
/// `collect`: all items in a vector.

#include <corest/adapt/stream.hpp>
#include <corest/error.hpp>

#include <cstddef>
#include <exception>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic push
#    pragma GCC diagnostic ignored "-Wsubobject-linkage" // see adapt/stream.hpp
#endif

template <stream In>
net::awaitable<std::vector<typename In::value_type>> collect_items(In in, std::size_t maximum)
{
    std::vector<typename In::value_type> items;
    std::exception_ptr failure;
    try {
        bool more = true;
        while (more) {
            while (auto* const item = in.advance()) {
                if (items.size() == maximum) {
                    throw error(errc::limit_exceeded,
                        "there are more items than collect(" + std::to_string(maximum) + ") may hold",
                        "Give a larger maximum, or take the items one by one");
                }
                items.push_back(std::move(*item));
            }
            more = co_await in.fetch();
        }
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        // The thread may have been cancelled, and its co_awaits would throw before the source has ended.
        const bool throws = co_await net::this_coro::throw_if_cancelled();
        co_await net::this_coro::throw_if_cancelled(false);
        try {
            co_await in.close();
        } catch (...) { // the first failure is the one that is told
        }
        co_await net::this_coro::throw_if_cancelled(throws);
        std::rethrow_exception(failure);
    }
    co_return items;
}

#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic pop
#endif

} // namespace detail

/// What ends a row of adapters: an awaitable of all items, as a `std::vector`.
///
///     auto active = projects | filter(is_active) | as<project>();
///     std::vector<project> all = co_await (std::move(active) | collect(10'000));
///
/// Everything is held in memory; a maximum turns a mistake about the number into an error. Records in the vector keep
/// their pages alive.
///
/// What the source or an adapter's function throws leaves the `co_await`, and so does **cancellation**; the items are
/// lost then. However it ends, the source has been closed: nothing is left that works for it. **Destruction** of the
/// awaitable destroys the source.
class collect : public stream_adapter {
public:
    /// However many there are.
    collect() = default;
    /// \param maximum more items are an error (limit_exceeded), as soon as there is one too many
    explicit collect(std::size_t maximum) : maximum_(maximum) {}

    /// For `|`.
    template <stream In>
    [[nodiscard]] net::awaitable<std::vector<typename In::value_type>> adapt(In in) const
    {
        return detail::collect_items(std::move(in), maximum_);
    }

private:
    std::size_t maximum_ = std::numeric_limits<std::size_t>::max();
};

} // namespace corest
