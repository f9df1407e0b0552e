/// \file
/// Rows of lists in tables of PostgreSQL.

#include <destination/postgres_schema_tables.hpp>
#include <destination/nested_tables_test.hpp>

namespace corest::test {

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, NestedTables, postgres_tables);

} // namespace corest::test
