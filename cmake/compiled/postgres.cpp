/// \file
/// The PostgreSQL destination's definitions; see flow.cpp beside it.

#include <corest/destination/postgres_src.hpp>
