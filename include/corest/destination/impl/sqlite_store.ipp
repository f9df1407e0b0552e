#pragma once

// The store of an SQLite destination: the SQL core, in a file.

#include <corest/destination/progress.hpp>
#include <corest/destination/sqlite.hpp>

#include <corest/destination/impl/sql_file_guard.ipp>
#include <corest/destination/impl/sql_store.ipp>
#include <corest/destination/impl/sqlite_database.ipp>
#include <corest/destination/impl/sqlite_inserter.ipp>
#include <corest/destination/impl/sqlite_row_ranges.ipp>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace corest::detail {

class sqlite_store final : public sql::store {
public:
    sqlite_store(std::string file, sqlite_options options)
        : store(sqlite_database::own_dialect()),
          file_(std::move(file)),
          options_(std::move(options))
    {
        sqlite_connection::check(options_);
    }

protected:
    [[nodiscard]] std::string name() const override { return "'" + file_ + "'"; }

    [[nodiscard]] std::unique_ptr<sql::database> connect() override
    {
        return std::make_unique<sqlite_database>(file_, options_, interrupted());
    }
    [[nodiscard]] std::unique_ptr<sql::database> connect_to_read() override
    {
        std::error_code failure;
        if (!is_file() || !std::filesystem::exists(file_, failure)) {
            return nullptr;
        }
        return std::make_unique<sqlite_database>(file_, options_, interrupted(), sqlite_connection::access::read);
    }

    [[nodiscard]] std::unique_ptr<sql::run_guard> lock(const run_identity& run) override
    {
        if (!is_file()) {
            return nullptr;
        }
        return std::make_unique<sql::file_guard>(file_, run);
    }

    [[nodiscard]] std::unique_ptr<sql::table_writer> make_writer(sql::database& db, sql::stored_table& target) override
    {
        return std::make_unique<sqlite_inserter>(static_cast<sqlite_database&>(db).connection(), target);
    }
    [[nodiscard]] std::unique_ptr<sql::staged_rows> make_staged_rows(sql::database& db) override
    {
        return std::make_unique<sqlite_row_ranges>(static_cast<sqlite_database&>(db));
    }

private:
    /// Whether other processes can load into it.
    [[nodiscard]] bool is_file() const noexcept { return !file_.empty() && file_ != ":memory:"; }

    std::string file_;
    sqlite_options options_;
};

} // namespace corest::detail
