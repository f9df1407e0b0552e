#pragma once

// A statement of the SQL core that is used again and again.

#include <corest/destination/impl/sql_database.ipp>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace corest::detail::sql {

/// A prepared statement with its parameters in the order of the call. Prepared when it is first used.
class call {
public:
    /// \param sql the statement \param message of the error where it fails
    call(database& db, std::string sql, std::string message)
        : db_(db),
          sql_(std::move(sql)),
          message_(std::move(message))
    {
    }

    /// Runs it to its end. \return the number of rows that it has changed
    template <class... Values>
    std::int64_t run(const Values&... values)
    {
        start(values...);
        while (statement_->next()) {
        }
        return statement_->changes();
    }

    /// Has it run with what is asked of the database next. \param check see `statement::post`
    template <class... Values>
    void post(const std::function<void(std::int64_t)>& check, const Values&... values)
    {
        need_statement();
        const std::array<parameter, sizeof...(Values)> parameters = {parameter(values)...};
        statement_->post(parameters, check);
    }

    /// Runs it and calls a function with itself for each row.
    template <class Function, class... Values>
    void each(Function&& function, const Values&... values)
    {
        start(values...);
        while (statement_->next()) {
            function(*this);
        }
    }

    /// Whether it gives a row.
    template <class... Values>
    [[nodiscard]] bool has_row(const Values&... values)
    {
        bool found = false;
        each([&](const call&) { found = true; }, values...);
        return found;
    }

    [[nodiscard]] bool is_null(int column) const { return statement_->is_null(column); }
    [[nodiscard]] std::int64_t integer(int column) const { return statement_->integer(column); }
    [[nodiscard]] std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    [[nodiscard]] std::string text(int column) const { return std::string(statement_->text(column)); }
    [[nodiscard]] std::optional<std::string> optional_text(int column) const
    {
        return is_null(column) ? std::nullopt : std::optional(text(column));
    }

private:
    template <class... Values>
    void start(const Values&... values)
    {
        need_statement();
        const std::array<parameter, sizeof...(Values)> parameters = {parameter(values)...};
        statement_->start(parameters);
    }

    void need_statement()
    {
        if (!statement_) {
            statement_ = db_.prepare(sql_, message_);
        }
    }

    database& db_;
    std::string sql_;
    std::string message_;
    std::unique_ptr<statement> statement_;
};

} // namespace corest::detail::sql
