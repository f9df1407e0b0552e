/// \file
/// The DuckDB destination, against the contracts of destinations.

#include <corest/destination/duckdb.hpp>

#include <destination/contract_test.hpp>
#include <destination/resumable_contract_test.hpp>
#include <support/command.hpp>
#include <support/duckdb_tables.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace corest::test {

namespace {

/// The tables of a DuckDB file.
class duckdb_tables {
public:
    static constexpr bool has_typed_columns = true;
    static constexpr bool is_slow_by_the_row = true;
    static std::string column_of(const std::string& field)
    {
        return field.empty() || field == "rowid" ? field + "_2" : field; // names that DuckDB has not, or needs
    }

    any_destination destination() const { return duckdb_destination(file_); }

    std::optional<std::vector<row>> rows(const std::string& table) const
    {
        return std::filesystem::exists(file_) ? duckdb_reader(file_).rows(table) : std::nullopt;
    }

private:
    temporary_folder folder_;
    std::string file_ = folder_.file("data.duckdb");
};

} // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, DestinationContract, duckdb_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, ResumableContract, duckdb_tables);

} // namespace corest::test
