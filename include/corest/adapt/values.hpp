#pragma once

/// \file
/// `values`: a range as a stream.

#include <corest/adapt/stream.hpp>

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest {

/// The elements of a vector. See `values`.
template <class T>
class value_stream : public stream_interface<value_stream<T>, T> {
public:
    /// \param all taken over
    explicit value_stream(std::vector<T> all) : all_(std::move(all)) {}

    /// See `stream`.
    [[nodiscard]] T* advance() noexcept { return next_ == all_.size() ? nullptr : &all_[next_++]; }

    /// See `stream`.
    [[nodiscard]] net::awaitable<bool> fetch() { co_return false; } // NOLINT: all are at hand

    /// See `stream`.
    [[nodiscard]] net::awaitable<void> close()
    {
        next_ = all_.size();
        co_return;
    }

private:
    std::vector<T> all_;
    std::size_t next_ = 0;
};

/// The elements of a range as a stream, to put adapters and `expand` behind it. All of them are at hand; they are
/// copied, or moved out of a vector that is taken over.
///
///     auto items = corest::values(ids) | corest::expand(api, "/items/{id}");
template <class T>
[[nodiscard]] value_stream<T> values(std::vector<T>&& all)
{
    return value_stream<T>(std::move(all));
}

/// See the other one: `values({1, 2, 3})`.
template <class T>
[[nodiscard]] value_stream<T> values(std::initializer_list<T> all)
{
    return value_stream<T>(std::vector<T>(all));
}

/// See the other one. \param all a container, of which the elements are copied
template <class Range>
    requires requires(const Range& r) {
        std::begin(r);
        std::end(r);
    }
[[nodiscard]] auto values(const Range& all)
{
    using element = std::remove_cvref_t<decltype(*std::begin(all))>;
    return value_stream<element>(std::vector<element>(std::begin(all), std::end(all)));
}

} // namespace corest
