#pragma once

#include <corest/concurrency/detail/serial_executor.hpp>

#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(strand.hpp)
#include COREST_ASIO(thread_pool.hpp)

#include <typeinfo>

namespace corest::detail {

namespace executor_target {

/// What an executor is, if it is that; else null. (Asio 1.22's `target` casts without a look.)
template <class Executor>
const Executor* find(const net::any_io_executor& executor) noexcept
{
    return executor && executor.target_type() == typeid(Executor) ? executor.target<Executor>() : nullptr;
}

} // namespace executor_target

COREST_DECL bool is_serial(const net::any_io_executor& executor) noexcept
{
    return executor_target::find<net::strand<net::io_context::executor_type>>(executor) != nullptr
        || executor_target::find<net::strand<net::any_io_executor>>(executor) != nullptr
        || executor_target::find<net::strand<net::thread_pool::executor_type>>(executor) != nullptr;
}

COREST_DECL net::any_io_executor serial_executor(const net::any_io_executor& executor)
{
    if (is_serial(executor)) {
        return executor;
    }
    if (const auto* plain = executor_target::find<net::io_context::executor_type>(executor)) {
        return net::make_strand(*plain); // one indirection less for each handler
    }
    return net::make_strand(executor);
}

} // namespace corest::detail
