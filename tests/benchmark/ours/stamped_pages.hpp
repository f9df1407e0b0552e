#pragma once

/// \file
/// A collection that goes on for longer than the server's data.

#include <corest/corest.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace benchmark {

/// A transport around another that makes each page another one: a number is written over the date of its first record.
/// The server has a million records at most and begins again behind them, which a walk would take for a circle.
class stamping_transport {
public:
    explicit stamping_transport(corest::any_transport next) : next_(std::move(next)) {}

    corest::net::awaitable<corest::response> send(corest::request r)
    {
        corest::response got = co_await next_.send(std::move(r));
        constexpr std::string_view name = "\"created_at\":\"";
        if (const auto found = got.body.view().find(name); found != std::string_view::npos) {
            const std::string stamp = std::to_string(1'000'000'000 + pages_++);
            std::copy(stamp.begin(), stamp.end(), got.body.data() + found + name.size());
        }
        co_return got;
    }

private:
    corest::any_transport next_;
    std::uint64_t pages_ = 0;
};

/// The layer that puts it there.
class stamped_pages {
public:
    corest::client apply(const corest::client& api) const
    {
        return api.with_transport(stamping_transport(api.transport()));
    }
};

} // namespace benchmark
