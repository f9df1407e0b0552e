#pragma once

#include <corest/select/encode.hpp>

#include <corest/error.hpp>

namespace corest::detail {

COREST_DECL void throw_no_enumerator()
{
    throw error(errc::invalid_argument, "an enum's value is none of its enumerators, so it has no name in JSON",
        "List the enumerator in BOOST_DESCRIBE_ENUM, or give the enum a value");
}

COREST_DECL void throw_valueless_variant()
{
    throw error(errc::invalid_argument, "a std::variant has no value: an exception has left it without one",
        "Give it a value before it is written");
}

} // namespace corest::detail
