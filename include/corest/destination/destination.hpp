#pragma once

/// \file
/// The concept of the folder: a destination takes pages into tables.

#include <corest/config.hpp>
#include <corest/destination/progress.hpp>
#include <corest/detail/member_name.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/net.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/select/page.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest {

namespace schema {
class change_log;
class row_rules;
} // namespace schema

/// What happens to the rows that a table has already.
enum class write_disposition {
    append,  ///< the new rows are added, in one step when all of them are there
    replace, ///< the new rows take the old ones' place, in one step at the end of the resource
    merge ///< a row with a known primary key takes that row's place, or deletes it (`hard_delete`); the last one wins
};

/// "append", "replace" or "merge".
[[nodiscard]] COREST_DECL std::string_view to_string(write_disposition d) noexcept;

/// Where a resource's rows go.
class table {
public:
    table() = default;
    /// \param table_name the resource's
    /// \param mode what happens to the rows that are there
    /// \param key the primary key's fields
    explicit table(
        std::string table_name, write_disposition mode = write_disposition::append, std::vector<std::string> key = {})
        : name(std::move(table_name)),
          disposition(mode),
          primary_key(std::move(key))
    {
    }

    std::string name;                                          ///< the resource's
    write_disposition disposition = write_disposition::append; ///< what happens to the rows that are there
    std::vector<std::string> primary_key;                      ///< top-level fields; a merge needs it or a merge key
    /// Top-level fields. In a merge, all rows go that have the same values in them as any of the new ones.
    std::vector<std::string> merge_key;
    /// Names of the columns that the pages' bindings fill (`_projects_id`), known before the first page.
    std::vector<std::string> binding_columns;
    /// What its columns are; none: they follow the records, and hold values of any type.
    std::optional<corest::schema::table_schema> schema;
    /// The schema at work (`schema/row_rules.hpp`), through which the pages go. Null: `open` makes them of the schema.
    /// Who keeps them learns what the schema has become, and how much was left out.
    std::shared_ptr<corest::schema::row_rules> rules;
    /// Who wants to know what becomes of the table in the destination (`schema/change_log.hpp`): that it is made, and
    /// which columns it gets. Null: nobody does.
    std::shared_ptr<corest::schema::change_log> changes;
    /// The resource whose rows they are, as `walk_progress` names it; empty where that is the table's name.
    std::string resource;
    /// Whether rows of other tables may be nested in its rows, which have a text in `_dlt_id` that no other row has.
    bool has_nested = false;
    /// Of a table whose rows are nested in those of another one, as elements of lists there (`nested_page`): the table
    /// at the top, whose end is its own; empty otherwise.
    std::string root_table;
    /// Of such a table: the one in whose rows they are; in `_dlt_parent_id` each says in which.
    std::string parent_table;
    /// Other resources whose rows go into the table too: it is opened once for all of them, and closed when all have
    /// ended. Their progress is kept by their own names, and they are complete and published together.
    std::vector<std::string> further_resources;

    /// Whether its rows are nested in those of another table.
    [[nodiscard]] bool is_nested() const noexcept { return !parent_table.empty(); }

    /// The name of the resource whose rows they are; of several, of the first.
    [[nodiscard]] const std::string& resource_name() const noexcept { return resource.empty() ? name : resource; }
    /// The names of all resources whose rows they are.
    [[nodiscard]] COREST_DECL std::vector<std::string> resource_names() const;

    /// The column that says of a merged row that it is to be deleted, by its hint `hard_delete`: with true in it, or
    /// with any value where it is no bool. Null where there is none.
    [[nodiscard]] COREST_DECL const corest::schema::column* hard_delete() const noexcept;
    /// The column by whose value it is decided which of several merged rows with the same primary key stays, by its
    /// hint `dedup_sort`. Null where there is none: the last one stays.
    [[nodiscard]] COREST_DECL const corest::schema::column* dedup_sort() const noexcept;
    /// Whether it is a merge that can only be made of all rows together: one with a merge key, `hard_delete` or
    /// `dedup_sort`, or with rows of other tables in its rows. A destination that cannot do that refuses the table in
    /// `open`.
    [[nodiscard]] bool merges_together() const noexcept
    {
        return disposition == write_disposition::merge
            && (!merge_key.empty() || has_nested || is_nested() || hard_delete() != nullptr || dedup_sort() != nullptr);
    }

    /// Whether rows are kept aside until the table is closed: in an append and a replace, and in a merge of all rows
    /// together.
    [[nodiscard]] bool is_staged() const noexcept
    {
        return disposition != write_disposition::merge || merges_together();
    }
    /// Whether a row takes the place of an earlier one with the same primary key: in a merge, and in a replace with
    /// one.
    [[nodiscard]] bool is_keyed() const noexcept
    {
        return disposition != write_disposition::append && !primary_key.empty();
    }
};

namespace detail {

template <class T>
concept opens_tables = requires(T& d, table t) {
    {
        d.open(std::move(t))
    } -> std::same_as<net::awaitable<void>>;
};

template <class T>
concept writes_pages = requires(T& d, std::string name, page p) {
    {
        d.write(std::move(name), std::move(p))
    } -> std::same_as<net::awaitable<void>>;
};

template <class T>
concept closes_tables = requires(T& d, std::string name) {
    {
        d.close(std::move(name))
    } -> std::same_as<net::awaitable<void>>;
};

template <class T>
concept abandons_tables = requires(T& d, std::string name) {
    {
        d.abandon(std::move(name))
    } -> std::same_as<net::awaitable<void>>;
};

struct write_name {
    int write;
};
template <class T>
concept names_write = (can_be_base<T> && !requires { &with_name<T, write_name>::write; }) || requires { &T::write; };
struct abandon_name {
    int abandon;
};
template <class T>
concept names_abandon =
    (can_be_base<T> && !requires { &with_name<T, abandon_name>::abandon; }) || requires { &T::abandon; };

} // namespace detail

/// Models: takes the pages of several tables, interleaved, from one thread. Calls of different tables may overlap, and
/// so may the writes of one table; but `open` ends before its first write begins, and all of them end before its
/// `close` or `abandon` begins.
///
/// - `open(table)`: once, before the table's first page. The table exists afterwards, even if no row comes.
/// - `write(name, page)`: returns when the page's rows and the progress they stand for are committed together
///   (append and replace: are in the staging area).
/// - `close(name)`: all rows are there. The rows of a replace take the old ones' place, in one step. Those of an append
///   become visible when the last table that is open is closed or abandoned: a run that opens all its tables before it
///   closes the first has then added all of its rows or, if it was killed, none.
/// - `abandon(name)`: no further rows will come, and some are missing. Merged rows stay; staged rows are dropped. Does
///   nothing where the table is not open.
///
/// A replace with a primary key keeps the last row of each, as a merge does; an append takes no notice of it.
/// A merge of all rows together (`table::merges_together`) becomes visible as a replace does.
/// Killed at any moment and run again, the tables are those of an uninterrupted run.
/// Database or file work runs on a thread of the destination's own, never on the caller's. A call that is cancelled
/// ends at once; what it asked for may be done all the same.
/// A page is stored in full or not at all; after a failure the table goes on.
/// \throws error naming table, page and record: destination_failed; field_missing, a row without its primary key;
///         not_json, a record that is none; invalid_argument, a merge without a primary key, a table that is open
///         already, or a write or close where it is not
///
/// The pages of a table with a schema go through its rules first (`table::rules`), on the caller's thread; what these
/// do not let pass is an error of the write (wrong_type, field_missing).
///
/// `table_ledger` knows what becomes visible when; tests/destination/contract_test.hpp tests all of it.
template <class T>
concept destination =
    detail::opens_tables<T> && detail::writes_pages<T> && detail::closes_tables<T> && detail::abandons_tables<T>;

namespace detail {

/// Says at compile time what a type lacks to be a destination.
template <class T>
constexpr void explain_destination()
{
    static_assert(opens_tables<T>, "this destination lacks open(table), which returns net::awaitable<void>");
    static_assert(
        writes_pages<T>, "this destination lacks write(std::string table, page), which returns net::awaitable<void>");
    static_assert(
        closes_tables<T>, "this destination lacks close(std::string table), which returns net::awaitable<void>");
    static_assert(
        abandons_tables<T>, "this destination lacks abandon(std::string table), which returns net::awaitable<void>");
}

template <class T>
concept begins_runs = requires(T& d, run_identity run) {
    {
        d.begin(std::move(run))
    } -> std::same_as<net::awaitable<stored_run>>;
};

template <class T>
concept names_begin_run = requires(T& d, run_identity run) { d.begin(std::move(run)); };

template <class T>
concept writes_progress = requires(T& d, std::string name, page p, walk_progress progress) {
    {
        d.write(std::move(name), std::move(p), std::move(progress))
    } -> std::same_as<net::awaitable<void>>;
};

template <class T>
concept finishes_runs = requires(T& d, bool whole) {
    {
        d.finish(whole)
    } -> std::same_as<net::awaitable<void>>;
};

template <class T>
concept finds_cursors = requires(T& d, std::string resource, std::string field, std::string partition) {
    {
        d.cursor(std::move(resource), std::move(field), std::move(partition))
    } -> std::same_as<net::awaitable<std::optional<std::string>>>;
};

template <class T>
concept finds_seen_walks = requires(T& d, std::string resource, std::optional<walk_digest> after) {
    {
        d.seen(std::move(resource), after)
    } -> std::same_as<net::awaitable<std::vector<walk_digest>>>;
};

template <class T>
concept reads_state = requires(T& d) {
    {
        d.read_state()
    } -> std::same_as<net::awaitable<destination_state>>;
};

template <class T>
concept resets_state = requires(T& d, std::optional<std::string> resource) {
    {
        d.reset(std::move(resource))
    } -> std::same_as<net::awaitable<void>>;
};

} // namespace detail

/// Rows that are nested in those of a page: the elements of lists in them, as rows of another table.
class nested_page {
public:
    /// \param its_table whose rows they are
    /// \param its_rows of the lists of one page
    /// \param its_parent see `parent`
    /// \param in_rows see `parents`
    nested_page(std::string its_table, page its_rows, std::size_t its_parent, std::vector<std::size_t> in_rows)
        : table(std::move(its_table)),
          rows(std::move(its_rows)),
          parent(its_parent),
          parents(std::move(in_rows))
    {
    }

    std::string table;                ///< whose rows they are, which is open
    page rows;                        ///< each with `_dlt_id` and `_dlt_parent_id`
    std::size_t parent;               ///< in the rows of which page: 0 the page itself, n the nth nested one
    std::vector<std::size_t> parents; ///< for each row: the position of the row there that it is in
};

/// What a table of a destination holds, as a reader sees it.
class table_count {
public:
    std::uint64_t rows = 0;            ///< in it
    std::optional<std::uint64_t> keys; ///< different primary keys among them; none: the table has no primary key
};

namespace detail {

template <class T>
concept limits_names = requires(const T& d) {
    {
        d.longest_name()
    } -> std::convertible_to<std::size_t>;
};

template <class T>
concept knows_unique_columns = requires(const T& d) {
    {
        d.enforces_unique()
    } -> std::convertible_to<bool>;
};

template <class T>
concept tells_version = requires(const T& d) {
    {
        d.library_version()
    } -> std::convertible_to<std::string>;
};

template <class T>
concept nests_tables =
    requires(T& d, std::string name, page p, std::vector<nested_page> nested, walk_progress progress) {
        {
            d.write(std::move(name), std::move(p), std::move(nested), std::move(progress))
        } -> std::same_as<net::awaitable<void>>;
    };

template <class T>
concept counts_rows = requires(T& d, table t) {
    {
        d.count(std::move(t))
    } -> std::same_as<net::awaitable<table_count>>;
};

/// For destinations that cannot be read back.
COREST_DECL net::awaitable<std::optional<table_count>> no_count();
/// The same of one that can.
COREST_DECL net::awaitable<std::optional<table_count>> some_count(net::awaitable<table_count> counted);

} // namespace detail

/// Models: a destination whose work can be given up, however long it would wait for others or work on.
///
/// - `interrupt()`: from now on what is under way, and what is asked for later, is given up as soon as that can be: it
///   fails, and nothing of it is stored. From any thread; a run that was cancelled calls it again and again until the
///   last call has ended.
/// - `end_interrupt()`: from now on everything is as before. No call is under way.
template <class T>
concept interruptible_destination = destination<T> && requires(T& d) {
    d.interrupt();
    d.end_interrupt();
};

/// Models: a destination that keeps, beside the rows, how far the run has come, so that a later run goes on where this
/// one stopped. (One that does not is a destination all the same: each run begins anew.)
///
/// - `begin(run_identity)`: before the first `open`, once for each `finish`. Takes the destination for this run: until
///   it ends - by `finish`, or with its process - another one that begins is refused, by the holder's name. Where an
///   earlier run of the same source and plan hash has not been finished, has stored something within the expiry and
///   `restart` is not set, it is gone on with: its staged rows are still there, and what it has left is handed back.
///   Else a new run begins, with its roots as open walks; what unfinished runs of the same source have staged, their
///   walks and what they have seen are dropped.
/// - `open(table)`: of a resource of a run that is gone on with, what it has staged is kept. A resource that the
///   earlier process has published must not be opened again.
/// - `write(name, page, progress)`: the page's rows and what `progress` says are committed together, or neither: the
///   walk's position and cursor, the walks that the page opens, the resource's counters; at a walk's last page the walk
///   is forgotten. An empty name: the rows are not kept, but the progress is. Pages of one walk are given in order.
///   Walk 0: no page, and nothing of it is kept but the cursor.
/// - `close(name)`: as in any destination, but an append becomes visible only with `finish(true)`. What of the
///   resource's walks is still open was not wanted (a limit), and is forgotten.
/// - `abandon(name)`: no further rows come in this process. Staged rows stay, for the run that goes on with this one.
/// - `finish(whole)`: all tables have been closed or abandoned. True: all appends become visible and the run is done,
///   in one step; fails as a whole, and can be gone on with then. False: all stays for the next run. In any case the
///   destination is free for other runs.
/// - `write(name, page, nested, progress)`, which it may lack (`any_destination::nests_tables`): the same, with rows of
///   other tables that are nested in those of the page (`nested_page`), all committed together. These tables
///   (`table::is_nested`) are opened when they first come up, and end with the one at the top: what becomes visible of
///   it and of them becomes visible in one step. A nested row whose parent is not there, as of one that another row of
///   the same key has replaced, is dropped; those of rows that a replace or a merge removes go with them.
/// - `cursor(resource, field, partition)`: the state that runs of this source have kept last (`walk_cursor::is_final`).
/// - `seen(resource, after)`: the digests of a resource's walks that this run has opened (`started_walk::digests`),
///   some thousands at a time, in an order of the destination's own: those behind `after`; none at the end.
///
/// Without a run, at any time:
///
/// - `read_state()`: all runs that are known, with their open walks, and all cursors. Changes nothing.
/// - `reset(resource)`: forgets unfinished runs that have to do with the resource, with all they have staged, and the
///   resource's cursors; without one, all of them. Rows that are visible stay. Refused while a run has the destination.
///
/// \throws error as `destination`; destination_failed: another run has the destination, or (write) there is not exactly
///         one walk of that number that has had so many pages
template <class T>
concept resumable_destination =
    destination<T> && detail::begins_runs<T> && detail::writes_progress<T> && detail::finishes_runs<T>
    && detail::finds_cursors<T> && detail::finds_seen_walks<T> && detail::reads_state<T> && detail::resets_state<T>;

namespace detail {

/// Says at compile time what a destination that has `begin(run_identity)` lacks to be a resumable one.
template <class T>
constexpr void explain_resumable_destination()
{
    static_assert(begins_runs<T>, "this destination's begin(run_identity) does not return net::awaitable<stored_run>");
    static_assert(writes_progress<T>,
        "this destination lacks write(std::string table, page, walk_progress), which returns net::awaitable<void>");
    static_assert(finishes_runs<T>, "this destination lacks finish(bool whole), which returns net::awaitable<void>");
    static_assert(finds_cursors<T>,
        "this destination lacks cursor(std::string resource, std::string field, std::string partition), which returns "
        "net::awaitable<std::optional<std::string>>");
    static_assert(finds_seen_walks<T>,
        "this destination lacks seen(std::string resource, std::optional<walk_digest> after), which returns "
        "net::awaitable<std::vector<walk_digest>>");
    static_assert(
        reads_state<T>, "this destination lacks read_state(), which returns net::awaitable<destination_state>");
    static_assert(resets_state<T>,
        "this destination lacks reset(std::optional<std::string> resource), which returns net::awaitable<void>");
}

/// \throws error (invalid_argument) always
[[noreturn]] COREST_DECL void throw_not_resumable();
/// \throws error (invalid_argument) always
[[noreturn]] COREST_DECL void throw_not_nesting();

} // namespace detail

/// A destination of any type, shared.
class any_destination {
public:
    any_destination() = default;

    /// Takes a destination over.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_destination>) && destination<std::remove_cvref_t<T>>
    any_destination(T&& d) : self_(std::make_shared<model<std::remove_cvref_t<T>>>(std::forward<T>(d)))
    {
    }

    /// Does not compile, and says what is missing: for a type that has a member of the concept, but not all of them.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_destination>) && (!destination<std::remove_cvref_t<T>>)
        && (detail::names_write<std::remove_cvref_t<T>> || detail::names_abandon<std::remove_cvref_t<T>>)
    any_destination(T&&)
    {
        detail::explain_destination<std::remove_cvref_t<T>>();
    }

    /// As the concept says; so do the others.
    [[nodiscard]] net::awaitable<void> open(table t) const { return self_->open(std::move(t)); }
    /// \param name of the table
    /// \param p its rows
    [[nodiscard]] net::awaitable<void> write(std::string name, page p) const
    {
        return self_->write(std::move(name), std::move(p));
    }
    /// \param name of the table, all of whose rows are there
    [[nodiscard]] net::awaitable<void> close(std::string name) const { return self_->close(std::move(name)); }
    /// \param name of the table, some of whose rows are missing
    [[nodiscard]] net::awaitable<void> abandon(std::string name) const { return self_->abandon(std::move(name)); }

    /// How many rows a table has; nothing where the destination has no `count(table)` that returns
    /// `net::awaitable<table_count>`. Also when no run is under way. \param t its primary key counts in any disposition
    [[nodiscard]] net::awaitable<std::optional<table_count>> count(table t) const { return self_->count(std::move(t)); }

    /// How many bytes the name of a table or column has at most, where the destination has a `longest_name()`; else 0:
    /// any number.
    [[nodiscard]] std::size_t longest_name() const { return self_->longest_name(); }

    /// Whether no two rows have the same value in a column with the hint `unique`, where the destination has an
    /// `enforces_unique()`; else false.
    [[nodiscard]] bool enforces_unique() const { return self_->enforces_unique(); }

    /// Which library it works with, as in "SQLite 3.40.1", where the destination has a `library_version()`; else an
    /// empty text.
    [[nodiscard]] std::string library_version() const { return self_->library_version(); }

    /// Whether rows of tables can be nested in those of others, where the destination has a
    /// `write(std::string, page, std::vector<nested_page>, walk_progress)`.
    [[nodiscard]] bool nests_tables() const noexcept { return self_->nests_tables(); }

    /// Whether it is a `resumable_destination`: the members below are for such a one.
    [[nodiscard]] bool is_resumable() const noexcept { return self_->is_resumable(); }
    /// As the concept `resumable_destination` says; so do the others.
    /// \param run which one it is
    /// \throws error (invalid_argument), as the others, where the destination is not resumable
    [[nodiscard]] net::awaitable<stored_run> begin(run_identity run) const { return self_->begin(std::move(run)); }
    /// \param name of the table; empty: only the progress is kept
    /// \param p its rows
    /// \param progress what the page means for the run
    [[nodiscard]] net::awaitable<void> write(std::string name, page p, walk_progress progress) const
    {
        return self_->write(std::move(name), std::move(p), std::move(progress));
    }
    /// The same, with rows of other tables that are nested in them: all of them and the progress are committed
    /// together.
    /// \param name of the table, which has `has_nested`
    /// \param p its rows
    /// \param nested the rows in them, those of a table behind the ones that they are in
    /// \param progress what the page means for the run
    /// \throws error (invalid_argument) where it does not nest tables
    [[nodiscard]] net::awaitable<void> write(
        std::string name, page p, std::vector<nested_page> nested, walk_progress progress) const
    {
        return self_->write(std::move(name), std::move(p), std::move(nested), std::move(progress));
    }
    /// \param whole every resource has come to its end
    [[nodiscard]] net::awaitable<void> finish(bool whole) const { return self_->finish(whole); }
    /// \param resource whose cursor it is
    /// \param field the cursor's path
    /// \param partition as `walk_cursor::partition`
    [[nodiscard]] net::awaitable<std::optional<std::string>> cursor(
        std::string resource, std::string field, std::string partition) const
    {
        return self_->cursor(std::move(resource), std::move(field), std::move(partition));
    }
    /// \param resource whose walks they are
    /// \param after the last digest that was handed out; none: from the first one
    [[nodiscard]] net::awaitable<std::vector<walk_digest>> seen(
        std::string resource, std::optional<walk_digest> after) const
    {
        return self_->seen(std::move(resource), after);
    }
    /// All runs and cursors that are known.
    [[nodiscard]] net::awaitable<destination_state> read_state() const { return self_->read_state(); }
    /// \param resource what is forgotten; none: everything
    [[nodiscard]] net::awaitable<void> reset(std::optional<std::string> resource) const
    {
        return self_->reset(std::move(resource));
    }

    /// As the concept `interruptible_destination` says; nothing happens where the destination is not one.
    void interrupt() const { self_->interrupt(); }
    /// The end of that.
    void end_interrupt() const { self_->end_interrupt(); }

    /// True where it holds a destination; the other members need one.
    explicit operator bool() const noexcept { return static_cast<bool>(self_); }

private:
    struct interface : detail::polymorphic {
        virtual net::awaitable<void> open(table t) = 0;
        virtual net::awaitable<void> write(std::string name, page p) = 0;
        virtual net::awaitable<void> close(std::string name) = 0;
        virtual net::awaitable<void> abandon(std::string name) = 0;
        virtual net::awaitable<std::optional<table_count>> count(table t) = 0;
        [[nodiscard]] virtual std::size_t longest_name() const = 0;
        [[nodiscard]] virtual bool enforces_unique() const = 0;
        [[nodiscard]] virtual std::string library_version() const = 0;
        [[nodiscard]] virtual bool nests_tables() const noexcept = 0;
        [[nodiscard]] virtual bool is_resumable() const noexcept = 0;
        virtual net::awaitable<stored_run> begin(run_identity run) = 0;
        virtual net::awaitable<void> write(std::string name, page p, walk_progress progress) = 0;
        virtual net::awaitable<void> write(
            std::string name, page p, std::vector<nested_page> nested, walk_progress progress) = 0;
        virtual net::awaitable<void> finish(bool whole) = 0;
        virtual net::awaitable<std::optional<std::string>> cursor(
            std::string resource, std::string field, std::string partition) = 0;
        virtual net::awaitable<std::vector<walk_digest>> seen(
            std::string resource, std::optional<walk_digest> after) = 0;
        virtual net::awaitable<destination_state> read_state() = 0;
        virtual net::awaitable<void> reset(std::optional<std::string> resource) = 0;
        virtual void interrupt() = 0;
        virtual void end_interrupt() = 0;
    };

    template <class T>
    struct model final : interface {
        template <class U>
        explicit model(U&& u) : value(std::forward<U>(u))
        {
            if constexpr (detail::names_begin_run<T>) {
                detail::explain_resumable_destination<T>();
            }
        }
        net::awaitable<void> open(table t) override { return value.open(std::move(t)); }
        net::awaitable<void> write(std::string name, page p) override
        {
            return value.write(std::move(name), std::move(p));
        }
        net::awaitable<void> close(std::string name) override { return value.close(std::move(name)); }
        net::awaitable<void> abandon(std::string name) override { return value.abandon(std::move(name)); }
        net::awaitable<std::optional<table_count>> count([[maybe_unused]] table t) override
        {
            if constexpr (detail::counts_rows<T>) {
                return detail::some_count(value.count(std::move(t)));
            } else {
                return detail::no_count();
            }
        }
        [[nodiscard]] std::size_t longest_name() const override
        {
            if constexpr (detail::limits_names<T>) {
                return value.longest_name();
            } else {
                return 0;
            }
        }
        [[nodiscard]] bool enforces_unique() const override
        {
            if constexpr (detail::knows_unique_columns<T>) {
                return value.enforces_unique();
            } else {
                return false;
            }
        }
        [[nodiscard]] std::string library_version() const override
        {
            if constexpr (detail::tells_version<T>) {
                return value.library_version();
            } else {
                return {};
            }
        }
        [[nodiscard]] bool nests_tables() const noexcept override { return detail::nests_tables<T>; }
        [[nodiscard]] bool is_resumable() const noexcept override { return resumable_destination<T>; }
        net::awaitable<stored_run> begin([[maybe_unused]] run_identity run) override
        {
            if constexpr (resumable_destination<T>) {
                return value.begin(std::move(run));
            } else {
                detail::throw_not_resumable();
            }
        }
        net::awaitable<void> write(std::string name, page p, [[maybe_unused]] walk_progress progress) override
        {
            if constexpr (resumable_destination<T>) {
                return value.write(std::move(name), std::move(p), std::move(progress));
            } else {
                detail::throw_not_resumable();
            }
        }
        net::awaitable<void> write(std::string name, page p, [[maybe_unused]] std::vector<nested_page> nested,
            [[maybe_unused]] walk_progress progress) override
        {
            if constexpr (detail::nests_tables<T>) {
                return value.write(std::move(name), std::move(p), std::move(nested), std::move(progress));
            } else {
                detail::throw_not_nesting();
            }
        }
        net::awaitable<void> finish([[maybe_unused]] bool whole) override
        {
            if constexpr (resumable_destination<T>) {
                return value.finish(whole);
            } else {
                detail::throw_not_resumable();
            }
        }
        net::awaitable<std::optional<std::string>> cursor([[maybe_unused]] std::string resource,
            [[maybe_unused]] std::string field, [[maybe_unused]] std::string partition) override
        {
            if constexpr (resumable_destination<T>) {
                return value.cursor(std::move(resource), std::move(field), std::move(partition));
            } else {
                detail::throw_not_resumable();
            }
        }
        net::awaitable<std::vector<walk_digest>> seen(
            [[maybe_unused]] std::string resource, [[maybe_unused]] std::optional<walk_digest> after) override
        {
            if constexpr (resumable_destination<T>) {
                return value.seen(std::move(resource), after);
            } else {
                detail::throw_not_resumable();
            }
        }
        net::awaitable<destination_state> read_state() override
        {
            if constexpr (resumable_destination<T>) {
                return value.read_state();
            } else {
                detail::throw_not_resumable();
            }
        }
        net::awaitable<void> reset([[maybe_unused]] std::optional<std::string> resource) override
        {
            if constexpr (resumable_destination<T>) {
                return value.reset(std::move(resource));
            } else {
                detail::throw_not_resumable();
            }
        }
        void interrupt() override
        {
            if constexpr (interruptible_destination<T>) {
                value.interrupt();
            }
        }
        void end_interrupt() override
        {
            if constexpr (interruptible_destination<T>) {
                value.end_interrupt();
            }
        }
        T value;
    };

    std::shared_ptr<interface> self_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/destination.ipp>
#endif
