#pragma once

// PostgreSQL as the SQL core asks for it.

#include <corest/destination/postgres.hpp>
#include <corest/destination/progress.hpp>
#include <corest/destination/sql_identifier.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>

#include <corest/destination/impl/postgres_address.ipp>
#include <corest/destination/impl/postgres_connection.ipp>
#include <corest/destination/impl/run_lock.ipp>
#include <corest/destination/impl/sql_call.ipp>
#include <corest/destination/impl/sql_database.ipp>

#include <libpq-fe.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// A statement, prepared on the server when it is used for the third time.
class postgres_call final : public sql::statement {
public:
    postgres_call(postgres_connection& db, std::string_view text, std::string message)
        : db_(db),
          message_(std::move(message))
    {
        char quote = '\0';
        for (const char c : text) { // the core writes parameters as ?1
            if (quote != '\0') {
                quote = c == quote ? '\0' : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            }
            sql_ += c == '?' && quote == '\0' ? '$' : c;
        }
    }
    postgres_call(const postgres_call&) = delete;
    postgres_call& operator=(const postgres_call&) = delete;
    ~postgres_call() override = default; // what is prepared goes with the connection

    void start(std::span<const sql::parameter> parameters) override
    {
        rows_.reset();
        row_ = -1;
        db_.finish_posted();
        bind(parameters);
        const auto count = static_cast<int>(parameters.size());
        constexpr int binary = 1;
        if (++uses_ <= 2) {
            db_.send(PQsendQueryParams(db_.get(), sql_.c_str(), count, nullptr, values_.data(), lengths_.data(),
                         formats_.data(), binary),
                message_);
        } else {
            prepare(count);
            db_.send(PQsendQueryPrepared(
                         db_.get(), name_.c_str(), count, values_.data(), lengths_.data(), formats_.data(), binary),
                message_);
        }
        rows_ = db_.finish(message_);
    }
    void post(std::span<const sql::parameter> parameters, const std::function<void(std::int64_t)>& check) override
    {
        prepare(static_cast<int>(parameters.size()));
        bind(parameters);
        postgres_posted one;
        one.name = name_;
        one.message = message_;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            one.values.push_back(values_[i] == nullptr
                    ? std::nullopt
                    : std::optional(std::string(values_[i], static_cast<std::size_t>(lengths_[i]))));
        }
        one.formats.assign(formats_.begin(), formats_.end());
        one.check = check;
        db_.post(std::move(one));
    }
    bool next() override { return ++row_ < PQntuples(rows_.get()); }
    [[nodiscard]] std::int64_t changes() const override { return std::strtoll(PQcmdTuples(rows_.get()), nullptr, 10); }
    [[nodiscard]] bool is_null(int column) const override { return PQgetisnull(rows_.get(), row_, column) != 0; }
    [[nodiscard]] std::int64_t integer(int column) const override
    {
        const std::string_view bytes = text(column);
        std::uint64_t value =
            !bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
        for (const char byte : bytes) { // in the order of the network, two to eight of them
            value = (value << 8U) | static_cast<unsigned char>(byte);
        }
        return static_cast<std::int64_t>(value);
    }
    [[nodiscard]] std::string_view text(int column) const override
    {
        return {
            PQgetvalue(rows_.get(), row_, column), static_cast<std::size_t>(PQgetlength(rows_.get(), row_, column))};
    }

private:
    void bind(std::span<const sql::parameter> parameters)
    {
        texts_.clear();
        texts_.reserve(parameters.size()); // what points into it stays
        values_.clear();
        lengths_.clear();
        formats_.clear();
        for (const sql::parameter& p : parameters) {
            const bool is_bytes = p.kind() == sql::parameter::type::bytes;
            if (p.kind() == sql::parameter::type::null) {
                values_.push_back(nullptr);
                lengths_.push_back(0);
            } else {
                texts_.push_back(
                    p.kind() == sql::parameter::type::integer ? std::to_string(p.integer()) : std::string(p.text()));
                if (!is_bytes && texts_.back().find('\0') != std::string::npos) {
                    throw error(errc::destination_failed,
                        message_ + ": PostgreSQL cannot keep the text '" + printable(texts_.back())
                            + "', which holds the character U+0000",
                        "Rename the field, or load into SQLite or ndjson");
                }
                values_.push_back(texts_.back().c_str());
                lengths_.push_back(static_cast<int>(texts_.back().size()));
            }
            formats_.push_back(is_bytes ? 1 : 0);
        }
        // libpq wants pointers, also to nothing.
        values_.push_back(nullptr);
        lengths_.push_back(0);
        formats_.push_back(0);
    }

    void prepare(int count)
    {
        if (generation_ == db_.generation()) {
            return;
        }
        db_.finish_posted();
        static std::atomic<std::uint64_t> numbers{0};
        name_ = "corest_" + std::to_string(++numbers);
        db_.send(PQsendPrepare(db_.get(), name_.c_str(), sql_.c_str(), count, nullptr), message_);
        db_.finish(message_);
        generation_ = db_.generation();
    }

    postgres_connection& db_;
    std::string message_;
    std::string sql_;
    std::string name_;
    std::uint64_t generation_ = 0; ///< of the connection that it is prepared on; 0: none
    std::uint64_t uses_ = 0;
    std::vector<std::string> texts_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    postgres_result rows_{nullptr, &PQclear};
    int row_ = -1;
};

/// A schema of a PostgreSQL database.
class postgres_database final : public sql::database {
public:
    /// What a connection is for.
    enum class access {
        write, ///< everything; the schema is made where it does not exist
        read   ///< to look at what is there
    };

    /// \throws error (destination_failed) where there is no connection, or no schema to load into
    postgres_database(const std::shared_ptr<const postgres_place>& place, access mode)
        : address_(place->address), // is kept by the connection
          mode_(mode),
          connection_(place)
    {
        connect("the database " + address_.shown() + " could not be opened");
    }

    [[nodiscard]] static const sql::dialect& own_dialect()
    {
        static const sql::dialect made = [] {
            sql::dialect d;
            d.product = "PostgreSQL";
            d.bytes_type = "BYTEA";
            d.seen_number = "number";
            d.seen_number_column = "number BIGINT GENERATED ALWAYS AS IDENTITY";
            d.if_not_exists = "IF NOT EXISTS ";
            d.reserved_prefix = "pg_";
            d.longest_name = longest_postgres_name;
            d.enforces_unique = true;
            d.row_number = "_corest_row"; // ctid says nothing where room is used again
            d.row_number_column = "_corest_row BIGINT GENERATED ALWAYS AS IDENTITY";
            d.reserved_columns = {
                "", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", d.row_number, std::string(sql::walk_column)};
            return d;
        }();
        return made;
    }

    [[nodiscard]] postgres_connection& connection() noexcept { return connection_; }
    /// What objects and arrays become in new columns: "jsonb" or "json".
    [[nodiscard]] const std::string& json_type() const noexcept { return address_.json_type(); }

    [[nodiscard]] const sql::dialect& dialect() const noexcept override { return own_dialect(); }
    [[nodiscard]] std::string name() const override { return address_.shown(); }
    void execute(const std::string& text, const std::string& message) override { connection_.run(text, message); }
    [[nodiscard]] std::unique_ptr<sql::statement> prepare(std::string_view text, const std::string& message) override
    {
        return std::make_unique<postgres_call>(connection_, text, message);
    }

    // ---- transactions ----

    void begin(const std::string& message) override
    {
        const postgres_result number = connection_.run("BEGIN; SELECT pg_current_xact_id()::text", message);
        transaction_ = PQgetvalue(number.get(), 0, 0);
    }
    [[nodiscard]] bool is_in_transaction() const noexcept override
    {
        const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
        return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
    }
    [[nodiscard]] bool is_lost() const noexcept override { return connection_.is_lost(); }
    void finish_posted() override { connection_.finish_posted(); }
    void roll_back() noexcept override
    {
        connection_.forget_posted();
        try {
            connection_.run("ROLLBACK", {});
        } catch (const std::exception&) {
            // Then the connection is lost, and the transaction with it.
        }
    }
    /// Tries for a minute: a server that starts again is away for as long.
    void reconnect(const std::string& message) override
    {
        constexpr int most_attempts = 60;
        for (int attempt = 1;; ++attempt) {
            try {
                connect(message);
                return;
            } catch (const sql::refusal& e) {
                if (e.why() != sql::refusal::reason::lost || attempt == most_attempts) {
                    throw;
                }
            }
            connection_.pause(std::chrono::milliseconds(attempt < 5 ? 200 : 1000), message);
        }
    }
    [[nodiscard]] bool was_committed() override
    {
        const std::string message = "whether the rows were stored could not be found out in " + name();
        for (;;) {
            const postgres_result answer =
                connection_.run("SELECT pg_xact_status('" + transaction_ + "'::xid8)", message);
            const std::string_view status = PQgetvalue(answer.get(), 0, 0);
            if (status != "in progress") {
                return status == "committed";
            }
            connection_.pause(std::chrono::milliseconds(50), message); // the server has not noticed the loss yet
        }
    }
    void make_tables(const std::function<void()>& make) override
    {
        const std::string message = "the tables '_corest_...' could not be made in " + name();
        constexpr int most_attempts = 8;
        for (int attempt = 1;; ++attempt) {
            try {
                begin(message);
                execute("SELECT pg_advisory_xact_lock(" + lock_key("tables") + ")", message);
                make();
                commit(message);
                return;
            } catch (const sql::refusal& e) {
                roll_back();
                if (!e.may_pass() || attempt == most_attempts) {
                    throw;
                }
                if (e.why() == sql::refusal::reason::lost) {
                    reconnect(message); // what was made, if anything, is not made again
                }
            }
        }
    }

    // ---- one run at a time ----

    /// Takes the schema for a run, until `unlock` or the end of the connection.
    /// \throws error (destination_failed) naming the holder, where there is another one
    void lock(const run_identity& run)
    {
        const std::string message = "the lock of a run could not be taken in " + name();
        if (!wait_for_lock(message, 20)) {
            const postgres_result answer = connection_.run(
                "SELECT to_regclass(quote_ident(current_schema()) || '._corest_lock') IS NOT NULL", message);
            std::string holder;
            if (*PQgetvalue(answer.get(), 0, 0) == 't') {
                sql::call(*this, "SELECT holder FROM _corest_lock", message).each([&](const sql::call& row) {
                    holder = row.text(0);
                });
            }
            run_lock::refuse("the schema '" + schema_ + "' of the database " + name(), holder);
        }
        holds_lock_ = true;
        make_tables([&] {
            execute("CREATE TABLE IF NOT EXISTS _corest_lock(holder TEXT NOT NULL)", message);
            execute("DELETE FROM _corest_lock", message);
            sql::call(*this, "INSERT INTO _corest_lock VALUES(?1)", message).run(run_lock::describe(run));
        });
    }
    /// This connection, as long as it is there.
    [[nodiscard]] std::weak_ptr<postgres_database*> self() const noexcept { return self_; }
    void unlock() noexcept
    {
        holds_lock_ = false;
        try {
            connection_.run("SELECT pg_advisory_unlock(" + lock_key("run") + ")", {});
        } catch (const std::exception&) {
            // The lock has gone with the connection.
        }
    }

    // ---- what there is ----

    [[nodiscard]] bool has_table(const std::string& table) override
    {
        return sql::call(*this,
            "SELECT 1 FROM pg_class WHERE relname = ?1 AND relkind IN ('r', 'p', 'v', 'f') AND relnamespace = "
            "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
            "the tables of " + name() + " could not be listed")
            .has_row(table);
    }
    [[nodiscard]] std::vector<sql::stored_column> columns_of(const std::string& table) override
    {
        std::vector<sql::stored_column> columns;
        sql::call(*this,
            "SELECT attname, format_type(atttypid, atttypmod), (atthasdef OR attidentity <> '')::int FROM pg_attribute "
            "WHERE attrelid = "
                + oid_of_table
                + " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a' ORDER BY attnum",
            "the columns of the table '" + table + "' in " + name() + " could not be listed")
            .each([&](const sql::call& row) { columns.emplace_back(row.text(0), row.text(1), row.integer(2) != 0); },
                table);
        return columns;
    }
    [[nodiscard]] bool has_unique_key(const std::string& table, std::vector<std::string> key) override
    {
        // An upsert makes no use of an index with a condition, or one that is checked at the end.
        std::map<std::int64_t, std::vector<std::string>> by_index;
        sql::call(*this,
            "SELECT i.indexrelid::bigint, a.attname FROM pg_index AS i CROSS JOIN LATERAL "
            "unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place) LEFT JOIN pg_attribute AS a "
            "ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE i.indrelid = "
                + oid_of_table
                + " AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL "
                  "AND k.place <= i.indnkeyatts",
            "the indexes of the table '" + table + "' in " + name() + " could not be listed")
            .each([&](const sql::call& row) { by_index[row.integer(0)].push_back(row.text(1)); }, table);
        std::sort(key.begin(), key.end());
        return std::any_of(by_index.begin(), by_index.end(), [&](auto& index) {
            std::sort(index.second.begin(), index.second.end());
            return index.second == key;
        });
    }
    /// The columns of an index in the schema that is loaded into; none where there is none of that name.
    [[nodiscard]] std::vector<std::string> columns_of_index(const std::string& index)
    {
        std::vector<std::string> names;
        sql::call(*this,
            "SELECT a.attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n "
            "ON n.oid = c.relnamespace WHERE c.relname = ?1 AND c.relkind = 'i' AND n.nspname = current_schema() "
            "ORDER BY a.attnum",
            "the columns of the index '" + index + "' in " + name() + " could not be listed")
            .each([&](const sql::call& row) { names.emplace_back(row.text(0)); }, index);
        return names;
    }
    [[nodiscard]] std::size_t most_columns() const override { return 1600; }
    void lock_table(const std::string& table) override
    {
        execute("LOCK TABLE " + sql::identifier(table) + " IN SHARE ROW EXCLUSIVE MODE",
            "the table '" + table + "' could not be locked in " + name());
    }
    /// A view, a foreign key, a right, a trigger: all that would go with the table.
    [[nodiscard]] bool may_be_dropped(const std::string& table) override
    {
        return !sql::call(*this,
            "SELECT 1 FROM pg_class AS c WHERE c.oid = " + oid_of_table
                + " AND (c.relkind <> 'r' OR c.relacl IS NOT NULL OR c.relhassubclass OR c.relispartition OR "
                  "EXISTS(SELECT 1 FROM pg_trigger WHERE tgrelid = c.oid) OR EXISTS(SELECT 1 FROM pg_policy WHERE "
                  "polrelid = c.oid) OR EXISTS(SELECT 1 FROM pg_attrdef WHERE adrelid = c.oid) OR EXISTS(SELECT 1 FROM "
                  "pg_depend WHERE refclassid = 'pg_class'::regclass AND refobjid = c.oid AND deptype = 'n'))",
            "what depends on the table '" + table + "' could not be found out in " + name())
                    .has_row(table);
    }

    [[nodiscard]] std::string type_of(const schema::column* declared) const override
    {
        if (declared == nullptr || !declared->type) {
            return "text";
        }
        const auto precise = [&](const std::string& type, std::uint32_t most) {
            return declared->precision && *declared->precision <= most
                ? type + "(" + std::to_string(*declared->precision) + ")"
                : type;
        };
        switch (*declared->type) {
        case schema::data_type::text:
            return precise("character varying", 10485760) == "character varying"
                ? "text"
                : precise("character varying", 10485760);
        case schema::data_type::floating:
            return "double precision";
        case schema::data_type::boolean:
            return "boolean";
        case schema::data_type::timestamp:
            return precise("timestamp", 6) + (declared->timezone ? " with time zone" : " without time zone");
        case schema::data_type::bigint:
            return declared->precision && *declared->precision <= 16 ? "smallint"
                : declared->precision && *declared->precision <= 32  ? "integer"
                                                                     : "bigint";
        case schema::data_type::binary:
            return "bytea";
        case schema::data_type::json:
            return address_.json_type();
        case schema::data_type::decimal:
            if (declared->precision && *declared->precision <= 1000) {
                return "numeric(" + std::to_string(*declared->precision) + ","
                    + std::to_string(declared->scale.value_or(0)) + ")";
            }
            return "numeric";
        case schema::data_type::wei:
            return "numeric";
        case schema::data_type::date:
            return "date";
        case schema::data_type::time:
            return precise("time", 6) + " without time zone";
        }
        return "text";
    }

private:
    /// The table named by the first parameter.
    inline static const std::string oid_of_table =
        "(SELECT oid FROM pg_class WHERE relname = ?1 AND relkind IN ('r', 'p', 'v', 'f') AND relnamespace = "
        "(SELECT oid FROM pg_namespace WHERE nspname = current_schema()))";

    void connect(const std::string& message)
    {
        connection_.open(message);
        std::string settings = "SET client_min_messages = warning; SET standard_conforming_strings = on; SET "
                               "DateStyle = ISO; SET lock_timeout = '60s'";
        if (!address_.schema().empty()) {
            if (mode_ == access::write
                && !sql::call(*this, "SELECT 1 FROM pg_namespace WHERE nspname = ?1", message)
                    .has_row(address_.schema()))
            {
                connection_.run("CREATE SCHEMA IF NOT EXISTS " + sql::identifier(address_.schema()), message);
            }
            settings += "; SET search_path TO " + sql::identifier(address_.schema());
        }
        const postgres_result schema = connection_.run(settings + "; SELECT current_schema()", message);
        if (PQgetisnull(schema.get(), 0, 0) != 0) {
            if (mode_ == access::read) {
                return; // nothing is there
            }
            throw error(errc::destination_failed,
                message + ": the search path of the connection names no schema that exists",
                "Name the schema to load into: ?schema=...");
        }
        schema_ = PQgetvalue(schema.get(), 0, 0);
        if (holds_lock_) {
            take_lock_again(message);
        }
    }

    void take_lock_again(const std::string& message)
    {
        if (!wait_for_lock(message, 300)) {
            throw sql::refusal(sql::refusal::reason::other, message, "Run it again: it goes on where it stopped",
                "another run has taken the schema '" + schema_ + "'");
        }
    }

    /// Tries for some time: of a connection that has just ended the server may not have let go of the lock yet.
    [[nodiscard]] bool wait_for_lock(const std::string& message, int most_attempts)
    {
        for (int attempt = 1; !try_lock(message); ++attempt) {
            if (attempt == most_attempts) {
                return false;
            }
            connection_.pause(std::chrono::milliseconds(100), message);
        }
        return true;
    }

    [[nodiscard]] bool try_lock(const std::string& message)
    {
        const postgres_result answer = connection_.run("SELECT pg_try_advisory_lock(" + lock_key("run") + ")", message);
        return *PQgetvalue(answer.get(), 0, 0) == 't';
    }

    /// The two numbers of an advisory lock. \param what it is for
    [[nodiscard]] static std::string lock_key(const std::string& what)
    {
        return "hashtext('corest " + what + "'), hashtext(current_schema())";
    }

    const postgres_address& address_;
    access mode_;
    postgres_connection connection_;
    std::string schema_;
    std::string transaction_; ///< the number of the last one
    bool holds_lock_ = false;
    std::shared_ptr<postgres_database*> self_ = std::make_shared<postgres_database*>(this);
};

} // namespace corest::detail
