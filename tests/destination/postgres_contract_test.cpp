/// \file
/// The PostgreSQL destination, against the contract of destinations.

#include <corest/destination/postgres.hpp>

#include <destination/contract_test.hpp>
#include <destination/resumable_contract_test.hpp>
#include <support/postgres_server.hpp>

#include <optional>
#include <string>
#include <vector>

namespace corest::test {

namespace {

/// The tables of a schema of the test's own.
class postgres_tables {
public:
    static constexpr bool has_typed_columns = true;
    static std::string column_of(const std::string& field) { return field.empty() ? "_2" : field; }

    any_destination destination() const
    {
        // Objects are compared with the texts that the tests write.
        return postgres(postgres_server::find()->address(schema_) + "&json=json");
    }

    std::optional<std::vector<row>> rows(const std::string& table) const
    {
        using connection = postgres_connection_of_test;
        const connection look = postgres_server::find()->connect();
        const std::string name = connection::quoted(schema_) + "." + connection::quoted(table);
        try {
            return look.records(name);
        } catch (const std::runtime_error&) {
            return std::nullopt;
        }
    }

private:
    std::string schema_ = postgres_server::new_schema();
};

} // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, DestinationContract, postgres_tables);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, ResumableContract, postgres_tables);

} // namespace corest::test
