#pragma once

#include <corest/detail/generator_frame.hpp>

#include <corest/error.hpp>

namespace corest::detail {

COREST_DECL void throw_second_consumer()
{
    throw error(errc::invalid_argument, "a generator or stream was asked for an item while it was being asked for one",
        "It has one consumer: await a next() before the following one, and give each consumer a generator of its own");
}

} // namespace corest::detail
