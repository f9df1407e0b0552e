#pragma once

/// \file
/// A test that has a schema of a PostgreSQL database to itself.

#include <corest/destination/postgres.hpp>

#include <support/postgres_server.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

/// Is skipped where the server's programs are not installed.
class postgres_schema_test : public testing::Test {
protected:
    void SetUp() override
    {
        if (postgres_server::find() == nullptr) {
            GTEST_SKIP() << "the server's programs (postgresql-15) are not installed";
        }
        schema = postgres_server::new_schema();
        look.emplace(postgres_server::find()->connect());
        look->execute("CREATE SCHEMA " + schema + "; SET search_path TO " + schema);
    }
    /// A destination of a run of its own.
    [[nodiscard]] corest::any_destination destination(const std::string& options = {}) const
    {
        return corest::postgres(postgres_server::find()->address(schema) + options);
    }

    std::string schema;
    std::optional<postgres_connection_of_test> look; ///< whose search path is the schema
};
