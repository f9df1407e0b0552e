#pragma once

/// \file
/// The tables of the destinations that DuckDB writes, as the contracts' suites ask for them.

#include <corest/destination/duckdb.hpp>
#include <corest/destination/parquet.hpp>
#include <corest/destination/sql_identifier.hpp>

#include <destination/contract_support.hpp>
#include <support/command.hpp>
#include <support/duckdb_tables.hpp>
#include <support/file_name.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace corest::test {

/// The tables of a DuckDB file.
class duckdb_tables {
public:
    static constexpr bool is_slow_by_the_row = true;
    static std::string column_of(const std::string& field)
    {
        return field.empty() || field == "rowid" ? field + "_2" : field; // names that DuckDB has not, or needs
    }

    any_destination destination() const { return duckdb_destination(file_); }
    /// Where all that it writes is.
    [[nodiscard]] const std::string& folder() const { return folder_.path(); }

    std::optional<std::vector<row>> rows(const std::string& table) const
    {
        return std::filesystem::exists(file_) ? duckdb_reader(file_).rows(table) : std::nullopt;
    }
    /// Of each column of a table its type.
    std::map<std::string, std::string> types(const std::string& table) const
    {
        return duckdb_reader(file_).columns(corest::detail::sql::identifier(table));
    }

private:
    temporary_folder folder_;
    std::string file_ = folder_.file("data.duckdb");
};

/// The Parquet files of a directory.
class parquet_tables {
public:
    static std::string column_of(const std::string& field)
    {
        return field.empty() ? "_2" : field; // DuckDB has no column without a name
    }

    any_destination destination() const { return parquet_destination(directory_); }
    /// Where all that it writes is.
    [[nodiscard]] const std::string& folder() const { return folder_.path(); }

    std::optional<std::vector<row>> rows(const std::string& table) const
    {
        if (!std::filesystem::exists(path(table))) {
            return std::nullopt;
        }
        return duckdb_reader(reader_.file("reader.duckdb")).rows_of("read_parquet('" + path(table) + "')");
    }
    /// Of each column of a file its type, as DuckDB reads it.
    std::map<std::string, std::string> types(const std::string& table) const
    {
        return duckdb_reader(reader_.file("reader.duckdb")).columns("read_parquet('" + path(table) + "')");
    }

private:
    std::string path(const std::string& table) const { return directory_ + "/" + file_name_of(table) + ".parquet"; }

    temporary_folder folder_;
    temporary_folder reader_; ///< of the connection that the files are read through
    std::string directory_ = folder_.file("made");
};

} // namespace corest::test
