#pragma once

// Which rows of a table of collected rows are of which walk, by their numbers, in the table `_corest_staged` of an
// SQLite database.

#include <corest/destination/sql_identifier.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/sql_call.ipp>
#include <corest/destination/impl/sql_staged_rows.ipp>
#include <corest/destination/impl/sql_table.ipp>
#include <corest/destination/impl/sqlite_database.ipp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace corest::detail {

/// SQLite numbers rows by itself, so what a walk has brought is a few ranges, and rows need no column more.
class sqlite_row_ranges final : public sql::staged_rows {
public:
    explicit sqlite_row_ranges(sqlite_database& db) : staged_rows(db), db_(db) {}

    void make_tables() override
    {
        db_.execute("CREATE TABLE IF NOT EXISTS _corest_staged(run INTEGER NOT NULL, walk INTEGER NOT NULL, "
                    "first_row INTEGER NOT NULL, last_row INTEGER NOT NULL, PRIMARY KEY(run, walk, first_row)) "
                    "WITHOUT ROWID",
            message_);
    }

    void add(std::int64_t run, std::uint64_t walk, std::size_t rows) override
    {
        const std::int64_t last = sqlite3_last_insert_rowid(db_.connection().get());
        const std::int64_t first = last - static_cast<std::int64_t>(rows) + 1;
        range& known = ranges_[walk];
        if (known.last != 0 && known.last + 1 == first) {
            known.last = last;
            extend_.run(last, run, walk, known.first);
        } else {
            known.first = first;
            known.last = last;
            insert_.run(run, walk, first, last);
        }
    }

    void remove(sql::stored_table& from, std::int64_t run, std::uint64_t walk) override
    {
        sql::call(db_,
            "DELETE FROM " + sql::identifier(from.written())
                + " WHERE EXISTS(SELECT 1 FROM _corest_staged WHERE run = ?1 AND walk = ?2 AND " + row_number(from)
                + " BETWEEN first_row AND last_row)",
            message_)
            .run(run, walk);
    }

    void forget_walk(std::int64_t run, std::uint64_t walk) override
    {
        drop_.run(run, walk);
        ranges_.erase(walk);
    }
    void forget_resource(std::int64_t run, const std::string& resource) override
    {
        sql::call(db_,
            "DELETE FROM _corest_staged WHERE run = ?1 AND walk IN "
            "(SELECT walk FROM _corest_walks WHERE run = ?1 AND resource = ?2)",
            message_)
            .run(run, resource);
    }
    void forget_run(std::int64_t run) override
    {
        sql::call(db_, "DELETE FROM _corest_staged WHERE run = ?1", message_).run(run);
    }
    void forget() noexcept override { ranges_.clear(); }

private:
    /// Rows that follow one another.
    class range {
    public:
        std::int64_t first = 0;
        std::int64_t last = 0;
    };

    /// A name by which the rows' own numbers can be told.
    /// \throws error (destination_failed) where columns have all of them
    [[nodiscard]] static std::string row_number(const sql::stored_table& of)
    {
        for (const char* const name : {"_rowid_", "rowid", "oid"}) {
            bool taken = false;
            for (std::size_t c = 0; c < of.columns().size(); ++c) {
                taken = taken || lower(of.columns()[c].name) == name;
            }
            if (!taken) {
                return name;
            }
        }
        throw error(errc::destination_failed,
            "rows of the table '" + of.definition().name
                + "' cannot be told apart: it has columns rowid, oid and _rowid_",
            "Begin anew, with --restart");
    }

    sqlite_database& db_;
    std::string message_ = "the progress could not be stored in " + db_.name();
    std::map<std::uint64_t, range> ranges_; ///< the last rows of open walks
    sql::call insert_{db_, "INSERT INTO _corest_staged VALUES(?1, ?2, ?3, ?4)", message_};
    sql::call extend_{
        db_, "UPDATE _corest_staged SET last_row = ?1 WHERE run = ?2 AND walk = ?3 AND first_row = ?4", message_};
    sql::call drop_{db_, "DELETE FROM _corest_staged WHERE run = ?1 AND walk = ?2", message_};
};

} // namespace corest::detail
