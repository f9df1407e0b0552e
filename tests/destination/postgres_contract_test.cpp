/// \file
/// The PostgreSQL destination, against the contract of destinations.

#include <destination/contract_test.hpp>
#include <destination/key_types_test.hpp>
#include <destination/merge_hints_test.hpp>
#include <destination/postgres_schema_tables.hpp>
#include <destination/resumable_contract_test.hpp>
#include <destination/table_changes_test.hpp>

namespace corest::test {

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, DestinationContract, postgres_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, ResumableContract, postgres_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, MergeHints, postgres_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, TableChanges, postgres_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, KeyTypes, postgres_tables);

} // namespace corest::test
