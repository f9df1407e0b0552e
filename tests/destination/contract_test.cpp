/// \file
/// Every destination, against the contract of destinations.

#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>

#include <destination/contract_test.hpp>
#include <destination/memory_destination.hpp>
#include <destination/resumable_contract_test.hpp>
#include <support/command.hpp>
#include <support/database.hpp>

#include <cctype>
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

/// The files of a directory.
class ndjson_tables {
public:
    any_destination destination() const { return ndjson_destination(directory_); }

    std::optional<std::vector<row>> rows(const std::string& table) const
    {
        const std::string path = directory_ + "/" + file_name(table);
        if (!std::filesystem::exists(path)) {
            return std::nullopt;
        }
        std::vector<row> all;
        std::istringstream lines(read_file(path));
        for (std::string line; std::getline(lines, line);) {
            all.push_back(row_of_record(line));
        }
        return all;
    }

private:
    static std::string file_name(const std::string& table)
    {
        std::ostringstream name;
        name << std::hex << std::uppercase;
        for (const char c : table) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '-' || c == '.') {
                name << c;
            } else {
                name << '%' << unsigned{byte};
            }
        }
        return name.str() + ".ndjson";
    }

    temporary_folder folder_;
    std::string directory_ = folder_.file("made");
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
INSTANTIATE_TYPED_TEST_SUITE_P(Ndjson, DestinationContract, ndjson_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, DestinationContract, memory_tables);

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, ResumableContract, sqlite_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Ndjson, ResumableContract, ndjson_tables);

} // namespace corest::test
