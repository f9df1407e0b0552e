#pragma once

/// \file
/// `transform`: a function's result for each item.

#include <corest/adapt/stream.hpp>

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace corest {

namespace detail {

template <stream In, class Function>
using transformed = std::remove_cvref_t<std::invoke_result_t<Function&, item_argument<In>>>;

} // namespace detail

/// What a function makes of each item of a stream. See `transform`.
template <stream In, class Function>
class transform_stream
    : public detail::adapted_stream<transform_stream<In, Function>, In, detail::transformed<In, Function>> {
public:
    /// \param in taken over \param function called for each item
    transform_stream(In in, Function function)
        : detail::adapted_stream<transform_stream, In, detail::transformed<In, Function>>(std::move(in)),
          function_(std::move(function))
    {
    }

    /// See `stream`.
    [[nodiscard]] detail::transformed<In, Function>* advance()
    {
        auto* const item = this->has_ended_ ? nullptr : this->in_.advance();
        if (!item) {
            return nullptr;
        }
        result_.reset(); // results need not be assignable
        return &result_.emplace(this->call(function_, std::move(*item)));
    }

private:
    Function function_;
    std::optional<detail::transformed<In, Function>> result_;
};

/// Adapter: what a function makes of each item.
///
///     auto ids   = projects | transform([](const record& r) { return r.get<std::int64_t>("id"); });
///     auto names = std::move(people) | transform(&person::name); // a member, of a struct
///
/// The function does not await; what has to is written as an `async_generator`, or with `flat_map`. A result that
/// refers to a record's text (`std::string_view`) is valid until the next page is asked for: what is kept for longer,
/// as `batch` and `collect` do, is made a `std::string`.
///
/// What the function throws leaves `next()`, and the stream has ended. **Cancellation** reaches a `next()` that waits
/// for the source. **Destruction** destroys the source, whose rules hold; the function is not called any more.
/// `close()` closes the source.
template <class Function>
class transform : public stream_adapter {
public:
    /// \param function takes an item: `const record&` of records, `T&&` of a generator's. It is called once for each.
    explicit transform(Function function) : function_(std::move(function)) {}

    /// For `|`.
    template <stream In>
    [[nodiscard]] auto adapt(In in) &&
    {
        static_assert(std::invocable<Function&, detail::item_argument<In>>,
            "transform(function): the function is called with the stream's item, `const record&` or `T&&`");
        static_assert(!std::is_void_v<std::invoke_result_t<Function&, detail::item_argument<In>>>,
            "transform(function): the function gives a value for each item");
        return transform_stream<In, Function>(std::move(in), std::move(function_));
    }

private:
    Function function_;
};

} // namespace corest
