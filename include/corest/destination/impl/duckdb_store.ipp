#pragma once

// The store of a DuckDB destination: the SQL core, in a file.

#include <corest/destination/progress.hpp>

#include <corest/destination/impl/duckdb_connection.ipp>
#include <corest/destination/impl/duckdb_database.ipp>
#include <corest/destination/impl/duckdb_writer.ipp>
#include <corest/destination/impl/sql_file_guard.ipp>
#include <corest/destination/impl/sql_store.ipp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace corest::detail {

class duckdb_store final : public sql::store {
public:
    duckdb_store(std::string file, duckdb_options options)
        : store(duckdb_database_file::own_dialect()),
          file_(std::move(file)),
          options_(std::move(options))
    {
    }

    /// A transaction costs DuckDB as much as some thousand rows do; nobody sees these before their table ends.
    [[nodiscard]] std::chrono::milliseconds longest_gathering() const noexcept override
    {
        return std::chrono::milliseconds(20);
    }

    void interrupt() noexcept override
    {
        store::interrupt();
        breaker_->interrupt();
    }

protected:
    [[nodiscard]] std::string name() const override { return "'" + file_ + "'"; }

    [[nodiscard]] std::unique_ptr<sql::database> connect() override
    {
        return std::make_unique<duckdb_database_file>(file_, options_, duckdb_file::access::write, breaker_);
    }
    [[nodiscard]] std::unique_ptr<sql::database> connect_to_read() override
    {
        std::error_code failure;
        if (!std::filesystem::exists(file_, failure)) {
            return nullptr;
        }
        return std::make_unique<duckdb_database_file>(file_, options_, duckdb_file::access::read);
    }

    [[nodiscard]] std::unique_ptr<sql::run_guard> lock(const run_identity& run) override
    {
        return std::make_unique<sql::file_guard>(file_, run);
    }

    [[nodiscard]] std::unique_ptr<sql::table_writer> make_writer(sql::database& db, sql::stored_table& target) override
    {
        return std::make_unique<duckdb_writer>(static_cast<duckdb_database_file&>(db), target);
    }

private:
    std::string file_;
    duckdb_options options_;
    std::shared_ptr<duckdb_breaker> breaker_ = std::make_shared<duckdb_breaker>();
};

} // namespace corest::detail
