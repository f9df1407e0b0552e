#pragma once

/// \file
/// Streams: what record adapters are put behind, and what they make.
///
///     auto late = orders.records() | filter([](const record& r) { return r.get<bool>("late"); }) | take(10);
///     while (auto order = co_await late.next())
///         std::cout << order->json() << '\n';

#include <corest/detail/member_name.hpp>
#include <corest/net.hpp>
#include <corest/stream_interface.hpp>

#include <concepts>
#include <functional>
#include <iterator>
#include <optional>
#include <type_traits>
#include <utility>

namespace corest {

/// Items one after another, some of which are at hand (those of a page, say), while others must be awaited.
///
/// - `advance()` goes to the next item at hand, and returns a pointer to it: null where nothing is at hand. It is an
///   ordinary function, so a step through a stack of adapters is inlined, without a coroutine. The item is there until
///   the stream is used or moved again. Where the pointer is to a non-const item, it may be moved from.
/// - `fetch()` awaits until there may be more at hand: true; false at the end, and ever after. Called where `advance()`
///   has given null.
/// - `close()` ends it and waits until all that it started has ended.
///
/// A stream has one consumer, and may be neither moved nor destroyed while one of its awaitables is under way. `next()`
/// and `try_next()` are made of these three by `stream_interface`.
template <class S>
concept stream = std::move_constructible<S> && requires(S& s) {
    typename S::value_type;
    {
        *s.advance()
    } -> std::convertible_to<const typename S::value_type&>;
    {
        s.fetch()
    } -> std::same_as<net::awaitable<bool>>;
    {
        s.close()
    } -> std::same_as<net::awaitable<void>>;
};

namespace detail {

// g++ warns of coroutine frames in a header that hold a type of an anonymous namespace, such as a lambda's, though the
// frame is as local to the source file as the type is.
#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic push
#    pragma GCC diagnostic ignored "-Wsubobject-linkage"
#endif

/// Ends a stream from which nothing more is wanted. \return false: there is no more
template <class S>
net::awaitable<bool> end_of(S* from)
{
    co_await from->close();
    co_return false;
}

#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic pop
#endif

} // namespace detail

namespace detail {

template <class S>
concept has_items = requires(S& s) {
    s.next();
    s.try_next();
    {
        s.close()
    } -> std::same_as<net::awaitable<void>>;
};

template <class R>
concept has_records = requires(const R& r) {
    {
        r.records()
    } -> stream;
};

/// What `next()` gives.
template <class S>
using item_of = typename decltype(std::declval<S&>().next())::value_type::value_type;

} // namespace detail

/// What a stream is made of: a stream; something that has `records()`, as a resource; an `async_generator`, or anything
/// else that has `next()`, `try_next()` and `close()` as it has them.
template <class F>
concept flow = stream<F> || detail::has_records<F> || detail::has_items<F>;

/// A generator as a stream.
template <class Generator>
class item_stream : public stream_interface<item_stream<Generator>, detail::item_of<Generator>> {
public:
    /// \param source taken over
    explicit item_stream(Generator source) : source_(std::move(source)) {}

    /// See `stream`.
    [[nodiscard]] detail::item_of<Generator>* advance()
    {
        if (is_fetched_) {
            is_fetched_ = false;
        } else {
            hold(source_.try_next());
        }
        return item_ ? &*item_ : nullptr;
    }

    /// See `stream`.
    [[nodiscard]] net::awaitable<bool> fetch()
    {
        if (!is_fetched_) {
            hold(co_await source_.next());
            is_fetched_ = item_.has_value();
        }
        co_return is_fetched_;
    }

    /// See `stream`.
    [[nodiscard]] net::awaitable<void> close()
    {
        item_.reset();
        is_fetched_ = false;
        return source_.close();
    }

private:
    void hold(std::optional<detail::item_of<Generator>> item)
    {
        item_.reset(); // items need not be assignable
        if (item) {
            item_.emplace(std::move(*item));
        }
    }

    Generator source_;
    std::optional<detail::item_of<Generator>> item_;
    bool is_fetched_ = false; ///< the item has not been handed out
};

/// The stream that a flow is, or that is made of it.
template <flow F>
[[nodiscard]] auto as_stream(F source)
{
    if constexpr (stream<F>) {
        return F(std::move(source));
    } else if constexpr (detail::has_records<F>) {
        return source.records();
    } else {
        return item_stream<F>(std::move(source));
    }
}

/// Base class of what can be put behind a flow: `flow | adapter` is `std::move(adapter).adapt(stream)`.
///
///     class keep_first : public corest::stream_adapter { // an adapter of one's own
///     public:
///         template <corest::stream In>
///         auto adapt(In in) && { return std::move(in) | corest::take(1); }
///     };
class stream_adapter {};

namespace detail {

struct adapt_name {
    int adapt;
};
template <class T>
concept names_adapt = (can_be_base<T> && !requires { &with_name<T, adapt_name>::adapt; }) || requires { &T::adapt; };

/// A range, as far as it has to be told from a flow: <ranges> takes long to compile.
template <class S>
concept has_begin_and_end = requires(S& s) {
    std::begin(s);
    std::end(s);
};

/// Says at compile time what a type lacks to be a flow.
template <class S>
constexpr void explain_flow()
{
    static_assert(!has_begin_and_end<S>,
        "what stands before this adapter is a range, and no flow yet, wrap it: values(range) | ...");
    static_assert(
        has_begin_and_end<S> || requires { typename S::value_type; },
        "what stands before this adapter is no flow: as a stream it lacks value_type, the type of its items");
    static_assert(
        has_begin_and_end<S> || requires(S& s) { *s.advance(); },
        "what stands before this adapter is no flow: as a stream it lacks advance(), which returns a pointer to the "
        "next item at "
        "hand, null where there is none");
    static_assert(
        has_begin_and_end<S> || requires(S& s) {
            {
                s.fetch()
            } -> std::same_as<net::awaitable<bool>>;
        }, "what stands before this adapter is no flow: as a stream it lacks fetch(), which returns net::awaitable<bool>");
    static_assert(
        has_begin_and_end<S> || requires(S& s) {
            {
                s.close()
            } -> std::same_as<net::awaitable<void>>;
        }, "what stands before this adapter is no flow: as a stream it lacks close(), which returns net::awaitable<void>");
}

} // namespace detail

/// Puts an adapter behind a flow. Nothing runs before the stream is asked for its first item.
/// \param source taken over: a stream or generator that has a name is moved, `std::move(records) | take(3)`
/// \param adapter taken over, or copied
template <class F, std::derived_from<stream_adapter> Adapter>
    requires flow<std::remove_cvref_t<F>>
[[nodiscard]] auto operator|(F&& source, Adapter adapter)
{
    static_assert(std::constructible_from<std::remove_cvref_t<F>, F>,
        "A stream has one consumer, and an adapter takes it over: std::move(stream) | adapter");
    static_assert(detail::names_adapt<Adapter>,
        "this adapter lacks adapt(stream), which returns the stream that it makes of another one");
    return std::move(adapter).adapt(as_stream(std::remove_cvref_t<F>(std::forward<F>(source))));
}

/// Does not compile, and says what is missing: what stands before the adapter is no flow.
template <class F, std::derived_from<stream_adapter> Adapter>
    requires(!flow<std::remove_cvref_t<F>>)
void operator|(F&&, Adapter)
{
    detail::explain_flow<std::remove_cvref_t<F>>();
}

namespace detail {

/// What the streams of adapters that have one source have in common. They end early where a function throws that they
/// were given, or as they please; the source is then closed by the `fetch()` that gives the end.
template <class Self, stream In, class T = typename In::value_type>
class adapted_stream : public stream_interface<Self, T> {
public:
    [[nodiscard]] net::awaitable<bool> fetch() { return has_ended_ ? end_of(&in_) : in_.fetch(); }

    [[nodiscard]] net::awaitable<void> close()
    {
        has_ended_ = true;
        return in_.close();
    }

protected:
    explicit adapted_stream(In in) : in_(std::move(in)) {}

    /// Calls a function; what it throws ends the stream.
    template <class F, class... A>
    decltype(auto) call(F& f, A&&... arguments)
    {
        try {
            return std::invoke(f, std::forward<A>(arguments)...);
        } catch (...) {
            has_ended_ = true;
            throw;
        }
    }

    In in_;
    bool has_ended_ = false;
};

/// What an adapter's function is called with: the item, to be moved from where the stream allows that.
template <stream In>
using item_argument = decltype(std::move(*std::declval<In&>().advance()));

template <class F, class In>
concept predicate_of = std::predicate<F&, const typename In::value_type&>;

} // namespace detail

} // namespace corest
