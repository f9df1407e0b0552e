/// \file
/// Rows of lists in tables of DuckDB.

#include <destination/duckdb_file_tables.hpp>
#include <destination/nested_tables_test.hpp>

namespace corest::test {

INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, NestedTables, duckdb_tables);

} // namespace corest::test
