#pragma once

// A table's file as CSV (RFC 4180).

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/csv_line.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/ndjson_line.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/schema/change_log.hpp>
#include <corest/schema/row_rules.hpp>
#include <corest/select/detail/escape_faults.hpp>
#include <corest/select/json_reader.hpp>

#include <corest/destination/impl/file_format.ipp>
#include <corest/destination/impl/posix_file.ipp>

#include <fcntl.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// The records of a CSV file, one after the other; its first one are the names of its columns.
class csv_file {
public:
    /// \throws error (destination_failed)
    explicit csv_file(const std::string& path) : path_(path), lines_(path)
    {
        std::optional<std::string_view> first = next_text();
        if (first) {
            first = without_byte_order_mark(*first);
        }
        if (first && !first->empty()) {
            for (const std::optional<std::string>& name : values_of(*first)) {
                const std::string text = name.value_or(std::string());
                if (columns_.find(text)) {
                    fail("two columns are named '" + text + "'");
                }
                columns_.add(text);
                ++width_;
            }
        }
    }

    [[nodiscard]] const csv_line::header& columns() const noexcept { return columns_; }

    /// The next record, without what ends it; valid until the next call.
    [[nodiscard]] std::optional<std::string_view> next()
    {
        std::optional<std::string_view> text = next_text();
        while (text && text->empty() && width_ > 1) {
            text = next_text(); // an empty line is a record only where it can be one value that is NULL
        }
        return text;
    }

    /// The values of the record that came last.
    [[nodiscard]] csv_line::cells values_of(std::string_view record) const
    {
        try {
            return csv_line::split(record);
        } catch (const error& e) {
            fail(e.message());
        }
    }

    /// \throws error (destination_failed) where the record that came last has not a value for each column
    void need_width(const csv_line::cells& values) const
    {
        const std::size_t expected = std::max<std::size_t>(width_, 1);
        if (values.size() != expected) {
            fail("expected " + counted(expected, "value") + ", as the first line has columns, found "
                + std::to_string(values.size()));
        }
    }

private:
    [[nodiscard]] std::optional<std::string_view> next_text()
    {
        begin_ = line_ + 1;
        std::optional<std::string_view> line = lines_.next();
        if (!line) {
            return line;
        }
        ++line_;
        if (!csv_line::is_whole(*line)) {
            joined_ = *line;
            do {
                line = lines_.next();
                if (!line) {
                    fail("a value in quotes does not end");
                }
                ++line_;
                joined_ += '\n';
                joined_ += *line;
            } while (!csv_line::is_whole(joined_));
            line = joined_;
        }
        if (line->ends_with('\r')) {
            line->remove_suffix(1);
        }
        return line;
    }

    [[noreturn]] void fail(const std::string& found) const
    {
        throw error(errc::destination_failed,
            "line " + std::to_string(begin_) + " of '" + path_ + "' cannot be taken over: " + found,
            "Mend or remove that line, or load with the write disposition replace");
    }

    std::string path_;
    line_reader lines_;
    std::string joined_;
    std::size_t line_ = 0;  ///< how many have been read
    std::size_t begin_ = 0; ///< the number of the line in which the last record begins
    std::size_t width_ = 0;
    csv_line::header columns_;
};

class csv_format final : public file_format {
public:
    [[nodiscard]] std::string_view extension() const noexcept override { return ".csv"; }

    [[nodiscard]] std::string append_row(std::string& lines, const table& t, std::string_view record,
        const std::vector<bound_column>& members) const override
    {
        const std::size_t begin = lines.size();
        ndjson_line::append(lines, record, members);
        std::string_view line = std::string_view(lines).substr(begin);
        line.remove_suffix(1);
        if (!t.is_keyed() && escape_faults::fault(line, escape_faults::unknown::nul_and_halves).empty()) {
            json_reader(line, "the record").begin_object();
            return {};
        }
        const csv_line::cells values = key_values(t, line);
        if (!t.is_keyed()) {
            return {};
        }
        std::optional<std::string> found = csv_line::key(values);
        if (!found) {
            const auto lacking = std::find(values.begin(), values.end(), std::nullopt) - values.begin();
            throw store_error::missing_key(t.name, t.primary_key[static_cast<std::size_t>(lacking)], record);
        }
        return std::move(*found);
    }

    [[nodiscard]] std::optional<std::string> key(const table& t, std::string_view line) const override
    {
        return csv_line::key(key_values(t, line));
    }

    [[nodiscard]] bool write_empty(const std::string& path, const file_contents& columns) const override
    {
        if (columns.columns.empty()) {
            return false;
        }
        output_file output(path, O_TRUNC);
        csv_line::header all;
        for (const std::string& name : columns.columns) {
            all.add(name);
        }
        write_header(output, all);
        output.finish();
        return true;
    }

    [[nodiscard]] table_count count(const std::string& path, const table& t) const override
    {
        row_counter rows(t);
        csv_file file(path);
        each_key(file, t, rows);
        return rows.counted();
    }

    void write(const std::string& path, const file_contents& contents) const override
    {
        std::unique_ptr<csv_file> old;
        if (!contents.old_file.empty()) {
            old = std::make_unique<csv_file>(contents.old_file);
        }
        csv_line::header columns = old ? old->columns() : csv_line::header();
        for (const std::string& name : contents.columns) {
            columns.add(name);
        }
        const std::vector<bool> surviving = contents.surviving_new();
        const bool has_rows =
            for_each_line(contents, surviving, [&](std::string_view line) { columns.add_members(line); });
        output_file output(path, O_TRUNC);
        if (old || has_rows || columns.size() != 0) {
            write_header(output, columns);
        }
        if (old) {
            copy_old(output, *old, contents, columns.size());
        }
        std::string record;
        for_each_line(contents, surviving, [&](std::string_view line) {
            record.clear();
            csv_line::append_record(record, line, columns);
            output.append(record);
        });
        output.finish();
        if (contents.definition->changes) {
            const csv_line::header before =
                contents.before.empty() ? csv_line::header() : csv_file(contents.before).columns();
            contents.definition->changes->compare(schema_of(before), schema_of(columns));
        }
    }

private:
    /// The columns, which have no types.
    [[nodiscard]] static schema::table_schema schema_of(const csv_line::header& columns)
    {
        schema::table_schema out;
        for (const std::string& name : columns.names()) {
            out.columns.emplace_back(name);
        }
        return out;
    }

    /// The values of the primary key.
    /// \throws error (wrong_type): a text that CSV cannot hold, with a NUL in it or with half of a surrogate pair
    [[nodiscard]] static csv_line::cells key_values(const table& t, std::string_view line)
    {
        csv_line::cells values(t.is_keyed() ? t.primary_key.size() : 0);
        std::string_view name;
        std::string scratch;
        std::string text;
        json_reader in(line, "the record");
        in.begin_object();
        std::size_t before = in.position();
        while (in.next_key(name, scratch)) {
            schema::check_unicode_name(name, line.substr(before, in.position() - before));
            const std::size_t begin = in.offset();
            const std::optional<std::string_view> value = csv_line::read_value(in, text);
            before = in.position();
            schema::check_unicode(name, line.substr(begin, before - begin));
            if (name.find('\0') != std::string_view::npos) {
                throw error(errc::wrong_type,
                    "the name of a field, '" + printable(name)
                        + "', has the character U+0000 in it, which CSV cannot hold",
                    "Leave the field out, or load into another destination");
            }
            if (value && value->find('\0') != std::string_view::npos) {
                throw error(errc::wrong_type,
                    "the field '" + std::string(name)
                        + "' holds a text with the character U+0000 in it, which CSV cannot hold",
                    "Leave the field out, declare it as binary if it is one, or load into another destination");
            }
            for (std::size_t i = 0; i < values.size(); ++i) {
                if (t.primary_key[i] == name) {
                    values[i] = value ? std::optional<std::string>(*value) : std::nullopt;
                }
            }
        }
        return values;
    }

    static void write_header(output_file& output, const csv_line::header& columns)
    {
        std::string record;
        columns.append_to(record);
        output.append(record);
    }

    /// Calls a function with each new row that stays. \return whether there are any
    template <class Function>
    bool for_each_line(const file_contents& contents, const std::vector<bool>& surviving, Function&& function) const
    {
        bool any = false;
        line_reader lines(contents.collected, contents.first);
        for (std::size_t i = 0; const auto line = lines.next(); ++i) {
            throw_if_interrupted();
            if (surviving.empty() || surviving[i]) {
                any = true;
                function(*line);
            }
        }
        return any;
    }

    /// The old rows that stay. \param width how many columns there are now
    void copy_old(output_file& output, csv_file& old, const file_contents& contents, std::size_t width) const
    {
        const std::vector<bool> surviving = surviving_old(contents);
        const std::size_t old_width = std::max<std::size_t>(old.columns().size(), 1);
        const std::string further(std::max<std::size_t>(width, 1) - old_width, ',');
        for (std::size_t i = 0; const auto record = old.next(); ++i) {
            throw_if_interrupted();
            if (surviving.empty()) {
                old.need_width(old.values_of(*record));
            } else if (!surviving[i]) {
                continue;
            }
            output.append(*record);
            output.append(further);
            output.append(csv_line::end);
        }
    }

    /// Of the records of the old file; empty: all of them.
    [[nodiscard]] std::vector<bool> surviving_old(const file_contents& contents) const
    {
        if (contents.keys == nullptr) {
            return {};
        }
        row_keys rows;
        csv_file old(contents.old_file);
        each_key(old, *contents.definition, rows);
        return contents.surviving_old(rows);
    }

    /// Tells the keys of a file's records. \tparam Rows has `add`
    template <class Rows>
    void each_key(csv_file& file, const table& t, Rows& rows) const
    {
        std::vector<std::optional<std::size_t>> places;
        for (const std::string& field : t.primary_key) {
            places.push_back(file.columns().find(field));
        }
        while (const auto record = file.next()) {
            throw_if_interrupted();
            const csv_line::cells values = file.values_of(*record);
            file.need_width(values);
            csv_line::cells key;
            for (const std::optional<std::size_t>& place : places) {
                key.push_back(place ? values[*place] : std::nullopt);
            }
            rows.add(csv_line::key(key));
        }
    }
};

} // namespace corest::detail
