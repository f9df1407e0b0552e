#pragma once

// How far runs have come: the tables `_corest_runs`, `_corest_walks`, `_corest_resources`, `_corest_cursors`,
// `_corest_held_cursors`, `_corest_seen` and `_corest_staged` of an SQLite database.

#include <corest/destination/destination.hpp>
#include <corest/destination/progress.hpp>
#include <corest/destination/sql_identifier.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/sqlite_call.ipp>
#include <corest/destination/impl/sqlite_connection.ipp>
#include <corest/destination/impl/sqlite_schema.ipp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::detail {

/// The runs of a database. Everything but `needed_tables` and reading happens inside a transaction of the store's;
/// after a rollback, call `forget`.
class sqlite_progress {
public:
    explicit sqlite_progress(sqlite_connection& db) : db_(db), message_(message_of(db)) {}

    sqlite_progress(const sqlite_progress&) = delete; // the statements refer to it
    sqlite_progress& operator=(const sqlite_progress&) = delete;
    ~sqlite_progress() = default;

    // ---- the tables ----

    /// Makes the tables where they do not exist.
    static void make_tables(sqlite_connection& db)
    {
        const std::string message = message_of(db);
        for (const std::string_view sql : tables) {
            db.execute("CREATE TABLE IF NOT EXISTS " + std::string(sql), message);
        }
    }

    /// Whether the tables are there.
    [[nodiscard]] static bool has_tables(sqlite_connection& db)
    {
        const std::string message = message_of(db);
        return db.step(db.prepare("SELECT 1 FROM sqlite_master WHERE name = '_corest_runs'", message), message);
    }

    // ---- a run ----

    /// Whether a run has begun and not finished.
    [[nodiscard]] bool is_running() const noexcept { return run_ != 0; }

    /// Goes on with an earlier run, or begins one. \param id of a new one
    [[nodiscard]] stored_run begin(const run_identity& run, const std::string& id)
    {
        run_ = 0;
        forget();
        source_ = run.source;
        const std::int64_t date = seconds(run.date);
        std::optional<std::int64_t> earlier;
        if (!run.restart) {
            earlier = find_unfinished(run, date);
        }
        for (const std::int64_t other : unfinished_of(run.source)) {
            if (other != earlier) {
                drop(other);
            }
        }
        date_ = run.date;
        began_ = std::chrono::steady_clock::now();
        touched_ = date;
        if (earlier) {
            run_ = *earlier;
            touch_.run(date, run_);
            stored_run known = read_run(run_);
            known.is_resumed = true;
            return known;
        }
        insert_run_.run(id, run.source, run.plan_hash, date);
        run_ = sqlite3_last_insert_rowid(db_.get());
        for (const started_walk& root : run.roots) {
            insert_walk(root);
        }
        return read_run(run_);
    }

    /// Takes a table of the run in. \return what an earlier process has left of it, if anything
    class kept_table {
    public:
        bool is_known = false; ///< what it has collected is kept
        bool is_blank = false; ///< the real table was made by this run, and is empty
    };
    [[nodiscard]] kept_table open(const table& t)
    {
        drop_others(t.name);
        kept_table kept;
        std::string state;
        call("SELECT state, blank FROM _corest_resources WHERE run = ?1 AND resource = ?2 AND table_name IS NOT NULL")
            .each(
                [&](const sqlite_call& row) {
                    kept.is_known = true;
                    kept.is_blank = row.integer(1) != 0;
                    state = row.text(0);
                },
                run_, t.resource_name());
        if (state == "published") {
            throw error(errc::invalid_argument, "the table '" + t.name + "' has been completed by this run already");
        }
        return kept;
    }

    /// Says what is known of a table that has been opened. \param blank as `kept_table::is_blank`
    void opened(const table& t, bool blank)
    {
        open_.run(run_, t.resource_name(), t.name, to_string(t.disposition), blank);
        unkeyed_[t.resource_name()] = t.is_staged() && !t.is_keyed();
    }

    /// Runs of other sources, or of other programs, that were not finished and have rows of a table: they are given up,
    /// since what they have collected there goes.
    void drop_others(const std::string& table)
    {
        std::vector<std::int64_t> others;
        call("SELECT DISTINCT r.run FROM _corest_resources AS r JOIN _corest_runs USING(run) "
             "WHERE r.table_name = ?1 COLLATE NOCASE AND r.run <> ?2 AND _corest_runs.state = 'running'")
            .each([&](const sqlite_call& row) { others.push_back(row.integer(0)); }, table, run_);
        for (const std::int64_t other : others) {
            drop(other);
        }
    }

    /// Before the rows of a page are stored. \param schema of its table; null where the rows are not kept
    void prepare(const walk_progress& p, const sqlite_schema* schema)
    {
        if (p.is_restarted && p.walk != 0) {
            restart(p, schema);
        }
    }

    /// After the rows of a page are stored. \param rows that have been appended, without a key, just before; else 0
    void record(const walk_progress& p, std::size_t rows)
    {
        if (p.cursor && p.cursor->is_final) {
            keep_cursor(p);
        }
        if (p.walk == 0) {
            return;
        }
        const std::uint64_t before = p.is_restarted ? 0 : p.pages_before;
        bool found = false;
        if (p.is_last) {
            found = end_walk_.run(run_, p.walk, before) == 1;
            if (found && before != 0 && is_unkeyed(p.resource)) {
                drop_ranges_.run(run_, p.walk);
                ranges_.erase(p.walk);
            }
        } else {
            found = move_walk_.run(p.position.paginator, before + 1, p.position.records, p.position.fingerprint,
                        p.cursor ? std::optional(p.cursor->state) : std::nullopt, run_, p.walk, before)
                == 1;
            if (found && rows != 0) {
                add_range(p.walk, rows);
            }
        }
        if (!found) {
            throw error(errc::destination_failed,
                "the walk " + std::to_string(p.walk) + " of '" + p.resource + "' does not stand at page "
                    + std::to_string(before) + " in '" + db_.file() + "'",
                "Another run has gone on with it, or a page before this one was not stored");
        }
        std::map<std::string_view, std::string> digests; // by resource
        for (const started_walk& walk : p.opened) {
            insert_walk(walk);
            if (walk.digest) {
                digests[walk.resource] += walk.digest->bytes();
            }
        }
        for (const auto& [resource, bytes] : digests) {
            insert_seen_.run(run_, resource, sqlite_blob(bytes));
        }
        counted& c = counters_[p.resource];
        ++c.pages;
        c.rows += static_cast<std::int64_t>(p.records);
        c.walks += p.is_last ? 1 : 0;
        c.largest = std::max(c.largest, p.position.largest_page);
    }

    /// Before a transaction ends: what its pages have counted.
    void flush()
    {
        for (const auto& [resource, c] : counters_) {
            count_.run(run_, resource, c.pages, c.rows, c.walks, c.largest);
        }
        counters_.clear();
        if (const std::int64_t moment = now(); moment - touched_ >= 60) {
            touch_.run(moment, run_);
            touched_ = moment;
        }
    }

    /// After a rollback, or before a transaction.
    void forget() noexcept
    {
        counters_.clear();
        ranges_.clear();
    }

    /// All rows of a resource are there. \param published they are visible
    void close(const std::string& resource, bool published)
    {
        call("UPDATE _corest_resources SET state = ?1 WHERE run = ?2 AND resource = ?3")
            .run(std::string_view(published ? "published" : "complete"), run_, resource);
        call("DELETE FROM _corest_staged WHERE run = ?1 AND walk IN "
             "(SELECT walk FROM _corest_walks WHERE run = ?1 AND resource = ?2)")
            .run(run_, resource);
        call("DELETE FROM _corest_walks WHERE run = ?1 AND resource = ?2").run(run_, resource);
    }

    /// The tables whose rows are complete and become visible with the end of the run, each with `is_blank`.
    [[nodiscard]] std::vector<std::pair<table, bool>> complete_tables()
    {
        std::vector<std::pair<table, bool>> complete;
        call("SELECT resource, table_name, blank FROM _corest_resources WHERE run = ?1 AND state = 'complete' "
             "ORDER BY resource")
            .each(
                [&](const sqlite_call& row) {
                    table t(row.text(1));
                    t.resource = row.text(0);
                    complete.emplace_back(std::move(t), row.integer(2) != 0);
                },
                run_);
        return complete;
    }

    /// The run has ended well: nothing of it is left to do. The latest runs are remembered.
    void conclude()
    {
        call("UPDATE _corest_resources SET state = 'published' WHERE run = ?1").run(run_);
        call("INSERT OR REPLACE INTO _corest_cursors SELECT ?1, resource, field, partition, state "
             "FROM _corest_held_cursors WHERE run = ?2")
            .run(source_, run_);
        for (const std::string_view table : {"_corest_walks", "_corest_seen", "_corest_staged", "_corest_held_cursors"})
        {
            delete_of(table, run_);
        }
        call("UPDATE _corest_runs SET state = 'done', active_at = ?1 WHERE run = ?2").run(now(), run_);
        std::vector<std::int64_t> old;
        call("SELECT run FROM _corest_runs WHERE source = ?1 AND state = 'done' ORDER BY run DESC LIMIT -1 OFFSET 10")
            .each([&](const sqlite_call& row) { old.push_back(row.integer(0)); }, source_);
        for (const std::int64_t run : old) {
            drop(run);
        }
    }

    /// No run goes on in this process.
    void end() noexcept
    {
        run_ = 0;
        forget();
        unkeyed_.clear();
        handed_out_.clear();
    }

    /// The run stays as it is, for another process.
    void interrupt() { touch_.run(now(), run_); }

    // ---- what is kept ----

    [[nodiscard]] std::optional<std::string> cursor(
        const std::string& resource, const std::string& field, const std::string& partition)
    {
        std::optional<std::string> state;
        find_cursor_.each([&](const sqlite_call& row) { state = row.text(0); }, source_, resource, field, partition);
        return state;
    }

    [[nodiscard]] std::vector<walk_digest> seen(const std::string& resource, const std::optional<walk_digest>& after)
    {
        // Rows are handed out whole, so the last digest of one is where the next one follows.
        std::pair<walk_digest, std::int64_t>& last = handed_out_[resource];
        if (!after) {
            last.second = 0;
        } else if (last.second == 0 || last.first != *after) {
            const std::string bytes = after->bytes();
            call("SELECT rowid FROM _corest_seen WHERE run = ?1 AND resource = ?2 AND substr(digests, -16) = ?3")
                .each(
                    [&](const sqlite_call& row) { last.second = row.integer(0); }, run_, resource, sqlite_blob(bytes));
        }
        std::vector<walk_digest> found;
        find_seen_.each(
            [&](const sqlite_call& row) {
                last.second = row.integer(0);
                const std::string digests = row.text(1);
                for (std::size_t i = 0; i < digests.size(); i += walk_digest::size) {
                    found.push_back(walk_digest::of_bytes(std::string_view(digests).substr(i, walk_digest::size)));
                }
            },
            run_, resource, last.second);
        if (!found.empty()) {
            last.first = found.back();
        }
        return found;
    }

    [[nodiscard]] destination_state read()
    {
        destination_state state;
        std::vector<std::int64_t> runs;
        call("SELECT run FROM _corest_runs ORDER BY run").each([&](const sqlite_call& row) {
            runs.push_back(row.integer(0));
        });
        for (const std::int64_t run : runs) {
            state.runs.push_back(read_run(run));
        }
        call("SELECT source, resource, field, partition, state FROM _corest_cursors "
             "ORDER BY source, resource, field, partition")
            .each([&](const sqlite_call& row) {
                stored_cursor& c = state.cursors.emplace_back();
                c.source = row.text(0);
                c.resource = row.text(1);
                c.field = row.text(2);
                c.partition = row.text(3);
                c.state = row.text(4);
            });
        return state;
    }

    /// See the concept `resumable_destination`.
    void reset(const std::optional<std::string>& resource)
    {
        std::vector<std::int64_t> runs;
        const auto take = [&](const sqlite_call& row) { runs.push_back(row.integer(0)); };
        if (resource) {
            call(
                "SELECT run FROM _corest_runs WHERE state = 'running' AND (EXISTS(SELECT 1 FROM _corest_resources AS r "
                "WHERE r.run = _corest_runs.run AND (r.resource = ?1 OR r.table_name = ?1)) OR EXISTS(SELECT 1 FROM "
                "_corest_walks AS w WHERE w.run = _corest_runs.run AND w.resource = ?1))")
                .each(take, *resource);
            call("DELETE FROM _corest_cursors WHERE resource = ?1").run(*resource);
        } else {
            call("SELECT run FROM _corest_runs WHERE state = 'running'").each(take);
            call("DELETE FROM _corest_cursors").run();
        }
        for (const std::int64_t run : runs) {
            drop(run);
        }
    }

private:
    static constexpr std::array<std::string_view, 7> tables = {
        "_corest_runs(run INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, source TEXT NOT NULL, "
        "plan_hash TEXT NOT NULL, state TEXT NOT NULL, started_at INTEGER NOT NULL, active_at INTEGER NOT NULL)",
        "_corest_walks(run INTEGER NOT NULL, walk INTEGER NOT NULL, resource TEXT NOT NULL, bindings TEXT, "
        "parents TEXT, position TEXT, pages INTEGER NOT NULL, records INTEGER NOT NULL, fingerprint INTEGER NOT NULL, "
        "cursor TEXT, PRIMARY KEY(run, walk)) WITHOUT ROWID",
        "_corest_resources(run INTEGER NOT NULL, resource TEXT NOT NULL, table_name TEXT, disposition TEXT, "
        "state TEXT NOT NULL, blank INTEGER NOT NULL, pages INTEGER NOT NULL, rows INTEGER NOT NULL, "
        "walks_done INTEGER NOT NULL, largest_page INTEGER NOT NULL, PRIMARY KEY(run, resource)) WITHOUT ROWID",
        "_corest_cursors(source TEXT NOT NULL, resource TEXT NOT NULL, field TEXT NOT NULL, partition TEXT NOT NULL, "
        "state TEXT NOT NULL, PRIMARY KEY(source, resource, field, partition)) WITHOUT ROWID",
        // Those that a run keeps for later ones when it has ended well.
        "_corest_held_cursors(run INTEGER NOT NULL, resource TEXT NOT NULL, field TEXT NOT NULL, "
        "partition TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY(run, resource, field, partition)) WITHOUT ROWID",
        // The digests of the walks that a page has opened, one behind the other: in the order in which they come, since
        // an index on them would write a page of the database for each.
        "_corest_seen(run INTEGER NOT NULL, resource TEXT NOT NULL, digests BLOB NOT NULL)",
        // Which rows a walk that is open has collected, where no key tells them apart.
        "_corest_staged(run INTEGER NOT NULL, walk INTEGER NOT NULL, first_row INTEGER NOT NULL, "
        "last_row INTEGER NOT NULL, PRIMARY KEY(run, walk, first_row)) WITHOUT ROWID",
    };

    /// What the pages of a transaction bring a resource.
    class counted {
    public:
        std::int64_t pages = 0;
        std::int64_t rows = 0;
        std::int64_t walks = 0;
        std::uint64_t largest = 0;
    };
    /// Rows that follow one another.
    class range {
    public:
        std::int64_t first = 0;
        std::int64_t last = 0;
    };

    [[nodiscard]] static std::string message_of(const sqlite_connection& db)
    {
        return "the progress could not be stored in '" + db.file() + "'";
    }

    [[nodiscard]] static std::int64_t seconds(std::chrono::system_clock::time_point moment)
    {
        return std::chrono::duration_cast<std::chrono::seconds>(moment.time_since_epoch()).count();
    }
    [[nodiscard]] static std::chrono::system_clock::time_point moment(std::int64_t seconds)
    {
        return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
    }

    /// A statement that is not used often.
    [[nodiscard]] sqlite_call call(std::string_view sql) { return sqlite_call(db_, sql, message_); }

    void delete_of(std::string_view table, std::int64_t run)
    {
        const std::string sql = "DELETE FROM " + std::string(table) + " WHERE run = ?1";
        call(sql).run(run);
    }

    /// The time, by the clock of who began the run.
    [[nodiscard]] std::int64_t now() const
    {
        return seconds(date_)
            + std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began_).count();
    }

    // ---- runs ----

    /// The run that is gone on with.
    [[nodiscard]] std::optional<std::int64_t> find_unfinished(const run_identity& run, std::int64_t date)
    {
        std::optional<std::int64_t> found;
        call("SELECT run FROM _corest_runs WHERE source = ?1 AND plan_hash = ?2 AND state = 'running' "
             "AND active_at + ?3 >= ?4 ORDER BY run DESC LIMIT 1")
            .each([&](const sqlite_call& row) { found = row.integer(0); }, run.source, run.plan_hash,
                std::int64_t{run.expiry.count()}, date);
        return found && has_its_rows(*found) ? found : std::nullopt;
    }

    [[nodiscard]] std::vector<std::int64_t> unfinished_of(const std::string& source)
    {
        std::vector<std::int64_t> runs;
        call("SELECT run FROM _corest_runs WHERE source = ?1 AND state = 'running'")
            .each([&](const sqlite_call& row) { runs.push_back(row.integer(0)); }, source);
        return runs;
    }

    /// Whether nobody has removed what the run has stored.
    [[nodiscard]] bool has_its_rows(std::int64_t run)
    {
        bool all = true;
        call("SELECT 1 FROM _corest_resources AS r WHERE run = ?1 AND table_name IS NOT NULL AND rows > 0 "
             "AND NOT EXISTS(SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name COLLATE NOCASE = "
             "(CASE WHEN r.state <> 'published' AND r.disposition <> 'merge' THEN '_corest_staging_' ELSE '' END "
             "|| r.table_name))")
            .each([&](const sqlite_call&) { all = false; }, run);
        return all;
    }

    /// Forgets a run, and what it has collected.
    void drop(std::int64_t run)
    {
        std::vector<std::string> staged;
        call("SELECT table_name FROM _corest_resources JOIN _corest_runs USING(run) WHERE run = ?1 AND "
             "_corest_runs.state = 'running' AND _corest_resources.state <> 'published' AND disposition <> 'merge' "
             "AND table_name IS NOT NULL")
            .each([&](const sqlite_call& row) { staged.push_back(row.text(0)); }, run);
        for (const std::string& name : staged) {
            db_.execute("DROP TABLE IF EXISTS " + sql::identifier(sqlite_schema::staging_of(name)), message_);
        }
        for (const std::string_view table : {"_corest_walks", "_corest_seen", "_corest_staged", "_corest_held_cursors",
                 "_corest_resources", "_corest_runs"})
        {
            delete_of(table, run);
        }
    }

    [[nodiscard]] stored_run read_run(std::int64_t run)
    {
        stored_run read;
        call("SELECT id, source, plan_hash, state, started_at, active_at FROM _corest_runs WHERE run = ?1")
            .each(
                [&](const sqlite_call& row) {
                    read.id = row.text(0);
                    read.source = row.text(1);
                    read.plan_hash = row.text(2);
                    read.is_done = row.text(3) == "done";
                    read.began = moment(row.integer(4));
                    read.active = moment(row.integer(5));
                },
                run);
        std::map<std::string, std::uint64_t> largest;
        call("SELECT resource, state, pages, rows, walks_done, largest_page FROM _corest_resources WHERE run = ?1 "
             "ORDER BY resource")
            .each(
                [&](const sqlite_call& row) {
                    stored_resource& r = read.resources.emplace_back();
                    r.name = row.text(0);
                    r.state = stored_resource_state_of(row.text(1));
                    r.pages = row.count(2);
                    r.rows = row.count(3);
                    r.walks_done = row.count(4);
                    r.largest_page = row.count(5);
                    largest[r.name] = r.largest_page;
                },
                run);
        call("SELECT walk, resource, bindings, parents, position, pages, records, fingerprint, cursor "
             "FROM _corest_walks WHERE run = ?1 ORDER BY walk")
            .each(
                [&](const sqlite_call& row) {
                    stored_walk& w = read.walks.emplace_back();
                    w.walk = row.count(0);
                    w.resource = row.text(1);
                    w.bindings = row.is_null(2) ? std::vector<binding>() : read_bindings(row.text(2));
                    w.parents = row.is_null(3) ? std::vector<std::string>() : read_parents(row.text(3));
                    w.position.paginator = row.optional_text(4);
                    w.position.pages = row.count(5);
                    w.position.records = row.count(6);
                    w.position.fingerprint = row.count(7);
                    w.position.largest_page = largest[w.resource];
                    w.cursor = row.optional_text(8);
                },
                run);
        return read;
    }

    // ---- walks ----

    [[nodiscard]] bool is_unkeyed(const std::string& resource) const
    {
        const auto found = unkeyed_.find(resource);
        return found != unkeyed_.end() && found->second;
    }

    void insert_walk(const started_walk& walk)
    {
        std::optional<std::string> bindings;
        if (walk.bindings) {
            bindings = bindings_text(*walk.bindings);
        }
        std::optional<std::string> parents;
        if (!walk.parents.empty()) {
            parents = parents_text(walk.parents);
        }
        insert_walk_.run(run_, walk.walk, walk.resource, bindings, parents);
    }

    void keep_cursor(const walk_progress& p)
    {
        const walk_cursor& c = *p.cursor;
        if (p.holds_cursor) {
            hold_cursor_.run(run_, p.resource, c.field, c.partition, c.state);
        } else {
            keep_cursor_.run(source_, p.resource, c.field, c.partition, c.state);
        }
    }

    /// The rows that were inserted last belong to a walk that goes on.
    void add_range(std::uint64_t walk, std::size_t rows)
    {
        const std::int64_t last = sqlite3_last_insert_rowid(db_.get());
        const std::int64_t first = last - static_cast<std::int64_t>(rows) + 1;
        range& known = ranges_[walk];
        if (known.last != 0 && known.last + 1 == first) {
            known.last = last;
            extend_range_.run(last, run_, walk, known.first);
        } else {
            known.first = first;
            known.last = last;
            insert_range_.run(run_, walk, first, last);
        }
    }

    /// What a walk has stored does not count, and goes where it is only collected.
    void restart(const walk_progress& p, const sqlite_schema* schema)
    {
        std::optional<std::pair<std::int64_t, std::int64_t>> before;
        call("SELECT pages, records FROM _corest_walks WHERE run = ?1 AND walk = ?2")
            .each([&](const sqlite_call& row) { before.emplace(row.integer(0), row.integer(1)); }, run_, p.walk);
        if (!before) {
            return; // it is missed where the page is recorded
        }
        if (schema != nullptr && is_unkeyed(p.resource)) {
            const std::string sql = "DELETE FROM " + sql::identifier(schema->written())
                + " WHERE EXISTS(SELECT 1 FROM _corest_staged WHERE run = ?1 AND walk = ?2 AND " + schema->row_number()
                + " BETWEEN first_row AND last_row)";
            call(sql).run(run_, p.walk);
        }
        drop_ranges_.run(run_, p.walk);
        ranges_.erase(p.walk);
        call("UPDATE _corest_walks SET pages = 0, records = 0, position = NULL, cursor = NULL "
             "WHERE run = ?1 AND walk = ?2")
            .run(run_, p.walk);
        counted& c = counters_[p.resource];
        c.pages -= before->first;
        c.rows -= before->second;
    }

    sqlite_connection& db_;
    std::string message_;
    std::int64_t run_ = 0; ///< 0: none
    std::string source_;
    std::chrono::system_clock::time_point date_;  ///< when it began here
    std::chrono::steady_clock::time_point began_; ///< the same, to count from
    std::int64_t touched_ = 0;                    ///< when the run was last said to be active
    std::map<std::string, counted> counters_;     ///< of the transaction, by resource
    std::map<std::uint64_t, range> ranges_;       ///< the last rows of open walks, where no key tells them apart
    std::map<std::string, bool> unkeyed_;         ///< of the resources that are open
    /// By resource: the last digest that `seen` has handed out, and its row.
    std::map<std::string, std::pair<walk_digest, std::int64_t>> handed_out_;

    sqlite_call insert_run_{db_, "INSERT INTO _corest_runs VALUES(NULL, ?1, ?2, ?3, 'running', ?4, ?4)", message_};
    sqlite_call touch_{db_, "UPDATE _corest_runs SET active_at = ?1 WHERE run = ?2", message_};
    sqlite_call open_{db_,
        "INSERT INTO _corest_resources VALUES(?1, ?2, ?3, ?4, 'loading', ?5, 0, 0, 0, 0) ON CONFLICT(run, resource) "
        "DO UPDATE SET table_name = excluded.table_name, disposition = excluded.disposition, blank = excluded.blank",
        message_};
    sqlite_call count_{db_,
        "INSERT INTO _corest_resources VALUES(?1, ?2, NULL, NULL, 'loading', 0, ?3, ?4, ?5, ?6) "
        "ON CONFLICT(run, resource) DO UPDATE SET pages = pages + ?3, rows = rows + ?4, walks_done = walks_done + ?5, "
        "largest_page = max(largest_page, ?6)",
        message_};
    sqlite_call insert_walk_{
        db_, "INSERT INTO _corest_walks VALUES(?1, ?2, ?3, ?4, ?5, NULL, 0, 0, 0, NULL)", message_};
    sqlite_call insert_seen_{db_, "INSERT INTO _corest_seen VALUES(?1, ?2, ?3)", message_};
    sqlite_call move_walk_{db_,
        "UPDATE _corest_walks SET position = ?1, pages = ?2, records = ?3, fingerprint = ?4, cursor = ?5 "
        "WHERE run = ?6 AND walk = ?7 AND pages = ?8",
        message_};
    sqlite_call end_walk_{db_, "DELETE FROM _corest_walks WHERE run = ?1 AND walk = ?2 AND pages = ?3", message_};
    sqlite_call insert_range_{db_, "INSERT INTO _corest_staged VALUES(?1, ?2, ?3, ?4)", message_};
    sqlite_call extend_range_{
        db_, "UPDATE _corest_staged SET last_row = ?1 WHERE run = ?2 AND walk = ?3 AND first_row = ?4", message_};
    sqlite_call drop_ranges_{db_, "DELETE FROM _corest_staged WHERE run = ?1 AND walk = ?2", message_};
    sqlite_call keep_cursor_{db_, "INSERT OR REPLACE INTO _corest_cursors VALUES(?1, ?2, ?3, ?4, ?5)", message_};
    sqlite_call hold_cursor_{db_, "INSERT OR REPLACE INTO _corest_held_cursors VALUES(?1, ?2, ?3, ?4, ?5)", message_};
    sqlite_call find_cursor_{db_,
        "SELECT state FROM _corest_cursors WHERE source = ?1 AND resource = ?2 AND field = ?3 AND partition = ?4",
        message_};
    sqlite_call find_seen_{db_,
        "SELECT rowid, digests FROM _corest_seen WHERE run = ?1 AND resource = ?2 AND rowid > ?3 ORDER BY rowid LIMIT "
        "50",
        message_};
};

} // namespace corest::detail
