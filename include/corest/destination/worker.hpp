#pragma once

/// \file
/// A destination's own thread: coroutines hand it work and are resumed, where they ran, once it is done.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/destination/key_types.hpp>
#include <corest/destination/progress.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/net.hpp>
#include <corest/schema/row_rules.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace corest::detail {

class row_values;
class table_store;

/// What a destination is asked to do. Owns all that the work needs, so that it outlives the coroutine that asked.
class table_work {
public:
    enum class operation { open, write, close, abandon, call };

    table_work(operation requested, table t) : action(requested), target(std::move(t)) {}
    table_work(operation requested, std::string name, page p = {})
        : action(requested),
          target(std::move(name)),
          rows(std::move(p))
    {
    }

    /// Something else that the store can do. \param function gets the store, on its thread
    explicit table_work(std::function<void(table_store&)> function) : action(operation::call), call(std::move(function))
    {
    }

    operation action;
    table target;                             ///< in full for open, else only its name
    page rows;                                ///< of write
    std::shared_ptr<const row_values> values; ///< of write, where the destination asks for them
    /// Of write, where the destination takes rows as typed JSON: the schema as it is with these rows.
    std::shared_ptr<const schema::table_schema> schema;
    std::shared_ptr<const walk_progress> progress; ///< of write, where the run keeps its progress
    std::vector<table_work> nested;         ///< of write: that of the rows which are nested in these, parents first
    std::function<void(table_store&)> call; ///< of call
    std::exception_ptr failure;             ///< how it ended, set by the store
};

/// What does the work: files or a database. Only the worker's thread calls it, `interrupt` and `end_interrupt` aside.
class table_store : public polymorphic {
public:
    /// Does everything that is waiting, in order, and sets `failure` where something did not succeed.
    virtual void run(const std::vector<table_work*>& waiting) = 0;

    /// How long rows may wait for others that are coming, to be stored together with them: for a store to which each
    /// transaction is dear.
    [[nodiscard]] virtual std::chrono::milliseconds longest_gathering() const noexcept { return {}; }

    /// By another thread, once or again and again: what is under way, and what is asked for later, is given up as soon
    /// as that can be. It fails then, and nothing of it is stored.
    virtual void interrupt() noexcept {}
    /// By another thread, when nothing is under way: the end of that.
    virtual void end_interrupt() noexcept {}
};

/// The thread, and the queue before it.
class worker {
public:
    /// Most units of work that are handed to the store at a time: bounds the size of a transaction.
    static constexpr std::size_t most_at_once = 64;

    COREST_DECL explicit worker(std::unique_ptr<table_store> store);
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;
    /// Has the store give up or finish the work under way, drops what has not begun and joins the thread.
    COREST_DECL ~worker();

    /// What a coroutine and the thread share about a unit of work.
    class ticket;

    COREST_DECL void push(std::shared_ptr<ticket> t);

    /// See `table_store`; so does the other one.
    void interrupt() noexcept { store_->interrupt(); }
    void end_interrupt() noexcept { store_->end_interrupt(); }

private:
    COREST_DECL void loop();
    /// Waits for further rows, while there are some and they keep coming.
    COREST_DECL void gather(std::unique_lock<std::mutex>& lock);

    std::unique_ptr<table_store> store_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::shared_ptr<ticket>> queue_; ///< guarded by mutex_
    /// What the thread has taken from the queue, and those of it that somebody waits for. Their room is there from the
    /// beginning: in the thread there is nobody who could be told that there is no memory.
    std::vector<std::shared_ptr<ticket>> taken_;
    std::vector<table_work*> waiting_;
    bool stopping_ = false; ///< guarded by mutex_
    std::thread thread_;
};

/// Has `work` done by the worker; returns when it is.
///
/// On cancellation it ends at once with `operation_aborted`: work that has not begun is dropped, work that has is
/// finished all the same. If the execution context is destroyed in the meantime the coroutine just goes with it.
/// \throws what the work failed with
COREST_DECL net::awaitable<void> submit(std::shared_ptr<worker> thread, table_work work);

/// What a store takes the records of a page as.
enum class row_form : unsigned char {
    json,        ///< as they stand in the page: of a table with a schema, as that has them
    typed_json,  ///< the same, where each column has a type: see typed_values
    values,      ///< taken apart (`row_values`); a column may hold values of several types, unless one is declared
    typed_values ///< the same, where each column has a type: the first page with values decides what is not declared
};

/// What the rows of a table go through on the caller's thread.
class table_rules {
public:
    table_rules() = default; // no aggregate: g++ 12 destroys those twice in the operand of co_await

    std::shared_ptr<schema::row_rules> schema; ///< null: it has no schema
    std::shared_ptr<key_types> keys;           ///< null: no key of it needs to be looked at
};

/// The rules of a destination's open tables, at work. May be used by several threads.
class rules_of_tables {
public:
    /// Takes in the rules of a table that is opened; makes them where it needs some and has none.
    COREST_DECL void open(table& opening, row_form form);
    /// The rules of a table.
    [[nodiscard]] COREST_DECL table_rules find(const std::string& name) const;

private:
    mutable std::mutex access_;
    std::map<std::string, table_rules> by_name_;
};

/// Has a page stored as it is by the rules of its table. These are applied, and its records decoded, on the caller's
/// thread.
/// \param rules where it has none it is stored as it is
/// \throws as `submit`, `key_types::check`, `row_rules::apply` and `row_values`
COREST_DECL net::awaitable<void> submit_rows(
    std::shared_ptr<worker> thread, table_rules rules, row_form form, table_work work);

/// The same, with rows of other tables that are nested in them. Those that are in rows which the rules leave out are
/// left out as well.
/// \param tables the rules of all tables
COREST_DECL net::awaitable<void> submit_nested_rows(std::shared_ptr<worker> thread,
    std::shared_ptr<rules_of_tables> tables, row_form form, table_work work, std::vector<nested_page> nested);

/// A destination that has everything done by a store on a thread of its own. A handle: copies share both.
/// The last of them to go has the work under way given up or finished, and waits for that.
class queued_destination {
public:
    /// See the concept `destination`, and the derived class for the errors.
    [[nodiscard]] net::awaitable<void> open(table t) const
    {
        rules_->open(t, form_);
        return submit(worker_, table_work(table_work::operation::open, std::move(t)));
    }
    [[nodiscard]] net::awaitable<void> write(std::string name, page rows) const
    {
        return submit_rows(table_work(table_work::operation::write, std::move(name), std::move(rows)));
    }
    [[nodiscard]] net::awaitable<void> close(std::string name) const
    {
        return submit(worker_, table_work(table_work::operation::close, std::move(name)));
    }
    [[nodiscard]] net::awaitable<void> abandon(std::string name) const
    {
        return submit(worker_, table_work(table_work::operation::abandon, std::move(name)));
    }
    /// See the concept `interruptible_destination`; so does the other one.
    void interrupt() const noexcept { worker_->interrupt(); }
    void end_interrupt() const noexcept { worker_->end_interrupt(); }

protected:
    explicit queued_destination(std::unique_ptr<table_store> store, row_form form = row_form::json)
        : worker_(std::make_shared<worker>(std::move(store))),
          rules_(std::make_shared<rules_of_tables>()),
          form_(form)
    {
    }
    [[nodiscard]] const std::shared_ptr<worker>& thread() const noexcept { return worker_; }
    /// Has a page stored as it is by the rules of its table.
    [[nodiscard]] net::awaitable<void> submit_rows(table_work work) const
    {
        table_rules rules = rules_->find(work.target.name);
        return detail::submit_rows(worker_, std::move(rules), form_, std::move(work));
    }
    /// The same, with rows that are nested in its rows.
    [[nodiscard]] net::awaitable<void> submit_rows(table_work work, std::vector<nested_page> nested) const
    {
        return submit_nested_rows(worker_, rules_, form_, std::move(work), std::move(nested));
    }

private:
    std::shared_ptr<worker> worker_;
    std::shared_ptr<rules_of_tables> rules_;
    row_form form_;
};

/// A store that keeps, beside the rows, how far the run has come. Its members are as the concept
/// `resumable_destination` says.
class resumable_store : public table_store {
public:
    [[nodiscard]] virtual stored_run begin(const run_identity& run) = 0;
    virtual void finish(bool whole) = 0;
    [[nodiscard]] virtual std::optional<std::string> cursor(
        const std::string& resource, const std::string& field, const std::string& partition) = 0;
    [[nodiscard]] virtual std::vector<walk_digest> seen(
        const std::string& resource, const std::optional<walk_digest>& after) = 0;
    [[nodiscard]] virtual destination_state read_state() = 0;
    virtual void reset(const std::optional<std::string>& resource) = 0;
    /// See `any_destination::count`.
    [[nodiscard]] virtual table_count count(const table& t) = 0;
};

/// A destination of a store that keeps how far the run has come.
class resumable_queued_destination : public queued_destination {
public:
    using queued_destination::write;
    /// See the concept `resumable_destination`; so do the others.
    [[nodiscard]] COREST_DECL net::awaitable<stored_run> begin(run_identity run) const;
    /// \param name of the table; empty: the rows are not kept
    /// \param rows the page
    /// \param progress what it means for the run
    [[nodiscard]] COREST_DECL net::awaitable<void> write(std::string name, page rows, walk_progress progress) const;
    /// \param whole every resource has come to its end
    [[nodiscard]] COREST_DECL net::awaitable<void> finish(bool whole) const;
    /// The state that was kept last. \param resource, field, partition whose it is
    [[nodiscard]] COREST_DECL net::awaitable<std::optional<std::string>> cursor(
        std::string resource, std::string field, std::string partition) const;
    /// Walks that the run has opened. \param resource whose they are \param after the last one that was handed out
    [[nodiscard]] COREST_DECL net::awaitable<std::vector<walk_digest>> seen(
        std::string resource, std::optional<walk_digest> after) const;
    /// All runs and cursors. Where nothing has been stored nothing is made.
    [[nodiscard]] COREST_DECL net::awaitable<destination_state> read_state() const;
    /// Forgets unfinished runs and cursors. \param resource that they have to do with; none: all
    [[nodiscard]] COREST_DECL net::awaitable<void> reset(std::optional<std::string> resource) const;
    /// How many rows a table has, and how many different primary keys. \param t its name and its key
    [[nodiscard]] COREST_DECL net::awaitable<table_count> count(table t) const;

protected:
    explicit resumable_queued_destination(std::unique_ptr<resumable_store> store, row_form form = row_form::json)
        : queued_destination(std::move(store), form)
    {
    }
};

/// The same of a store that nests the rows of tables in those of others.
class nesting_queued_destination : public resumable_queued_destination {
public:
    using resumable_queued_destination::write;
    /// See the concept `resumable_destination`.
    /// \param name of the table
    /// \param rows the page
    /// \param nested the rows in them, those of a table behind the ones that they are in
    /// \param progress what it means for the run
    [[nodiscard]] COREST_DECL net::awaitable<void> write(
        std::string name, page rows, std::vector<nested_page> nested, walk_progress progress) const;

protected:
    using resumable_queued_destination::resumable_queued_destination;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/worker.ipp>
#endif
