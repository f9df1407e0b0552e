#pragma once

/// \file
/// `as<T>()`: records as structs.

#include <corest/adapt/stream.hpp>
#include <corest/adapt/transform.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/record.hpp>

#include <concepts>
#include <utility>

namespace corest {

/// Adapter: each record decoded into a T, as `record::as<T>()` does it.
///
///     auto samples = corest::get(api, "/samples") | corest::as<sample>();
///     while (auto s = co_await samples.next())
///         std::cout << s->name << '\n';
///
/// A record that is no T is an error that leaves `next()`, with resource, page and number of the record, and the stream
/// has ended. **Cancellation**, **destruction** and `close()` are those of `transform`.
template <class T>
class as : public stream_adapter {
public:
    /// For `|`.
    template <stream In>
    [[nodiscard]] auto adapt(In in) const
    {
        static_assert(std::same_as<typename In::value_type, record>,
            "as<T>() decodes records: put it before what makes something else of them");
        return transform(decode()).adapt(std::move(in));
    }

private:
    class decode {
    public:
        T operator()(const record& found) const { return found.as<T>(); }
    };
};

} // namespace corest
