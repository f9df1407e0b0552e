#pragma once

/// \file
/// What a stream of items is asked by: an awaitable, what is at hand, a completion token.

#include <corest/detail/completion.hpp>
#include <corest/error.hpp>
#include <corest/net.hpp>

#include <exception>
#include <optional>
#include <tuple>
#include <utility>

namespace corest {

namespace detail {

// g++ warns of coroutine frames in a header that hold a type of an anonymous namespace, such as a lambda's, though the
// frame is as local to the source file as the type is.
#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic push
#    pragma GCC diagnostic ignored "-Wsubobject-linkage"
#endif

/// One frame for an item, however many adapters the stream consists of.
template <class T, class S>
net::awaitable<std::optional<T>> next_of(S* from)
{
    for (;;) {
        std::optional<T> item = from->try_next();
        if (item) {
            co_return item;
        }
        const bool more = co_await from->fetch();
        if (!more) {
            co_return std::nullopt;
        }
    }
}

#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic pop
#endif

} // namespace detail

/// What streams are asked by, made of `advance()` and `fetch()` (see `stream`): a base class of the stream `Self`.
///
/// \tparam Self the class that is derived from this
/// \tparam T    what it consists of
template <class Self, class T>
class stream_interface {
public:
    using value_type = T; ///< what the stream consists of

    /// The next item; empty at the end, and ever after.
    /// Throws what its source throws, and what a function throws that was given to an adapter; error (invalid_argument)
    /// where another `next()` is under way.
    [[nodiscard]] net::awaitable<std::optional<T>> next() & { return detail::next_of<T>(&self()); }

    /// The next item if there is one at hand, without suspension and without a coroutine. Empty does not mean the end:
    /// `next()` goes on.
    ///
    ///     while (auto item = co_await items.next()) {
    ///         use(*item);
    ///         while (auto more = items.try_next()) // the rest of the page
    ///             use(*more);
    ///     }
    [[nodiscard]] std::optional<T> try_next() &
    {
        auto* const item = self().advance();
        return item ? std::optional<T>(std::move(*item)) : std::nullopt;
    }

    /// `next()` for a completion token of signature `void(corest::error_code, std::optional<T>)`: see
    /// `async_generator::async_next`, all of which holds, but that the stream must not be moved until the handler runs.
    ///
    ///     records.async_next(executor, [&](corest::error_code ec, std::optional<corest::record> r) { ... });
    template <class Token>
    auto async_next(Token&& token) &
    {
        return net::async_initiate<Token, void(error_code, std::optional<T>)>(
            async_next_operation(), token, async_next_source(*this));
    }
    /// The same.
    /// \param executor where the stream runs
    /// \param token called when the item is there
    template <class Token>
    auto async_next(net::any_io_executor executor, Token&& token) &
    {
        return net::async_initiate<Token, void(error_code, std::optional<T>)>(
            async_next_operation(), token, async_next_source(*this), std::move(executor));
    }
    /// The exception that the last `async_next` told as an error code, with its text; none where it gave an item or the
    /// end.
    [[nodiscard]] const std::exception_ptr& failure() const noexcept { return failure_; }

    /// \name Of a temporary: does not compile, and says why
    /// `co_await users.records().next()` in a loop would ask for page 1 for ever.
    /// @{
    template <class Never = void>
    void next() && ///< refused
    {
        detail::refuse_temporary<Never>();
    }
    template <class Never = void>
    void try_next() && ///< refused
    {
        detail::refuse_temporary<Never>();
    }
    template <class... Arguments>
    void async_next(Arguments&&...) && ///< refused
    {
        detail::refuse_temporary<std::tuple<Arguments...>>();
    }
    /// @}

protected:
    stream_interface() = default;
    ~stream_interface() = default;
    /// As its members.
    stream_interface(const stream_interface&) = default;
    /// As its members.
    stream_interface(stream_interface&&) noexcept = default;
    /// As its members.
    stream_interface& operator=(const stream_interface&) = default;
    /// As its members.
    stream_interface& operator=(stream_interface&&) noexcept = default;

private:
    using async_next_operation = detail::next_operation<T, net::any_io_executor>;

    /// How `async_next` finds the stream.
    class async_next_source {
    public:
        explicit async_next_source(stream_interface& stream) noexcept : stream_(&stream) {}
        [[nodiscard]] net::awaitable<std::optional<T>> next() const { return stream_->next(); }
        void keep(const std::exception_ptr& failure) const { stream_->failure_ = failure; }

    private:
        stream_interface* stream_;
    };

    [[nodiscard]] Self& self() noexcept { return static_cast<Self&>(*this); }

    std::exception_ptr failure_; ///< of the last async_next
};

} // namespace corest
