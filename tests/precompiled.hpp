#pragma once

/// \file
/// What most test files include, compiled once. Test files include what they use all the same.

#include <corest/net.hpp>

#include COREST_ASIO(awaitable.hpp)
#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(detached.hpp)
#include COREST_ASIO(io_context.hpp)
// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ip/tcp.hpp)
// clang-format on
#include COREST_ASIO(post.hpp)
#include COREST_ASIO(steady_timer.hpp)
#include COREST_ASIO(use_awaitable.hpp)
#include COREST_ASIO(use_future.hpp)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
