#pragma once

/// \file
/// `take_while`: the items up to the first that does not fulfil a condition.

#include <corest/adapt/stream.hpp>

#include <utility>

namespace corest {

/// The items of a stream up to the first for which the predicate is false. See `take_while`.
template <stream In, class Predicate>
class take_while_stream : public detail::adapted_stream<take_while_stream<In, Predicate>, In> {
public:
    /// \param in taken over \param predicate called for each item
    take_while_stream(In in, Predicate predicate)
        : detail::adapted_stream<take_while_stream, In>(std::move(in)),
          predicate_(std::move(predicate))
    {
    }

    /// See `stream`.
    [[nodiscard]] auto* advance()
    {
        auto* const item = this->has_ended_ ? nullptr : this->in_.advance();
        this->has_ended_ = this->has_ended_ || (item && !this->call(predicate_, std::as_const(*item)));
        return this->has_ended_ ? nullptr : item;
    }

private:
    Predicate predicate_;
};

/// Adapter: the items before the first one for which a predicate is false. That one is dropped, and nothing beyond it
/// is asked for: in a list that begins with the newest, the walk ends where what is known begins.
///
///     auto fresh = events | take_while([since](const record& r) { return r.get<std::int64_t>("time") > since; });
///
/// The `next()` that gives the end has closed the source. What the predicate throws leaves `next()`, and the stream has
/// ended. **Cancellation** reaches a `next()` that waits for the source. **Destruction** destroys the source, whose
/// rules hold; the predicate is not called any more. `close()` closes the source.
template <class Predicate>
class take_while : public stream_adapter {
public:
    /// \param predicate takes an item (`const record&`) and gives a bool: a function, lambda or pointer to a member
    explicit take_while(Predicate predicate) : predicate_(std::move(predicate)) {}

    /// For `|`.
    template <stream In>
    [[nodiscard]] auto adapt(In in) &&
    {
        static_assert(detail::predicate_of<Predicate, In>,
            "take_while(predicate): the predicate is called with `const T&`, the stream's item, and gives a bool");
        return take_while_stream<In, Predicate>(std::move(in), std::move(predicate_));
    }

private:
    Predicate predicate_;
};

} // namespace corest
