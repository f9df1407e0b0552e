#pragma once

#include <corest/schema/row_rules.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/detail/escape_faults.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/record.hpp>
#include <corest/select/rename.hpp>

#include <algorithm>
#include <limits>

namespace corest::schema {

namespace rules_text {

using corest::detail::in_quotes;

/// The value as messages show it.
[[nodiscard]] COREST_DECL std::string shown(const json_value& found)
{
    switch (found.value.kind()) {
    case value_kind::null:
        return "null";
    case value_kind::text:
        return "the text " + in_quotes(found.value.text());
    case value_kind::json:
        return "the JSON " + corest::detail::printable(found.json);
    case value_kind::boolean:
        return std::string(found.json);
    default:
        return "the number " + corest::detail::printable(found.json);
    }
}

[[nodiscard]] COREST_DECL std::string count(std::uint64_t number, const char* one, const char* several)
{
    return std::to_string(number) + " " + (number == 1 ? one : several);
}

[[nodiscard]] COREST_DECL error missing(const column& c, bool is_null, std::string_view record)
{
    return error(errc::field_missing,
        (is_null ? "null in the field " : "no field ") + in_quotes(c.name) + ", which may not be null; the record "
            + corest::detail::describe_content(record),
        "If it may be, declare it nullable in", remedy::columns);
}

/// As many columns as a table may have, whatever the destination could hold: a server must not decide on it, and much
/// that is done once takes as long as every column takes with every other.
inline constexpr std::size_t most_columns = 10'000;

[[nodiscard]] COREST_DECL error too_many_columns(std::string_view name)
{
    return error(errc::limit_exceeded,
        "the table would need more than " + std::to_string(most_columns) + " columns; the next is " + in_quotes(name),
        "Are the names of fields data here, as in a map by id? Select what is inside instead, or load into ndjson "
        "without columns and contract");
}

[[nodiscard]] COREST_DECL error new_column(std::string_view name)
{
    return error(errc::wrong_type,
        "the field " + in_quotes(name) + " has no column, and the schema's columns are frozen",
        "Declare it, or let columns evolve or be discarded in", remedy::schema_contract);
}

[[nodiscard]] COREST_DECL error new_table()
{
    return error(errc::wrong_type, "the destination does not have the table, and the schema's tables are frozen",
        "Declare its columns with their types, or let tables evolve in", remedy::schema_contract);
}

} // namespace rules_text

COREST_DECL error wrong_type(const column& c, const json_value& found)
{
    return error(errc::wrong_type,
        "the field " + corest::detail::in_quotes(c.name) + " is to be " + describe_type(c) + ", found "
            + rules_text::shown(found),
        "If such values are right, declare another type in", remedy::columns);
}

namespace rules_text {

[[nodiscard]] inline bool has_half_of_pair(std::string_view json)
{
    namespace faults = corest::detail::escape_faults;
    return !faults::fault(json, faults::unknown::halves).empty();
}

} // namespace rules_text

COREST_DECL void check_unicode(std::string_view field, std::string_view json)
{
    if (json.starts_with('"') && rules_text::has_half_of_pair(json)) {
        throw error(errc::wrong_type,
            "the field " + corest::detail::in_quotes(field)
                + " holds a text with half of a surrogate pair in it, which is no character",
            "Load into ndjson without columns and contract, which keeps it as it came, or let data_type discard such "
            "values or rows in",
            remedy::schema_contract);
    }
}

COREST_DECL void check_unicode_name(std::string_view name, std::string_view json)
{
    if (rules_text::has_half_of_pair(json)) {
        throw error(errc::wrong_type,
            "the name of a field, " + corest::detail::in_quotes(name)
                + ", has half of a surrogate pair in it, which is no character",
            "Load into ndjson without columns and contract, which keeps it as it came");
    }
}

/// Makes rows of one page, with a copy of the schema that grows.
class row_rules::page_reader {
public:
    page_reader(row_rules& rules, const page& rows)
        : rules_(rules),
          rows_(std::make_shared<typed_rows>()),
          old_count_(rules.schema_->columns.size()),
          columns_(rules.schema_->columns)
    {
        rows_->page_ = rows;
    }

    std::shared_ptr<const typed_rows> read()
    {
        const page& rows = rows_->page_;
        rows_->ends_.reserve(rows.size());
        rows_->kept_.assign(rows.size(), char(true));
        rows_->decoded_.reserve(rows.body().size()); // what is appended stays where it is
        for (std::size_t i = 0; i < rows.size(); ++i) {
            locate(i, [&] { read_record(rows.json(i)); });
            rows_->ends_.push_back(rows_->cells_.size());
            if (i == 0) {
                rows_->cells_.reserve(std::min(rows_->cells_.size() * rows.size(), rows.body().size() / 5 + 1));
            }
        }
        if (rules_.is_refused_) {
            refuse_all();
        } else {
            decide_columns();
            apply_types();
            apply_bindings();
        }
        commit();
        return rows_;
    }

private:
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    template <class Function>
    void locate(std::size_t index, Function&& function) const
    {
        try {
            function();
        } catch (const error& e) {
            throw corest::detail::locate(e, rows_->page_, index);
        }
    }

    [[nodiscard]] const schema_contract& contract() const noexcept { return rules_.schema_->contract; }
    /// Whether a field that has no column gets one.
    [[nodiscard]] bool columns_are_free() const noexcept
    {
        return rules_.columns_are_free_ || contract().columns == contract_mode::evolve;
    }

    // ---- reading ----

    void read_record(std::string_view json)
    {
        const std::size_t expected_begin = rows_->ends_.size() < 2 ? 0 : rows_->ends_[rows_->ends_.size() - 2];
        const std::size_t expected_end = rows_->ends_.empty() ? 0 : rows_->ends_.back();
        std::size_t expected = expected_begin;
        ++record_;
        seen_.resize(columns_.size(), 0);
        places_.resize(columns_.size(), 0);
        json_reader reader(json, "the record");
        std::string_view key;
        reader.begin_object();
        for (;;) {
            std::size_t c = none;
            const std::size_t before = reader.position();
            if (expected != expected_end && is_plain(rows_->cells_[expected].column)
                && reader.take_key(columns_[rows_->cells_[expected].column].name))
            {
                c = rows_->cells_[expected].column;
            } else if (reader.next_key(key, key_scratch_)) {
                check_unicode_name(key, reader.text().substr(before, reader.position() - before));
                c = column_of(key);
            } else {
                break;
            }
            expected += expected != expected_end ? 1 : 0;
            const json_value found = read_json_value(reader, rows_->decoded_);
            if (seen_[c] == record_) { // of a field that comes twice the last one counts
                rows_->changed_ = true;
                rows_->cells_[places_[c]] = typed_rows::cell(c, found);
            } else {
                seen_[c] = record_;
                places_[c] = rows_->cells_.size();
                rows_->cells_.emplace_back(c, found);
            }
        }
        reader.finish();
    }

    /// Whether a column's name stands in JSON as it is.
    [[nodiscard]] bool is_plain(std::size_t c)
    {
        if (plain_.size() <= c) {
            for (std::size_t i = plain_.size(); i < columns_.size(); ++i) {
                plain_.push_back(corest::detail::needs_no_escapes(columns_[i].name) ? 1 : 0);
            }
        }
        return plain_[c] != 0;
    }

    [[nodiscard]] std::size_t column_of(std::string_view key)
    {
        if (const auto known = rules_.columns_.find(key); known != rules_.columns_.end()) {
            return known->second;
        }
        if (const auto known = added_.find(key); known != added_.end()) {
            return known->second;
        }
        const std::size_t c = columns_.size();
        if (c >= rules_text::most_columns && columns_are_free()) {
            throw rules_text::too_many_columns(key);
        }
        columns_.emplace_back(std::string(key));
        added_.emplace(std::string(key), c);
        seen_.push_back(0);
        places_.push_back(0);
        return c;
    }

    // ---- columns ----

    void refuse_all()
    {
        if (contract().tables == contract_mode::freeze && rows_->size() != 0) {
            throw corest::detail::locate(rules_text::new_table(), rows_->page_, 0);
        }
        for (std::size_t i = 0; i < rows_->size(); ++i) {
            drop_row(i);
        }
        rows_->cells_.clear();
        std::fill(rows_->ends_.begin(), rows_->ends_.end(), 0);
        columns_.resize(old_count_);
    }

    /// Which of the new fields become columns, and of what type those are that have none.
    void decide_columns()
    {
        is_out_.assign(columns_.size(), char(false));
        const bool is_free = columns_are_free();
        for (std::size_t c = old_count_; c < columns_.size(); ++c) {
            is_out_[c] = !is_free;
        }
        std::vector<char> open(columns_.size(), char(false));
        bool any = false;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            // What a value of hard_delete means depends on its type.
            open[c] = !columns_[c].type && !is_out_[c] && (rules_.types_found_ || columns_[c].hard_delete);
            any = any || open[c];
        }
        if (!any) {
            return;
        }
        for (const typed_rows::cell& one : rows_->cells_) {
            if (open[one.column]) {
                json_value found;
                found.value = one.value;
                found.json = one.json;
                if (const auto type = type_of(found)) {
                    column& c = columns_[one.column];
                    c.type = c.type ? common_type(*c.type, *type) : *type;
                    decided_ = true;
                }
            }
        }
    }

    // ---- values ----

    void apply_types()
    {
        // Cells are moved to where they belong once those before them that are left out are gone.
        std::vector<typed_rows::cell>& cells = rows_->cells_;
        std::size_t written = 0;
        std::size_t next = 0;
        for (std::size_t i = 0; i < rows_->size(); ++i) {
            const std::size_t end = rows_->ends_[i];
            const std::size_t begin = written;
            bool is_kept = true;
            locate(i, [&] {
                ++record_;
                for (; next < end; ++next) {
                    typed_rows::cell one = cells[next];
                    if (is_kept) {
                        switch (settle(one)) {
                        case outcome::keep:
                            cells[written++] = one;
                            break;
                        case outcome::drop_value:
                            break;
                        case outcome::drop_row:
                            is_kept = false;
                            break;
                        }
                    }
                }
                is_kept = is_kept && has_all(i, begin, written);
            });
            if (!is_kept) {
                drop_row(i);
                written = begin;
            }
            rows_->ends_[i] = written;
        }
        cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(written), cells.end());
    }

    enum class outcome : unsigned char { keep, drop_value, drop_row };

    outcome settle(typed_rows::cell& one)
    {
        if (is_out_[one.column]) {
            if (one.value.is_null()) { // says nothing
                rows_->changed_ = true;
                return outcome::drop_value;
            }
            if (contract().columns == contract_mode::freeze) {
                throw rules_text::new_column(columns_[one.column].name);
            }
            return discard(contract().columns);
        }
        const column& c = columns_[one.column];
        if (one.value.is_null()) {
            return outcome::keep;
        }
        const bool had_escapes =
            one.value.kind() == value_kind::text && one.json.size() != one.value.text().size() + 2; // its quotes
        if (had_escapes && rules_text::has_half_of_pair(one.json)) {
            const contract_mode mode = contract().data_type;
            if (mode == contract_mode::freeze || mode == contract_mode::evolve) {
                check_unicode(c.name, one.json);
            }
            return discard(mode);
        }
        if (!c.type) {
            return outcome::keep;
        }
        json_value found;
        found.value = one.value;
        found.json = one.json;
        if (const std::optional<typed_value> value = coerce(c, found, rows_->texts_)) {
            set(one, *value);
            return outcome::keep;
        }
        switch (contract().data_type) {
        case contract_mode::freeze:
            throw wrong_type(c, found);
        case contract_mode::evolve:
            return into_variant(one, found);
        default:
            return discard(contract().data_type);
        }
    }

    outcome discard(contract_mode mode)
    {
        rows_->changed_ = true;
        if (mode == contract_mode::discard_row) {
            return outcome::drop_row;
        }
        ++discarded_values_;
        return outcome::drop_value;
    }

    /// Takes over a value of the column's type; where it is written in JSON as it was, its text stays.
    void set(typed_rows::cell& one, const typed_value& value)
    {
        const value_kind before = one.value.kind();
        const bool is_own = before == value.kind() && before != value_kind::text;
        bool is_same = is_own || (before == value.kind() && value.text().data() == one.value.text().data());
        if (!is_same) {
            scratch_.clear();
            append_json(scratch_, value);
            is_same = scratch_ == one.json;
        }
        one.value = value;
        if (!is_same) {
            one.json = {};
            rows_->changed_ = true;
        }
    }

    /// Puts a value that is not of its column's type into a column of its own.
    outcome into_variant(typed_rows::cell& one, const json_value& found)
    {
        const column origin = columns_[one.column]; // a copy: columns may be added
        if (!origin.nullable) {
            throw wrong_type(origin, found);
        }
        const data_type type = *type_of(found);
        const std::string name = origin.name + "__v_" + std::string(to_string(type));
        const std::size_t before = columns_.size();
        const std::size_t c = column_of(name);
        if (columns_.size() != before) {
            is_out_.push_back(char(false));
            columns_[c].type = type;
            changes_.push_back("the field " + rules_text::in_quotes(origin.name) + " is to be " + describe_type(origin)
                + ", and " + rules_text::shown(found) + " is not: such values are in the column "
                + rules_text::in_quotes(name));
        }
        one.column = c;
        rows_->changed_ = true;
        if (const std::optional<typed_value> value = coerce(columns_[c], found, rows_->texts_)) {
            set(one, *value);
        }
        return outcome::keep;
    }

    /// Whether a row has a value where it must; not where the contract leaves such rows out.
    bool has_all(std::size_t index, std::size_t begin, std::size_t end)
    {
        for (const std::size_t c : rules_.required_) {
            const std::span<const typed_rows::cell> row(rows_->cells_.data() + begin, end - begin);
            // Fields mostly stand where their columns do.
            const auto found = c < row.size() && row[c].column == c
                ? row.begin() + static_cast<std::ptrdiff_t>(c)
                : std::find_if(row.begin(), row.end(), [&](const typed_rows::cell& one) { return one.column == c; });
            const bool is_null = found != row.end() && found->value.is_null();
            if (found == row.end() || is_null) {
                if (contract().data_type == contract_mode::discard_row) {
                    rows_->changed_ = true;
                    return false;
                }
                throw rules_text::missing(columns_[c], is_null, rows_->page_.json(index));
            }
        }
        return true;
    }

    void drop_row(std::size_t index)
    {
        rows_->kept_[index] = 0;
        rows_->changed_ = true;
        ++rows_->discarded_;
    }

    void apply_bindings()
    {
        const std::vector<binding>& given = rows_->page_.bindings();
        std::shared_ptr<std::vector<binding>> made;
        for (std::size_t i = 0; i < given.size(); ++i) {
            const std::string name = given[i].column();
            const auto known = rules_.columns_.find(name);
            if (known == rules_.columns_.end() || !columns_[known->second].type) {
                continue;
            }
            const column& c = columns_[known->second];
            std::string scratch;
            scratch.reserve(given[i].json.size());
            json_reader reader(given[i].json, "the value taken over from the parent");
            const json_value found = read_json_value(reader, scratch);
            const std::optional<typed_value> value = coerce(c, found, rows_->texts_);
            if (!value) {
                throw corest::detail::locate(wrong_type(c, found), rows_->page_, 0);
            }
            std::string json;
            append_json(json, *value);
            if (json != given[i].json && found.value.kind() != value->kind()) {
                if (!made) {
                    made = std::make_shared<std::vector<binding>>(given);
                }
                (*made)[i].json = std::move(json);
                rows_->changed_ = true;
            }
        }
        rows_->bindings_ = std::move(made);
    }

    // ---- the end ----

    /// Gives the rules what the page has changed. Columns that are left out are no part of the schema.
    void commit()
    {
        if (columns_.size() == old_count_ && !decided_) {
            rows_->schema_ = rules_.schema_;
        } else {
            std::vector<std::size_t> place(columns_.size());
            table_schema grown(std::vector<column>(), contract());
            for (std::size_t c = 0; c < columns_.size(); ++c) {
                place[c] = grown.columns.size();
                if (!is_out_[c]) {
                    grown.columns.push_back(std::move(columns_[c]));
                }
            }
            for (typed_rows::cell& one : rows_->cells_) {
                one.column = place[one.column];
            }
            if (grown == *rules_.schema_) {
                rows_->schema_ = rules_.schema_;
            } else {
                if (rules_.has_history_) {
                    for (std::string& change : grown.altered_since(*rules_.schema_)) {
                        changes_.push_back(std::move(change));
                    }
                }
                rules_.adopt(std::make_shared<const table_schema>(std::move(grown)));
                rows_->schema_ = rules_.schema_;
            }
        }
        if (rows_->discarded_ != 0 || discarded_values_ != 0) {
            discarded& counted = rules_.discarded_[rows_->page_.data()->resource];
            counted.rows += rows_->discarded_;
            counted.values += discarded_values_;
        }
        for (std::string& change : changes_) {
            rules_.changes_.push_back(std::move(change));
        }
    }

    row_rules& rules_;
    std::shared_ptr<typed_rows> rows_;
    std::size_t old_count_;           ///< columns that were there before
    std::vector<column> columns_;     ///< those, and new ones
    column_index added_;              ///< the new ones, by name
    std::vector<char> plain_;         ///< for each column: see is_plain
    std::vector<char> is_out_;        ///< for each column: the contract does not let it be one
    std::vector<std::uint64_t> seen_; ///< for each column: the last record that had it
    std::vector<std::size_t> places_; ///< for each column: which cell is that record's
    std::uint64_t record_ = 0;
    bool decided_ = false; ///< a column that was there has got its type
    std::string key_scratch_;
    std::string scratch_;
    std::uint64_t discarded_values_ = 0;
    std::vector<std::string> changes_;
};

COREST_DECL corest::page typed_rows::to_page() const
{
    if (!changed_) {
        return page_;
    }
    auto data = page_.data()->without_records();
    std::string text = "[";
    for (std::size_t i = 0; i < size(); ++i) {
        if (!is_kept(i)) {
            continue;
        }
        if (!data->records.empty()) {
            text += ',';
        }
        corest::detail::slice record;
        record.offset = text.size();
        char separator = '{';
        for (const cell& one : (*this)[i]) {
            text += separator;
            append_quoted(text, schema().columns[one.column].name);
            text += ':';
            if (one.json.empty()) {
                append_json(text, one.value);
            } else {
                text += one.json;
            }
            separator = ',';
        }
        text += separator == '{' ? "{}" : "}";
        record.size = text.size() - record.offset;
        data->records.push_back(record);
    }
    text += ']';
    data->body = padded_buffer(text);
    if (bindings_) {
        data->bindings = bindings_;
    }
    return corest::page(std::move(data));
}

COREST_DECL row_rules::row_rules(table_schema declared, std::vector<std::string> binding_columns)
    : binding_columns_(std::move(binding_columns)),
      types_found_(declared.contract.data_type != contract_mode::evolve)
{
    adopt(std::make_shared<const table_schema>(std::move(declared)));
    see_whether_new(false);
}

COREST_DECL bool row_rules::is_bound(const std::string& name) const
{
    return std::find(binding_columns_.begin(), binding_columns_.end(), name) != binding_columns_.end();
}

COREST_DECL void row_rules::see_whether_new(bool exists)
{
    const std::vector<column>& known = schema_->columns;
    const bool is_declared = std::any_of(
        known.begin(), known.end(), [this](const column& c) { return c.type.has_value() && !is_bound(c.name); });
    columns_are_free_ = !exists && !is_declared;
    is_refused_ = columns_are_free_ && schema_->contract.tables != contract_mode::evolve;
}

COREST_DECL void row_rules::adopt(std::shared_ptr<const table_schema> schema)
{
    schema_ = std::move(schema);
    columns_.clear();
    required_.clear();
    for (std::size_t c = 0; c < schema_->columns.size(); ++c) {
        const column& one = schema_->columns[c];
        columns_.emplace(one.name, c);
        if (!one.nullable && !is_bound(one.name)) {
            required_.push_back(c);
        }
    }
}

COREST_DECL void row_rules::begin(
    bool exists, const std::vector<std::string>& columns, const std::optional<table_schema>& stored)
{
    const std::lock_guard lock(access_);
    table_schema known = *schema_;
    see_whether_new(exists);
    has_history_ = stored.has_value();
    if (stored) {
        for (const column& c : stored->columns) {
            if (column* const declared = known.find(c.name)) {
                declared->type = declared->type ? declared->type : c.type;
            } else {
                known.columns.push_back(c);
            }
        }
        changes_ = known.altered_since(*stored);
    }
    for (const std::string& name : columns) {
        if (known.find(name) == nullptr && !is_bound(name)) {
            known.columns.emplace_back(name);
        }
    }
    adopt(std::make_shared<const table_schema>(std::move(known)));
}

COREST_DECL void row_rules::type_found_columns()
{
    const std::lock_guard lock(access_);
    types_found_ = true;
}

COREST_DECL std::shared_ptr<const typed_rows> row_rules::apply(const page& rows)
{
    const std::lock_guard lock(access_);
    return page_reader(*this, rows).read();
}

COREST_DECL void row_rules::leave_out(std::uint64_t rows)
{
    const std::lock_guard lock(access_);
    discarded_[std::string()].rows += rows;
}

COREST_DECL bool row_rules::is_refused() const
{
    const std::lock_guard lock(access_);
    return is_refused_;
}

COREST_DECL std::shared_ptr<const table_schema> row_rules::schema() const
{
    const std::lock_guard lock(access_);
    return schema_;
}

COREST_DECL row_rules::discarded row_rules::all_discarded() const
{
    discarded all;
    for (const auto& known : discarded_) {
        all.rows += known.second.rows;
        all.values += known.second.values;
    }
    return all;
}

COREST_DECL row_rules::discarded row_rules::discarded_of(const std::string& resource) const
{
    const auto found = discarded_.find(resource);
    return found == discarded_.end() ? discarded() : found->second;
}

COREST_DECL std::uint64_t row_rules::discarded_rows() const
{
    const std::lock_guard lock(access_);
    return all_discarded().rows;
}

COREST_DECL std::uint64_t row_rules::discarded_values() const
{
    const std::lock_guard lock(access_);
    return all_discarded().values;
}

COREST_DECL std::uint64_t row_rules::discarded_rows(const std::string& resource) const
{
    const std::lock_guard lock(access_);
    return discarded_of(resource).rows;
}

COREST_DECL std::uint64_t row_rules::discarded_values(const std::string& resource) const
{
    const std::lock_guard lock(access_);
    return discarded_of(resource).values;
}

COREST_DECL std::vector<std::string> row_rules::report() const
{
    const std::lock_guard lock(access_);
    std::vector<std::string> out = changes_;
    const discarded all = all_discarded();
    if (all.rows != 0) {
        out.push_back(rules_text::count(all.rows, "row was", "rows were") + " left out, as schema_contract says");
    }
    if (all.values != 0) {
        out.push_back(rules_text::count(all.values, "value was", "values were") + " left out, as schema_contract says");
    }
    return out;
}

} // namespace corest::schema
