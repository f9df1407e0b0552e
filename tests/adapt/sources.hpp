#pragma once

/// \file
/// What adapters are put behind in tests.

#include <corest/async_generator.hpp>

#include <support/coroutine_test.hpp>
#include <support/stuck_generator.hpp>

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace corest::test {

using owned_int = std::unique_ptr<int>;

/// What a source has been through.
class progress {
public:
    int asked = 0;      ///< for so many items, and its end
    int cleaned_up = 0; ///< so many sources have ended after an asynchronous cleanup
};

/// Numbers from 0, of which `at_hand` at a time need not be awaited.
inline async_generator<owned_int> numbers(int count, int at_hand = 3, std::shared_ptr<progress> seen = {})
{
    const counted here;
    for (int i = 0; i < count; ++i) {
        if (i % at_hand == 0) {
            co_await turns(2);
        }
        if (seen) {
            ++seen->asked;
        }
        co_yield std::make_unique<int>(i);
    }
}

/// As `numbers`, copyable.
inline async_generator<int> ints(int count, int at_hand = 3)
{
    auto source = numbers(count, at_hand);
    while (auto n = co_await source.pull()) {
        co_yield **n;
    }
}

/// Fails after its items.
inline async_generator<owned_int> failing_after(int count)
{
    const counted here;
    for (int i = 0; i < count; ++i) {
        co_yield std::make_unique<int>(i);
    }
    co_await turn();
    throw std::runtime_error("source");
}

/// Waits for ever after its items. Its end takes some turns.
inline async_generator<owned_int> stuck_after(int count, std::shared_ptr<progress> seen)
{
    auto source = stuck_ints_after(count, std::move(seen));
    while (auto n = co_await source.pull()) {
        co_yield std::make_unique<int>(*n);
    }
}

/// Takes everything. \param taken the values in their order, also where it ends with an exception
template <class Stream, class T>
net::awaitable<void> drain(Stream& stream, std::vector<T>& taken)
{
    while (auto item = co_await stream.next()) {
        taken.push_back(std::move(*item));
    }
}

} // namespace corest::test
