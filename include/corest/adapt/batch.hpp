#pragma once

/// \file
/// `batch`: items by the dozen.

#include <corest/adapt/stream.hpp>
#include <corest/error.hpp>

#include <cstddef>
#include <exception>
#include <utility>
#include <vector>

namespace corest {

/// The items of a stream, several at a time. See `batch`.
template <stream In>
class batch_stream : public detail::adapted_stream<batch_stream<In>, In, std::vector<typename In::value_type>> {
    using base = detail::adapted_stream<batch_stream, In, std::vector<typename In::value_type>>;

public:
    /// \param in taken over \param size of each batch but the last
    batch_stream(In in, std::size_t size) : base(std::move(in)), size_(size) {}

    /// See `stream`.
    [[nodiscard]] std::vector<typename In::value_type>* advance()
    {
        if (is_handed_out_) {
            items_.clear();
            is_handed_out_ = false;
        }
        if (!this->has_ended_) {
            try {
                fill();
            } catch (...) {
                end_with(std::current_exception());
            }
        }
        is_handed_out_ = items_.size() == size_ || (this->has_ended_ && !items_.empty());
        return is_handed_out_ ? &items_ : nullptr;
    }

    /// See `stream`.
    [[nodiscard]] net::awaitable<bool> fetch()
    {
        if (!this->has_ended_) {
            std::exception_ptr failure;
            bool more = false;
            try {
                more = co_await this->in_.fetch();
            } catch (...) {
                failure = std::current_exception();
            }
            if (more) {
                co_return true;
            }
            end_with(failure);
        }
        if (!items_.empty() && !is_handed_out_) {
            co_return true; // the last batch comes first
        }
        if (failure_) {
            std::rethrow_exception(std::exchange(failure_, nullptr));
        }
        co_await this->in_.close();
        co_return false;
    }

    /// See `stream`.
    [[nodiscard]] net::awaitable<void> close()
    {
        items_.clear();
        failure_ = nullptr;
        return base::close();
    }

private:
    void fill()
    {
        while (items_.size() < size_) {
            auto* const item = this->in_.advance();
            if (!item) {
                return;
            }
            items_.push_back(std::move(*item));
        }
    }

    void end_with(const std::exception_ptr& failure)
    {
        this->has_ended_ = true;
        failure_ = failure;
        if (failure && is_cancellation(failure)) {
            items_.clear(); // who was cancelled wants nothing more
        }
    }

    std::size_t size_;
    std::vector<typename In::value_type> items_;
    bool is_handed_out_ = false;
    std::exception_ptr failure_; ///< comes after the items before it
};

/// Adapter: vectors of `size` items; the last one may have fewer, and none is empty.
///
///     auto thousands = records | as<sample>() | batch(1000);
///     while (auto samples = co_await thousands.next())
///         insert(*samples);
///
/// A batch is handed out when it is full, however many pages that takes. Records in it keep their pages alive.
///
/// A failure of the source is thrown in its place: after a batch of the items that came before it. **Cancellation**
/// reaches a `next()` that waits for the source; items that wait for their batch to be full are dropped then.
/// **Destruction** destroys the source, whose rules hold, and those items. `close()` drops them too, and closes the
/// source.
class batch : public stream_adapter {
public:
    /// \param size of each batch, at least 1
    /// \throws error (invalid_argument) where it is 0
    explicit batch(std::size_t size) : size_(size)
    {
        if (size == 0) {
            throw error(errc::invalid_argument, "batch(0) would never be full", "Give a number of items");
        }
    }

    /// For `|`.
    template <stream In>
    [[nodiscard]] batch_stream<In> adapt(In in) const
    {
        return batch_stream<In>(std::move(in), size_);
    }

private:
    std::size_t size_;
};

} // namespace corest
