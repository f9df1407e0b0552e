/// \file
/// Every destination, against the contract of destinations.

#include <corest/destination/csv.hpp>
#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>

#include <destination/contract_test.hpp>
#include <destination/memory_destination.hpp>
#include <destination/resumable_contract_test.hpp>
#include <support/command.hpp>
#include <support/csv_file.hpp>
#include <support/database.hpp>
#include <support/file_name.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace corest::test {

namespace {

/// The tables of an SQLite file.
class sqlite_tables {
public:
    any_destination destination() const { return sqlite_destination(file_); }

    std::optional<std::vector<row>> rows(const std::string& table) const
    {
        const database db(file_);
        return db.has(table) ? std::optional(db.records(table)) : std::nullopt;
    }

private:
    temporary_folder folder_;
    std::string file_ = folder_.file("data.db");
};

/// The files of a directory. \tparam Format how they are made and read
template <class Format>
class file_tables {
public:
    any_destination destination() const { return Format::destination(directory_); }

    std::optional<std::vector<row>> rows(const std::string& table) const
    {
        const std::string path = directory_ + "/" + file_name_of(table) + Format::extension;
        return std::filesystem::exists(path) ? std::optional(Format::read(path)) : std::nullopt;
    }

private:
    temporary_folder folder_;
    std::string directory_ = folder_.file("made");
};

class ndjson_files {
public:
    static constexpr const char* extension = ".ndjson";

    static any_destination destination(const std::string& directory) { return ndjson_destination(directory); }
    static std::vector<row> read(const std::string& path)
    {
        std::vector<row> all;
        std::istringstream lines(read_file(path));
        for (std::string line; std::getline(lines, line);) {
            all.push_back(row_of_record(line));
        }
        return all;
    }
};

class csv_files {
public:
    static constexpr const char* extension = ".csv";

    static any_destination destination(const std::string& directory) { return csv_destination(directory); }
    static std::vector<row> read(const std::string& path) { return csv_rows(read_file(path)); }
};

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

} // namespace corest::test
