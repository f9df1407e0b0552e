#pragma once

#include <corest/concurrency/detail/serial_executor.hpp>

#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(strand.hpp)
#include COREST_ASIO(thread_pool.hpp)

namespace corest::detail {

COREST_DECL bool is_serial(const net::any_io_executor& executor) noexcept
{
    return executor.target<net::strand<net::io_context::executor_type>>() != nullptr
        || executor.target<net::strand<net::any_io_executor>>() != nullptr
        || executor.target<net::strand<net::thread_pool::executor_type>>() != nullptr;
}

COREST_DECL net::any_io_executor serial_executor(const net::any_io_executor& executor)
{
    if (is_serial(executor)) {
        return executor;
    }
    if (const auto* plain = executor.target<net::io_context::executor_type>()) {
        return net::make_strand(*plain); // one indirection less for each handler
    }
    return net::make_strand(executor);
}

} // namespace corest::detail
