// The functions of the DuckDB destination that are no templates, compiled once.

#include <corest/destination/duckdb_src.hpp>
