/// \file
/// The SQLite destination's definitions; see flow.cpp beside it.

#include <corest/destination/sqlite_src.hpp>
