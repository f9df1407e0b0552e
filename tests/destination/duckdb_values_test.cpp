/// \file
/// Every type with every kind of value, in DuckDB and in Parquet.

#include <destination/duckdb_file_tables.hpp>
#include <destination/value_cases.hpp>

#include <map>
#include <string>

namespace corest::test {

namespace {

class duckdb_values : public duckdb_tables {
public:
    static std::map<std::string, std::string> differences()
    {
        const auto refused = [](const std::string& type, const std::string& found) {
            return "!record 2: the field 'v' is to be " + type + ", found the number " + found
                + ". If such values are right, declare another type in table::schema.";
        };
        return {{"timestamp", "2026-01-02 02:04:05.5+00"}, {"timestamp, the first year", "0001-01-01 00:00:00+00"},
            {"timestamp, the last second", "9999-12-31 23:59:59+00"}, {"timestamp without zone", "2026-01-02 02:04:05"},
            {"binary", "\\x00\\xFF"}, {"decimal with precision", "1234.50"},
            {"decimal of many digits", refused("decimal(38, 9)", "0.1234567890123")},
            {"decimal of 20,000 digits", refused("decimal(38, 9)", "1" + std::string(39, '0') + "...")},
            {"decimal, very fine", refused("decimal(38, 9)", "0." + std::string(38, '0') + "...")},
            {"wei of 78 digits", refused("decimal(38, 0)", "1" + std::string(39, '0') + "...")}};
    }
};

class parquet_values : public parquet_tables {
public:
    static std::map<std::string, std::string> differences()
    {
        std::map<std::string, std::string> all = duckdb_values::differences();
        all["json, lone surrogate"] =
            "!record 2: the field 'v' holds JSON with half of a surrogate pair in it, which readers of Parquet refuse "
            "together with its file. Leave the field out, declare it as text, or load into another destination.";
        return all;
    }
};

} // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, Values, duckdb_values);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, Values, parquet_values);

} // namespace corest::test
