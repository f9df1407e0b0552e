#pragma once

// The columns of a Parquet file while rows are collected for it, each with its type.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/column_map.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/ndjson_line.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/schema/coerce.hpp>
#include <corest/schema/declaration.hpp>
#include <corest/schema/row_rules.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/select/decode.hpp>
#include <corest/select/detail/escape_faults.hpp>
#include <corest/select/encode.hpp>
#include <corest/select/json_reader.hpp>

#include <corest/destination/impl/duckdb_types.ipp>
#include <corest/destination/impl/file_format.ipp>

#include <boost/describe/class.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

namespace parquet_kept {

// What a file says of its columns beyond what Parquet does, and the journal of a run of those to come.

struct column {
    std::string name;
    std::string source; ///< the field, or the value taken over from a parent, that fills it
    bool is_binding = false;
    std::string type; ///< in SQL
};
BOOST_DESCRIBE_STRUCT(column, (), (name, source, is_binding, type))

struct columns {
    std::optional<std::string> schema; ///< as `table_schema::to_json` makes it
    std::vector<column> known;
};
BOOST_DESCRIBE_STRUCT(columns, (), (schema, known))

} // namespace parquet_kept

/// Lines that are collected have the columns' names, not those of the fields.
class parquet_columns final : public typed_columns {
public:
    /// \param t whose schema says what is declared
    /// \param stored the columns that the file has already
    /// \param kept what `to_json` gave; empty: nothing
    /// \throws error (not_json, ...) where it is none
    parquet_columns(const table& t, std::vector<schema::column> stored, std::string_view kept)
        : map_(column_map::naming(true, 0, {""})) // tools that read the file do not tell apart `id` and `ID`
    {
        const auto remembered = kept.empty() ? parquet_kept::columns() : decode<parquet_kept::columns>(kept);
        for (schema::column& c : stored) {
            add_existing(std::move(c));
        }
        for (const parquet_kept::column& c : remembered.known) {
            if (stored.empty() && !c.type.empty()) { // of a run that goes on; else what is in the file counts
                add_existing(duckdb_types::column_of(c.name, c.type));
            }
            map_.recall(c.is_binding ? origin::binding : origin::field, c.source, c.name);
        }
        if (remembered.schema) {
            schema_ = std::make_shared<const schema::table_schema>(schema::read_schema(*remembered.schema));
        } else if (!columns_.empty()) {
            schema_ = std::make_shared<const schema::table_schema>(of_fields(t));
        }
        for (const std::string& name : t.binding_columns) { // a field of that name gets another one
            if (map_.find(origin::field, name) == column_map::none) {
                map_.recall(origin::binding, name, name);
            }
        }
        if (t.schema) {
            for (const schema::column& c : t.schema->columns) {
                const origin kind = is_binding(t, c.name) ? origin::binding : origin::field;
                if (c.type && map_.find(kind, c.name) == column_map::none) {
                    add(kind, c);
                }
            }
        }
    }

    parquet_columns(const parquet_columns& other)
        : typed_columns(),
          map_(other.map_),
          columns_(other.columns_),
          schema_(other.schema_)
    {
    }
    parquet_columns& operator=(const parquet_columns&) = delete;
    ~parquet_columns() override = default;

    [[nodiscard]] std::unique_ptr<typed_columns> clone() const override
    {
        return std::make_unique<parquet_columns>(*this);
    }

    [[nodiscard]] std::string append_row(std::string& lines, const table& t, std::string_view record,
        const std::shared_ptr<const schema::table_schema>& schema, const std::vector<bound_column>& members) override
    {
        schema_ = schema;
        need_columns(members);
        const std::size_t begin = lines.size();
        std::string_view name;
        std::string scratch;
        json_reader in(record, "the record");
        in.begin_object();
        char separator = '{';
        while (in.next_key(name, scratch)) {
            if (in.kind() == json_kind::null) {
                in.skip(); // is not there either
                continue;
            }
            std::size_t c = map_.find(origin::field, name);
            const std::string field(name);
            const std::string_view json = in.skip();
            if (c == column_map::none) {
                const schema::column* const declared = schema ? schema->find(field) : nullptr;
                c = add(origin::field, declared != nullptr && declared->type ? *declared : inferred(field, json));
            }
            append_value(lines, separator, c, json);
        }
        in.finish();
        for (const bound_column& m : members) {
            if (m.json != "null") {
                append_value(lines, separator, map_.find(origin::binding, m.name), m.json);
            }
        }
        lines += separator == '{' ? "{}\n" : "}\n";
        if (!t.is_keyed()) {
            return {};
        }
        std::string_view line = std::string_view(lines).substr(begin);
        line.remove_suffix(1);
        std::string lacking;
        std::optional<std::string> found = ndjson_line::key(line, key_columns(t), {}, lacking);
        if (!found) {
            throw store_error::missing_key(t.name, field_of(t, lacking), record);
        }
        return std::move(*found);
    }

    [[nodiscard]] std::optional<std::string> key(const table& t, std::string_view line) override
    {
        std::string lacking;
        return ndjson_line::key(line, key_columns(t), {}, lacking);
    }

    [[nodiscard]] std::shared_ptr<const schema::table_schema> schema() const override { return schema_; }
    [[nodiscard]] bool is_changed_since(const typed_columns& earlier) const override
    {
        const auto& before = static_cast<const parquet_columns&>(earlier);
        return columns_.size() != before.columns_.size() || schema_ != before.schema_;
    }
    [[nodiscard]] std::string to_json() const override
    {
        parquet_kept::columns all;
        if (schema_) {
            all.schema = schema_->to_json();
        }
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            parquet_kept::column& one = all.known.emplace_back();
            one.name = map_[i].name;
            one.source = map_[i].claimed ? map_[i].source : map_[i].name;
            one.is_binding = map_[i].kind == origin::binding;
            one.type = columns_[i].type ? duckdb_types::type_of(&columns_[i]) : "";
        }
        std::string text;
        append_json(text, all);
        return text;
    }

    /// In the order in which the file has them, with their names there; without a type where the file has one that we
    /// do not make.
    [[nodiscard]] const std::vector<schema::column>& columns() const noexcept { return columns_; }

    /// The names of the columns that the primary key is in. One that has had no value yet is not in the file.
    [[nodiscard]] std::vector<std::string> key_columns(const table& t) const
    {
        std::vector<std::string> names;
        for (const std::string& field : t.primary_key) {
            std::size_t c = map_.find(origin::binding, field);
            c = c == column_map::none ? map_.find(origin::field, field) : c;
            names.push_back(c == column_map::none ? field : map_[c].name);
        }
        return names;
    }

private:
    using origin = column_map::origin;

    [[nodiscard]] static bool is_binding(const table& t, const std::string& name)
    {
        return std::find(t.binding_columns.begin(), t.binding_columns.end(), name) != t.binding_columns.end();
    }

    /// The columns of a file of which nobody has kept a schema, as fields of the table.
    [[nodiscard]] schema::table_schema of_fields(const table& t) const
    {
        schema::table_schema known;
        for (const schema::column& c : columns_) {
            if (!is_binding(t, c.name)) {
                known.columns.push_back(c);
            }
        }
        return known;
    }

    [[nodiscard]] static schema::column inferred(const std::string& name, std::string_view json)
    {
        std::string scratch;
        scratch.reserve(json.size());
        json_reader in(json);
        return schema::column(name, schema::type_of(schema::read_json_value(in, scratch)));
    }

    /// Those of a page's bindings that have a value.
    void need_columns(const std::vector<bound_column>& members)
    {
        for (const bound_column& m : members) {
            if (m.json != "null" && map_.find(origin::binding, m.name) == column_map::none) {
                add(origin::binding, inferred(m.name, m.json));
            }
        }
    }

    void add_existing(schema::column c)
    {
        map_.add_existing(c.name);
        columns_.push_back(std::move(c));
    }

    std::size_t add(origin kind, const schema::column& declared)
    {
        const std::size_t place = map_.add(kind, declared.name);
        columns_.push_back(duckdb_types::stored(declared));
        columns_.back().name = map_[place].name;
        return place;
    }

    /// \throws error (wrong_type) where the column does not hold the value
    void append_value(std::string& lines, char& separator, std::size_t place, std::string_view json)
    {
        const schema::column& c = columns_[place];
        std::string scratch;
        scratch.reserve(json.size());
        json_reader in(json);
        const schema::json_value found = schema::read_json_value(in, scratch);
        schema::text_store texts;
        const std::string& source = map_[place].claimed ? map_[place].source : c.name;
        schema::check_unicode(source, json);
        if (!schema::coerce(c, found, texts)) {
            schema::column shown = c;
            shown.name = source;
            throw schema::wrong_type(shown, found);
        }
        const bool is_json = c.type == schema::data_type::json;
        if (is_json && !escape_faults::fault(json, escape_faults::unknown::halves).empty()) {
            throw error(errc::wrong_type,
                "the field " + in_quotes(source)
                    + " holds JSON with half of a surrogate pair in it, which readers of Parquet refuse together with "
                      "its file",
                "Leave the field out, declare it as text, or load into another destination");
        }
        lines += separator;
        append_quoted(lines, c.name);
        lines += ':';
        append_minified(lines, json);
        separator = ',';
    }

    /// The field of the primary key whose column that is.
    [[nodiscard]] std::string field_of(const table& t, const std::string& column) const
    {
        const std::vector<std::string> names = key_columns(t);
        const auto found = std::find(names.begin(), names.end(), column);
        return t.primary_key[static_cast<std::size_t>(found - names.begin())];
    }

    mutable column_map map_; ///< a name that is looked for may be claimed
    std::vector<schema::column> columns_;
    std::shared_ptr<const schema::table_schema> schema_;
};

} // namespace corest::detail
