#pragma once

// What an SQLite destination knows of one table: its columns and its key, in the database and the table beside it in
// which rows are collected.

#include <corest/destination/column_map.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/sql_identifier.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/schema/row_rules.hpp>

#include <corest/destination/impl/sqlite_connection.ipp>
#include <corest/destination/impl/sqlite_versions.ipp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// Everything here happens inside a transaction of the store's. After a rollback, call `forget`.
class sqlite_schema {
public:
    using origin = column_map::origin;

    /// The column of a table that has no other, which SQL cannot do without.
    static constexpr std::string_view placeholder = "_corest_no_fields";

    sqlite_schema(sqlite_connection& db, table definition) : db_(db), definition_(std::move(definition)) {}

    [[nodiscard]] const table& definition() const noexcept { return definition_; }
    [[nodiscard]] const column_map& columns() const noexcept { return columns_; }
    /// The columns of the primary key where rows take each other's place, else none.
    [[nodiscard]] const std::vector<std::size_t>& keys() const noexcept { return keys_; }
    [[nodiscard]] bool is_key(std::size_t column) const
    {
        return std::find(keys_.begin(), keys_.end(), column) != keys_.end();
    }
    /// The columns of the key as a list in SQL.
    [[nodiscard]] std::string key_names() const
    {
        std::string names;
        for (const std::size_t k : keys_) {
            names += (names.empty() ? "" : ", ") + sql::identifier(columns_[k].name);
        }
        return names;
    }
    /// The table that rows are written to: this one, or the one beside it.
    [[nodiscard]] std::string written() const { return definition_.is_staged() ? staging() : definition_.name; }

    /// Another number after each change: a statement that was prepared before is out of date then.
    [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

    /// What is known of the database may be wrong: read it anew when it is needed.
    void forget() noexcept
    {
        known_ = false;
        kept_.reset();
    }

    /// Keeps the schema that rows were made by, where it is another one than before.
    void keep(const std::shared_ptr<const schema::table_schema>& current)
    {
        if (current != kept_) {
            sqlite_versions(db_, definition_.name).keep(*current);
            kept_ = current;
        }
    }

    /// Reads what is in the database, where that is not known.
    void refresh()
    {
        if (!known_) {
            read_columns();
        }
    }

    /// The column of a field or binding, or `column_map::none`. \pre refresh() was called
    [[nodiscard]] std::size_t find(origin kind, std::string_view source) { return columns_.find(kind, source); }

    /// Makes the table, or adds the columns that it lacks; makes ready to collect rows.
    /// \param keeps_staging rows that were collected before are kept, where there are any
    void open(bool keeps_staging = false)
    {
        const std::string message = "the table '" + definition_.name + "' could not be made in '" + db_.file() + "'";
        if (!keeps_staging) {
            drop_staging(message);
        }
        const bool existed = exists(definition_.name);
        const std::vector<std::size_t> missing = read_columns();
        blank_ = !existed || is_placeholder();
        begin_rules(missing);
        was_made_here_ = !existed && !definition_.is_staged();
        if (!existed) {
            create(definition_.name, message);
        } else {
            for (const std::size_t c : missing) {
                alter(definition_.name, c);
            }
        }
        if (!definition_.is_staged()) {
            need_unique_key(message);
        } else if (columns_.size() != 0 && !staging_exists_) {
            create(staging(), message);
            staging_exists_ = true;
        }
    }

    /// Gives fields or bindings that came up a column each, in the table that is written to. One that has no rows yet
    /// is made anew with all of them: for each column that is added to a table SQLite reads the whole schema once more,
    /// and the first page of each of a thousand tables brings all its columns.
    void add(origin kind, const std::vector<std::string>& sources)
    {
        const std::size_t first_new = columns_.size();
        for (const std::string& source : sources) {
            add_column(kind, source);
        }
        ++version_;
        if (definition_.is_staged() && !staging_exists_) {
            create(staging(), "the table '" + staging() + "' could not be made in '" + db_.file() + "'");
            staging_exists_ = true;
            return;
        }
        if (was_made_here_ && is_empty()) {
            const std::string message =
                "the table '" + definition_.name + "' could not be made anew in '" + db_.file() + "'";
            db_.execute("DROP TABLE " + sql::identifier(definition_.name), message);
            create(definition_.name, message);
            return;
        }
        was_made_here_ = false;
        for (std::size_t c = first_new; c < columns_.size(); ++c) {
            alter(written(), c);
        }
    }

    /// Whether the table was made by this run, so that it may be put aside while it has no rows.
    [[nodiscard]] bool is_blank() const noexcept { return blank_; }
    /// As it was found when the table was opened for the first time. \param blank see `is_blank`
    void set_blank(bool blank) noexcept { blank_ = blank; }

    /// The table in which the rows of another one are collected.
    [[nodiscard]] static std::string staging_of(const std::string& table) { return "_corest_staging_" + table; }

    /// A name by which the rows' own numbers can be told in the table that is written to.
    /// \throws error (destination_failed) where columns have all of them
    [[nodiscard]] std::string row_number() const
    {
        for (const char* const name : {"_rowid_", "rowid", "oid"}) {
            bool taken = false;
            for (std::size_t c = 0; c < columns_.size(); ++c) {
                taken = taken || lower(columns_[c].name) == name;
            }
            if (!taken) {
                return name;
            }
        }
        throw error(errc::destination_failed,
            "rows of the table '" + definition_.name + "' cannot be told apart: it has columns rowid, oid and _rowid_",
            "Begin anew, with --restart");
    }

    /// Makes the collected rows visible.
    void publish()
    {
        const std::string message =
            "the rows could not be moved into the table '" + definition_.name + "' in '" + db_.file() + "'";
        refresh();
        ++version_;
        const std::string target = sql::identifier(definition_.name);
        const bool replaces = definition_.disposition == write_disposition::replace;
        if (!staging_exists_) { // no record came, or none with a field
            if (replaces) {
                db_.execute("DELETE FROM " + target, message);
            }
            return;
        }
        if (blank_ && !db_.step(db_.prepare("SELECT 1 FROM " + target + " LIMIT 1", message), message)) {
            db_.execute("DROP TABLE " + target, message);
            db_.execute("ALTER TABLE " + sql::identifier(staging()) + " RENAME TO " + target, message);
        } else {
            std::vector<std::string> existing;
            for_each_column(definition_.name, [&](std::string_view name) { existing.emplace_back(name); });
            std::string names;
            for (std::size_t c = 0; c < columns_.size(); ++c) {
                if (std::find(existing.begin(), existing.end(), columns_[c].name) == existing.end()) {
                    alter(definition_.name, c);
                }
                names += (c == 0 ? "" : ", ") + sql::identifier(columns_[c].name);
            }
            if (replaces) {
                db_.execute("DELETE FROM " + target, message);
            }
            db_.execute(
                "INSERT INTO " + target + "(" + names + ") SELECT " + names + " FROM " + sql::identifier(staging()),
                message);
            drop_staging(message);
        }
        staging_exists_ = false;
    }

    /// Drops the collected rows, if any.
    void drop_staging(const std::string& message)
    {
        ++version_;
        db_.execute("DROP TABLE IF EXISTS " + sql::identifier(staging()), message);
        staging_exists_ = false;
    }

private:
    /// Tells the rules of the schema what there is.
    /// \param missing columns that are not there yet
    void begin_rules(const std::vector<std::size_t>& missing)
    {
        if (!definition_.rules) {
            return;
        }
        std::vector<std::string> names;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            const bool is_there = std::find(missing.begin(), missing.end(), c) == missing.end();
            if (is_there && !(columns_[c].claimed && columns_[c].kind == origin::binding)) {
                names.push_back(columns_[c].claimed ? columns_[c].source : columns_[c].name);
            }
        }
        definition_.rules->begin(!blank_, names, sqlite_versions(db_, definition_.name).last());
        keep(definition_.rules->schema());
    }

    /// What is declared of a column; null where nothing is.
    [[nodiscard]] const schema::column* declared(std::size_t column) const
    {
        const column_map::column& c = columns_[column];
        return definition_.schema ? definition_.schema->find(c.claimed ? c.source : c.name) : nullptr;
    }

    /// A column's declared type in SQL, with a space before it; empty where none is declared. SQLite converts what it
    /// stores by the type's name: none of these changes a value of its type. A decimal of more than 15 digits, which
    /// a double would cut, is text.
    [[nodiscard]] std::string type_of(std::size_t column) const
    {
        const schema::column* const c = declared(column);
        if (c == nullptr || !c->type) {
            return {};
        }
        switch (*c->type) {
        case schema::data_type::floating:
            return " DOUBLE";
        case schema::data_type::boolean:
            return " BOOLEAN";
        case schema::data_type::timestamp:
            return " TIMESTAMP";
        case schema::data_type::bigint:
            return " BIGINT";
        case schema::data_type::binary:
            return " BLOB";
        case schema::data_type::date:
            return " DATE";
        case schema::data_type::time:
            return " TIME";
        case schema::data_type::decimal:
            if (c->precision && *c->precision <= 15) {
                return " DECIMAL(" + std::to_string(*c->precision) + "," + std::to_string(c->scale.value_or(9)) + ")";
            }
            return " TEXT";
        case schema::data_type::text:
        case schema::data_type::json:
        case schema::data_type::wei:
            return " TEXT";
        }
        return {};
    }

    [[nodiscard]] std::string staging() const { return staging_of(definition_.name); }

    [[nodiscard]] bool is_bound(const std::string& column) const
    {
        const std::vector<std::string>& bound = definition_.binding_columns;
        return std::find(bound.begin(), bound.end(), column) != bound.end();
    }

    // ---- what is in the database ----

    [[nodiscard]] bool exists(const std::string& name)
    {
        const std::string message = "the tables of '" + db_.file() + "' could not be listed";
        const auto query = db_.prepare("SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') "
                                       "AND name = ?1 COLLATE NOCASE",
            message);
        db_.bind(query, name);
        return db_.step(query, message);
    }

    /// Calls a function with the name of each column that can be written to.
    template <class Function>
    void for_each_column(const std::string& name, Function&& function)
    {
        const std::string message =
            "the columns of the table '" + name + "' in '" + db_.file() + "' could not be listed";
        const auto query = db_.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0", message);
        db_.bind(query, name);
        while (db_.step(query, message)) {
            function(db_.text(query, 0));
        }
    }

    [[nodiscard]] bool is_placeholder()
    {
        std::size_t others = 0;
        for_each_column(definition_.name, [&](std::string_view name) { others += name == placeholder ? 0 : 1; });
        return others == 0;
    }

    /// Learns the columns from the database. \returns those that are needed and not there yet
    std::vector<std::size_t> read_columns()
    {
        columns_ = {};
        ++version_;
        staging_exists_ = definition_.is_staged() && exists(staging());
        const std::string& source = staging_exists_ ? staging() : definition_.name;
        for_each_column(source, [&](std::string_view name) {
            if (staging_exists_ || name != placeholder) {
                columns_.add_existing(std::string(name));
            }
        });

        const std::string message = "the names of columns could not be read from '" + db_.file() + "'";
        const auto query =
            db_.prepare("SELECT origin, name, column_name FROM _corest_columns WHERE resource = ?1", message);
        db_.bind(query, definition_.name);
        while (db_.step(query, message)) {
            columns_.recall(db_.text(query, 0) == "binding" ? origin::binding : origin::field,
                std::string(db_.text(query, 1)), std::string(db_.text(query, 2)));
        }

        std::vector<std::size_t> missing;
        const auto column = [&](origin kind, const std::string& name) {
            std::size_t c = columns_.find(kind, name);
            if (c == column_map::none) {
                c = add_column(kind, name);
                missing.push_back(c);
            }
            return c;
        };
        if (definition_.schema) {
            for (const schema::column& c : definition_.schema->columns) {
                column(is_bound(c.name) ? origin::binding : origin::field, c.name);
            }
        }
        keys_.clear();
        if (definition_.is_keyed()) {
            for (const std::string& name : definition_.primary_key) {
                const std::size_t c = column(is_bound(name) ? origin::binding : origin::field, name);
                if (std::find(keys_.begin(), keys_.end(), c) == keys_.end()) {
                    keys_.push_back(c);
                }
            }
        }
        for (const std::string& name : definition_.binding_columns) {
            column(origin::binding, name);
        }
        known_ = true;
        return missing;
    }

    /// Whether no two rows have the same key: the table's primary key is this one, or there is a unique index on it.
    [[nodiscard]] bool has_unique_key()
    {
        const std::string message =
            "the indexes of the table '" + definition_.name + "' in '" + db_.file() + "' could not be listed";
        std::vector<std::string> key;
        for (const std::size_t k : keys_) {
            key.push_back(columns_[k].name);
        }
        std::sort(key.begin(), key.end());
        const auto primary = db_.prepare("SELECT '', name FROM pragma_table_info(?1) WHERE pk > 0", message);
        // Of an index with a condition, or on an expression, SQLite makes no use in an insert.
        const auto indexes = db_.prepare(
            "SELECT list.name, info.name FROM pragma_index_list(?1) AS list, pragma_index_info(list.name) AS info "
            "WHERE list.\"unique\" AND NOT list.partial "
            "AND NOT EXISTS(SELECT 1 FROM pragma_index_info(list.name) WHERE cid < 0)",
            message);
        for (const sqlite_statement* query : {&primary, &indexes}) {
            std::map<std::string, std::vector<std::string>> by_index;
            db_.bind(*query, definition_.name);
            while (db_.step(*query, message)) {
                by_index[std::string(db_.text(*query, 0))].emplace_back(db_.text(*query, 1));
            }
            for (auto& index : by_index) {
                std::sort(index.second.begin(), index.second.end());
                if (index.second == key) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether several rows have the same key. Those with NULL in it, of an earlier append, are all different.
    [[nodiscard]] bool has_duplicates(const std::string& message)
    {
        std::string whole;
        for (const std::size_t k : keys_) {
            whole += (whole.empty() ? "" : " AND ") + sql::identifier(columns_[k].name) + " IS NOT NULL";
        }
        const auto query = db_.prepare("SELECT 1 FROM " + sql::identifier(definition_.name) + " WHERE " + whole
                + " GROUP BY " + key_names() + " HAVING count(*) > 1 LIMIT 1",
            message);
        return db_.step(query, message);
    }

    // ---- changes ----

    /// Adds a column to what is known, and keeps its name for later runs where it is not the field's.
    std::size_t add_column(origin kind, const std::string& source)
    {
        const auto most = static_cast<std::size_t>(sqlite3_limit(db_.get(), SQLITE_LIMIT_COLUMN, -1));
        if (columns_.size() == most) {
            throw error(errc::destination_failed,
                "the table '" + definition_.name + "' would need more than " + std::to_string(most)
                    + " columns, which SQLite cannot have; the next is '" + source + "'",
                "Are the names of fields data here, as in a map by id? Select what is inside instead, or load into "
                "ndjson");
        }
        const std::size_t c = columns_.add(kind, source);
        if (columns_[c].name != source) {
            const std::string message = "the name of a column could not be kept in '" + db_.file() + "'";
            const auto keep = db_.prepare("INSERT OR REPLACE INTO _corest_columns VALUES(?1, ?2, ?3, ?4)", message);
            db_.bind(keep, definition_.name, std::string_view(kind == origin::binding ? "binding" : "field"), source,
                columns_[c].name);
            db_.step(keep, message);
        }
        return c;
    }

    /// Creates a table with all known columns. None has a type but those that are declared, so that SQLite stores every
    /// value as it is bound.
    void create(const std::string& name, const std::string& message)
    {
        std::string sql = "CREATE TABLE " + sql::identifier(name) + "(";
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            sql += (c == 0 ? "" : ", ") + sql::identifier(columns_[c].name) + type_of(c);
            const schema::column* const stated = declared(c);
            if (is_key(c) || (stated != nullptr && !stated->nullable)) {
                sql += " NOT NULL";
            }
        }
        if (columns_.size() == 0) {
            sql += sql::identifier(placeholder);
        }
        if (!keys_.empty()) {
            sql += ", PRIMARY KEY(" + key_names() + ")";
        }
        db_.execute(sql + ")", message);
    }

    [[nodiscard]] bool is_empty()
    {
        const std::string message = "the table '" + definition_.name + "' could not be read in '" + db_.file() + "'";
        return !db_.step(
            db_.prepare("SELECT 1 FROM " + sql::identifier(definition_.name) + " LIMIT 1", message), message);
    }

    void alter(const std::string& name, std::size_t column)
    {
        db_.execute("ALTER TABLE " + sql::identifier(name) + " ADD COLUMN " + sql::identifier(columns_[column].name)
                + type_of(column),
            "the column '" + columns_[column].name + "' could not be added to the table '" + definition_.name + "' in '"
                + db_.file() + "'");
    }

    /// A merge needs a unique index on its key, which a table lacks that was made by an append, or with another key.
    void need_unique_key(const std::string& message)
    {
        if (has_unique_key()) {
            return;
        }
        if (has_duplicates(message)) {
            throw error(errc::destination_failed,
                "the table '" + definition_.name + "' in '" + db_.file()
                    + "' has several rows with the same primary key (" + key_names()
                    + "), so nothing can be merged into it",
                "Load it once with the write disposition replace, or remove the duplicate rows, or drop the table");
        }
        const std::string index = sql::identifier("_corest_key_" + definition_.name);
        db_.execute("DROP INDEX IF EXISTS " + index, message);
        db_.execute(
            "CREATE UNIQUE INDEX " + index + " ON " + sql::identifier(definition_.name) + "(" + key_names() + ")",
            message);
    }

    sqlite_connection& db_;
    table definition_;
    bool known_ = false; ///< whether what follows is what the database has
    bool blank_ = false; ///< made by this destination: may be put aside while it has no rows
    bool staging_exists_ = false;
    bool was_made_here_ = false; ///< is written to without staging, and has not been seen with rows
    column_map columns_;
    std::vector<std::size_t> keys_;
    std::uint64_t version_ = 0;
    std::shared_ptr<const schema::table_schema> kept_; ///< the last version that the database has
};

} // namespace corest::detail
