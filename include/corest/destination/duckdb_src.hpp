#pragma once

/// \file
/// What `<corest/src.hpp>` is for the rest: with COREST_SEPARATE_COMPILATION, one file of a program that uses the
/// destinations of DuckDB and Parquet includes this to define them. (The CMake target `corest::compiled` has such a
/// file.)

#include <corest/destination/impl/duckdb.ipp>
#include <corest/destination/impl/parquet.ipp>
