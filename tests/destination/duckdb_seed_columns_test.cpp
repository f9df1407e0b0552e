/// \file
/// The five seed documents with declared columns, in DuckDB and in Parquet.

#include <destination/duckdb_file_tables.hpp>
#include <destination/seed_columns.hpp>

#include <map>
#include <string>

namespace corest::test {

namespace {

/// \tparam Tables a DuckDB file or a directory of Parquet files
template <class Tables>
class duckdb_seed_columns : public Tables {
public:
    static std::map<schema::data_type, std::string> type_names()
    {
        using schema::data_type;
        return {{data_type::text, "VARCHAR"}, {data_type::bigint, "BIGINT"}, {data_type::floating, "DOUBLE"},
            {data_type::boolean, "BOOLEAN"}, {data_type::timestamp, "TIMESTAMP WITH TIME ZONE"},
            {data_type::json, "JSON"}};
    }
};

} // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Duckdb, SeedColumns, duckdb_seed_columns<duckdb_tables>);
INSTANTIATE_TYPED_TEST_SUITE_P(Parquet, SeedColumns, duckdb_seed_columns<parquet_tables>);

} // namespace corest::test
