#pragma once

// How far runs have come: the tables `_corest_runs`, `_corest_walks`, `_corest_resources`, `_corest_cursors`,
// `_corest_held_cursors` and `_corest_seen`.

#include <corest/destination/destination.hpp>
#include <corest/destination/progress.hpp>
#include <corest/destination/sql_identifier.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/sql_call.ipp>
#include <corest/destination/impl/sql_database.ipp>
#include <corest/destination/impl/sql_names.ipp>
#include <corest/destination/impl/sql_staged_rows.ipp>
#include <corest/destination/impl/sql_table.ipp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace corest::detail::sql {

/// The runs of a database. Everything but `needed_tables` and reading happens inside a transaction of the store's;
/// after a rollback, call `forget`.
class progress {
public:
    /// \param staged what knows the rows of walks
    progress(database& db, std::unique_ptr<staged_rows> staged) : db_(db), staged_(std::move(staged)) {}

    // ---- the tables ----

    /// Makes the tables where they do not exist.
    void make_tables()
    {
        const sql::dialect& d = db_.dialect();
        const auto make = [&](const std::string& columns, const std::string& suffix) {
            db_.execute("CREATE TABLE IF NOT EXISTS " + columns + suffix, message_);
        };
        make("_corest_runs(run BIGINT PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL, plan_hash TEXT NOT NULL, "
             "state TEXT NOT NULL, started_at BIGINT NOT NULL, active_at BIGINT NOT NULL)",
            d.state_table_suffix);
        make("_corest_walks(run BIGINT NOT NULL, walk BIGINT NOT NULL, resource TEXT NOT NULL, bindings TEXT, "
             "parents TEXT, position TEXT, pages BIGINT NOT NULL, records BIGINT NOT NULL, fingerprint BIGINT NOT "
             "NULL, cursor TEXT, PRIMARY KEY(run, walk))",
            d.state_table_suffix);
        make("_corest_resources(run BIGINT NOT NULL, resource TEXT NOT NULL, table_name TEXT" + d.name_collation
                + ", disposition TEXT, state TEXT NOT NULL, blank BIGINT NOT NULL, pages BIGINT NOT NULL, rows BIGINT "
                  "NOT NULL, walks_done BIGINT NOT NULL, largest_page BIGINT NOT NULL, incomplete BIGINT NOT NULL "
                  "DEFAULT "
                  "0, PRIMARY KEY(run, resource))",
            d.state_table_suffix);
        if (!counts_incomplete(db_)) { // made by an earlier version
            db_.execute("ALTER TABLE _corest_resources ADD COLUMN incomplete BIGINT NOT NULL DEFAULT 0", message_);
        }
        make("_corest_cursors(source TEXT NOT NULL, resource TEXT NOT NULL, field TEXT NOT NULL, partition TEXT NOT "
             "NULL, state TEXT NOT NULL, PRIMARY KEY(source, resource, field, partition))",
            d.state_table_suffix);
        // Those that a run keeps for later ones when it has ended well.
        make("_corest_held_cursors(run BIGINT NOT NULL, resource TEXT NOT NULL, field TEXT NOT NULL, partition TEXT "
             "NOT NULL, state TEXT NOT NULL, PRIMARY KEY(run, resource, field, partition))",
            d.state_table_suffix);
        // The digests of the walks that a page has opened, one behind the other: in the order in which they come, since
        // an index on them would write a page of the database for each.
        make("_corest_seen(run BIGINT NOT NULL, resource TEXT NOT NULL, digests " + d.bytes_type + " NOT NULL"
                + (d.seen_number_column.empty() ? "" : ", " + d.seen_number_column) + ")",
            {});
        staged_->make_tables();
    }

    /// Whether the tables are there.
    [[nodiscard]] static bool has_tables(database& db) { return db.has_table("_corest_runs"); }

    /// Whether the table of resources says of how many walks there is more than was read.
    [[nodiscard]] static bool counts_incomplete(database& db)
    {
        const std::vector<stored_column> columns = db.columns_of("_corest_resources");
        return std::any_of(
            columns.begin(), columns.end(), [](const stored_column& c) { return c.name == "incomplete"; });
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
        touched_ = earlier ? 0 : date;
        has_others_ = are_others_unfinished(earlier.value_or(0));
        if (earlier) {
            run_ = *earlier;
            stored_run known = read_run(run_);
            known.is_resumed = true;
            return known;
        }
        // No two runs begin at the same time, and of one that is dropped nothing is left.
        call("SELECT coalesce(max(run), 0) + 1 FROM _corest_runs").each([&](const sql::call& row) {
            run_ = row.integer(0);
        });
        insert_run_.run(run_, id, run.source, run.plan_hash, date);
        for (const started_walk& root : run.roots) {
            add(root);
        }
        flush_walks();
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
                [&](const sql::call& row) {
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
        // Where a merge is made of all rows together, these are staged.
        const std::string_view disposition = t.merges_together() ? "staged merge" : to_string(t.disposition);
        for (const std::string& resource : t.resource_names()) {
            open_.run(run_, resource, t.name, disposition, blank);
            unkeyed_[resource] = t.is_staged() && !t.is_keyed();
        }
    }

    /// Runs of other sources, or of other programs, that were not finished and have rows of a table: they are given up,
    /// since what they have collected there goes.
    void drop_others(const std::string& table)
    {
        if (is_running() && !has_others_) {
            return;
        }
        std::vector<std::int64_t> others;
        call("SELECT DISTINCT r.run FROM _corest_resources AS r JOIN _corest_runs USING(run) "
             "WHERE r.table_name = ?1 AND r.run <> ?2 AND _corest_runs.state = 'running'")
            .each([&](const sql::call& row) { others.push_back(row.integer(0)); }, table, run_);
        for (const std::int64_t other : others) {
            drop(other);
        }
    }

    /// Before the rows of a page are stored. \param target its table; null where the rows are not kept
    void prepare(const walk_progress& p, stored_table* target)
    {
        if (p.is_restarted && p.walk != 0) {
            restart(p, target);
        }
    }

    /// After the rows of a page are stored. \param rows that have been appended, without a key, just before; else 0
    void record(const walk_progress& p, std::size_t rows)
    {
        if (p.cursor && p.cursor->is_final) {
            cursors_[{p.resource, p.cursor->field, p.cursor->partition}] = {p.holds_cursor, p.cursor->state};
        }
        if (p.forgets_cursors) {
            forget_held_cursors(p.resource);
        }
        if (p.walk == 0) {
            return;
        }
        move(p);
        if (p.is_last && p.pages_before != 0 && !p.is_restarted && is_unkeyed(p.resource)) {
            staged_->forget_walk(run_, p.walk);
        }
        if (!p.is_last && rows != 0) {
            staged_->add(run_, p.walk, rows);
        }
        std::map<std::string_view, std::string> digests; // by resource
        for (const started_walk& walk : p.opened) {
            add(walk);
            for (const walk_digest& digest : walk.digests) {
                digests[walk.resource] += digest.bytes();
            }
        }
        for (const auto& [resource, bytes] : digests) {
            insert_seen_.post({}, run_, resource, parameter::bytes(bytes));
        }
        counted& c = counters_[p.resource];
        ++c.pages;
        c.rows += static_cast<std::int64_t>(p.records);
        c.walks += p.is_last ? 1 : 0;
        c.largest = std::max(c.largest, p.position.largest_page);
        c.incomplete += p.says_more ? 1 : 0;
    }

    /// Before a transaction ends: what its pages have counted, and where their walks stand.
    void flush()
    {
        flush_walks();
        flush_cursors();
        for (const auto& [resource, c] : counters_) {
            count_.post({}, run_, resource, c.pages, c.rows, c.walks, c.largest, c.incomplete);
        }
        if (const std::int64_t moment = now(); !counters_.empty() && moment - touched_ >= 60) {
            touch_.post({}, moment, run_);
            touched_ = moment;
        }
        counters_.clear();
    }

    /// After a rollback, or before a transaction.
    void forget() noexcept
    {
        counters_.clear();
        walks_.clear();
        cursors_.clear();
        staged_->forget();
    }

    /// All rows of a resource are there. \param published they are visible
    /// \param replaced those that were there before are gone, and so is what earlier runs have kept of its cursors
    void close(const std::string& resource, bool published, bool replaced)
    {
        if (replaced) {
            call("DELETE FROM _corest_cursors WHERE source = ?1 AND resource = ?2").run(source_, resource);
        }
        call("UPDATE _corest_resources SET state = ?1 WHERE run = ?2 AND resource = ?3")
            .run(std::string_view(published ? "published" : "complete"), run_, resource);
        staged_->forget_resource(run_, resource);
        call("DELETE FROM _corest_walks WHERE run = ?1 AND resource = ?2").run(run_, resource);
    }

    /// Counts rows that have been stored, which are nested in those of a page. \param resource as their table is called
    void count_nested(const std::string& resource, std::size_t rows)
    {
        counters_[resource].rows += static_cast<std::int64_t>(rows);
    }

    /// All rows of a nested table are there. \param published they are visible
    void close_nested(const std::string& resource, bool published)
    {
        call("UPDATE _corest_resources SET state = ?1 WHERE run = ?2 AND resource = ?3")
            .run(std::string_view(published ? "published" : "complete"), run_, resource);
    }

    /// Whether a table was made by this run, and is empty. \param table its name
    [[nodiscard]] bool is_blank(const std::string& table)
    {
        bool blank = false;
        call("SELECT blank FROM _corest_resources WHERE run = ?1 AND table_name = ?2")
            .each([&](const sql::call& row) { blank = row.integer(0) != 0; }, run_, table);
        return blank;
    }

    /// The tables whose rows are complete and become visible with the end of the run, each once, with `is_blank`. Of
    /// the resources that share one, the first is named.
    [[nodiscard]] std::vector<std::pair<table, bool>> complete_tables()
    {
        std::vector<std::pair<table, bool>> complete;
        call("SELECT min(resource), table_name, min(blank) FROM _corest_resources AS r "
             "WHERE run = ?1 AND state = 'complete' "
             "AND NOT EXISTS(SELECT 1 FROM _corest_nested_tables AS n WHERE n.name = r.table_name) " // with their roots
             "GROUP BY table_name ORDER BY 1")
            .each(
                [&](const sql::call& row) {
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
        call("INSERT INTO _corest_cursors SELECT r.source, c.resource, c.field, c.partition, c.state "
             "FROM _corest_held_cursors AS c JOIN _corest_runs AS r ON r.run = c.run WHERE c.run = ?1 "
             "ON CONFLICT(source, resource, field, partition) DO UPDATE SET state = excluded.state")
            .run(run_);
        for (const std::string_view table : {"_corest_walks", "_corest_seen", "_corest_held_cursors"}) {
            delete_of(table, run_);
        }
        staged_->forget_run(run_);
        call("UPDATE _corest_runs SET state = 'done', active_at = ?1 WHERE run = ?2").run(now(), run_);
        std::vector<std::int64_t> ended; // the latest first
        call("SELECT run FROM _corest_runs WHERE source = ?1 AND state = 'done' ORDER BY run DESC")
            .each([&](const sql::call& row) { ended.push_back(row.integer(0)); }, source_);
        for (std::size_t i = remembered_runs; i < ended.size(); ++i) {
            drop(ended[i]);
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

    // ---- what is kept ----

    [[nodiscard]] std::optional<std::string> cursor(
        const std::string& resource, const std::string& field, const std::string& partition)
    {
        std::optional<std::string> state;
        find_cursor_.each([&](const sql::call& row) { state = row.text(0); }, source_, resource, field, partition);
        if (db_.dialect().merges_at_end) { // the run's own are held
            find_held_cursor_.each(
                [&](const sql::call& row) { state = row.text(0); }, run_, resource, field, partition);
        }
        return state;
    }

    [[nodiscard]] std::vector<walk_digest> seen(const std::string& resource, const std::optional<walk_digest>& after)
    {
        // Rows are handed out whole, so the last digest of one is where the next one follows.
        std::pair<walk_digest, std::int64_t>& last = handed_out_[resource];
        if (!after) {
            last.second = 0;
        } else if (last.second == 0 || last.first != *after) {
            call("SELECT " + db_.dialect().seen_number + ", digests FROM _corest_seen WHERE run = ?1 AND resource = ?2")
                .each(
                    [&](const sql::call& row) {
                        if (row.text(1).ends_with(after->bytes())) {
                            last.second = row.integer(0);
                        }
                    },
                    run_, resource);
        }
        std::vector<walk_digest> found;
        find_seen_.each(
            [&](const sql::call& row) {
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
        call("SELECT run FROM _corest_runs ORDER BY run").each([&](const sql::call& row) {
            runs.push_back(row.integer(0));
        });
        for (const std::int64_t run : runs) {
            state.runs.push_back(read_run(run));
        }
        call("SELECT source, resource, field, partition, state FROM _corest_cursors "
             "ORDER BY source, resource, field, partition")
            .each([&](const sql::call& row) {
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
        const auto take = [&](const sql::call& row) { runs.push_back(row.integer(0)); };
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
    static constexpr std::size_t remembered_runs = 10; ///< of a source, that have ended well

    /// What the pages of a transaction bring a resource.
    class counted {
    public:
        std::int64_t pages = 0;
        std::int64_t rows = 0;
        std::int64_t walks = 0;
        std::uint64_t largest = 0;
        std::int64_t incomplete = 0;
    };

    /// What the pages of a transaction mean for a walk.
    class changed_walk {
    public:
        bool is_new = false; ///< opened by one of them
        bool has_ended = false;
        std::string resource;
        std::optional<std::string> bindings; ///< of a new one
        std::optional<std::string> parents;  ///< of a new one
        std::uint64_t pages_before = 0;      ///< where it stood before them
        std::uint64_t pages = 0;
        walk_position position;
        std::optional<std::string> cursor;
    };

    [[nodiscard]] static std::int64_t seconds(std::chrono::system_clock::time_point moment)
    {
        return std::chrono::duration_cast<std::chrono::seconds>(moment.time_since_epoch()).count();
    }
    [[nodiscard]] static std::chrono::system_clock::time_point moment(std::int64_t seconds)
    {
        return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
    }

    /// A statement that is not used often.
    [[nodiscard]] sql::call call(std::string text) { return sql::call(db_, std::move(text), message_); }

    void delete_of(std::string_view table, std::int64_t run)
    {
        call("DELETE FROM " + std::string(table) + " WHERE run = ?1").run(run);
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
            .each([&](const sql::call& row) { found = row.integer(0); }, run.source, run.plan_hash,
                std::int64_t{run.expiry.count()}, date);
        return found && has_its_rows(*found) ? found : std::nullopt;
    }

    /// Whether there is an unfinished run besides that one.
    [[nodiscard]] bool are_others_unfinished(std::int64_t run)
    {
        bool found = false;
        call("SELECT 1 FROM _corest_runs WHERE state = 'running' AND run <> ?1 LIMIT 1")
            .each([&](const sql::call&) { found = true; }, run);
        return found;
    }

    [[nodiscard]] std::vector<std::int64_t> unfinished_of(const std::string& source)
    {
        std::vector<std::int64_t> runs;
        call("SELECT run FROM _corest_runs WHERE source = ?1 AND state = 'running'")
            .each([&](const sql::call& row) { runs.push_back(row.integer(0)); }, source);
        return runs;
    }

    /// Whether nobody has removed what the run has stored.
    [[nodiscard]] bool has_its_rows(std::int64_t run)
    {
        std::vector<std::string> needed;
        call("SELECT table_name, state, disposition FROM _corest_resources WHERE run = ?1 AND table_name IS NOT NULL "
             "AND rows > 0")
            .each(
                [&](const sql::call& row) {
                    const bool is_staged =
                        row.text(1) != "published" && (row.text(2) != "merge" || db_.dialect().merges_at_end);
                    needed.push_back(is_staged ? staging_name(db_.dialect(), row.text(0)) : row.text(0));
                },
                run);
        return std::all_of(
            needed.begin(), needed.end(), [&](const std::string& table) { return db_.has_table(table); });
    }

    /// Forgets a run, and what it has collected.
    void drop(std::int64_t run)
    {
        std::vector<std::string> staged;
        call("SELECT table_name FROM _corest_resources JOIN _corest_runs USING(run) WHERE run = ?1 AND "
             "_corest_runs.state = 'running' AND _corest_resources.state <> 'published' AND table_name IS NOT NULL"
            + std::string(db_.dialect().merges_at_end ? "" : " AND disposition <> 'merge'"))
            .each([&](const sql::call& row) { staged.push_back(row.text(0)); }, run);
        for (const std::string& name : staged) {
            db_.execute("DROP TABLE IF EXISTS " + identifier(staging_name(db_.dialect(), name)), message_);
        }
        for (const std::string_view table :
            {"_corest_walks", "_corest_seen", "_corest_held_cursors", "_corest_resources", "_corest_runs"})
        {
            delete_of(table, run);
        }
        staged_->forget_run(run);
    }

    [[nodiscard]] stored_run read_run(std::int64_t run)
    {
        stored_run read;
        call("SELECT id, source, plan_hash, state, started_at, active_at FROM _corest_runs WHERE run = ?1")
            .each(
                [&](const sql::call& row) {
                    read.id = row.text(0);
                    read.source = row.text(1);
                    read.plan_hash = row.text(2);
                    read.is_done = row.text(3) == "done";
                    read.began = moment(row.integer(4));
                    read.active = moment(row.integer(5));
                },
                run);
        std::map<std::string, std::uint64_t> largest;
        call("SELECT resource, state, pages, rows, walks_done, largest_page, "
            + std::string(counts_incomplete(db_) ? "incomplete" : "0")
            + " FROM _corest_resources WHERE run = ?1 ORDER BY resource")
            .each(
                [&](const sql::call& row) {
                    stored_resource& r = read.resources.emplace_back();
                    r.name = row.text(0);
                    r.state = stored_resource_state_of(row.text(1));
                    r.pages = row.count(2);
                    r.rows = row.count(3);
                    r.walks_done = row.count(4);
                    r.largest_page = row.count(5);
                    r.incomplete = row.count(6);
                    largest[r.name] = r.largest_page;
                },
                run);
        call("SELECT walk, resource, bindings, parents, position, pages, records, fingerprint, cursor "
             "FROM _corest_walks WHERE run = ?1 ORDER BY walk")
            .each(
                [&](const sql::call& row) {
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

    /// Takes in a walk that a page has opened.
    void add(const started_walk& walk)
    {
        changed_walk& added = walks_[walk.walk];
        added.is_new = true;
        added.resource = walk.resource;
        if (walk.bindings) {
            added.bindings = bindings_text(*walk.bindings);
        }
        if (!walk.parents.empty()) {
            added.parents = parents_text(walk.parents);
        }
    }

    /// Moves a walk behind a page. Of all the moves in a transaction only the last is written.
    void move(const walk_progress& p)
    {
        const std::uint64_t before = p.is_restarted ? 0 : p.pages_before;
        const auto [known, is_first] = walks_.try_emplace(p.walk);
        changed_walk& walk = known->second;
        if (is_first) {
            walk.resource = p.resource;
            walk.pages_before = before;
        } else if (walk.has_ended || walk.pages != before) {
            throw elsewhere(p.walk, p.resource, before);
        }
        walk.pages = before + 1;
        walk.position = p.position;
        walk.cursor = p.cursor ? std::optional(p.cursor->state) : std::nullopt;
        walk.has_ended = p.is_last;
    }

    /// Writes where the walks stand. One that was opened and has ended since leaves no trace.
    void flush_walks()
    {
        for (const auto& [number, walk] : walks_) {
            const walk_position& at = walk.position;
            if (walk.is_new) {
                if (!walk.has_ended) {
                    insert_walk_.post({}, run_, number, walk.resource, walk.bindings, walk.parents, at.paginator,
                        walk.pages, at.records, at.fingerprint, walk.cursor);
                }
                continue;
            }
            const auto check = [this, of_walk = number, resource = walk.resource, before = walk.pages_before](
                                   std::int64_t found) {
                if (found != 1) {
                    throw elsewhere(of_walk, resource, before);
                }
            };
            if (walk.has_ended) {
                end_walk_.post(check, run_, number, walk.pages_before);
            } else {
                move_walk_.post(check, at.paginator, walk.pages, at.records, at.fingerprint, walk.cursor, run_, number,
                    walk.pages_before);
            }
        }
        walks_.clear();
    }

    [[nodiscard]] error elsewhere(std::uint64_t walk, const std::string& resource, std::uint64_t page) const
    {
        return error(errc::destination_failed,
            "the walk " + std::to_string(walk) + " of '" + resource + "' does not stand at page " + std::to_string(page)
                + " in " + db_.name(),
            "Another run has gone on with it, or a page before this one was not stored");
    }

    /// Writes the cursors. Of all the values in a transaction only the last of each is written.
    void flush_cursors()
    {
        for (const auto& [key, cursor] : cursors_) {
            const auto& [resource, field, partition] = key;
            const auto& [is_held, state] = cursor;
            if (is_held || db_.dialect().merges_at_end) { // there no row is visible before its table's end
                hold_cursor_.post({}, run_, resource, field, partition, state);
            } else {
                keep_cursor_.post({}, source_, resource, field, partition, state);
            }
        }
        cursors_.clear();
    }

    /// Drops what the run holds of a resource's cursors.
    void forget_held_cursors(const std::string& resource)
    {
        flush_cursors();
        call("DELETE FROM _corest_held_cursors WHERE run = ?1 AND resource = ?2").run(run_, resource);
    }

    /// What a walk has stored does not count, and goes where it is only collected.
    void restart(const walk_progress& p, stored_table* target)
    {
        flush_walks(); // it may have moved in this transaction
        std::optional<std::pair<std::int64_t, std::int64_t>> before;
        call("SELECT pages, records FROM _corest_walks WHERE run = ?1 AND walk = ?2")
            .each([&](const sql::call& row) { before.emplace(row.integer(0), row.integer(1)); }, run_, p.walk);
        if (!before) {
            return; // it is missed where the page is recorded
        }
        if (target != nullptr && is_unkeyed(p.resource)) {
            staged_->remove(*target, run_, p.walk);
        }
        staged_->forget_walk(run_, p.walk);
        call("UPDATE _corest_walks SET pages = 0, records = 0, position = NULL, cursor = NULL "
             "WHERE run = ?1 AND walk = ?2")
            .run(run_, p.walk);
        counted& c = counters_[p.resource];
        c.pages -= before->first;
        c.rows -= before->second;
    }

    database& db_;
    std::unique_ptr<staged_rows> staged_;
    std::string message_ = "the progress could not be stored in " + db_.name();
    std::int64_t run_ = 0; ///< 0: none
    std::string source_;
    std::chrono::system_clock::time_point date_;  ///< when it began here
    std::chrono::steady_clock::time_point began_; ///< the same, to count from
    bool has_others_ = false;                 ///< unfinished runs, when this one began; none begins while it goes on
    std::int64_t touched_ = 0;                ///< when the run was last said to have stored something
    std::map<std::string, counted> counters_; ///< of the transaction, by resource
    std::map<std::uint64_t, changed_walk> walks_; ///< of the transaction, by number
    /// Of the transaction, by resource, field and partition: whether it is held until the run's end, and its state.
    std::map<std::tuple<std::string, std::string, std::string>, std::pair<bool, std::string>> cursors_;
    std::map<std::string, bool> unkeyed_; ///< of the resources that are open
    /// By resource: the last digest that `seen` has handed out, and its row.
    std::map<std::string, std::pair<walk_digest, std::int64_t>> handed_out_;

    sql::call insert_run_ = call("INSERT INTO _corest_runs VALUES(?1, ?2, ?3, ?4, 'running', ?5, ?5)");
    sql::call touch_ = call("UPDATE _corest_runs SET active_at = ?1 WHERE run = ?2");
    sql::call open_ = call("INSERT INTO _corest_resources VALUES(?1, ?2, ?3, ?4, 'loading', ?5, 0, 0, 0, 0, 0) "
                           "ON CONFLICT(run, resource) DO UPDATE SET table_name = excluded.table_name, "
                           "disposition = excluded.disposition, blank = excluded.blank");
    sql::call count_ =
        call("INSERT INTO _corest_resources AS r VALUES(?1, ?2, NULL, NULL, 'loading', 0, ?3, ?4, ?5, ?6, ?7) "
             "ON CONFLICT(run, resource) DO UPDATE SET pages = r.pages + excluded.pages, "
             "rows = r.rows + excluded.rows, walks_done = r.walks_done + excluded.walks_done, "
             "incomplete = r.incomplete + excluded.incomplete, "
             "largest_page = CASE WHEN r.largest_page > excluded.largest_page THEN r.largest_page "
             "ELSE excluded.largest_page END");
    sql::call insert_walk_ = call("INSERT INTO _corest_walks VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    sql::call insert_seen_ = call("INSERT INTO _corest_seen(run, resource, digests) VALUES(?1, ?2, ?3)");
    sql::call move_walk_ = call("UPDATE _corest_walks SET position = ?1, pages = ?2, records = ?3, fingerprint = ?4, "
                                "cursor = ?5 WHERE run = ?6 AND walk = ?7 AND pages = ?8");
    sql::call end_walk_ = call("DELETE FROM _corest_walks WHERE run = ?1 AND walk = ?2 AND pages = ?3");
    sql::call keep_cursor_ =
        call("INSERT INTO _corest_cursors VALUES(?1, ?2, ?3, ?4, ?5) "
             "ON CONFLICT(source, resource, field, partition) DO UPDATE SET state = excluded.state");
    sql::call hold_cursor_ = call("INSERT INTO _corest_held_cursors VALUES(?1, ?2, ?3, ?4, ?5) "
                                  "ON CONFLICT(run, resource, field, partition) DO UPDATE SET state = excluded.state");
    sql::call find_cursor_ =
        call("SELECT state FROM _corest_cursors WHERE source = ?1 AND resource = ?2 AND field = ?3 AND partition = ?4");
    sql::call find_held_cursor_ = call("SELECT state FROM _corest_held_cursors WHERE run = ?1 AND resource = ?2 AND "
                                       "field = ?3 AND partition = ?4");
    sql::call find_seen_ =
        call("SELECT " + db_.dialect().seen_number + ", digests FROM _corest_seen WHERE run = ?1 AND resource = ?2 AND "
            + db_.dialect().seen_number + " > ?3 ORDER BY 1 LIMIT 50");
};

} // namespace corest::detail::sql
