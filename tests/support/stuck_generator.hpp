#pragma once

/// \file
/// A generator that has to be cancelled, and whose end is no matter of a moment.

#include <corest/async_generator.hpp>

#include "support/coroutine_test.hpp"

#include <exception>
#include <memory>

namespace corest::test {

/// Waits for ever after the numbers from 0. Its end takes some turns.
/// \param seen counts in `cleaned_up` the generators that have ended so
template <class Progress>
async_generator<int> stuck_ints_after(int count, std::shared_ptr<Progress> seen)
{
    const counted here;
    std::exception_ptr error;
    try {
        for (int i = 0; i < count; ++i) {
            co_yield i;
        }
        co_await never();
    } catch (...) {
        error = std::current_exception();
    }
    co_await net::this_coro::throw_if_cancelled(false);
    co_await turns(5);
    ++seen->cleaned_up;
    std::rethrow_exception(error);
}

} // namespace corest::test
