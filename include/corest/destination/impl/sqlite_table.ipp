#pragma once

// One table of an SQLite destination: its columns, its rows, and the table beside it in which rows are collected.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/column_map.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/row_values.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>

#include <corest/destination/impl/sqlite_connection.ipp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// Everything here happens inside a transaction of the store's. After a rollback, call `forget`.
class sqlite_table {
public:
    sqlite_table(sqlite_connection& db, table about) : db_(db), about_(std::move(about)) {}

    [[nodiscard]] const table& about() const noexcept { return about_; }

    /// What is known of the database may be wrong: read it anew when it is needed.
    void forget() noexcept { known_ = false; }

    /// Makes the table, or adds the columns that it lacks; makes ready to collect rows.
    void open()
    {
        const std::string doing = "the table '" + about_.name + "' could not be made in '" + db_.file() + "'";
        drop_staging(doing);
        const bool existed = exists(about_.name);
        const std::vector<std::size_t> missing = read_columns();
        blank_ = !existed || is_placeholder();
        if (!existed) {
            create(about_.name, doing);
        } else {
            for (const std::size_t c : missing) {
                alter(about_.name, c);
            }
        }
        if (!about_.is_staged()) {
            need_unique_key(doing);
        } else if (columns_.size() != 0) {
            create(staging(), doing);
            staging_exists_ = true;
        }
    }

    /// Stores the records of a page as rows.
    /// \throws error (field_missing, destination_failed), saying which record
    void write(const row_values& rows)
    {
        if (!known_) {
            read_columns();
        }
        bound_ = bound_columns(rows.page());
        if (insert_) {
            bind_bindings();
        }
        for_each_record(
            rows.size(), [&](std::size_t i) { write_record(rows[i], rows.is_like_previous(i), rows.page().json(i)); });
        if (insert_) {
            sqlite3_clear_bindings(insert_.get()); // they point into the page
            std::fill(filled_.begin(), filled_.end(), char(false));
        }
    }

    /// Makes the collected rows visible.
    void publish()
    {
        const std::string doing =
            "the rows could not be moved into the table '" + about_.name + "' in '" + db_.file() + "'";
        if (!known_) {
            read_columns();
        }
        insert_.reset();
        const std::string target = sql_name(about_.name);
        const bool replaces = about_.disposition == write_disposition::replace;
        if (!staging_exists_) { // no record came, or none with a field
            if (replaces) {
                db_.execute("DELETE FROM " + target, doing);
            }
            return;
        }
        if (blank_ && !db_.step(db_.prepare("SELECT 1 FROM " + target + " LIMIT 1", doing), doing)) {
            db_.execute("DROP TABLE " + target, doing);
            db_.execute("ALTER TABLE " + sql_name(staging()) + " RENAME TO " + target, doing);
        } else {
            std::vector<std::string> there;
            for_each_column(about_.name, [&](std::string_view name) { there.emplace_back(name); });
            std::string names;
            for (std::size_t c = 0; c < columns_.size(); ++c) {
                if (std::find(there.begin(), there.end(), columns_[c].name) == there.end()) {
                    alter(about_.name, c);
                }
                names += (c == 0 ? "" : ", ") + sql_name(columns_[c].name);
            }
            if (replaces) {
                db_.execute("DELETE FROM " + target, doing);
            }
            db_.execute(
                "INSERT INTO " + target + "(" + names + ") SELECT " + names + " FROM " + sql_name(staging()), doing);
            drop_staging(doing);
        }
        staging_exists_ = false;
    }

    /// Drops the collected rows, if any.
    void drop_staging(const std::string& doing)
    {
        insert_.reset();
        db_.execute("DROP TABLE IF EXISTS " + sql_name(staging()), doing);
        staging_exists_ = false;
    }

private:
    using origin = column_map::origin;

    /// The column of a table that has no other, which SQL cannot do without.
    static constexpr std::string_view placeholder = "_corest_no_fields";

    [[nodiscard]] std::string staging() const { return "_corest_staging_" + about_.name; }
    [[nodiscard]] std::string written() const { return about_.is_staged() ? staging() : about_.name; }

    [[nodiscard]] static bool contains(const std::vector<std::string>& names, std::string_view name)
    {
        return std::find(names.begin(), names.end(), name) != names.end();
    }

    // ---- columns ----

    [[nodiscard]] bool exists(const std::string& name)
    {
        const std::string doing = "the tables of '" + db_.file() + "' could not be listed";
        const auto query = db_.prepare("SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') "
                                       "AND name = ?1 COLLATE NOCASE",
            doing);
        db_.bind(query, name);
        return db_.step(query, doing);
    }

    /// Calls a function with the name of each column that can be written to.
    template <class Function>
    void for_each_column(const std::string& of, Function&& function)
    {
        const std::string doing = "the columns of the table '" + of + "' in '" + db_.file() + "' could not be listed";
        const auto query = db_.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0", doing);
        db_.bind(query, of);
        while (db_.step(query, doing)) {
            function(db_.text(query, 0));
        }
    }

    [[nodiscard]] bool is_placeholder()
    {
        std::size_t others = 0;
        for_each_column(about_.name, [&](std::string_view name) { others += name == placeholder ? 0 : 1; });
        return others == 0;
    }

    /// Learns the columns from the database. \returns those that are needed and not there yet
    std::vector<std::size_t> read_columns()
    {
        columns_ = {};
        order_.clear();
        insert_.reset();
        staging_exists_ = about_.is_staged() && exists(staging());
        const std::string& from = staging_exists_ ? staging() : about_.name;
        for_each_column(from, [&](std::string_view name) {
            if (staging_exists_ || name != placeholder) {
                columns_.has(std::string(name));
            }
        });

        const std::string doing = "the names of columns could not be read from '" + db_.file() + "'";
        const auto query =
            db_.prepare("SELECT origin, name, column_name FROM _corest_columns WHERE resource = ?1", doing);
        db_.bind(query, about_.name);
        while (db_.step(query, doing)) {
            columns_.recall(db_.text(query, 0) == "binding" ? origin::binding : origin::field,
                std::string(db_.text(query, 1)), std::string(db_.text(query, 2)));
        }

        std::vector<std::size_t> missing;
        const auto column = [&](origin o, const std::string& name) {
            std::size_t c = columns_.find(o, name);
            if (c == column_map::none) {
                c = add(o, name);
                missing.push_back(c);
            }
            return c;
        };
        keys_.clear();
        if (about_.is_keyed()) {
            for (const std::string& name : about_.primary_key) {
                const std::size_t c =
                    column(contains(about_.binding_columns, name) ? origin::binding : origin::field, name);
                if (std::find(keys_.begin(), keys_.end(), c) == keys_.end()) {
                    keys_.push_back(c);
                }
            }
        }
        for (const std::string& name : about_.binding_columns) {
            column(origin::binding, name);
        }
        known_ = true;
        return missing;
    }

    /// Adds a column to what is known, and keeps its name for later runs where it is not the field's.
    std::size_t add(origin from, const std::string& source)
    {
        const auto most = static_cast<std::size_t>(sqlite3_limit(db_.get(), SQLITE_LIMIT_COLUMN, -1));
        if (columns_.size() == most) {
            throw error(errc::destination_failed,
                "the table '" + about_.name + "' would need more than " + std::to_string(most)
                    + " columns, which SQLite cannot have; the next is '" + source + "'",
                "Are the names of fields data here, as in a map by id? Select what is inside instead, or load into "
                "ndjson");
        }
        const std::size_t c = columns_.add(from, source);
        if (columns_[c].name != source) {
            const std::string doing = "the name of a column could not be kept in '" + db_.file() + "'";
            const auto keep = db_.prepare("INSERT OR REPLACE INTO _corest_columns VALUES(?1, ?2, ?3, ?4)", doing);
            db_.bind(keep, about_.name, std::string_view(from == origin::binding ? "binding" : "field"), source,
                columns_[c].name);
            db_.step(keep, doing);
        }
        return c;
    }

    /// Creates a table with all known columns. None has a type, so that SQLite stores every value as it is bound.
    void create(const std::string& name, const std::string& doing)
    {
        std::string sql = "CREATE TABLE " + sql_name(name) + "(";
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            sql += (c == 0 ? "" : ", ") + sql_name(columns_[c].name);
            if (is_key(c)) {
                sql += " NOT NULL";
            }
        }
        if (columns_.size() == 0) {
            sql += sql_name(placeholder);
        }
        if (!keys_.empty()) {
            sql += ", PRIMARY KEY(" + key_names() + ")";
        }
        db_.execute(sql + ")", doing);
    }

    void alter(const std::string& name, std::size_t column)
    {
        db_.execute("ALTER TABLE " + sql_name(name) + " ADD COLUMN " + sql_name(columns_[column].name),
            "the column '" + columns_[column].name + "' could not be added to the table '" + about_.name + "' in '"
                + db_.file() + "'");
    }

    /// Adds columns for fields that came up.
    void grow(const std::vector<std::string>& fields)
    {
        const std::size_t before = columns_.size();
        for (const std::string& f : fields) {
            add(origin::field, f);
        }
        add_to_database(before);
    }

    /// Gives the table that is written to the columns from an index on.
    void add_to_database(std::size_t before)
    {
        insert_.reset();
        if (about_.is_staged() && !staging_exists_) {
            create(staging(), "the table '" + staging() + "' could not be made in '" + db_.file() + "'");
            staging_exists_ = true;
            return;
        }
        for (std::size_t c = before; c < columns_.size(); ++c) {
            alter(written(), c);
        }
    }

    [[nodiscard]] bool is_key(std::size_t column) const
    {
        return std::find(keys_.begin(), keys_.end(), column) != keys_.end();
    }

    [[nodiscard]] std::string key_names() const
    {
        std::string names;
        for (const std::size_t k : keys_) {
            names += (names.empty() ? "" : ", ") + sql_name(columns_[k].name);
        }
        return names;
    }

    [[nodiscard]] std::string insert_sql() const
    {
        std::string names;
        std::string values;
        std::string sets;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            const std::string name = sql_name(columns_[c].name);
            names += (c == 0 ? "" : ",") + name;
            values += c == 0 ? "?" : ",?";
            if (!is_key(c)) {
                sets += (sets.empty() ? "" : ",") + name + "=excluded." + name;
            }
        }
        std::string sql = "INSERT INTO " + sql_name(written()) + "(" + names + ") VALUES(" + values + ")";
        if (!keys_.empty()) {
            sql += " ON CONFLICT(" + key_names() + ") DO " + (sets.empty() ? "NOTHING" : "UPDATE SET " + sets);
        }
        return sql;
    }

    /// A merge needs a unique index on its key, which a table lacks that was made by an append, or with another key.
    void need_unique_key(const std::string& doing)
    {
        try {
            static_cast<void>(db_.prepare(insert_sql(), doing));
            return;
        } catch (const sqlite_error& e) {
            if (e.context().cause.find("ON CONFLICT clause does not match") == std::string::npos) {
                throw;
            }
        }
        const std::string index = sql_name("_corest_key_" + about_.name);
        try {
            db_.execute("DROP INDEX IF EXISTS " + index, doing);
            db_.execute(
                "CREATE UNIQUE INDEX " + index + " ON " + sql_name(about_.name) + "(" + key_names() + ")", doing);
        } catch (const sqlite_error& e) {
            if (e.primary() != SQLITE_CONSTRAINT) {
                throw;
            }
            throw error(errc::destination_failed,
                "the table '" + about_.name + "' in '" + db_.file() + "' has several rows with the same primary key ("
                    + key_names() + "), so nothing can be merged into it",
                "Load it once with the write disposition replace, or remove the duplicate rows, or drop the table");
        }
    }

    // ---- rows ----

    void prepare()
    {
        insert_ = db_.prepare(insert_sql(), "the rows could not be stored in '" + db_.file() + "'");
        seen_in_.assign(columns_.size(), 0);
        filled_.assign(columns_.size(), char(false));
        order_.clear();
        record_ = 0;
    }

    /// Binds what is the same for all rows of a page. Parameters that nobody binds are NULL.
    void bind_bindings()
    {
        const std::size_t before = columns_.size();
        bindings_.clear();
        for (const bound_column& b : bound_) {
            const std::size_t c = columns_.find(origin::binding, b.name);
            bindings_.push_back(c != column_map::none ? c : add(origin::binding, b.name)); // not known before
        }
        if (before != columns_.size()) {
            add_to_database(before);
        }
        if (!insert_) {
            prepare();
        }
        std::string scratch;
        for (std::size_t i = 0; i < bound_.size(); ++i) {
            json_reader reader(bound_[i].json, "the value taken over from the parent");
            scratch.clear();
            scratch.reserve(bound_[i].json.size());
            const row_value value = read_value(reader, scratch);
            reader.finish();
            bind_value(bindings_[i], value, SQLITE_TRANSIENT);
        }
    }

    /// \param alike whether it has the fields of the record before, in the same order
    void write_record(std::span<const row_values::field> fields, bool alike, std::string_view json)
    {
        std::vector<std::string> unknown;
        std::size_t bound = 0;
        for (;;) {
            ++record_;
            bound = 0;
            std::size_t position = 0;
            for (const row_values::field& f : fields) {
                const std::size_t c = alike && position < order_.size() ? order_[position] : column_of(position, f.key);
                ++position;
                if (c == column_map::none) {
                    if (!contains(unknown, f.key)) {
                        unknown.emplace_back(f.key);
                    }
                } else if (insert_) { // otherwise only what is unknown matters by now
                    bound += seen_in_[c] == record_ ? 0 : 1;
                    seen_in_[c] = record_;
                    bind_value(c, f.value, SQLITE_STATIC);
                }
            }
            if (unknown.empty() && columns_.size() == 0) {
                unknown.emplace_back(placeholder);
            }
            if (!unknown.empty()) {
                grow(unknown);
                unknown.clear();
            } else if (insert_) {
                break;
            }
            prepare();
            bind_bindings();
        }
        if (bound + bindings_.size() != columns_.size()) {
            clear_the_rest();
        }
        check_keys(json);
        if (sqlite3_step(insert_.get()) != SQLITE_DONE) {
            refuse_row();
        }
        sqlite3_reset(insert_.get());
    }

    /// The column of the field at a position; fields mostly come in the order of the record before.
    [[nodiscard]] std::size_t column_of(std::size_t position, std::string_view field)
    {
        if (position < order_.size() && order_[position] != column_map::none) {
            const column_map::column& c = columns_[order_[position]];
            if (c.from == origin::field && c.source == field) {
                return order_[position];
            }
        }
        const std::size_t c = columns_.find(origin::field, field);
        if (position >= order_.size()) {
            order_.resize(position + 1, column_map::none);
        }
        order_[position] = c;
        return c;
    }

    /// Binds a value to a column's parameter.
    void bind_value(std::size_t column, const row_value& value, sqlite3_destructor_type kept)
    {
        sqlite3_stmt* const statement = insert_.get();
        const int parameter = static_cast<int>(column) + 1;
        int result = SQLITE_OK;
        filled_[column] = value.kind() != row_value::type::null;
        switch (value.kind()) {
        case row_value::type::null:
            result = sqlite3_bind_null(statement, parameter);
            break;
        case row_value::type::integer:
            result = sqlite3_bind_int64(statement, parameter, value.integer());
            break;
        case row_value::type::real:
            result = sqlite3_bind_double(statement, parameter, value.real());
            break;
        case row_value::type::text: {
            const std::string_view text = value.text();
            // A null pointer would bind NULL, and a view of nothing may be one.
            const char* const from = text.empty() ? "" : text.data();
            result = sqlite3_bind_text64(statement, parameter, from, text.size(), kept, SQLITE_UTF8);
            break;
        }
        }
        if (result != SQLITE_OK) {
            db_.fail(
                "the column '" + columns_[column].name + "' of the table '" + about_.name + "' cannot take the value");
        }
    }

    /// Makes NULL what an earlier record filled and this one does not have.
    void clear_the_rest()
    {
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (filled_[c] && seen_in_[c] != record_ && columns_[c].from == origin::field) {
                sqlite3_bind_null(insert_.get(), static_cast<int>(c) + 1);
                filled_[c] = false;
            }
        }
    }

    void check_keys(std::string_view json) const
    {
        for (const std::size_t k : keys_) {
            if (!filled_[k]) {
                throw lacks_key(about_.name, columns_[k].source, json);
            }
        }
    }

    [[noreturn]] void refuse_row()
    {
        try {
            db_.fail("the row could not be stored in the table '" + about_.name + "' of '" + db_.file() + "'");
        } catch (sqlite_error& e) {
            sqlite3_reset(insert_.get());
            if (e.primary() == SQLITE_CONSTRAINT) {
                e.set_hint(
                    "The table has a constraint that the destination did not make: remove it, or drop the table");
            }
            throw;
        }
    }

    sqlite_connection& db_;
    table about_;
    bool known_ = false; ///< whether what follows is what the database has
    bool blank_ = false; ///< made by this destination: may be put aside while it has no rows
    bool staging_exists_ = false;
    column_map columns_;
    std::vector<std::size_t> keys_;

    sqlite_statement insert_;            ///< has a parameter for each column
    std::vector<bound_column> bound_;    ///< the page's bindings
    std::vector<std::size_t> bindings_;  ///< the columns that they fill
    std::vector<char> filled_;           ///< for each column: its parameter is bound, and not to NULL
    std::vector<std::uint64_t> seen_in_; ///< for each column: the last record that had it
    std::uint64_t record_ = 0;
    std::vector<std::size_t> order_; ///< the column of the field at each position of the record before
};

} // namespace corest::detail
