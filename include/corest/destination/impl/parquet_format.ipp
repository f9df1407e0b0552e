#pragma once

// A table's file as Parquet, which DuckDB writes and reads.

#include <corest/destination/destination.hpp>
#include <corest/destination/parquet.hpp>
#include <corest/destination/row_values.hpp>
#include <corest/destination/sql_identifier.hpp>
#include <corest/error.hpp>
#include <corest/schema/change_log.hpp>
#include <corest/schema/coerce.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/select/json_reader.hpp>

#include <corest/destination/impl/duckdb_chunks.ipp>
#include <corest/destination/impl/duckdb_database.ipp>
#include <corest/destination/impl/duckdb_types.ipp>
#include <corest/destination/impl/file_format.ipp>
#include <corest/destination/impl/parquet_columns.ipp>
#include <corest/destination/impl/posix_file.ipp>
#include <corest/destination/impl/sql_call.ipp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace corest::detail {

class parquet_format final : public file_format {
public:
    parquet_format(std::string directory, parquet_options options)
        : directory_(std::move(directory)),
          options_(std::move(options))
    {
        constexpr std::array<std::string_view, 5> known = {"zstd", "snappy", "gzip", "lz4", "uncompressed"};
        if (std::find(known.begin(), known.end(), options_.compression) == known.end()) {
            throw error(errc::invalid_argument,
                "the compression of Parquet files is zstd, snappy, gzip, lz4 or uncompressed, found '"
                    + options_.compression + "'");
        }
    }

    [[nodiscard]] std::string_view extension() const noexcept override { return ".parquet"; }

    [[nodiscard]] std::unique_ptr<typed_columns> make_columns(
        const table& t, const std::string& old_file, std::string_view kept) const override
    {
        if (!kept.empty() || old_file.empty()) {
            return std::make_unique<parquet_columns>(t, std::vector<schema::column>(), kept);
        }
        std::vector<schema::column> stored = stored_columns(old_file);
        std::string remembered;
        sql::call(database(), "SELECT decode(value) FROM parquet_kv_metadata(?1) WHERE decode(key) = 'corest'",
            "the columns of '" + old_file + "' could not be read")
            .each([&](const sql::call& row) { remembered = row.text(0); }, literal_path(old_file));
        return std::make_unique<parquet_columns>(t, std::move(stored), remembered);
    }

    [[nodiscard]] bool write_empty(const std::string& path, const file_contents& columns) const override
    {
        write(path, columns);
        return true;
    }

    [[nodiscard]] table_count count(const std::string& path, const table& t) const override
    {
        const parquet_columns known(t, stored_columns(path), {});
        std::string keys;
        for (const std::string& name : known.key_columns(t)) {
            keys += (keys.empty() ? "" : ", ") + sql::identifier(name);
        }
        table_count counted;
        sql::call(database(),
            "SELECT count(*)" + (keys.empty() ? "" : ", count(DISTINCT (" + keys + "))") + " FROM read_parquet(?1)",
            "the rows of '" + path + "' could not be counted")
            .each(
                [&](const sql::call& row) {
                    counted.rows = row.count(0);
                    if (!keys.empty()) {
                        counted.keys = row.count(1);
                    }
                },
                literal_path(path));
        return counted;
    }

    void write(const std::string& path, const file_contents& contents) const override
    {
        const auto& columns = static_cast<const parquet_columns&>(*contents.types);
        const std::string message = "the file '" + path + "' could not be written";
        duckdb_database_file& db = database();
        std::vector<sql::stored_column> old;
        if (!contents.old_file.empty()) {
            old = columns_of(contents.old_file);
        }
        collect(db, columns.columns(), contents, message);
        std::string text = "COPY (";
        if (!contents.old_file.empty()) {
            text += select_old(db, columns, contents, old, message) + " UNION ALL ";
        }
        text += select_new(columns, contents, old) + ") TO " + quoted(path) + " (FORMAT parquet, COMPRESSION "
            + quoted(options_.compression) + ", USE_TMP_FILE false, KV_METADATA {corest: " + quoted(columns.to_json())
            + "})";
        throw_if_interrupted();
        db.execute(text, message);
        db.execute("DROP TABLE new_rows", message);
        const file_descriptor file(path, O_RDONLY, message);
        if (::fsync(file.number()) != 0) {
            store_error::throw_system(message, errno);
        }
        if (contents.definition->changes) {
            const schema::table_schema before(
                contents.before.empty() ? std::vector<schema::column>() : stored_columns(contents.before));
            contents.definition->changes->compare(before, schema::table_schema(stored_columns(path)));
        }
    }

    void interrupt() const noexcept override
    {
        file_format::interrupt();
        breaker_->interrupt();
    }

private:
    /// Of a file whose rows have no field with a value: Parquet needs a column.
    static constexpr std::string_view placeholder = "_corest_no_fields";
    static constexpr std::size_t rows_at_once = 32768; ///< that wait to be given to DuckDB

    /// In memory, and beside the files where there is more than fits. Not before it is needed: it takes milliseconds.
    [[nodiscard]] duckdb_database_file& database() const
    {
        if (!database_) {
            auto made = std::make_unique<duckdb_database_file>(options_.duckdb, breaker_);
            made->execute("SET temp_directory = " + quoted(directory_ + "/" + hidden_prefix() + "spill"),
                "DuckDB could not be started");
            database_ = std::move(made);
        }
        return *database_;
    }

    [[nodiscard]] static std::string quoted(std::string_view text)
    {
        std::string out = "'";
        for (const char c : text) {
            out += c;
            out += c == '\'' ? "'" : "";
        }
        return out + "'";
    }

    /// A path that DuckDB takes for no pattern.
    [[nodiscard]] static std::string literal_path(const std::string& path)
    {
        std::string out;
        for (const char c : path) {
            const bool is_special = c == '*' || c == '?' || c == '[';
            out += is_special ? std::string("[") + c + "]" : std::string(1, c);
        }
        return out;
    }

    /// The columns of a file, the placeholder aside.
    [[nodiscard]] std::vector<sql::stored_column> columns_of(const std::string& file) const
    {
        std::vector<sql::stored_column> columns;
        sql::call(database(),
            "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(" + quoted(literal_path(file))
                + "))",
            "the file '" + file + "' could not be read as Parquet")
            .each([&](const sql::call& row) {
                if (row.text(0) != placeholder) {
                    columns.emplace_back(row.text(0), row.text(1));
                }
            });
        return columns;
    }

    [[nodiscard]] std::vector<schema::column> stored_columns(const std::string& file) const
    {
        std::vector<schema::column> stored;
        for (const sql::stored_column& c : columns_of(file)) {
            stored.push_back(duckdb_types::column_of(c.name, c.type));
        }
        return stored;
    }

    [[nodiscard]] static const sql::stored_column* find(
        const std::vector<sql::stored_column>& columns, const std::string& name)
    {
        const auto found = std::find_if(
            columns.begin(), columns.end(), [&](const sql::stored_column& one) { return one.name == name; });
        return found == columns.end() ? nullptr : &*found;
    }

    /// A column of the table `new_rows`, which has no names of users.
    [[nodiscard]] static std::string place_name(std::size_t place) { return "c" + std::to_string(place); }

    /// Fills the table `new_rows` with those of the collected rows that stay.
    void collect(duckdb_database_file& db, const std::vector<schema::column>& columns, const file_contents& contents,
        const std::string& message) const
    {
        std::vector<sql::stored_column> places;
        std::unordered_map<std::string, std::size_t, text_hash, std::equal_to<>> by_name;
        std::string list;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            places.emplace_back(place_name(i), duckdb_types::type_of(&columns[i]));
            by_name.emplace(columns[i].name, i);
            list += places.back().name + " " + places.back().type + ", ";
        }
        places.emplace_back("placeholder", "BOOLEAN");
        db.execute("CREATE OR REPLACE TABLE new_rows(" + list + "placeholder BOOLEAN)", message);
        if (contents.collected.empty()) {
            return;
        }
        duckdb_chunks chunks(db.link(), "new_rows", places, message);
        const std::vector<bool> surviving = contents.surviving_new();
        line_reader lines(contents.collected, contents.first);
        std::size_t waiting = 0;
        std::string key_scratch;
        std::string scratch;
        for (std::size_t i = 0; const auto line = lines.next(); ++i) {
            throw_if_interrupted();
            if (!surviving.empty() && !surviving[i]) {
                continue;
            }
            chunks.begin_row();
            scratch.clear();
            scratch.reserve(line->size() * 2); // views of it stay valid: a value's text, and that of a time
            std::string_view name;
            json_reader in(*line, "the collected row");
            in.begin_object();
            while (in.next_key(name, key_scratch)) {
                const std::size_t place = by_name.find(name)->second;
                schema::text_store texts;
                const schema::json_value found = schema::read_json_value(in, scratch);
                const std::optional<schema::typed_value> value = schema::coerce(columns[place], found, texts);
                std::string time;
                if (!value || !chunks.set(place, row_value_of(*value, time))) {
                    throw schema::wrong_type(columns[place], found);
                }
            }
            if (++waiting == rows_at_once) {
                chunks.flush();
                waiting = 0;
            }
        }
        chunks.flush();
    }

    /// The old rows that stay. \param old the columns of their file
    [[nodiscard]] static std::string select_old(duckdb_database_file& db, const parquet_columns& columns,
        const file_contents& contents, const std::vector<sql::stored_column>& old, const std::string& message)
    {
        std::string list;
        for (const schema::column& c : columns.columns()) {
            list += (list.empty() ? "" : ", ")
                + (find(old, c.name) != nullptr
                        ? "o." + sql::identifier(c.name)
                        : "NULL::" + duckdb_types::type_of(&c) + " AS " + sql::identifier(c.name));
        }
        const std::string file =
            "read_parquet(" + quoted(literal_path(contents.old_file)) + ", file_row_number = true)";
        std::string text = "SELECT " + (list.empty() ? no_columns() : list) + " FROM " + file + " o";
        std::string keys;
        std::string same;
        std::string whole;
        if (contents.keys == nullptr) {
            return text;
        }
        for (const std::string& name : columns.key_columns(*contents.definition)) {
            if (find(old, name) == nullptr) {
                return text; // none of the old rows has a key
            }
            const std::string place = place_name(place_of(columns, name));
            const std::string key = sql::identifier(name);
            keys += (keys.empty() ? "" : ", ") + key;
            same += (same.empty() ? "" : " AND ") + ("n." + place + " = o." + key);
            whole += (whole.empty() ? "" : " AND ") + key + " IS NOT NULL";
        }
        db.execute("CREATE OR REPLACE TABLE replaced AS SELECT file_row_number AS number FROM (SELECT file_row_number, "
                + keys + ", row_number() OVER (PARTITION BY " + keys + " ORDER BY file_row_number DESC) AS nth FROM "
                + file + " WHERE " + whole + ") o WHERE nth > 1 OR EXISTS (SELECT 1 FROM new_rows n WHERE " + same
                + ")",
            message);
        return text + " WHERE o.file_row_number NOT IN (SELECT number FROM replaced)";
    }

    [[nodiscard]] static std::string select_new(
        const parquet_columns& columns, const file_contents& contents, const std::vector<sql::stored_column>& old)
    {
        std::string list;
        for (std::size_t i = 0; i < columns.columns().size(); ++i) {
            const schema::column& c = columns.columns()[i];
            const sql::stored_column* const known = find(old, c.name);
            const std::string value =
                known == nullptr ? place_name(i) : "CAST(" + place_name(i) + " AS " + known->type + ")";
            list += (list.empty() ? "" : ", ") + value + " AS " + sql::identifier(c.name);
        }
        std::string text = "SELECT " + (list.empty() ? no_columns() : list) + " FROM new_rows";
        if (contents.keys == nullptr) {
            return text;
        }
        // Keys that are written differently may be the same value.
        std::string keys;
        for (const std::string& name : columns.key_columns(*contents.definition)) {
            const std::size_t place = place_of(columns, name);
            if (place == columns.columns().size()) {
                return text; // there is no row: each would have it
            }
            keys += (keys.empty() ? "" : ", ") + place_name(place);
        }
        return text + " WHERE rowid IN (SELECT max(rowid) FROM new_rows GROUP BY " + keys + ")";
    }

    [[nodiscard]] static std::string no_columns() { return "NULL::BOOLEAN AS " + std::string(placeholder); }

    /// The number of a column; that of all of them where there is none of that name.
    [[nodiscard]] static std::size_t place_of(const parquet_columns& columns, const std::string& name)
    {
        const auto& all = columns.columns();
        return static_cast<std::size_t>(std::find_if(all.begin(), all.end(), [&](const schema::column& one) {
            return one.name == name;
        }) - all.begin());
    }

    std::string directory_;
    parquet_options options_;
    std::shared_ptr<duckdb_breaker> breaker_ = std::make_shared<duckdb_breaker>();
    mutable std::unique_ptr<duckdb_database_file> database_; ///< null until it is needed
};

} // namespace corest::detail
