#pragma once

/// \file
/// The definitions of everything, for exactly one file of a program that defines `COREST_SEPARATE_COMPILATION`.
/// (The CMake target `corest::compiled` has a file for each of the halves, so that both are compiled at once.)

#include <corest/flow_src.hpp>
#include <corest/source/source_src.hpp>
