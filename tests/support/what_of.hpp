#pragma once

/// \file
/// The whole text of the corest::error that a call throws.

#include <corest/error.hpp>

#include <gtest/gtest.h>

#include <string>

/// `what()` of the error; the test fails where it is of another kind, and "no error" is returned where there is none.
template <class F>
std::string what_of(corest::errc kind, F f)
{
    try {
        f();
    } catch (const corest::error& e) {
        EXPECT_EQ(e.code(), corest::make_error_code(kind)) << e.what();
        return e.what();
    }
    return "no error";
}
