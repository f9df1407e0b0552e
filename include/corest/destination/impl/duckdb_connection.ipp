#pragma once

// DuckDB's C API: an open file, a connection to it, statements, and what they fail with.

#include <corest/destination/duckdb.hpp>
#include <corest/detail/canonical_path.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/sql_database.ipp>

#include <duckdb.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace corest::detail {

/// An open file. Within a process all that use a file share one: DuckDB locks files against other processes only.
class duckdb_file {
public:
    duckdb_file(const duckdb_file&) = delete;
    duckdb_file& operator=(const duckdb_file&) = delete;
    ~duckdb_file() { duckdb_close(&database_); }

    enum class access : unsigned char { write, read };

    /// Opens a file, or takes the one that is open. \param options count for who opens it
    /// \throws sql::refusal
    [[nodiscard]] static std::shared_ptr<duckdb_file> open(
        const std::string& path, const duckdb_options& options, access mode)
    {
        static std::mutex known_access;
        static std::map<std::string, std::weak_ptr<duckdb_file>> known;
        const std::lock_guard lock(known_access);
        std::weak_ptr<duckdb_file>& place = known[canonical_path(path)];
        std::shared_ptr<duckdb_file> file = place.lock();
        if (!file) {
            file.reset(new duckdb_file(path, options, mode));
            if (mode == access::write) {
                place = file;
            }
        }
        return file;
    }

    /// A database in memory, which nobody shares.
    /// \throws sql::refusal
    [[nodiscard]] static std::shared_ptr<duckdb_file> in_memory(const duckdb_options& options)
    {
        return std::shared_ptr<duckdb_file>(new duckdb_file(":memory:", options, access::write));
    }

    [[nodiscard]] ::duckdb_database get() const noexcept { return database_; }

private:
    duckdb_file(const std::string& path, const duckdb_options& options, access mode)
    {
        const std::string message = "the database '" + path + "' could not be opened";
        duckdb_config config = nullptr;
        char* cause = nullptr;
        duckdb_create_config(&config);
        bool is_set = duckdb_set_config(config, "access_mode", mode == access::read ? "READ_ONLY" : "READ_WRITE")
            == DuckDBSuccess;
        // A file of another kind must not have code fetched from a network that could read it.
        for (const char* fetching : {"autoinstall_known_extensions", "autoload_known_extensions"}) {
            is_set = is_set && duckdb_set_config(config, fetching, "false") == DuckDBSuccess;
        }
        // What was committed stands in the journal until a checkpoint, which compresses the last group of 122,880 rows
        // as a whole, however few of them are new. DuckDB's own 16 MiB would have each row compressed some four times.
        if (options.memory_limit.empty()) {
            is_set = is_set && duckdb_set_config(config, "checkpoint_threshold", "128MiB") == DuckDBSuccess;
        }
        if (options.threads != 0) {
            is_set = is_set
                && duckdb_set_config(config, "threads", std::to_string(options.threads).c_str()) == DuckDBSuccess;
        }
        if (!options.memory_limit.empty()
            && duckdb_set_config(config, "memory_limit", options.memory_limit.c_str()) != DuckDBSuccess)
        {
            duckdb_destroy_config(&config);
            throw error(errc::invalid_argument,
                "DuckDB takes no memory_limit of '" + options.memory_limit + "': expected a size with its unit",
                "Write 2GB, or 512MiB");
        }
        const bool is_open = is_set && duckdb_open_ext(path.c_str(), &database_, config, &cause) == DuckDBSuccess;
        duckdb_destroy_config(&config);
        if (!is_open) {
            const std::string said = cause != nullptr ? cause : "DuckDB does not take the settings";
            duckdb_free(cause);
            throw sql::refusal(sql::refusal::reason::other, message,
                said.find("lock") != std::string::npos
                    ? "Another process has it open: wait until that has ended, or load into another file"
                    : "The path must be that of a DuckDB file, or of one that can be made",
                said);
        }
    }

    ::duckdb_database database_ = nullptr;
};

/// Has what is under way on a connection end, from another thread.
class duckdb_breaker {
public:
    /// What is under way fails; what is begun later does not.
    void interrupt() noexcept
    {
        const std::lock_guard lock(access_);
        if (connection_ != nullptr) {
            duckdb_interrupt(connection_);
        }
    }
    /// \param connection null: there is none any more
    void watch(duckdb_connection connection) noexcept
    {
        const std::lock_guard lock(access_);
        connection_ = connection;
    }

private:
    std::mutex access_;
    duckdb_connection connection_ = nullptr; ///< guarded by access_
};

/// A connection.
class duckdb_link {
public:
    /// \param breaker for what is under way; null: it cannot be interrupted
    /// \throws sql::refusal
    explicit duckdb_link(std::shared_ptr<duckdb_file> file, std::shared_ptr<duckdb_breaker> breaker = nullptr)
        : file_(std::move(file)),
          breaker_(std::move(breaker))
    {
        if (duckdb_connect(file_->get(), &connection_) != DuckDBSuccess) {
            throw error(errc::destination_failed, "DuckDB gave no connection");
        }
        if (breaker_) {
            breaker_->watch(connection_);
        }
    }
    duckdb_link(const duckdb_link&) = delete;
    duckdb_link& operator=(const duckdb_link&) = delete;
    ~duckdb_link()
    {
        if (breaker_) {
            breaker_->watch(nullptr);
        }
        duckdb_disconnect(&connection_);
    }

    [[nodiscard]] duckdb_connection get() const noexcept { return connection_; }

    /// Throws what DuckDB has refused.
    [[noreturn]] static void fail(const std::string& message, duckdb_error_type type, const char* cause)
    {
        using reason = sql::refusal::reason;
        reason why = reason::other;
        std::string hint;
        switch (type) {
        case DUCKDB_ERROR_CONSTRAINT:
            why = reason::constraint;
            break;
        case DUCKDB_ERROR_CONVERSION:
        case DUCKDB_ERROR_OUT_OF_RANGE:
        case DUCKDB_ERROR_MISMATCH_TYPE:
        case DUCKDB_ERROR_INVALID_INPUT:
            why = reason::data;
            break;
        case DUCKDB_ERROR_TRANSACTION:
            why = reason::conflict;
            break;
        case DUCKDB_ERROR_IO:
            hint = "Look whether there is room on the disk";
            break;
        case DUCKDB_ERROR_OUT_OF_MEMORY:
            hint = "Give DuckDB more memory (memory_limit), or less to do at a time (threads)";
            break;
        default:
            break;
        }
        throw sql::refusal(why, message, hint, cause == nullptr ? "" : first_line(cause));
    }

private:
    [[nodiscard]] static std::string first_line(std::string_view text)
    {
        return std::string(text.substr(0, text.find('\n')));
    }

    std::shared_ptr<duckdb_file> file_;
    std::shared_ptr<duckdb_breaker> breaker_;
    duckdb_connection connection_ = nullptr;
};

/// What a query gives.
class duckdb_rows {
public:
    duckdb_rows() = default;
    duckdb_rows(const duckdb_rows&) = delete;
    duckdb_rows& operator=(const duckdb_rows&) = delete;
    ~duckdb_rows() { clear(); }

    /// To be filled by DuckDB; empty before.
    [[nodiscard]] duckdb_result* slot()
    {
        clear();
        result_ = {};
        is_filled_ = true;
        return &result_;
    }
    /// \throws sql::refusal
    [[noreturn]] void fail(const std::string& message)
    {
        duckdb_link::fail(message, duckdb_result_error_type(&result_), duckdb_result_error(&result_));
    }

    /// Goes to the next row. \return whether there is one
    [[nodiscard]] bool next()
    {
        ++row_;
        while (chunk_ == nullptr || row_ >= duckdb_data_chunk_get_size(chunk_)) {
            duckdb_destroy_data_chunk(&chunk_);
            chunk_ = duckdb_fetch_chunk(result_);
            row_ = 0;
            if (chunk_ == nullptr) {
                return false;
            }
        }
        return true;
    }
    [[nodiscard]] std::int64_t changes() { return static_cast<std::int64_t>(duckdb_rows_changed(&result_)); }

    [[nodiscard]] bool is_null(int column) const
    {
        std::uint64_t* const valid = duckdb_vector_get_validity(vector(column));
        return valid != nullptr && !duckdb_validity_row_is_valid(valid, row_);
    }
    [[nodiscard]] std::int64_t integer(int column) const
    {
        void* const data = duckdb_vector_get_data(vector(column));
        switch (duckdb_column_type(const_cast<duckdb_result*>(&result_), static_cast<idx_t>(column))) {
        case DUCKDB_TYPE_BOOLEAN:
            return static_cast<const bool*>(data)[row_] ? 1 : 0;
        case DUCKDB_TYPE_INTEGER:
            return static_cast<const std::int32_t*>(data)[row_];
        default:
            return static_cast<const std::int64_t*>(data)[row_];
        }
    }
    [[nodiscard]] std::string_view text(int column) const
    {
        if (is_null(column)) {
            return {};
        }
        auto* const texts = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector(column)));
        return {duckdb_string_t_data(texts + row_), duckdb_string_t_length(texts[row_])};
    }

private:
    [[nodiscard]] duckdb_vector vector(int column) const
    {
        return duckdb_data_chunk_get_vector(chunk_, static_cast<idx_t>(column));
    }

    void clear() noexcept
    {
        duckdb_destroy_data_chunk(&chunk_);
        if (is_filled_) {
            duckdb_destroy_result(&result_);
        }
        is_filled_ = false;
        row_ = 0;
    }

    duckdb_result result_ = {};
    bool is_filled_ = false;
    duckdb_data_chunk chunk_ = nullptr;
    idx_t row_ = 0;
};

} // namespace corest::detail
