#pragma once

// What an SQL destination knows of one table: its columns and its key, in the database and the table beside it in which
// rows are collected.

#include <corest/destination/column_map.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/sql_identifier.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/schema/row_rules.hpp>

#include <corest/destination/impl/sql_call.ipp>
#include <corest/destination/impl/sql_database.ipp>
#include <corest/destination/impl/sql_names.ipp>
#include <corest/destination/impl/sql_versions.ipp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail::sql {

/// Everything here happens inside a transaction of the store's. After a rollback, call `forget`.
class stored_table {
public:
    using origin = column_map::origin;

    stored_table(database& db, table definition) : db_(db), definition_(std::move(definition)) {}

    [[nodiscard]] const table& definition() const noexcept { return definition_; }
    [[nodiscard]] const column_map& columns() const noexcept { return columns_; }
    /// The columns of the primary key where rows take each other's place, else none. In a database with typed columns
    /// also none as long as one of them is not known: then no row has come.
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
            names += (names.empty() ? "" : ", ") + identifier(columns_[k].name);
        }
        return names;
    }
    /// A column's type as the database writes it; empty where it has none.
    [[nodiscard]] const std::string& sql_type(std::size_t column) const { return types_[column]; }
    /// Whether rows are collected in a table beside this one, until it is published.
    [[nodiscard]] bool is_collected() const { return definition_.is_staged() || db_.dialect().merges_at_end; }
    /// The table that rows are written to: this one, or the one beside it.
    [[nodiscard]] std::string written() const { return is_collected() ? staging() : definition_.name; }
    /// Whether written rows have a column that says of which walk they are.
    [[nodiscard]] bool has_walk_column() const
    {
        return db_.dialect().has_walk_column && definition_.is_staged() && !definition_.is_keyed();
    }

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
            versions(db_, definition_.name).keep(*current);
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
        const std::string message = "the table '" + definition_.name + "' could not be made in " + db_.name();
        if (!keeps_staging) {
            drop_staging(message);
        }
        const bool existed = db_.has_table(definition_.name);
        const std::vector<std::size_t> missing = read_columns();
        blank_ = !existed || is_placeholder();
        begin_rules(missing);
        was_made_here_ = !existed && !is_collected();
        if (!existed) {
            create(definition_.name, message);
        } else {
            for (const std::size_t c : missing) {
                alter(definition_.name, c);
            }
        }
        if (!is_collected()) {
            need_unique_key(definition_.name, message);
        } else if ((columns_.size() != 0 || has_walk_column()) && !staging_exists_) {
            create_staging(message);
        }
    }

    /// Gives fields or bindings that came up a column each, in the table that is written to. One that has no rows yet
    /// is made anew with all of them, where the database gains by it: for each column that is added to a table SQLite
    /// reads the whole schema once more, and the first page of each of a thousand tables brings all its columns.
    /// \param fresh by name, with their types where the database has any
    void add(origin kind, const std::vector<schema::column>& fresh)
    {
        const std::size_t first_new = columns_.size();
        for (const schema::column& one : fresh) {
            add_column(kind, one.name, db_.type_of(one.type ? &one : declared(one.name)));
        }
        const bool is_key_new = keys_.empty() && find_keys();
        ++version_;
        if (is_collected() && !staging_exists_) {
            create_staging("the table '" + staging() + "' could not be made in " + db_.name());
            return;
        }
        const std::string message = "the table '" + definition_.name + "' could not be made anew in " + db_.name();
        if (was_made_here_ && db_.dialect().remakes_empty_tables && is_empty(written())) {
            db_.execute("DROP TABLE " + identifier(written()), message);
            create(written(), message);
            return;
        }
        was_made_here_ = false;
        for (std::size_t c = first_new; c < columns_.size(); ++c) {
            alter(written(), c);
        }
        if (is_key_new && !db_.dialect().merges_at_end) {
            need_unique_key(written(), message);
        }
    }

    /// Whether the table was made by this run, so that it may be put aside while it has no rows.
    [[nodiscard]] bool is_blank() const noexcept { return blank_; }
    /// As it was found when the table was opened for the first time. \param blank see `is_blank`
    void set_blank(bool blank) noexcept { blank_ = blank; }

    /// Makes the collected rows visible.
    void publish()
    {
        const std::string message =
            "the rows could not be moved into the table '" + definition_.name + "' in " + db_.name();
        refresh();
        ++version_;
        const std::string target = identifier(definition_.name);
        const bool replaces = definition_.disposition == write_disposition::replace;
        const bool needs_column = !db_.dialect().placeholder.empty();     // a row without fields has one, then
        if (!staging_exists_ || (needs_column && columns_.size() == 0)) { // no record came, or none with a field
            if (replaces) {
                db_.execute("DELETE FROM " + target, message);
            }
            drop_staging(message);
            return;
        }
        const bool keeps_last = db_.dialect().merges_at_end && !keys_.empty();
        if (blank_ && !keeps_last && is_empty(definition_.name) && db_.may_be_dropped(definition_.name)) {
            if (has_walk_column()) {
                db_.execute(
                    "ALTER TABLE " + identifier(staging()) + " DROP COLUMN " + identifier(walk_column), message);
            }
            db_.execute("DROP TABLE " + target, message);
            db_.execute("ALTER TABLE " + identifier(staging()) + " RENAME TO " + target, message);
        } else {
            const std::vector<stored_column> existing = db_.columns_of(definition_.name);
            std::string names;
            for (std::size_t c = 0; c < columns_.size(); ++c) {
                const auto has_name = [&](const stored_column& one) { return one.name == columns_[c].name; };
                if (std::none_of(existing.begin(), existing.end(), has_name)) {
                    alter(definition_.name, c);
                }
                names += (c == 0 ? "" : ", ") + identifier(columns_[c].name);
            }
            if (replaces) {
                db_.execute("DELETE FROM " + target, message);
            } else if (definition_.disposition == write_disposition::merge) {
                delete_replaced(message);
            }
            db_.execute("INSERT INTO " + target + (names.empty() ? "" : "(" + names + ")") + " SELECT " + names
                    + " FROM " + identifier(staging()) + (keeps_last ? last_of_each_key() : ""),
                message);
            drop_staging(message);
        }
        staging_exists_ = false;
    }

    /// Makes the rows visible that were collected so far; more may be collected afterwards.
    void publish_so_far()
    {
        publish();
        if (!staging_exists_ && (columns_.size() != 0 || has_walk_column())) {
            create_staging("the table '" + staging() + "' could not be made in " + db_.name());
        }
    }

    /// The rows that readers see, and how many different keys they have, where the table has a key.
    [[nodiscard]] table_count count()
    {
        const std::string message =
            "the rows of the table '" + definition_.name + "' could not be counted in " + db_.name();
        const auto number = [&](const std::string& rows) {
            std::uint64_t counted = 0;
            call(db_, "SELECT count(*) FROM " + rows, message).each([&](const call& row) { counted = row.count(0); });
            return counted;
        };
        const std::string table = identifier(definition_.name);
        table_count found;
        found.rows = number(table);
        column_map there(column_map::naming(!db_.dialect().case_blind.empty()));
        for (const stored_column& c : db_.columns_of(definition_.name)) {
            there.add_existing(c.name);
        }
        std::string key;
        for (const std::string& field : definition_.primary_key) {
            if (there.find(kind_of(field), field) == column_map::none) {
                return found; // of rows that came without a key
            }
            key += (key.empty() ? "" : ", ") + identifier(field);
        }
        if (!key.empty()) {
            found.keys = number("(SELECT DISTINCT " + key + " FROM " + table + ") AS keys");
        }
        return found;
    }

    /// Drops the collected rows, if any.
    void drop_staging(const std::string& message)
    {
        ++version_;
        db_.execute("DROP TABLE IF EXISTS " + identifier(staging()), message);
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
        definition_.rules->begin(!blank_, names, versions(db_, definition_.name).last());
        keep(definition_.rules->schema());
    }

    /// What is declared of a field or binding; null where nothing is.
    [[nodiscard]] const schema::column* declared(std::string_view source) const
    {
        return definition_.schema ? definition_.schema->find(source) : nullptr;
    }
    /// The same, of a column.
    [[nodiscard]] const schema::column* declared(std::size_t column) const
    {
        const column_map::column& c = columns_[column];
        return declared(c.claimed ? c.source : c.name);
    }

    [[nodiscard]] std::string staging() const { return staging_name(db_.dialect(), definition_.name); }

    [[nodiscard]] origin kind_of(const std::string& source) const
    {
        const std::vector<std::string>& bound = definition_.binding_columns;
        return std::find(bound.begin(), bound.end(), source) != bound.end() ? origin::binding : origin::field;
    }

    // ---- what is in the database ----

    [[nodiscard]] bool is_placeholder()
    {
        const std::vector<stored_column> all = db_.columns_of(definition_.name);
        return std::all_of(
            all.begin(), all.end(), [&](const stored_column& c) { return c.name == db_.dialect().placeholder; });
    }

    /// Learns the columns from the database. \returns those that are needed and not there yet
    std::vector<std::size_t> read_columns()
    {
        const sql::dialect& d = db_.dialect();
        columns_ = column_map(column_map::naming(!d.case_blind.empty(), d.longest_name, d.reserved_columns));
        types_.clear();
        ++version_;
        staging_exists_ = is_collected() && db_.has_table(staging());
        for (stored_column& c : db_.columns_of(staging_exists_ ? staging() : definition_.name)) {
            const bool is_ours =
                (c.name == d.placeholder && !staging_exists_) || (staging_exists_ && c.name == walk_column);
            if (!is_ours) {
                columns_.add_existing(std::move(c.name));
                types_.push_back(std::move(c.type));
            }
        }
        call(db_, "SELECT origin, name, column_name FROM _corest_columns WHERE resource = ?1",
            "the names of columns could not be read from " + db_.name())
            .each(
                [&](const call& row) {
                    columns_.recall(
                        row.text(0) == "binding" ? origin::binding : origin::field, row.text(1), row.text(2));
                },
                definition_.name);

        std::vector<std::size_t> missing;
        const auto need = [&](const std::string& name) {
            const origin kind = kind_of(name);
            const schema::column* const stated = declared(name);
            const bool has_type = !db_.dialect().has_typed_columns || (stated != nullptr && stated->type);
            if (columns_.find(kind, name) == column_map::none && has_type) {
                missing.push_back(add_column(kind, name, db_.type_of(stated)));
            }
        };
        if (definition_.schema) {
            for (const schema::column& c : definition_.schema->columns) {
                need(c.name);
            }
        }
        if (definition_.is_keyed()) {
            for (const std::string& name : definition_.primary_key) {
                need(name);
            }
        }
        for (const std::string& name : definition_.binding_columns) {
            need(name);
        }
        keys_.clear();
        static_cast<void>(find_keys());
        known_ = true;
        return missing;
    }

    /// Finds the columns of the key. \return whether there is one, and all of it is there
    bool find_keys()
    {
        std::vector<std::size_t> found;
        if (definition_.is_keyed()) {
            for (const std::string& name : definition_.primary_key) {
                const std::size_t c = columns_.find(kind_of(name), name);
                if (c == column_map::none) {
                    return false;
                }
                if (std::find(found.begin(), found.end(), c) == found.end()) {
                    found.push_back(c);
                }
            }
        }
        keys_ = std::move(found);
        return !keys_.empty();
    }

    /// Whether several rows have the same key. Those with NULL in it, of an earlier append, are all different.
    [[nodiscard]] bool has_duplicates(const std::string& table, const std::string& message)
    {
        std::string whole;
        for (const std::size_t k : keys_) {
            whole += (whole.empty() ? "" : " AND ") + identifier(columns_[k].name) + " IS NOT NULL";
        }
        return call(db_,
            "SELECT 1 FROM " + identifier(table) + " WHERE " + whole + " GROUP BY " + key_names()
                + " HAVING count(*) > 1 LIMIT 1",
            message)
            .has_row();
    }

    // ---- changes ----

    /// Deletes the rows whose keys the collected ones have.
    void delete_replaced(const std::string& message)
    {
        std::string same;
        for (const std::size_t k : keys_) {
            const std::string name = identifier(columns_[k].name);
            same += (same.empty() ? "" : " AND ") + ("old." + name) + " = fresh." + name;
        }
        if (!same.empty()) {
            db_.execute("DELETE FROM " + identifier(definition_.name) + " AS old USING (SELECT DISTINCT " + key_names()
                    + " FROM " + identifier(staging()) + ") AS fresh WHERE " + same,
                message);
        }
    }

    /// Of the collected rows the last one of each key, as a condition in SQL.
    [[nodiscard]] std::string last_of_each_key() const
    {
        return " WHERE rowid IN (SELECT max(rowid) FROM " + identifier(staging()) + " GROUP BY " + key_names() + ")";
    }

    /// Adds a column to what is known, and keeps its name for later runs where it is not the field's.
    std::size_t add_column(origin kind, const std::string& source, std::string type)
    {
        const std::size_t most = db_.most_columns();
        if (columns_.size() == most) {
            throw error(errc::destination_failed,
                "the table '" + definition_.name + "' would need more than " + std::to_string(most) + " columns, which "
                    + db_.dialect().product + " cannot have; the next is '" + source + "'",
                "Are the names of fields data here, as in a map by id? Select what is inside instead, or load into "
                "ndjson");
        }
        const std::size_t c = columns_.add(kind, source);
        types_.push_back(std::move(type));
        if (columns_[c].name != source) {
            call(db_,
                "INSERT INTO _corest_columns VALUES(?1, ?2, ?3, ?4) ON CONFLICT(resource, origin, name) DO UPDATE SET "
                "column_name = excluded.column_name",
                "the name of a column could not be kept in " + db_.name())
                .run(definition_.name, kind == origin::binding ? "binding" : "field", source, columns_[c].name);
        }
        return c;
    }

    /// Creates a table with all known columns. Where columns need no type, none has one but those that are declared, so
    /// that every value is stored as it is bound.
    void create(const std::string& name, const std::string& message)
    {
        std::string list;
        const auto append = [&](const std::string& text) { list += (list.empty() ? "" : ", ") + text; };
        if (has_walk_column() && name == staging()) {
            append(identifier(walk_column) + " BIGINT");
        }
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            const schema::column* const stated = declared(c);
            const bool is_required = is_key(c) || (stated != nullptr && !stated->nullable);
            append(with_type(c) + (is_required ? " NOT NULL" : ""));
        }
        if (list.empty() && !db_.dialect().placeholder.empty()) {
            const std::string type = db_.type_of(nullptr);
            append(identifier(db_.dialect().placeholder) + (type.empty() ? "" : " " + type));
        }
        if (!keys_.empty() && !db_.dialect().merges_at_end) {
            append("PRIMARY KEY(" + key_names() + ")");
        }
        db_.execute("CREATE TABLE " + identifier(name) + "(" + list + ")", message);
    }

    void create_staging(const std::string& message)
    {
        create(staging(), message);
        staging_exists_ = true;
    }

    [[nodiscard]] std::string with_type(std::size_t column) const
    {
        return identifier(columns_[column].name) + (types_[column].empty() ? "" : " " + types_[column]);
    }

    [[nodiscard]] bool is_empty(const std::string& name)
    {
        const std::string message = "the table '" + name + "' could not be read in " + db_.name();
        return !call(db_, "SELECT 1 FROM " + identifier(name) + " LIMIT 1", message).has_row();
    }

    void alter(const std::string& name, std::size_t column)
    {
        db_.execute(
            "ALTER TABLE " + identifier(name) + " ADD COLUMN " + db_.dialect().if_not_exists + with_type(column),
            "the column '" + columns_[column].name + "' could not be added to the table '" + definition_.name + "' in "
                + db_.name());
    }

    /// A merge needs a unique index on its key, which a table lacks that was made by an append, or with another key.
    void need_unique_key(const std::string& name, const std::string& message)
    {
        if (keys_.empty()) {
            return; // nothing is known of it yet
        }
        std::vector<std::string> key;
        for (const std::size_t k : keys_) {
            key.push_back(columns_[k].name);
        }
        if (db_.has_unique_key(name, key)) {
            return;
        }
        db_.lock_table(name);
        if (db_.has_unique_key(name, key)) {
            return;
        }
        if (has_duplicates(name, message)) {
            throw error(errc::destination_failed,
                "the table '" + name + "' in " + db_.name() + " has several rows with the same primary key ("
                    + key_names() + "), so nothing can be merged into it",
                "Load it once with the write disposition replace, or remove the duplicate rows, or drop the table");
        }
        std::string index;
        if (!db_.dialect().unique_index_prefix.empty()) {
            index = identifier(db_.dialect().unique_index_prefix + name);
            db_.execute("DROP INDEX IF EXISTS " + index, message);
        }
        db_.execute("CREATE UNIQUE INDEX " + index + " ON " + identifier(name) + "(" + key_names() + ")", message);
    }

    database& db_;
    table definition_;
    bool known_ = false; ///< whether what follows is what the database has
    bool blank_ = false; ///< made by this destination: may be put aside while it has no rows
    bool staging_exists_ = false;
    bool was_made_here_ = false; ///< is written to without staging, and has not been seen with rows
    column_map columns_;
    std::vector<std::string> types_; ///< of each column, in SQL
    std::vector<std::size_t> keys_;
    std::uint64_t version_ = 0;
    std::shared_ptr<const schema::table_schema> kept_; ///< the last version that the database has
};

} // namespace corest::detail::sql
