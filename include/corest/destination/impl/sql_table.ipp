#pragma once

// What an SQL destination knows of one table: its columns and its key, in the database and the table beside it in which
// rows are collected.

#include <corest/destination/column_map.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/sql_identifier.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/schema/change_log.hpp>
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

/// The columns that tell which row a row is nested in, and which row one is.
inline constexpr std::string_view row_id_column = "_dlt_id";
inline constexpr std::string_view parent_id_column = "_dlt_parent_id";

/// Everything here happens inside a transaction of the store's. After a rollback, call `forget`.
class stored_table {
public:
    using origin = column_map::origin;

    stored_table(database& db, table definition)
        : db_(db),
          definition_(std::move(definition)),
          merges_together_(definition_.merges_together()),
          is_staged_(definition_.is_staged())
    {
    }

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
    [[nodiscard]] std::string key_names() const { return names_of(keys_); }
    /// A column's type as the database writes it; empty where it has none.
    [[nodiscard]] const std::string& sql_type(std::size_t column) const { return types_[column]; }
    /// Whether rows fill a column. The others, of a table that was there before, are not named in an INSERT: their
    /// defaults count, and numbers that the database gives.
    [[nodiscard]] bool is_filled(std::size_t column) const { return filled_[column] != 0; }
    /// How many columns rows fill.
    [[nodiscard]] std::size_t filled_count() const noexcept { return filled_count_; }
    /// Whether a merged row takes its predecessor's place in a column as well: in those that rows fill, and in those
    /// that would be NULL. What the database has filled by itself stays, as the number of a row.
    [[nodiscard]] bool is_replaced(std::size_t column) const
    {
        return is_filled(column) || (!is_collected() && !has_default_[column]);
    }
    /// Whether rows are collected in a table beside this one, until it is published.
    [[nodiscard]] bool is_collected() const { return is_staged_ || db_.dialect().merges_at_end; }
    /// Whether a row takes the place of the one with its key as it is written; else when the table is published.
    [[nodiscard]] bool upserts() const { return !keys_.empty() && !collects_all_rows(); }
    /// The table that rows are written to: this one, or the one beside it.
    [[nodiscard]] std::string written() const { return is_collected() ? staging() : definition_.name; }
    /// Whether written rows have a column that says of which walk they are.
    [[nodiscard]] bool has_walk_column() const
    {
        // Nested ones go with the rows that they are in.
        return db_.dialect().has_walk_column && is_staged_ && !definition_.is_keyed() && !definition_.is_nested();
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

    /// Keeps the columns that a table without rules has come to, where they are others than before. Before a
    /// transaction ends.
    void keep_found()
    {
        if (definition_.rules || columns_.size() == 0 || (kept_ && kept_columns_ == version_)) {
            return;
        }
        schema::table_schema found;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            const column_map::column& one = columns_[c];
            const bool is_bound = one.claimed && one.kind == origin::binding;
            const std::string& name = one.claimed ? one.source : one.name;
            if (!is_bound && found.find(name) == nullptr) {
                found.columns.emplace_back(name);
            }
        }
        keep(std::make_shared<const schema::table_schema>(std::move(found)));
        kept_columns_ = version_;
    }

    /// A transaction begins: changes that one before it has not stored were none.
    void forget_changes() noexcept { new_columns_.clear(); }

    /// The changes are stored: whoever wants to know them is told.
    void tell_changes()
    {
        if (definition_.changes && told_ != version_) {
            if (blank_) {
                definition_.changes->table_made();
                for (std::size_t c = 0; c < columns_.size(); ++c) {
                    definition_.changes->column_made(columns_[c].name, described_type(c));
                }
            }
            for (const std::string& name : new_columns_) {
                if (const std::size_t c = index_of(name); c != column_map::none) {
                    definition_.changes->column_made(name, described_type(c));
                }
            }
            told_ = version_;
        }
        new_columns_.clear();
    }

    /// Reads what is in the database, where that is not known.
    void refresh()
    {
        if (!known_) {
            read_columns();
        }
    }

    /// The column of a field or binding, or `column_map::none` where rows do not fill it: `add` makes it one that they
    /// do. \pre refresh() was called
    [[nodiscard]] std::size_t find(origin kind, std::string_view source)
    {
        const std::size_t c = columns_.find(kind, source);
        return c != column_map::none && is_filled(c) ? c : column_map::none;
    }

    /// Makes the table, or adds the columns that it lacks; makes ready to collect rows.
    /// \param keeps_staging rows that were collected before are kept, where there are any
    /// \param was_blank an earlier process of the run has made the table
    void open(bool keeps_staging = false, bool was_blank = false)
    {
        const std::string message = "the table '" + definition_.name + "' could not be made in " + db_.name();
        if (!keeps_staging) {
            drop_staging(message);
        }
        const bool existed = db_.has_table(definition_.name);
        const std::vector<std::size_t> missing = read_columns();
        blank_ = !existed || was_blank || is_placeholder();
        begin_rules(missing, existed);
        if (is_refused()) {
            return;
        }
        is_new_ = !existed;
        was_made_here_ = !existed && !is_collected();
        if (!existed) {
            create(definition_.name, message);
        } else {
            for (const std::size_t c : missing) {
                alter(definition_.name, c);
            }
        }
        need_unique_columns(definition_.name, message);
        if (!is_collected()) {
            need_unique_key(definition_.name, message);
        } else if ((filled_count_ != 0 || has_walk_column()) && !staging_exists_) {
            create_staging(message);
        }
    }

    /// Whether it is a nested table that the destination does not have, and the contract does not let it be made: rows
    /// that come are refused or left out.
    [[nodiscard]] bool is_refused() const
    {
        return definition_.is_nested() && definition_.rules && definition_.rules->is_refused();
    }

    /// Gives fields or bindings that came up a column each, in the table that is written to: one that the table has, or
    /// a new one. A table that has no rows yet is made anew with all of them, where the database gains by it: for each
    /// column that is added to a table SQLite reads the whole schema once more, and the first page of each of a
    /// thousand tables brings all its columns.
    /// \param fresh by name, with their types where the database has any
    void add(origin kind, const std::vector<schema::column>& fresh)
    {
        std::vector<std::size_t> lacking; // in the table that is written to
        for (const schema::column& one : fresh) {
            std::size_t c = columns_.find(kind, one.name);
            if (c == column_map::none) {
                c = add_column(kind, one.name, db_.type_of(one.type ? &one : declared(one.name)));
                lacking.push_back(c);
            } else if (is_collected()) {
                lacking.push_back(c);
            }
            fill(c);
        }
        grow(lacking);
    }

    /// The field that is declared unique and whose column is the only one of an index; empty where it is none.
    [[nodiscard]] std::string unique_field(const std::vector<std::string>& indexed) const
    {
        const std::size_t c = indexed.size() == 1 ? index_of(indexed.front()) : column_map::none;
        const schema::column* const stated = c == column_map::none ? nullptr : declared(c);
        return stated != nullptr && stated->unique ? stated->name : std::string();
    }

    /// Has rows fill some column: for a row without a field, where the database needs one to be named.
    void fill_any()
    {
        if (columns_.size() == 0) {
            add(origin::field, {schema::column(db_.dialect().placeholder)});
            return;
        }
        fill(0);
        grow(is_collected() ? std::vector<std::size_t>{0} : std::vector<std::size_t>());
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
        const bool needs_column = !db_.dialect().placeholder.empty();   // a row without fields has one, then
        if (!staging_exists_ || (needs_column && filled_count_ == 0)) { // no record came, or none with a field
            if (replaces) {
                db_.execute("DELETE FROM " + target, message);
            }
            drop_staging(message);
            return;
        }
        if (blank_ && is_empty(definition_.name) && db_.may_be_dropped(definition_.name) && inserts_all(message)) {
            if (has_walk_column()) {
                db_.execute(
                    "ALTER TABLE " + identifier(staging()) + " DROP COLUMN " + identifier(walk_column), message);
            }
            db_.execute("DROP TABLE " + target, message);
            db_.execute("ALTER TABLE " + identifier(staging()) + " RENAME TO " + target, message);
        } else {
            std::vector<std::string> conditions = insertion();
            need_columns();
            if (replaces) {
                db_.execute("DELETE FROM " + target, message);
            }
            if (definition_.disposition == write_disposition::merge) {
                make_room(conditions, message);
            }
            const std::string names = filled_names();
            db_.execute("INSERT INTO " + target + (names.empty() ? "" : "(" + names + ")") + " SELECT " + names
                    + " FROM " + identifier(staging()) + where(conditions),
                message);
            drop_staging(message);
        }
        staging_exists_ = false;
    }

    // ---- rows that are nested in those of another table ----

    /// Before it and its parent are published: collected rows go that are in no row of the parent's which stays, as
    /// that has been replaced by a later one of the same key, or its walk has begun anew.
    /// \param parent whose rows without a parent have gone already
    void drop_orphans(stored_table& parent, const std::string& message)
    {
        refresh();
        parent.refresh();
        const std::size_t id = find(origin::field, row_id_column);
        const std::size_t parent_id = find(origin::field, parent_id_column);
        if (!staging_exists_ || id == column_map::none || parent_id == column_map::none) {
            return;
        }
        const std::string own = identifier(staging());
        const std::size_t there = parent.find(origin::field, row_id_column);
        if (!parent.staging_exists_ || there == column_map::none) {
            db_.execute("DELETE FROM " + own, message);
            return;
        }
        // A join, for which each database makes a table by hash or an index; NOT IN and NOT EXISTS are slow in some.
        const std::string own_id = identifier(columns_[id].name);
        db_.execute("DELETE FROM " + own + " WHERE " + own_id + " IN (SELECT child." + own_id + " FROM " + own
                + " AS child LEFT JOIN (SELECT " + identifier(parent.columns_[there].name) + " AS id FROM "
                + identifier(parent.staging()) + where(parent.insertion()) + ") AS kept ON kept.id = child."
                + identifier(columns_[parent_id].name) + " WHERE kept.id IS NULL)",
            message);
    }

    /// Which of the rows that are visible a merge removes or replaces, by their `_dlt_id`: queries in SQL.
    [[nodiscard]] std::vector<std::string> ids_of_replaced()
    {
        refresh();
        std::vector<std::string> queries;
        const std::size_t id = columns_.find(origin::field, row_id_column);
        if (!staging_exists_ || id == column_map::none || !has_column(definition_.name, id)) {
            return queries;
        }
        std::vector<std::size_t> merged;
        for (const std::string& name : definition_.merge_key) {
            merged.push_back(filled_column(name));
        }
        for (const std::vector<std::size_t>& key : {merged, keys_}) {
            const bool is_there = !key.empty() && std::all_of(key.begin(), key.end(), [&](std::size_t c) {
                return c != column_map::none && has_column(definition_.name, c);
            });
            if (is_there) {
                queries.push_back("SELECT " + identifier(columns_[id].name) + " FROM " + identifier(definition_.name)
                    + " WHERE " + has_collected(key, {}));
            }
        }
        return queries;
    }

    /// Which of the rows that are visible are in some of the parent's, by their `_dlt_id`: a query in SQL; empty where
    /// none can be. \param parents the same of the parent's rows
    [[nodiscard]] std::string ids_of_nested(const std::string& parents)
    {
        refresh();
        const std::size_t id = columns_.find(origin::field, row_id_column);
        const std::size_t parent_id = columns_.find(origin::field, parent_id_column);
        const bool is_there = id != column_map::none && parent_id != column_map::none
            && has_column(definition_.name, id) && has_column(definition_.name, parent_id);
        return is_there ? "SELECT " + identifier(columns_[id].name) + " FROM " + identifier(definition_.name)
                + " WHERE " + identifier(columns_[parent_id].name) + " IN (" + parents + ")"
                        : std::string();
    }

    /// Deletes visible rows by their ids. \param ids as `ids_of_nested` has them
    void delete_nested(const std::string& ids, const std::string& message)
    {
        const std::size_t id = columns_.find(origin::field, row_id_column);
        db_.execute("DELETE FROM " + identifier(definition_.name) + " WHERE " + identifier(columns_[id].name) + " IN ("
                + ids + ")",
            message);
    }

    /// Makes the rows visible that were collected so far; more may be collected afterwards.
    void publish_so_far()
    {
        publish();
        if (!staging_exists_ && (filled_count_ != 0 || has_walk_column())) {
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

    /// Whether this object has made the table, with a key or with declared columns that the next rows may not have.
    [[nodiscard]] bool is_new_with_demands() const noexcept
    {
        return is_new_ && (definition_.disposition != write_disposition::append || definition_.schema);
    }

    /// Drops the table where no row came: it has the key and the nullability of a plan that came to nothing, and one
    /// that is mended could not load into it. \pre is_new_with_demands()
    void drop_where_never_filled(const std::string& message)
    {
        if (db_.has_table(definition_.name) && is_empty(definition_.name) && (!staging_exists_ || is_empty(staging()))
            && db_.may_be_dropped(definition_.name))
        {
            db_.execute("DROP TABLE " + identifier(definition_.name), message);
            versions(db_, definition_.name).forget();
            ++version_;
            told_ = version_; // there is nothing to tell any more
            new_columns_.clear();
            if (definition_.changes) {
                definition_.changes->table_dropped();
            }
        }
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
    /// \param existed else what was declared of a table that is gone says nothing
    void begin_rules(const std::vector<std::size_t>& missing, bool existed)
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
        std::optional<schema::table_schema> kept;
        if (existed) {
            kept = versions(db_, definition_.name).last();
        }
        definition_.rules->begin(!blank_, names, std::move(kept));
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

    /// A column's type for people: as the schema has it, else as the database does.
    [[nodiscard]] std::string described_type(std::size_t column) const
    {
        const column_map::column& c = columns_[column];
        const std::string& name = c.claimed ? c.source : c.name;
        const std::shared_ptr<const schema::table_schema> now =
            definition_.rules ? definition_.rules->schema() : nullptr;
        const schema::column* const known = now && kind_of(name) == origin::field ? now->find(name) : declared(name);
        return known != nullptr && known->type ? schema::describe_type(*known)
            : types_[column].empty()           ? schema::describe_type(schema::column())
                                               : types_[column];
    }

    [[nodiscard]] std::string names_of(const std::vector<std::size_t>& some) const
    {
        return join(some, ", ", [this](std::size_t c) { return identifier(columns_[c].name); });
    }

    [[nodiscard]] std::string staging() const { return staging_name(db_.dialect(), definition_.name); }

    [[nodiscard]] origin kind_of(std::string_view source) const
    {
        const std::vector<std::string>& bound = definition_.binding_columns;
        return std::find(bound.begin(), bound.end(), source) != bound.end() ? origin::binding : origin::field;
    }

    // ---- columns ----

    /// Takes in a column that is there. \return its place
    std::size_t learn(stored_column&& there)
    {
        columns_.add_existing(std::move(there.name));
        types_.push_back(std::move(there.type));
        has_default_.push_back(char(there.has_default));
        filled_.push_back(char(false));
        return columns_.size() - 1;
    }

    void fill(std::size_t column)
    {
        filled_count_ += filled_[column] != 0 ? 0 : 1;
        filled_[column] = char(true);
    }

    [[nodiscard]] std::size_t index_of(const std::string& name) const
    {
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (columns_[c].name == name) {
                return c;
            }
        }
        return column_map::none;
    }

    /// The columns that rows fill, as a list in SQL. \param prefix before each name
    [[nodiscard]] std::string filled_names(const std::string& prefix = {}) const
    {
        std::string names;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (is_filled(c)) {
                names += (names.empty() ? "" : ", ") + prefix + identifier(columns_[c].name);
            }
        }
        return names;
    }

    /// Whether the table has columns that the database fills by itself, and rows do not.
    [[nodiscard]] bool keeps_defaults() const
    {
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (!is_filled(c) && has_default_[c]) {
                return true;
            }
        }
        return false;
    }

    // ---- what is in the database ----

    [[nodiscard]] bool is_placeholder()
    {
        const std::vector<stored_column> all = db_.columns_of(definition_.name);
        return std::all_of(
            all.begin(), all.end(), [&](const stored_column& c) { return c.name == db_.dialect().placeholder; });
    }

    /// Learns the columns from the database: those of the table, and those that only collected rows have.
    /// \returns those that are needed and not there yet
    std::vector<std::size_t> read_columns()
    {
        const sql::dialect& d = db_.dialect();
        columns_ = column_map(column_map::naming(!d.case_blind.empty(), d.longest_name, d.reserved_columns));
        types_.clear();
        has_default_.clear();
        filled_.clear();
        filled_count_ = 0;
        ++version_;
        for (stored_column& c : db_.columns_of(definition_.name)) {
            if (c.name != d.placeholder) {
                learn(std::move(c));
            }
        }
        staging_exists_ = is_collected() && db_.has_table(staging());
        if (staging_exists_) {
            for (stored_column& c : db_.columns_of(staging())) {
                if (c.name != walk_column && c.name != db_.dialect().row_number) {
                    std::size_t known = index_of(c.name);
                    if (known == column_map::none) { // the table has it when this is published
                        new_columns_.push_back(c.name);
                        known = learn(std::move(c));
                    }
                    fill(known);
                }
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
            std::size_t c = columns_.find(kind, name);
            if (c == column_map::none && has_type) {
                c = add_column(kind, name, db_.type_of(stated));
                missing.push_back(c);
            }
            if (c != column_map::none && !is_filled(c)) {
                fill(c);
                if (staging_exists_) {
                    alter(staging(), c);
                }
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

    /// Whether several rows have the same values in some columns. Those with NULL in one, as of an earlier append, are
    /// all different.
    [[nodiscard]] bool has_duplicates(
        const std::string& table, const std::vector<std::size_t>& columns, const std::string& message)
    {
        std::string whole;
        for (const std::size_t c : columns) {
            whole += (whole.empty() ? "" : " AND ") + identifier(columns_[c].name) + " IS NOT NULL";
        }
        return call(db_,
            "SELECT 1 FROM " + identifier(table) + " WHERE " + whole + " GROUP BY " + names_of(columns)
                + " HAVING count(*) > 1 LIMIT 1",
            message)
            .has_row();
    }

    // ---- changes ----

    /// Gives the table that is written to the columns that it lacks.
    void grow(const std::vector<std::size_t>& lacking)
    {
        const bool is_key_new = keys_.empty() && find_keys();
        ++version_;
        if (is_collected() && !staging_exists_) {
            create_staging("the table '" + staging() + "' could not be made in " + db_.name());
            return;
        }
        const std::string message = "the table '" + definition_.name + "' could not be made anew in " + db_.name();
        if (was_made_here_ && !lacking.empty() && db_.dialect().remakes_empty_tables && is_empty(written())) {
            db_.execute("DROP TABLE " + identifier(written()), message);
            create(written(), message);
            need_unique_columns(written(), message);
            return;
        }
        was_made_here_ = false;
        for (const std::size_t c : lacking) {
            alter(written(), c);
        }
        need_unique_columns(written(), message);
        if (is_key_new && upserts()) {
            need_unique_key(written(), message);
        }
    }

    /// Gives the table the columns that collected rows fill and it lacks. The column that it only has for want of
    /// another one goes.
    void need_columns()
    {
        const std::vector<stored_column> existing = db_.columns_of(definition_.name);
        const auto has = [&](const std::string& name) {
            return std::any_of(
                existing.begin(), existing.end(), [&](const stored_column& one) { return one.name == name; });
        };
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (is_filled(c) && !has(columns_[c].name)) {
                alter(definition_.name, c);
            }
        }
        need_unique_columns(
            definition_.name, "the table '" + definition_.name + "' could not be changed in " + db_.name());
        const std::string& placeholder = db_.dialect().placeholder;
        if (!placeholder.empty() && has(placeholder) && index_of(placeholder) == column_map::none) {
            db_.execute("ALTER TABLE " + identifier(definition_.name) + " DROP COLUMN " + identifier(placeholder),
                "the column '" + placeholder + "' could not be dropped from the table '" + definition_.name + "' in "
                    + db_.name());
        }
    }

    /// The condition that a row of the table, `old`, and a collected one have the same key. \param fresh that, in SQL
    [[nodiscard]] std::string has_same_key(const std::string& fresh = "fresh") const
    {
        std::string same;
        for (const std::size_t k : keys_) {
            const std::string name = identifier(columns_[k].name);
            same += (same.empty() ? "" : " AND ") + ("old." + name) + " = " + fresh + "." + name;
        }
        return same;
    }

    /// Whether the collected rows are all that came, those of the same key too.
    [[nodiscard]] bool collects_all_rows() const { return db_.dialect().merges_at_end || merges_together_; }

    [[nodiscard]] static std::string where(const std::vector<std::string>& conditions)
    {
        return conditions.empty() ? std::string() : " WHERE " + join(conditions, " AND ");
    }

    /// The conditions of the collected rows that are inserted.
    [[nodiscard]] std::vector<std::string> insertion() const
    {
        std::vector<std::string> conditions;
        if (collects_all_rows() && !keys_.empty()) {
            conditions.push_back(last_of_each_key());
        }
        if (const std::string deleted = deletion(); !deleted.empty()) {
            conditions.push_back("NOT (" + deleted + ")");
        }
        return conditions;
    }

    /// Whether all of the collected rows are inserted, and the table that they are in is as this one would be made.
    [[nodiscard]] bool inserts_all(const std::string& message)
    {
        if (insertion().empty()) {
            return true;
        }
        // Where tables have no unique key. To look for two rows of a key takes a fraction of copying all of them.
        return db_.dialect().merges_at_end && deletion().empty() && !has_duplicates(staging(), keys_, message);
    }

    /// The condition that a collected row only deletes others; empty where there is none that could.
    [[nodiscard]] std::string deletion() const
    {
        const schema::column* const hint = definition_.hard_delete();
        const std::size_t c = hint == nullptr ? column_map::none : filled_column(hint->name);
        if (c == column_map::none) {
            return {};
        }
        const std::string name = identifier(columns_[c].name);
        return type_of_hinted(*hint) == schema::data_type::boolean ? "CAST(" + name + " AS BOOLEAN) IS TRUE"
                                                                   : name + " IS NOT NULL";
    }

    /// The type that the values of a column with a hint have by now; none where they are of any type.
    [[nodiscard]] std::optional<schema::data_type> type_of_hinted(const schema::column& hint) const
    {
        const std::shared_ptr<const schema::table_schema> found =
            definition_.rules ? definition_.rules->schema() : nullptr;
        const schema::column* const known = found ? found->find(hint.name) : &hint;
        return known != nullptr ? known->type : std::nullopt;
    }

    /// The column of a field or binding that the collected rows have; `column_map::none` where none has come.
    [[nodiscard]] std::size_t filled_column(std::string_view source) const
    {
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (is_filled(c) && columns_[c].claimed && columns_[c].source == source
                && columns_[c].kind == kind_of(source))
            {
                return c;
            }
        }
        return column_map::none;
    }

    /// Before collected rows are inserted: the rows that they replace or delete go, or take over what they have.
    /// \param conditions of those that are inserted: one more where rows have taken over what they have
    void make_room(std::vector<std::string>& conditions, const std::string& message)
    {
        if (merges_together_) {
            db_.lock_table(definition_.name); // else two that merge could each wait for the other one's rows
            if (!db_.dialect().merges_at_end) {
                need_unique_key(definition_.name, message);
            }
            delete_same(merge_key_columns(), {}, message);
        }
        if (!keeps_defaults()) {
            delete_same(keys_, {}, message);
        } else if (!keys_.empty()) {
            const std::string deleted = deletion();
            if (!deleted.empty()) {
                delete_same(keys_, {last_of_each_key(), deleted}, message);
            }
            update_replaced(conditions, message);
            conditions.push_back(has_new_key());
        }
    }

    /// The columns of the merge key. \pre a row was collected
    [[nodiscard]] std::vector<std::size_t> merge_key_columns() const
    {
        std::vector<std::size_t> found;
        for (const std::string& name : definition_.merge_key) {
            const std::size_t c = filled_column(name);
            if (c == column_map::none) {
                throw error(errc::field_missing,
                    "no row of the table '" + definition_.name + "' has the field '" + name + "' of its merge key",
                    "Name another merge_key, or merge by primary_key alone");
            }
            found.push_back(c);
        }
        return found;
    }

    /// Deletes the rows that have the same values in some columns as collected ones. \param conditions of these
    void delete_same(
        const std::vector<std::size_t>& key, const std::vector<std::string>& conditions, const std::string& message)
    {
        if (!key.empty()) {
            db_.execute(
                "DELETE FROM " + identifier(definition_.name) + " WHERE " + has_collected(key, conditions), message);
        }
    }

    /// The condition that collected rows have the values that a row has in some columns. \param conditions of these
    [[nodiscard]] std::string has_collected(
        const std::vector<std::size_t>& key, const std::vector<std::string>& conditions) const
    {
        const std::string names = names_of(key);
        return (key.size() == 1 ? names : "(" + names + ")") + " IN (SELECT " + names + " FROM " + identifier(staging())
            + where(conditions) + ")";
    }

    /// Has the rows whose keys the collected ones have take over all but what the database has filled by itself.
    /// \param conditions of the collected ones
    void update_replaced(const std::vector<std::string>& conditions, const std::string& message)
    {
        std::string sets;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            const std::string name = identifier(columns_[c].name);
            if (!is_key(c) && (is_filled(c) || !has_default_[c])) {
                sets += (sets.empty() ? "" : ", ") + name + " = " + (is_filled(c) ? "fresh." + name : "NULL");
            }
        }
        if (!sets.empty()) {
            db_.execute("UPDATE " + identifier(definition_.name) + " AS old SET " + sets + " FROM (SELECT * FROM "
                    + identifier(staging()) + where(conditions) + ") AS fresh WHERE " + has_same_key(),
                message);
        }
    }

    /// The condition that a collected row is the one of its key that stays: the last one, or the first one by
    /// `dedup_sort`, where the last one of the same value stays, and one without a value where no other has one.
    [[nodiscard]] std::string last_of_each_key() const
    {
        const std::string& number = db_.dialect().row_number;
        const schema::column* const hint = definition_.dedup_sort();
        const std::size_t c = hint == nullptr ? column_map::none : filled_column(hint->name);
        if (c == column_map::none) {
            return number + " IN (SELECT max(" + number + ") FROM " + identifier(staging()) + " GROUP BY " + key_names()
                + ")";
        }
        std::string name = identifier(columns_[c].name);
        if (type_of_hinted(*hint) == schema::data_type::json) { // PostgreSQL's json has no order
            name = "CAST(" + name + " AS TEXT)";
        }
        return number + " IN (SELECT number FROM (SELECT " + number + " AS number, row_number() OVER (PARTITION BY "
            + key_names() + " ORDER BY " + name + " IS NULL, " + name + (hint->dedup_sort == "desc" ? " DESC, " : ", ")
            + number + " DESC) AS place FROM " + identifier(staging()) + ") AS sorted WHERE place = 1)";
    }
    /// The condition that the table does not have the key of a collected row.
    [[nodiscard]] std::string has_new_key() const
    {
        return "NOT EXISTS(SELECT 1 FROM " + identifier(definition_.name) + " AS old WHERE "
            + has_same_key(identifier(staging())) + ")";
    }

    /// Adds a column to what is known, and keeps its name for later runs where it is not the field's.
    std::size_t add_column(origin kind, const std::string& source, std::string type)
    {
        const std::size_t most = db_.most_columns();
        if (columns_.size() == most) {
            throw error(errc::destination_failed,
                "the table '" + definition_.name + "' would need more than the " + std::to_string(most)
                    + " columns that it may have in " + db_.dialect().product + "; the next is '" + source + "'",
                "Are the names of fields data here, as in a map by id? Select what is inside instead, or load into "
                "ndjson");
        }
        const std::size_t c = columns_.add(kind, source);
        new_columns_.push_back(columns_[c].name);
        types_.push_back(std::move(type));
        has_default_.push_back(char(false));
        filled_.push_back(char(false));
        if (columns_[c].name != source) {
            call(db_,
                "INSERT INTO _corest_columns VALUES(?1, ?2, ?3, ?4) ON CONFLICT(resource, origin, name) DO UPDATE SET "
                "column_name = excluded.column_name",
                "the name of a column could not be kept in " + db_.name())
                .run(definition_.name, kind == origin::binding ? "binding" : "field", source, columns_[c].name);
        }
        return c;
    }

    /// Creates a table with all known columns; the one that rows are collected in, with those that they fill. Where
    /// columns need no type, none has one but those that are declared, so that every value is stored as it is bound.
    void create(const std::string& name, const std::string& message)
    {
        std::string list;
        const auto append = [&](const std::string& text) { list += (list.empty() ? "" : ", ") + text; };
        const bool is_staging = name == staging();
        if (has_walk_column() && is_staging) {
            append(identifier(walk_column) + " BIGINT");
        }
        if (is_staging && merges_together_ && definition_.is_keyed() && !db_.dialect().row_number_column.empty()) {
            append(db_.dialect().row_number_column);
        }
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            if (is_staging && !is_filled(c)) {
                continue;
            }
            const schema::column* const stated = declared(c);
            const bool is_required = is_key(c) || (stated != nullptr && !stated->nullable);
            append(with_type(c) + (is_required ? " NOT NULL" : ""));
        }
        if (list.empty() && !db_.dialect().placeholder.empty()) {
            const std::string type = db_.type_of(nullptr);
            append(identifier(db_.dialect().placeholder) + (type.empty() ? "" : " " + type));
        }
        if (!keys_.empty() && !db_.dialect().merges_at_end && !(is_staging && merges_together_)) {
            append("PRIMARY KEY(" + key_names() + ")");
        }
        db_.execute("CREATE TABLE " + identifier(name) + "(" + list + ")", message);
    }

    void create_staging(const std::string& message)
    {
        create(staging(), message);
        staging_exists_ = true;
        was_made_here_ = true;
        need_unique_columns(staging(), message);
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

    /// Gives each column with the hint `unique` an index that sees to it, where the database is asked for that. Not
    /// where rows of the same key wait for each other: which of them stays is not known yet.
    void need_unique_columns(const std::string& name, const std::string& message)
    {
        if (!db_.dialect().enforces_unique || !definition_.schema || (name == staging() && collects_all_rows())) {
            return;
        }
        for (const schema::column& stated : definition_.schema->columns) {
            const std::size_t c = stated.unique ? columns_.find(kind_of(stated.name), stated.name) : column_map::none;
            if (c == column_map::none || !has_column(name, c) || db_.has_unique_key(name, {columns_[c].name})) {
                continue;
            }
            db_.lock_table(name);
            const std::string column = identifier(columns_[c].name);
            if (has_duplicates(name, {c}, message)) {
                throw error(errc::destination_failed,
                    "the column '" + columns_[c].name + "' of the table '" + definition_.name + "' in " + db_.name()
                        + " is to be unique, and several rows have the same value in it",
                    "Remove 'unique' of the column, or the rows, or load once with the write disposition replace");
            }
            db_.execute("CREATE UNIQUE INDEX ON " + identifier(name) + "(" + column + ")", message);
        }
    }

    /// Whether the table, or the one that rows are collected in, has a column by now.
    [[nodiscard]] bool has_column(const std::string& name, std::size_t column)
    {
        const std::vector<stored_column> all = db_.columns_of(name);
        return std::any_of(
            all.begin(), all.end(), [&](const stored_column& one) { return one.name == columns_[column].name; });
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
        if (has_duplicates(name, keys_, message)) {
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
    bool merges_together_; ///< the definition's
    bool is_staged_;       ///< the definition's
    bool known_ = false;   ///< whether what follows is what the database has
    bool blank_ = false;   ///< made by this destination: may be put aside while it has no rows
    bool staging_exists_ = false;
    bool is_new_ = false;        ///< the table itself, which this object has made
    bool was_made_here_ = false; ///< the table that is written to, which has not been seen with rows
    column_map columns_;
    std::vector<std::string> types_; ///< of each column, in SQL
    std::vector<char> has_default_;  ///< of each column: it is not NULL where an INSERT does not name it
    std::vector<char> filled_;       ///< of each column: see `is_filled`
    std::size_t filled_count_ = 0;
    std::vector<std::size_t> keys_;
    std::uint64_t version_ = 0;
    std::shared_ptr<const schema::table_schema> kept_; ///< the last version that the database has
    std::uint64_t kept_columns_ = 0;                   ///< the `version_` that `keep_found` has kept
    std::vector<std::string> new_columns_;             ///< of the transaction that goes on
    std::uint64_t told_ = 0;                           ///< the `version_` whose changes were told
};

} // namespace corest::detail::sql
