#pragma once

// How the records of a page become rows of one table of a DuckDB file: in chunks of columns, which an appender takes.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/column_map.hpp>
#include <corest/destination/row_values.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/select/json_reader.hpp>

#include <corest/destination/impl/duckdb_chunks.ipp>
#include <corest/destination/impl/duckdb_database.ipp>
#include <corest/destination/impl/sql_store.ipp>
#include <corest/destination/impl/sql_table.ipp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// Appends rows, and has the table grow where a record has a new field. Inside a transaction of the store's.
class duckdb_writer final : public sql::table_writer {
public:
    duckdb_writer(duckdb_database_file& db, sql::stored_table& target) : db_(db), target_(target) {}

    void write(const row_values& rows, std::uint64_t walk) override
    {
        target_.refresh();
        need_bindings(rows.page());
        store_error::for_each_record(rows.size(), [&](std::size_t i) {
            need_columns(rows, i);
            need_chunks();
            write_record(rows[i], rows.page().json(i), walk);
        });
        if (const auto current = rows.schema()) {
            target_.keep(current);
        }
    }

    void flush() override
    {
        if (chunks_) {
            chunks_->flush();
        }
    }
    void forget() noexcept override { chunks_.reset(); }

    [[nodiscard]] std::optional<sql::refused_row> find_refused(const row_values& rows) override
    {
        target_.refresh();
        need_bindings(rows.page());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            try {
                need_columns(rows, i);
                need_chunks();
                write_record(rows[i], rows.page().json(i), 0);
                flush();
            } catch (const sql::refusal&) {
                return sql::refused_row(i, {});
            }
        }
        return std::nullopt;
    }

private:
    using origin = column_map::origin;

    /// A value that all rows of a page have, and its place in the chunk.
    class bound_value {
    public:
        std::string name;
        std::string_view json;
        std::size_t column = column_map::none;
    };

    // ---- columns ----

    /// The bindings of a page that have a column; null alone does not make one.
    void need_bindings(const page& rows)
    {
        bound_.clear();
        for (const bound_column& b : bound_columns(rows)) {
            std::size_t column = target_.find(origin::binding, b.name);
            if (column == column_map::none) {
                if (const std::optional<schema::data_type> type = type_of(b.json)) {
                    change([&] { target_.add(origin::binding, {schema::column(b.name, type)}); });
                    column = target_.find(origin::binding, b.name);
                }
            }
            if (column != column_map::none) {
                bound_value& one = bound_.emplace_back();
                one.name = b.name;
                one.json = b.json;
                one.column = column;
            }
        }
    }

    [[nodiscard]] static std::optional<schema::data_type> type_of(std::string_view json)
    {
        json_reader in(json, "the value taken over from the parent");
        switch (in.kind()) {
        case json_kind::null:
            return std::nullopt;
        case json_kind::boolean:
            return schema::data_type::boolean;
        case json_kind::number: {
            std::string scratch;
            const row_value::type kind = read_value(in, scratch, {}).kind();
            return kind == row_value::type::integer ? schema::data_type::bigint
                : kind == row_value::type::real     ? schema::data_type::floating
                                                    : schema::data_type::decimal;
        }
        case json_kind::string:
            return schema::data_type::text;
        default:
            return schema::data_type::json;
        }
    }

    /// Has the table have a column for each field of a record that has a type.
    void need_columns(const row_values& rows, std::size_t record)
    {
        if (rows.is_like_previous(record)) {
            return;
        }
        order_.clear();
        std::vector<schema::column> unknown;
        const std::shared_ptr<const schema::table_schema> known = rows.schema();
        for (const row_values::field& f : rows[record]) {
            const std::size_t c = target_.find(origin::field, f.key);
            order_.push_back(c);
            const schema::column* const stated = c == column_map::none && known ? known->find(f.key) : nullptr;
            const auto is_it = [&](const schema::column& one) { return one.name == f.key; };
            if (stated != nullptr && stated->type && std::none_of(unknown.begin(), unknown.end(), is_it)) {
                unknown.push_back(*stated);
            }
        }
        if (unknown.empty() && target_.columns().size() == 0) {
            unknown.emplace_back(db_.dialect().placeholder, schema::data_type::boolean);
        }
        if (!unknown.empty()) {
            change([&] { target_.add(origin::field, unknown); });
            order_.clear();
            for (const row_values::field& f : rows[record]) {
                order_.push_back(target_.find(origin::field, f.key));
            }
        }
    }

    /// Changes the table: rows that were collected go into it as it was.
    template <class Function>
    void change(Function&& function)
    {
        flush();
        function();
    }

    void need_chunks()
    {
        if (chunks_ && version_ == target_.version()) {
            return;
        }
        flush();
        const std::string table = target_.written();
        const std::vector<sql::stored_column> columns = db_.columns_of(table);
        places_.assign(target_.columns().size(), column_map::none);
        walk_place_ = column_map::none;
        for (std::size_t place = 0; place < columns.size(); ++place) {
            if (columns[place].name == sql::walk_column) {
                walk_place_ = place;
            }
            for (std::size_t c = 0; c < places_.size(); ++c) {
                if (target_.columns()[c].name == columns[place].name) {
                    places_[c] = place;
                }
            }
        }
        chunks_ = std::make_unique<duckdb_chunks>(db_.link(), table, columns,
            "the rows could not be stored in the table '" + target_.definition().name + "' of " + db_.name());
        version_ = target_.version();
    }

    // ---- rows ----

    void write_record(std::span<const row_values::field> fields, std::string_view json, std::uint64_t walk)
    {
        filled_.assign(places_.size(), char(false));
        chunks_->begin_row();
        if (walk_place_ != column_map::none) {
            chunks_->set_integer(walk_place_, static_cast<std::int64_t>(walk));
        }
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (order_[i] != column_map::none) {
                set(order_[i], fields[i].value);
            }
        }
        std::string scratch;
        for (const bound_value& b : bound_) {
            json_reader in(b.json, "the value taken over from the parent");
            scratch.clear();
            scratch.reserve(b.json.size());
            set(b.column, read_value(in, scratch, b.name));
        }
        for (const std::size_t k : target_.keys()) {
            if (!filled_[k]) {
                throw store_error::missing_key(target_.definition().name, target_.columns()[k].source, json);
            }
        }
        if (target_.definition().is_keyed() && target_.keys().empty()) {
            throw store_error::missing_key(target_.definition().name, target_.definition().primary_key.front(), json);
        }
    }

    /// Sets a value, in the form that the column is handed over in.
    void set(std::size_t column, const row_value& value)
    {
        const std::size_t place = places_[column];
        filled_[column] = value.kind() != row_value::type::null;
        if (!filled_[column]) {
            chunks_->set_null(place);
            return;
        }
        if (chunks_->set(place, value)) {
            return;
        }
        throw error(errc::wrong_type,
            "the value of the column '" + target_.columns()[column].name + "' is none of its type, "
                + target_.sql_type(column),
            "Declare the column's type (columns), or load into another table");
    }

    duckdb_database_file& db_;
    sql::stored_table& target_;

    std::unique_ptr<duckdb_chunks> chunks_;
    std::uint64_t version_ = 0;       ///< of the table that it was made for
    std::vector<std::size_t> places_; ///< of each column in the chunk
    std::size_t walk_place_ = column_map::none;
    std::vector<std::size_t> order_; ///< the column of each field of the record before
    std::vector<char> filled_;       ///< for each column: the row has a value in it
    std::vector<bound_value> bound_;
};

} // namespace corest::detail
