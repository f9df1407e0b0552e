/// \file
/// The PostgreSQL destination's definitions; see corest.cpp beside it.

#include <corest/destination/postgres_src.hpp>
