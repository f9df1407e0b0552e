/// \file
/// Every destination, against the contract of destinations.

#include <destination/contract_test.hpp>
#include <destination/disturbed_files_test.hpp>
#include <destination/file_tables.hpp>
#include <destination/full_disk_test.hpp>
#include <destination/memory_destination.hpp>
#include <destination/key_types_test.hpp>
#include <destination/merge_hints_test.hpp>
#include <destination/refused_merge_test.hpp>
#include <destination/resumable_contract_test.hpp>
#include <destination/table_changes_test.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace corest::test {

namespace {

/// The tables of a program's memory.
class memory_tables {
public:
    any_destination destination() const { return memory_destination(visible_); }

    std::optional<std::vector<row>> rows(const std::string& table) const
    {
        if (!visible_->contains(table)) {
            return std::nullopt;
        }
        std::vector<row> all;
        for (const std::string& line : visible_->at(table)) {
            all.push_back(row_of_record(line));
        }
        return all;
    }

private:
    std::shared_ptr<memory_destination::tables> visible_ = std::make_shared<memory_destination::tables>();
};

} // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, DestinationContract, sqlite_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Ndjson, DestinationContract, file_tables<ndjson_files>);
INSTANTIATE_TYPED_TEST_SUITE_P(Csv, DestinationContract, file_tables<csv_files>);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, DestinationContract, memory_tables);

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, ResumableContract, sqlite_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Ndjson, ResumableContract, file_tables<ndjson_files>);
INSTANTIATE_TYPED_TEST_SUITE_P(Csv, ResumableContract, file_tables<csv_files>);

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, FullDisk, sqlite_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Ndjson, FullDisk, file_tables<ndjson_files>);
INSTANTIATE_TYPED_TEST_SUITE_P(Csv, FullDisk, file_tables<csv_files>);

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, DisturbedFiles, sqlite_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Ndjson, DisturbedFiles, file_tables<ndjson_files>);
INSTANTIATE_TYPED_TEST_SUITE_P(Csv, DisturbedFiles, file_tables<csv_files>);

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, MergeHints, sqlite_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, TableChanges, sqlite_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Csv, TableChanges, file_tables<csv_files>);

INSTANTIATE_TYPED_TEST_SUITE_P(Ndjson, RefusedMergeHints, file_tables<ndjson_files>);
INSTANTIATE_TYPED_TEST_SUITE_P(Csv, RefusedMergeHints, file_tables<csv_files>);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, KeyTypes, sqlite_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Ndjson, KeyTypes, file_tables<ndjson_files>);
INSTANTIATE_TYPED_TEST_SUITE_P(Csv, KeyTypes, file_tables<csv_files>);

} // namespace corest::test
