#pragma once

/// \file
/// The tables of a PostgreSQL schema, as the contracts' suites ask for them.

#include <corest/destination/postgres.hpp>

#include <destination/contract_support.hpp>
#include <support/postgres_server.hpp>

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace corest::test {

/// The tables of a schema of the test's own.
class postgres_tables {
public:
    static std::string column_of(const std::string& field) { return field.empty() ? "_2" : field; }

    /// Objects are compared with the texts that the tests write.
    postgres_tables() : postgres_tables("json") {}

    any_destination destination() const
    {
        return postgres(postgres_server::find()->address(schema_) + "&json=" + json_type_);
    }

    std::optional<std::vector<row>> rows(const std::string& table) const
    {
        using connection = postgres_connection_of_test;
        const connection look = postgres_server::find()->connect();
        look.execute("SET TimeZone = 'UTC'");
        const std::string name = connection::quoted(schema_) + "." + connection::quoted(table);
        try {
            return look.records(name);
        } catch (const std::runtime_error&) {
            return std::nullopt;
        }
    }

    /// Of each column of a table its type.
    std::map<std::string, std::string> types(const std::string& table) const
    {
        std::map<std::string, std::string> all;
        for (const auto& c : postgres_server::find()->connect().query(
                 "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = '" + schema_
                 + "' AND table_name = '" + table + "'"))
        {
            all[*c[0]] = *c[1];
        }
        return all;
    }

protected:
    /// \param json_type what objects and arrays become: json, jsonb
    explicit postgres_tables(std::string json_type) : json_type_(std::move(json_type)) {}

private:
    std::string schema_ = postgres_server::new_schema();
    std::string json_type_;
};

} // namespace corest::test
