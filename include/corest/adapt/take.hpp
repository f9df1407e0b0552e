#pragma once

/// \file
/// `take`: the first items.

#include <corest/adapt/stream.hpp>

#include <cstddef>
#include <utility>

namespace corest {

/// The first items of a stream. See `take`.
template <stream In>
class take_stream : public detail::adapted_stream<take_stream<In>, In> {
public:
    /// \param in taken over \param count how many items
    take_stream(In in, std::size_t count) : detail::adapted_stream<take_stream, In>(std::move(in)), left_(count)
    {
        this->has_ended_ = count == 0;
    }

    /// See `stream`.
    [[nodiscard]] auto* advance()
    {
        auto* const item = this->has_ended_ ? nullptr : this->in_.advance();
        if (item && --left_ == 0) {
            this->has_ended_ = true;
        }
        return item;
    }

private:
    std::size_t left_;
};

/// Adapter: the first `count` items. The source is asked for nothing beyond the last of them, so no further page is
/// waited for. A walk may have sent the request for its next page ahead: it is cancelled with the walk. (For a resource
/// whose filter is the server's, `limit` also asks for no more than it needs.)
///
///     auto first = projects | filter(&is_active) | take(3);
///
/// The `next()` that gives the end has closed the source. **Cancellation** reaches a `next()` that waits for the
/// source. **Destruction** destroys the source, whose rules hold. `close()` closes the source.
class take : public stream_adapter {
public:
    /// \param count how many items; of 0 the source is not even started
    explicit take(std::size_t count) : count_(count) {}

    /// For `|`.
    template <stream In>
    [[nodiscard]] take_stream<In> adapt(In in) const
    {
        return take_stream<In>(std::move(in), count_);
    }

private:
    std::size_t count_;
};

} // namespace corest
