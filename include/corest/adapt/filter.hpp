#pragma once

/// \file
/// `filter`: the items that fulfil a condition.

#include <corest/adapt/stream.hpp>

#include <utility>

namespace corest {

/// The items of a stream for which the predicate is true. See `filter`.
template <stream In, class Predicate>
class filter_stream : public detail::adapted_stream<filter_stream<In, Predicate>, In> {
public:
    /// \param in taken over \param predicate called for each item
    filter_stream(In in, Predicate predicate)
        : detail::adapted_stream<filter_stream, In>(std::move(in)),
          predicate_(std::move(predicate))
    {
    }

    /// See `stream`.
    [[nodiscard]] auto* advance()
    {
        auto* item = this->has_ended_ ? nullptr : this->in_.advance();
        while (item && !this->call(predicate_, std::as_const(*item))) {
            item = this->in_.advance();
        }
        return item;
    }

private:
    Predicate predicate_;
};

/// Adapter: the items for which a predicate is true.
///
///     auto active = projects | filter([](const record& r) { return r.get<bool>("active"); });
///     auto unpaid = std::move(orders) | filter(&order::unpaid); // a member, of a struct
///
/// What the predicate throws leaves `next()`, and the stream has ended. **Cancellation** reaches a `next()` that waits
/// for the source, as it does without the adapter; among the items at hand nothing waits, and none is noticed.
/// **Destruction** destroys the source, whose rules hold; the predicate is not called any more. `close()` closes the
/// source.
template <class Predicate>
class filter : public stream_adapter {
public:
    /// \param predicate takes an item (`const record&`) and gives a bool: a function, lambda or pointer to a member
    explicit filter(Predicate predicate) : predicate_(std::move(predicate)) {}

    /// For `|`.
    template <stream In>
    [[nodiscard]] auto adapt(In in) &&
    {
        static_assert(detail::predicate_of<Predicate, In>,
            "filter(predicate): the predicate is called with `const T&`, the stream's item, and gives a bool");
        return filter_stream<In, Predicate>(std::move(in), std::move(predicate_));
    }

private:
    Predicate predicate_;
};

} // namespace corest
