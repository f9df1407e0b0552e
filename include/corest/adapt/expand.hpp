#pragma once

/// \file
/// `expand` behind a flow of values: `values(ids) | expand(api, "/items/{id}")`.

#include <corest/adapt/detail/page_builder.hpp>
#include <corest/adapt/detail/reader.hpp>
#include <corest/adapt/stream.hpp>
#include <corest/async_generator.hpp>
#include <corest/concurrency/detail/call_gate.hpp>
#include <corest/error.hpp>
#include <corest/resource/resource.hpp>
#include <corest/select/encode.hpp>
#include <corest/select/json_writer.hpp>
#include <corest/select/record.hpp>

#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>

namespace corest {

namespace detail {

/// Adds a value as a record: a record as it is, a struct with its members, any other value in the field `key`.
template <class T>
void add_value(page_builder& pages, const T& value, const std::string& key)
{
    if constexpr (std::same_as<T, record>) {
        pages.add(value);
    } else {
        std::string json;
        if constexpr (described_struct<T>) {
            append_json(json, value);
        } else {
            json += '{';
            append_json_string(json, key);
            json += ':';
            append_json(json, value);
            json += '}';
        }
        pages.add(json);
    }
}

/// True where a value has to be put on the next page.
template <class T>
[[nodiscard]] bool begins_page(const page_builder& pages, const T& value)
{
    if constexpr (std::same_as<T, record>) {
        return pages.size() == page_builder::most_records || !pages.fits(value);
    } else {
        return pages.size() == page_builder::most_records;
    }
}

#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic push
#    pragma GCC diagnostic ignored "-Wsubobject-linkage" // see adapt/stream.hpp
#endif

/// The items of a stream as pages. No item that is at hand waits for one that is not.
template <stream In>
async_generator<page> made_pages(In in, std::string key, std::shared_ptr<call_gate> functions)
{
    using item = typename In::value_type;
    page_builder pages;
    std::exception_ptr failure;
    try {
        bool more = true;
        while (more) {
            while (auto* const found = functions->call([&in] { return in.advance(); })) {
                if (begins_page<item>(pages, *found)) {
                    page full = pages.take();
                    co_yield std::move(full);
                }
                add_value<item>(pages, *found, key);
            }
            if (pages.size() != 0) {
                page rest = pages.take();
                co_yield std::move(rest);
            }
            more = co_await in.fetch();
            const net::cancellation_state cancellation = co_await net::this_coro::cancellation_state;
            throw_if_cancelled(cancellation);
        }
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        const bool throws = co_await net::this_coro::throw_if_cancelled();
        co_await net::this_coro::throw_if_cancelled(false);
        try {
            co_await in.close();
        } catch (...) { // the first failure is the one that is told
        }
        co_await net::this_coro::throw_if_cancelled(throws);
        std::rethrow_exception(failure);
    }
}

#if defined(__GNUC__) && !defined(__clang__)
#    pragma GCC diagnostic pop
#endif

/// A walk for each call, where the stream can be copied; otherwise one walk.
template <stream In>
[[nodiscard]] page_maker page_source(In in, std::string key)
{
    if constexpr (std::copy_constructible<In>) {
        return [in = std::move(in), key = std::move(key)](
                   std::shared_ptr<call_gate> functions) { return made_pages(In(in), key, std::move(functions)); };
    } else {
        auto once = std::make_shared<std::optional<In>>(std::move(in));
        return [once, key = std::move(key)](std::shared_ptr<call_gate> functions) {
            if (!*once) {
                throw error(errc::invalid_argument,
                    "the flow before expand(api, path) can be read once, and it has been",
                    "Make the flow anew for each walk, or give a range: values(ids) | expand(api, path)");
            }
            In only = std::move(**once);
            once->reset();
            return made_pages(std::move(only), key, std::move(functions));
        };
    }
}

} // namespace detail

/// A child resource for each item of a flow: of a range, a generator, or of what adapters make of a resource. It is a
/// resource like any other, so `paginate`, `select`, `limit` and a further `expand` apply.
///
///     auto items   = values(ids) | expand(api, "/items/{id}") | paginate(single_page());
///     auto samples = projects | filter(is_active) | expand(api, "/projects/{id}/samples").concurrency(4).ordered();
///
/// Placeholders are filled from an item by the rules of `expand`: from the fields of a record, or the members of a
/// struct described with BOOST_DESCRIBE_STRUCT, by their names in JSON (`corest_names`, select/rename.hpp). Any other
/// value (a number, a text) fills all placeholders itself, so they have one name; a child's record finds it at
/// `parent()`, in a field of that name.
///
/// Memory depends on `concurrency`, not on the number of items: the flow is read as the children's walks come to an
/// end. A flow that can be copied (a range, also behind adapters of functions that can be copied) is read anew by each
/// walk over the resource; another one is read by the first, and a second walk is an error (invalid_argument).
///
/// What the flow or an adapter's function in it throws ends the walk, as a failure of the parent does. **Cancellation**
/// of the consumer and `close()` end the walk with all that it has under way, the flow too. **Destruction** cancels all
/// of it, and lets it end on its own, so the flow owns what it uses; functions that were given to adapters in it are
/// not called any more, but may be destroyed later.
/// \param parents taken over, unless it is a resource
/// \param child with the API to ask
/// \throws error (invalid_argument) where the API is missing, or the path does not fit the items
template <class Flow>
    requires flow<std::remove_cvref_t<Flow>> && (!std::same_as<std::remove_cvref_t<Flow>, resource>)
[[nodiscard]] resource operator|(Flow&& parents, const expansion& child)
{
    static_assert(std::constructible_from<std::remove_cvref_t<Flow>, Flow>,
        "A stream has one consumer, and expand takes it over: std::move(stream) | expand(api, path)");
    auto in = as_stream(std::remove_cvref_t<Flow>(std::forward<Flow>(parents)));
    using item = typename decltype(in)::value_type;
    std::string key;
    if constexpr (!std::same_as<item, record> && !detail::described_struct<item>) {
        key = detail::only_placeholder(child);
    }
    return detail::expand_made(detail::page_source(std::move(in), std::move(key)), child);
}

/// Does not compile, and says what to write: what stands before `expand` is neither a resource nor a flow.
template <class T>
    requires(!flow<std::remove_cvref_t<T>>)
void operator|(T&&, const expansion&)
{
    static_assert(!std::ranges::range<std::remove_cvref_t<T>>,
        "a range is no flow yet, wrap it: values(range) | expand(api, path)");
    static_assert(std::ranges::range<std::remove_cvref_t<T>>,
        "what stands before expand is no flow: it takes a resource, a generator, a stream or values(range)");
}

} // namespace corest
