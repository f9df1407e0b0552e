#pragma once

/// \file
/// `drop`: all but the first items.

#include <corest/adapt/stream.hpp>

#include <cstddef>
#include <utility>

namespace corest {

/// The items of a stream without the first ones. See `drop`.
template <stream In>
class drop_stream : public detail::adapted_stream<drop_stream<In>, In> {
public:
    /// \param in taken over \param count how many items are passed over
    drop_stream(In in, std::size_t count) : detail::adapted_stream<drop_stream, In>(std::move(in)), left_(count) {}

    /// See `stream`.
    [[nodiscard]] auto* advance()
    {
        auto* item = this->in_.advance();
        for (; item && left_ != 0; --left_) {
            item = this->in_.advance();
        }
        return item;
    }

private:
    std::size_t left_;
};

/// Adapter: all items but the first `count`. These are read nevertheless: where the API can skip records, a paginator
/// that begins later spares their pages.
///
///     auto rows = std::move(lines) | drop(1); // without the heading
///
/// **Cancellation** reaches a `next()` that waits for the source. **Destruction** destroys the source, whose rules
/// hold. `close()` closes the source.
class drop : public stream_adapter {
public:
    /// \param count how many items are passed over
    explicit drop(std::size_t count) : count_(count) {}

    /// For `|`.
    template <stream In>
    [[nodiscard]] drop_stream<In> adapt(In in) const
    {
        return drop_stream<In>(std::move(in), count_);
    }

private:
    std::size_t count_;
};

} // namespace corest
