/// \file
/// The destinations that are written by DuckDB, against the contracts of destinations.

#include <destination/contract_test.hpp>
#include <destination/disturbed_files_test.hpp>
#include <destination/duckdb_file_tables.hpp>
#include <destination/full_disk_test.hpp>
#include <destination/key_types_test.hpp>
#include <destination/merge_hints_test.hpp>
#include <destination/refused_merge_test.hpp>
#include <destination/resumable_contract_test.hpp>
#include <destination/table_changes_test.hpp>

namespace corest::test {

INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, DestinationContract, duckdb_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, ResumableContract, duckdb_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, DestinationContract, parquet_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, ResumableContract, parquet_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, FullDisk, duckdb_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, FullDisk, parquet_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, DisturbedFiles, duckdb_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, DisturbedFiles, parquet_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, MergeHints, duckdb_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, TableChanges, duckdb_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, TableChanges, parquet_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, RefusedMergeHints, parquet_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, KeyTypes, duckdb_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, KeyTypes, parquet_tables);

} // namespace corest::test
