/// \file
/// The SQLite destination's definitions; see corest.cpp beside it.

#include <corest/destination/sqlite_src.hpp>
