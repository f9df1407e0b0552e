#pragma once

/// \file
/// A destination's own thread: coroutines hand it work and are resumed, where they ran, once it is done.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/net.hpp>
#include <corest/schema/row_rules.hpp>

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
    table target;                                  ///< in full for open, else only its name
    page rows;                                     ///< of write
    std::shared_ptr<const row_values> values;      ///< of write, where the destination asks for them
    std::shared_ptr<const walk_progress> progress; ///< of write, where the run keeps its progress
    std::function<void(table_store&)> call;        ///< of call
    std::exception_ptr failure;                    ///< how it ended, set by the store
};

/// What does the work: files or a database. Only the worker's thread calls it, `stop` aside.
class table_store : public polymorphic {
public:
    /// Does everything that is waiting, in order, and sets `failure` where something did not succeed.
    virtual void run(const std::vector<table_work*>& waiting) = 0;

    /// Called once, by another thread: give up waits, nobody asks for results any more.
    virtual void stop() noexcept {}
};

/// The thread, and the queue before it.
class worker {
public:
    /// Most units of work that are handed to the store at a time: bounds the size of a transaction.
    static constexpr std::size_t most_at_once = 64;

    COREST_DECL explicit worker(std::unique_ptr<table_store> store);
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;
    /// Finishes the work under way, drops what has not begun and joins the thread.
    COREST_DECL ~worker();

    /// What a coroutine and the thread share about a unit of work.
    class ticket;

    COREST_DECL void push(std::shared_ptr<ticket> t);

private:
    COREST_DECL void loop();

    std::unique_ptr<table_store> store_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::shared_ptr<ticket>> queue_; ///< guarded by mutex_
    bool stopping_ = false;                     ///< guarded by mutex_
    std::thread thread_;
};

/// Has `work` done by the worker; returns when it is.
///
/// On cancellation it ends at once with `operation_aborted`: work that has not begun is dropped, work that has is
/// finished all the same. If the execution context is destroyed in the meantime the coroutine just goes with it.
/// \throws what the work failed with
COREST_DECL net::awaitable<void> submit(std::shared_ptr<worker> thread, table_work work);

namespace worker_calls {

/// Has a function of the store called on its thread. Cancellation as `submit`.
template <class Result, class Store>
net::awaitable<Result> call(std::shared_ptr<worker> thread, std::function<Result(Store&)> function)
{
    const auto result = std::make_shared<std::optional<Result>>();
    table_work work([result, function](table_store& store) { result->emplace(function(static_cast<Store&>(store))); });
    co_await submit(std::move(thread), std::move(work));
    co_return std::move(**result);
}

} // namespace worker_calls

/// Has something done by the store that no other unit of work is, and returns what comes of it.
/// \tparam Store the worker's store
/// \param function called with the store, on its thread
template <class Result, class Store>
net::awaitable<Result> submit_call(std::shared_ptr<worker> thread, std::function<Result(Store&)> function)
{
    return worker_calls::call<Result, Store>(std::move(thread), std::move(function));
}

/// The schemas of a destination's open tables, at work. May be used by several threads.
class rules_of_tables {
public:
    /// Takes in the rules of a table that is opened; makes them where it has a schema and no rules.
    COREST_DECL void open(table& opening);
    /// The rules of a table; null where it has no schema.
    [[nodiscard]] COREST_DECL std::shared_ptr<schema::row_rules> find(const std::string& name) const;

private:
    mutable std::mutex access_;
    std::map<std::string, std::shared_ptr<schema::row_rules>> by_name_;
};

/// Has a page stored as it is by the rules of its table, which are applied on the caller's thread.
/// \param rules null: it is stored as it is
/// \throws as `submit`, and as `row_rules::apply`
COREST_DECL net::awaitable<void> submit_rows(
    std::shared_ptr<worker> thread, std::shared_ptr<schema::row_rules> rules, table_work work);

/// A destination that has everything done by a store on a thread of its own. A handle: copies share both.
/// The last of them to go finishes the work under way, and may wait for it.
class queued_destination {
public:
    /// See the concept `destination`, and the derived class for the errors.
    [[nodiscard]] net::awaitable<void> open(table t) const
    {
        rules_->open(t);
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

protected:
    explicit queued_destination(std::unique_ptr<table_store> store)
        : worker_(std::make_shared<worker>(std::move(store))),
          rules_(std::make_shared<rules_of_tables>())
    {
    }
    [[nodiscard]] const std::shared_ptr<worker>& thread() const noexcept { return worker_; }
    /// The rules of a table; null where it has no schema.
    [[nodiscard]] std::shared_ptr<schema::row_rules> rules_of(const std::string& name) const
    {
        return rules_->find(name);
    }
    /// Has a page stored as it is by the rules of its table.
    [[nodiscard]] net::awaitable<void> submit_rows(table_work work) const
    {
        std::shared_ptr<schema::row_rules> rules = rules_->find(work.target.name);
        return detail::submit_rows(worker_, std::move(rules), std::move(work));
    }

private:
    std::shared_ptr<worker> worker_;
    std::shared_ptr<rules_of_tables> rules_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/worker.ipp>
#endif
