#pragma once

/// \file
/// `zip`: the items of two flows in pairs.

#include <corest/adapt/stream.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace corest {

/// The items of two streams in pairs. See `zip`.
template <stream First, stream Second>
class zip_stream : public stream_interface<zip_stream<First, Second>,
                       std::pair<typename First::value_type, typename Second::value_type>> {
    using pair = std::pair<typename First::value_type, typename Second::value_type>;

public:
    /// \param first taken over \param second taken over
    zip_stream(First first, Second second) : first_(std::move(first)), second_(std::move(second)) {}

    /// See `stream`.
    [[nodiscard]] pair* advance()
    {
        if (has_ended_) {
            return nullptr;
        }
        if (!item_) {
            if (auto* const item = first_.advance()) {
                item_.emplace(std::move(*item));
            }
        }
        if (!item_) {
            return nullptr;
        }
        auto* const other = second_.advance();
        if (!other) {
            return nullptr;
        }
        pair_.reset(); // items need not be assignable
        pair_.emplace(std::move(*item_), std::move(*other));
        item_.reset();
        return &*pair_;
    }

    /// See `stream`.
    [[nodiscard]] net::awaitable<bool> fetch()
    {
        bool more = false;
        if (has_ended_) {
            co_return false;
        }
        if (item_) {
            more = co_await second_.fetch();
        } else {
            more = co_await first_.fetch();
        }
        if (!more) {
            co_await close();
        }
        co_return more;
    }

    /// See `stream`.
    [[nodiscard]] net::awaitable<void> close()
    {
        has_ended_ = true;
        item_.reset();
        std::exception_ptr failure;
        try {
            co_await first_.close();
        } catch (...) {
            failure = std::current_exception();
        }
        co_await second_.close();
        if (failure) {
            std::rethrow_exception(failure);
        }
    }

private:
    First first_;
    Second second_;
    std::optional<typename First::value_type> item_; ///< waits for its partner
    std::optional<pair> pair_;
    bool has_ended_ = false;
};

/// The items of two flows in pairs, in their order, until the shorter one ends; the `next()` that gives that end has
/// closed both.
///
///     auto both = zip(get(api, "/names"), get(api, "/prices"));
///     while (auto pair = co_await both.next())
///         std::cout << pair->first.json() << pair->second.json() << '\n';
///
/// They are asked in turn, not at once; a walk asks ahead for its next page by itself. Where the second one is the
/// shorter, an item of the first one has been taken for which there is no partner.
///
/// A failure of either leaves `next()`; the other one then stands where it was, until the stream is asked again, closed
/// or destroyed. **Cancellation** reaches a `next()` that waits for one of them. **Destruction** destroys both, and
/// `close()` closes both, the first one first.
template <class First, class Second>
    requires flow<std::remove_cvref_t<First>> && flow<std::remove_cvref_t<Second>>
[[nodiscard]] auto zip(First&& first, Second&& second)
{
    auto left = as_stream(std::remove_cvref_t<First>(std::forward<First>(first)));
    auto right = as_stream(std::remove_cvref_t<Second>(std::forward<Second>(second)));
    return zip_stream<decltype(left), decltype(right)>(std::move(left), std::move(right));
}

} // namespace corest
