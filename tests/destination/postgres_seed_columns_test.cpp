/// \file
/// The five seed documents with declared columns, in PostgreSQL.

#include <destination/postgres_schema_tables.hpp>
#include <destination/seed_columns.hpp>

#include <map>
#include <string>

namespace corest::test {

namespace {

class postgres_seed_columns : public postgres_tables {
public:
    postgres_seed_columns() : postgres_tables("jsonb") {}

    static std::map<schema::data_type, std::string> type_names()
    {
        using schema::data_type;
        return {{data_type::text, "text"}, {data_type::bigint, "bigint"}, {data_type::floating, "double precision"},
            {data_type::boolean, "boolean"}, {data_type::timestamp, "timestamp with time zone"},
            {data_type::json, "jsonb"}};
    }
};

} // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, SeedColumns, postgres_seed_columns);

} // namespace corest::test
