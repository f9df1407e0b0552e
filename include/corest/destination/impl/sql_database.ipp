#pragma once

// What the SQL core asks of a database: statements, transactions, what its tables are, and its dialect.

#include <corest/detail/polymorphic.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail::sql {

/// A value that a statement is given. Texts are views, and live until the statement has run.
class parameter {
public:
    enum class type : unsigned char { null, integer, text, bytes };

    parameter() = default;
    parameter(std::int64_t value) noexcept : type_(type::integer), integer_(value) {}
    parameter(std::uint64_t value) noexcept : parameter(static_cast<std::int64_t>(value)) {}
    parameter(bool value) noexcept : parameter(std::int64_t{value ? 1 : 0}) {}
    parameter(std::string_view value) noexcept : type_(type::text), text_(value) {}
    parameter(const std::string& value) noexcept : parameter(std::string_view(value)) {}
    parameter(const char* value) noexcept : parameter(std::string_view(value)) {}
    parameter(const std::optional<std::string>& value) noexcept
    {
        if (value) {
            *this = parameter(std::string_view(*value));
        }
    }
    /// Bytes that are no text.
    [[nodiscard]] static parameter bytes(std::string_view value) noexcept
    {
        parameter out(value);
        out.type_ = type::bytes;
        return out;
    }

    [[nodiscard]] type kind() const noexcept { return type_; }
    [[nodiscard]] std::int64_t integer() const noexcept { return integer_; }
    [[nodiscard]] std::string_view text() const noexcept { return text_; }

private:
    type type_ = type::null;
    std::int64_t integer_ = 0;
    std::string_view text_;
};

/// A prepared statement. Its parameters are written ?1, ?2, ... in the SQL, whatever the database calls them.
class statement : public polymorphic {
public:
    /// Begins anew with these parameters.
    /// \throws error (destination_failed)
    virtual void start(std::span<const parameter> parameters) = 0;
    /// Goes to the next row. A statement that gives none is run by the first call.
    /// \return whether there is one
    virtual bool next() = 0;
    /// Runs it by the time that anything else is asked of the database, or before: a database far away is then asked
    /// once for all that is posted.
    /// \param check is given the number of rows that it has changed; may throw, and then the transaction fails
    virtual void post(std::span<const parameter> parameters, const std::function<void(std::int64_t)>& check)
    {
        start(parameters);
        while (next()) {
        }
        if (check) {
            check(changes());
        }
    }
    /// How many rows it has changed, once `next` has returned false.
    [[nodiscard]] virtual std::int64_t changes() const = 0;

    /// Of the row; columns count from 0.
    [[nodiscard]] virtual bool is_null(int column) const = 0;
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
    /// Valid until the next row. Of bytes: the bytes.
    [[nodiscard]] virtual std::string_view text(int column) const = 0;
};

/// A column as the database has it.
class stored_column {
public:
    stored_column(std::string its_name, std::string its_type, bool its_default = false)
        : name(std::move(its_name)),
          type(std::move(its_type)),
          has_default(its_default)
    {
    }
    std::string name;
    std::string type;         ///< as it is written in SQL; empty where it has none
    bool has_default = false; ///< a row that does not say what is in it has a value there all the same
};

/// In what databases differ, beyond what they ask of the members of `database`. A value, made once.
class dialect {
public:
    std::string product;             ///< "SQLite"
    std::string case_blind;          ///< see `table_ledger`; empty where names that differ in case are different
    std::string name_collation;      ///< of a column with tables' names, as the database compares these; " COLLATE ..."
    std::string state_table_suffix;  ///< behind the columns of a table of state that has a primary key
    std::string bytes_type = "BLOB"; ///< of a column of bytes
    std::string seen_number = "rowid"; ///< tells the rows of `_corest_seen` apart, in the order in which they came
    std::string seen_number_column;    ///< that column's definition, where the database has none by itself
    /// The column of a table that has no other, where a table needs one; empty where it does not.
    std::string placeholder;
    /// What tells collected rows apart that may have the same key, in the order in which they came.
    std::string row_number = "rowid";
    std::string row_number_column;     ///< that column's definition, where rows have none by themselves
    std::string if_not_exists;         ///< "IF NOT EXISTS " where ADD COLUMN knows that
    std::string unique_index_prefix;   ///< before the table's name in an index's; empty: the database finds a name
    std::string reserved_prefix;       ///< in lower case: no table's name may begin with it
    std::size_t longest_name = 0;      ///< in bytes; 0: any
    bool has_typed_columns = true;     ///< a column holds values of one type, which has to be known to make it
    bool has_walk_column = true;       ///< staged rows without a key say in a column, `walk_column`, whose they are
    bool remakes_empty_tables = false; ///< is quicker than to add columns to them
    /// The rows of a merge are collected as well, and merged when their table ends: page by page it would be slow.
    bool merges_at_end = false;
    bool has_savepoints = true;
    bool enforces_unique = false;              ///< a column with the hint `unique` has an index that sees to it
    std::vector<std::string> reserved_columns; ///< names that no column can have, in lower case
};

/// The column of staged rows that says which walk has brought them.
inline constexpr std::string_view walk_column = "_corest_walk";

/// What to do where a row breaks a constraint of its table.
inline constexpr std::string_view broken_constraint_hint =
    "The table has a constraint that the row breaks, one of your own or the primary key of an earlier plan: remove "
    "it, or drop the table";

/// What a database refused.
class refusal : public error {
public:
    /// What follows from it.
    enum class reason : unsigned char {
        other,
        constraint, ///< a constraint of a table was broken
        data,       ///< a value is none of its column's type
        outdated,   ///< a table is not as it was thought to be: read it anew and try again
        conflict,   ///< another transaction was in the way: the same again may succeed
        lost        ///< the connection: whether a COMMIT was taken is not known
    };

    /// \param broken the name of the constraint, where it was one and the database tells it
    refusal(reason why, std::string message, std::string hint, std::string cause, std::string broken = {})
        : error(errc::destination_failed, std::move(message), std::move(hint)),
          reason_(why),
          constraint_(std::move(broken))
    {
        error_context context;
        context.cause = std::move(cause);
        add(context);
    }

    [[nodiscard]] reason why() const noexcept { return reason_; }
    /// Whether the same transaction may succeed when it is tried again.
    [[nodiscard]] bool may_pass() const noexcept
    {
        return reason_ == reason::outdated || reason_ == reason::conflict || reason_ == reason::lost;
    }
    /// Whether it is the rows that the database does not take.
    [[nodiscard]] bool is_of_rows() const noexcept { return reason_ == reason::constraint || reason_ == reason::data; }
    /// To explain a failure, not to decide what follows from it.
    [[nodiscard]] bool is_constraint() const noexcept { return reason_ == reason::constraint; }
    /// The name of the constraint that was broken; empty where it is not known.
    [[nodiscard]] const std::string& constraint() const noexcept { return constraint_; }

private:
    reason reason_;
    std::string constraint_;
};

/// A connection, for one thread.
class database : public polymorphic {
public:
    [[nodiscard]] virtual const sql::dialect& dialect() const noexcept = 0;
    /// For messages, in quotes: the file, or the database and its server.
    [[nodiscard]] virtual std::string name() const = 0;

    /// Runs SQL that gives no rows (or whose rows do not matter).
    /// \param message of the error where it fails
    /// \throws refusal
    virtual void execute(const std::string& sql, const std::string& message) = 0;
    /// \throws refusal
    [[nodiscard]] virtual std::unique_ptr<statement> prepare(std::string_view sql, const std::string& message) = 0;

    /// Has what is posted run. \throws refusal, and what the checks throw
    virtual void finish_posted() {}

    // ---- transactions ----

    /// Begins one that writes. \throws refusal
    virtual void begin(const std::string& message) { execute("BEGIN", message); }
    /// \throws refusal; where the connection is lost it is not known whether it was committed
    virtual void commit(const std::string& message) { execute("COMMIT", message); }
    /// Whether a transaction is open. Some failures end it.
    [[nodiscard]] virtual bool is_in_transaction() const noexcept = 0;
    /// Ends it; never fails.
    virtual void roll_back() noexcept = 0;
    /// Whether the connection has ended.
    [[nodiscard]] virtual bool is_lost() const noexcept { return false; }
    /// After a connection was lost: makes another one. Statements stay valid.
    /// \throws refusal where that does not succeed in time
    virtual void reconnect(const std::string& /*message*/) {}
    /// After that: whether the last transaction had been committed.
    [[nodiscard]] virtual bool was_committed() { return false; }
    /// Makes tables that others may be making at the same time. \param make is called once, or again after a conflict
    virtual void make_tables(const std::function<void()>& make) { make(); }

    // ---- what there is; within a transaction ----

    [[nodiscard]] virtual bool has_table(const std::string& table) = 0;
    /// Those that can be written to, in their order.
    [[nodiscard]] virtual std::vector<stored_column> columns_of(const std::string& table) = 0;
    /// Whether no two rows have the same values in these columns, and an upsert can make use of that.
    [[nodiscard]] virtual bool has_unique_key(const std::string& table, std::vector<std::string> key) = 0;
    /// How many columns a table can have.
    [[nodiscard]] virtual std::size_t most_columns() const = 0;
    /// The type of a column in SQL, as its schema declares it; empty where it needs none.
    /// \param declared null: nothing is
    [[nodiscard]] virtual std::string type_of(const schema::column* declared) const = 0;
    /// Whether nothing is lost where a table that has no rows is dropped for another one of its columns.
    [[nodiscard]] virtual bool may_be_dropped(const std::string& /*table*/) { return true; }
    /// Until the transaction ends, nobody else changes the table. For databases that have several writers.
    virtual void lock_table(const std::string& /*table*/) {}
};

} // namespace corest::detail::sql
