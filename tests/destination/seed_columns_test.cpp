/// \file
/// The five seed documents with declared columns, in SQLite and in files.

#include <destination/file_tables.hpp>
#include <destination/seed_columns.hpp>

#include <map>
#include <string>

namespace corest::test {

namespace {

class sqlite_seed_columns : public sqlite_tables {
public:
    static std::map<schema::data_type, std::string> type_names()
    {
        using schema::data_type;
        return {{data_type::text, "TEXT"}, {data_type::bigint, "BIGINT"}, {data_type::floating, "DOUBLE"},
            {data_type::boolean, "BOOLEAN"}, {data_type::timestamp, "TIMESTAMP"}, {data_type::json, "TEXT"}};
    }
};

} // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, SeedColumns, sqlite_seed_columns);
INSTANTIATE_TYPED_TEST_SUITE_P(Ndjson, SeedColumns, file_tables<ndjson_files>);
INSTANTIATE_TYPED_TEST_SUITE_P(Csv, SeedColumns, file_tables<csv_files>);

} // namespace corest::test
