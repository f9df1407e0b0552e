#pragma once

// A statement that is used again and again, with values of several types.

#include <corest/destination/impl/sqlite_connection.ipp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corest::detail {

/// Bytes that are stored as a BLOB.
class sqlite_blob {
public:
    explicit sqlite_blob(std::string_view of) : bytes(of) {}
    std::string_view bytes;
};

/// A prepared statement with its parameters in the order of the call. Prepared when it is first used.
class sqlite_call {
public:
    /// \param sql the statement \param message of the error where it fails; both live as long as this
    sqlite_call(sqlite_connection& db, std::string_view sql, const std::string& message)
        : db_(db),
          sql_(sql),
          message_(message)
    {
    }

    /// Runs it to its end. \return the number of rows that it has changed
    template <class... Values>
    int run(const Values&... values)
    {
        bind(values...);
        while (db_.step(statement_, message_)) {
        }
        return sqlite3_changes(db_.get());
    }

    /// Runs it and calls a function with itself for each row.
    template <class Function, class... Values>
    void each(Function&& function, const Values&... values)
    {
        bind(values...);
        while (db_.step(statement_, message_)) {
            function(*this);
        }
    }

    [[nodiscard]] bool is_null(int column) const
    {
        return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
    [[nodiscard]] std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    [[nodiscard]] std::string text(int column) const
    {
        return std::string(sqlite_connection::text(statement_, column));
    }
    [[nodiscard]] std::optional<std::string> optional_text(int column) const
    {
        return is_null(column) ? std::nullopt : std::optional(text(column));
    }

private:
    template <class... Values>
    void bind(const Values&... values)
    {
        if (!statement_) {
            statement_ = db_.prepare(sql_, message_);
        }
        sqlite3_reset(statement_.get()); // where it was not run to its end
        int position = 0;
        (bind_one(++position, values), ...);
    }

    void bind_one(int position, std::int64_t value) { sqlite3_bind_int64(statement_.get(), position, value); }
    void bind_one(int position, std::uint64_t value) { bind_one(position, static_cast<std::int64_t>(value)); }
    void bind_one(int position, bool value) { bind_one(position, std::int64_t{value ? 1 : 0}); }
    void bind_one(int position, std::string_view value)
    {
        // A null pointer would be NULL.
        const char* const data = value.data() == nullptr ? "" : value.data();
        sqlite3_bind_text64(statement_.get(), position, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    void bind_one(int position, const std::string& value) { bind_one(position, std::string_view(value)); }
    void bind_one(int position, const std::optional<std::string>& value)
    {
        if (value) {
            bind_one(position, std::string_view(*value));
        } else {
            sqlite3_bind_null(statement_.get(), position);
        }
    }
    void bind_one(int position, const sqlite_blob& value)
    {
        sqlite3_bind_blob64(statement_.get(), position, value.bytes.data(), value.bytes.size(), SQLITE_STATIC);
    }

    sqlite_connection& db_;
    std::string_view sql_;
    const std::string& message_;
    sqlite_statement statement_;
};

} // namespace corest::detail
