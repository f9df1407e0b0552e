/// \file
/// The one file of this program that compiles corest; the others define COREST_SEPARATE_COMPILATION and only declare
/// it.

#include <corest/src.hpp>
#include <corest/destination/sqlite_src.hpp>
