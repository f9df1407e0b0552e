#pragma once

/// \file
/// What `<corest/src.hpp>` is for the rest: with COREST_SEPARATE_COMPILATION, one file of a program that uses the
/// PostgreSQL destination includes this to define it. (The CMake target `corest::compiled` has such a file.)

#include <corest/destination/impl/postgres.ipp>
