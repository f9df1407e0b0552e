#pragma once

// How the rows of a table stand in its file: what differs between the destinations that write a file for each table.

#include <corest/destination/bound_columns.hpp>
#include <corest/destination/destination.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>

#include <corest/destination/impl/row_keys.ipp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// The columns of a table whose file has types, as they are with the rows that were collected.
class typed_columns : public polymorphic {
public:
    [[nodiscard]] virtual std::unique_ptr<typed_columns> clone() const = 0;

    /// Appends a record to the lines that are collected. \param schema that its values are by
    /// \return its key; empty where rows take nobody's place
    /// \throws error (field_missing, not_json, wrong_type)
    [[nodiscard]] virtual std::string append_row(std::string& lines, const table& t, std::string_view record,
        const std::shared_ptr<const schema::table_schema>& schema, const std::vector<bound_column>& members) = 0;
    /// The key of a line that was collected.
    [[nodiscard]] virtual std::optional<std::string> key(const table& t, std::string_view line) = 0;

    /// The schema that the rules of the table go on from; null where there is none yet.
    [[nodiscard]] virtual std::shared_ptr<const schema::table_schema> schema() const = 0;
    /// Whether these are more, or by another schema. \param earlier that these are a changed clone of
    [[nodiscard]] virtual bool is_changed_since(const typed_columns& earlier) const = 0;
    /// All of it, for `file_format::make_columns`.
    [[nodiscard]] virtual std::string to_json() const = 0;
};

/// What a file is made of: rows that are in it already, and new ones, which have been collected as lines of JSON.
class file_contents {
public:
    explicit file_contents(const table& its_definition) : definition(&its_definition) {}

    const table* definition;
    std::vector<std::string> columns;     ///< that the file has, whatever rows come
    const typed_columns* types = nullptr; ///< of a format whose files have types
    std::string old_file;           ///< whose rows stay, but for those whose key a new row has; empty: there are none
    std::string before;             ///< the file whose place it takes; empty: there was none before the run
    std::string collected;          ///< the file of the new rows
    std::uint64_t first = 0;        ///< where they begin in it
    const row_keys* keys = nullptr; ///< of the new rows; null where rows take nobody's place

    /// For each of the new rows whether it stays; empty: all of them do.
    [[nodiscard]] std::vector<bool> surviving_new() const
    {
        return keys == nullptr ? std::vector<bool>() : keys->last_of_each();
    }
    /// For each row of the old file whether it stays: neither a new row nor a later one of the file has its key.
    /// \pre keys
    [[nodiscard]] std::vector<bool> surviving_old(const row_keys& old) const { return old.last_of_each(keys); }
};

/// Counts rows, and the different keys among them.
class row_counter {
public:
    explicit row_counter(const table& t) : is_keyed_(!t.primary_key.empty()) {}

    /// A row. \param key nothing: it has none
    void add(const std::optional<std::string>& key)
    {
        ++counted_.rows;
        if (is_keyed_ && key) {
            keys_.add(key);
        }
    }

    [[nodiscard]] table_count counted() const
    {
        table_count all = counted_;
        if (is_keyed_) {
            all.keys = keys_.different();
        }
        return all;
    }

private:
    table_count counted_;
    bool is_keyed_;
    row_keys keys_;
};

/// A format of files. New rows are collected as lines of JSON, whatever it is.
class file_format : public polymorphic {
public:
    /// What the names of its files end in: ".csv".
    [[nodiscard]] virtual std::string_view extension() const noexcept = 0;
    /// What the names of files begin with that only a run needs. Another one for each format: none goes on with, or
    /// removes, what another one has collected in the same directory.
    [[nodiscard]] virtual std::string hidden_prefix() const { return ".corest" + std::string(extension()) + "-"; }

    /// Whether the file itself consists of lines of JSON: rows can then be collected behind a copy of it.
    [[nodiscard]] virtual bool is_lines() const noexcept { return false; }

    /// The columns of a table, for a format whose files have types: `append_row` and `key` are theirs then.
    /// \param old_file whose columns it keeps; empty: none
    /// \param kept what `typed_columns::to_json` gave an earlier process of the run; empty: nothing is collected yet
    /// \return null where the format has none
    [[nodiscard]] virtual std::unique_ptr<typed_columns> make_columns(
        const table& /*t*/, const std::string& /*old_file*/, std::string_view /*kept*/) const
    {
        return nullptr;
    }

    /// Appends a record to the lines that are collected. \return its key; empty where rows take nobody's place
    /// \throws error (field_missing, not_json, wrong_type)
    [[nodiscard]] virtual std::string append_row(std::string& /*lines*/, const table& /*t*/,
        std::string_view /*record*/, const std::vector<bound_column>& /*members*/) const
    {
        throw std::logic_error("the format's columns have types: append_row is theirs");
    }

    /// The key of a line that was collected.
    [[nodiscard]] virtual std::optional<std::string> key(const table& /*t*/, std::string_view /*line*/) const
    {
        throw std::logic_error("the format's columns have types: key is theirs");
    }

    /// Makes the file of a table without rows; is on the disk afterwards. \param columns of which only these count
    /// \return false: such a file is empty
    [[nodiscard]] virtual bool write_empty(const std::string& path, const file_contents& columns) const = 0;

    /// The rows of a file, and how many different keys they have, where the table has a key.
    [[nodiscard]] virtual table_count count(const std::string& path, const table& t) const = 0;

    /// Makes a file; it is on the disk afterwards.
    virtual void write(const std::string& path, const file_contents& contents) const = 0;

    /// By another thread: a `write` under way fails, and so do later ones.
    virtual void interrupt() const noexcept { interrupted_ = true; }
    /// By another thread: the end of that.
    void end_interrupt() const noexcept { interrupted_ = false; }

protected:
    /// \throws error (destination_failed) where `write` is to fail
    void throw_if_interrupted() const
    {
        if (interrupted_) {
            throw error(errc::destination_failed, "the files could not be completed: it was interrupted");
        }
    }

private:
    mutable std::atomic<bool> interrupted_{false};
};

} // namespace corest::detail
