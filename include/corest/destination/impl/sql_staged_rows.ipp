#pragma once

// Which of the rows that are collected beside a table are of which walk.

#include <corest/destination/sql_identifier.hpp>
#include <corest/detail/polymorphic.hpp>

#include <corest/destination/impl/sql_call.ipp>
#include <corest/destination/impl/sql_database.ipp>
#include <corest/destination/impl/sql_table.ipp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace corest::detail::sql {

/// Knows the rows of walks, so that a walk that has to begin anew can drop its own. Of tables only whose rows are
/// staged and have no key. This one is for databases whose staged rows have a column with the walk's number.
class staged_rows : public polymorphic {
public:
    explicit staged_rows(database& db) : db_(db) {}

    /// Makes tables of its own, if any.
    virtual void make_tables() {}
    /// Rows were inserted just now, behind all others. \param rows how many
    virtual void add(std::int64_t /*run*/, std::uint64_t /*walk*/, std::size_t /*rows*/) {}
    /// Deletes the rows of a walk.
    virtual void remove(stored_table& from, std::int64_t /*run*/, std::uint64_t walk)
    {
        const std::string name = from.written();
        if (db_.has_table(name)) {
            call(db_, "DELETE FROM " + identifier(name) + " WHERE " + identifier(walk_column) + " = ?1",
                "the rows of a walk could not be deleted in " + db_.name())
                .run(walk);
        }
    }

    /// A walk has ended, or none of its rows is there.
    virtual void forget_walk(std::int64_t /*run*/, std::uint64_t /*walk*/) {}
    /// All walks of a resource have ended, and are in `_corest_walks` still.
    virtual void forget_resource(std::int64_t /*run*/, const std::string& /*resource*/) {}
    virtual void forget_run(std::int64_t /*run*/) {}
    /// What is known of the database may be wrong.
    virtual void forget() noexcept {}

protected:
    [[nodiscard]] database& db() const noexcept { return db_; }

private:
    database& db_;
};

} // namespace corest::detail::sql
