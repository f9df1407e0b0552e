#pragma once

/// \file
/// The tables of destinations in files, as the contracts' suites ask for them.

#include <corest/destination/csv.hpp>
#include <corest/destination/ndjson.hpp>
#include <corest/destination/sqlite.hpp>

#include <destination/contract_support.hpp>
#include <support/command.hpp>
#include <support/csv_file.hpp>
#include <support/database.hpp>
#include <support/file_name.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace corest::test {

/// The tables of an SQLite file.
class sqlite_tables {
public:
    any_destination destination() const { return sqlite_destination(file_); }
    /// Where all that it writes is.
    [[nodiscard]] const std::string& folder() const { return folder_.path(); }

    std::optional<std::vector<row>> rows(const std::string& table) const
    {
        const database db(file_);
        return db.has(table) ? std::optional(db.records(table)) : std::nullopt;
    }
    /// Of each column of a table its type.
    std::map<std::string, std::string> types(const std::string& table) const
    {
        std::map<std::string, std::string> all;
        for (const database::row& c :
            database(file_).query("SELECT name, type FROM pragma_table_info('" + table + "')"))
        {
            all[*c[0]] = *c[1];
        }
        return all;
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
    /// Where all that it writes is.
    [[nodiscard]] const std::string& folder() const { return folder_.path(); }

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

} // namespace corest::test
