#pragma once

#include <corest/destination/worker.hpp>

#include <corest/destination/row_values.hpp>
#include <corest/destination/store_error.hpp>
#include <corest/schema/declaration.hpp>

#include COREST_ASIO(execution_context.hpp)
#include COREST_ASIO(post.hpp)
#include COREST_ASIO(redirect_error.hpp)
#include COREST_ASIO(steady_timer.hpp)

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <new>
#include <thread>

#if defined(__unix__) || defined(__APPLE__)
#    include <csignal>
#    include <pthread.h>
#endif

namespace corest::detail {

namespace worker_wait {

/// Tells other threads whether an execution context is still there to post to. It is shut down before the context's
/// own queues are, so a thread that holds the mutex and finds `alive` may post. (An asynchronous operation with a work
/// guard will not do: nothing tells it that its context is being destroyed.)
class context_life final : public net::execution_context::service {
public:
    class state {
    public:
        std::mutex mutex;
        bool alive = true;
    };

    using key_type = context_life;
    inline static net::execution_context::id id;

    explicit context_life(net::execution_context& context)
        : net::execution_context::service(context),
          state_(std::make_shared<state>())
    {
    }

    [[nodiscard]] const std::shared_ptr<state>& shared() const noexcept { return state_; }

private:
    void shutdown() noexcept override
    {
        const std::lock_guard lock(state_->mutex);
        state_->alive = false;
    }

    std::shared_ptr<state> state_;
};

} // namespace worker_wait

class worker::ticket {
    using context_state = worker_wait::context_life::state;

public:
    /// Where the coroutine waits. Part of its frame, because neither timer nor executor may outlive their context.
    class waiting_place {
    public:
        explicit waiting_place(const net::any_io_executor& e)
            : executor(e),
              timer(e, net::steady_timer::time_point::max())
        {
        }
        net::any_io_executor executor;
        net::steady_timer timer;
    };

    ticket(table_work w, std::shared_ptr<context_state> life, waiting_place& waiting)
        : work(std::move(w)),
          life_(std::move(life)),
          waiting_(&waiting)
    {
    }

    /// By the thread: resumes the coroutine, if there still is one. To post takes memory: where there is none, it is
    /// tried again until there is, as an exception would end the process, and silence leave the coroutine waiting.
    static void finish(const std::shared_ptr<ticket>& self) noexcept
    {
        constexpr std::chrono::milliseconds pause(10);
        while (!try_finish(self)) {
            std::this_thread::sleep_for(pause);
        }
    }

    /// By the coroutine, as it ends.
    void detach()
    {
        const std::lock_guard lock(life_->mutex);
        waiting_ = nullptr;
    }

    /// Whether the coroutine went away before its work was done.
    [[nodiscard]] bool is_detached() const
    {
        const std::lock_guard lock(life_->mutex);
        return waiting_ == nullptr;
    }

    table_work work;
    std::atomic<bool> done{false};

private:
    /// \return false where there was no memory
    static bool try_finish(const std::shared_ptr<ticket>& self)
    {
        const std::lock_guard lock(self->life_->mutex);
        self->done = true;
        if (!self->life_->alive || self->waiting_ == nullptr) {
            return true;
        }
        try {
            net::post(self->waiting_->executor, [self] {
                if (self->waiting_ != nullptr) {
                    self->waiting_->timer.cancel();
                }
            });
        } catch (const std::bad_alloc&) {
            return false;
        }
        return true;
    }

    std::shared_ptr<context_state> life_;
    waiting_place* waiting_; ///< guarded by life_->mutex
};

COREST_DECL worker::worker(std::unique_ptr<table_store> store) : store_(std::move(store))
{
    taken_.reserve(most_at_once);
    waiting_.reserve(most_at_once);
#if defined(__unix__) || defined(__APPLE__)
    // Signals are for the program's own threads; and a write to a closed pipe shall be EPIPE, not SIGPIPE.
    sigset_t all;
    sigset_t previous;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &previous);
    thread_ = std::thread([this] { loop(); });
    pthread_sigmask(SIG_SETMASK, &previous, nullptr);
#else
    thread_ = std::thread([this] { loop(); });
#endif
}

COREST_DECL worker::~worker()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    store_->interrupt();
    wake_.notify_one();
    thread_.join();
}

COREST_DECL void worker::push(std::shared_ptr<ticket> t)
{
    {
        const std::lock_guard lock(mutex_);
        queue_.push_back(std::move(t));
    }
    wake_.notify_one();
}

COREST_DECL void worker::loop()
{
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (!stopping_) {
                gather(lock);
            }
            if (stopping_) {
                return;
            }
            const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), most_at_once));
            taken_.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
            queue_.erase(queue_.begin(), end);
        }
        for (const auto& t : taken_) {
            if (!t->is_detached()) {
                waiting_.push_back(&t->work);
            }
        }
        try {
            store_->run(waiting_);
        } catch (...) {
            for (table_work* w : waiting_) {
                w->failure = std::current_exception();
            }
        }
        for (auto& t : taken_) {
            ticket::finish(t);
        }
        waiting_.clear();
        taken_.clear();
    }
}

COREST_DECL void worker::gather(std::unique_lock<std::mutex>& lock)
{
    constexpr std::chrono::milliseconds pause(2); // where nothing comes for so long, these may be waited for
    const auto end = std::chrono::steady_clock::now() + store_->longest_gathering();
    std::size_t before = 0;
    while (queue_.size() != before && queue_.size() < most_at_once
        && queue_.back()->work.action == table_work::operation::write && std::chrono::steady_clock::now() < end)
    {
        before = queue_.size();
        wake_.wait_for(lock, pause, [this] { return stopping_ || queue_.size() >= most_at_once; });
    }
}

namespace worker_wait {

/// Tells the ticket at the end of the coroutine that nobody waits for it any more. Not a local class: GCC gives such a
/// one in a header no linkage.
class detachment {
public:
    explicit detachment(worker::ticket& t) : ticket_(t) {}
    detachment(const detachment&) = delete;
    detachment& operator=(const detachment&) = delete;
    ~detachment() { ticket_.detach(); }

private:
    worker::ticket& ticket_;
};

} // namespace worker_wait

COREST_DECL net::awaitable<void> submit(std::shared_ptr<worker> thread, table_work work)
{
    const net::any_io_executor executor = co_await net::this_coro::executor;
    auto& life = net::use_service<worker_wait::context_life>(net::query(executor, net::execution::context));

    worker::ticket::waiting_place place(executor);
    const auto ticket = std::make_shared<worker::ticket>(std::move(work), life.shared(), place);
    const worker_wait::detachment end(*ticket);

    thread->push(ticket);
    while (!ticket->done) {
        error_code wait_ended;
        co_await place.timer.async_wait(net::redirect_error(net::use_awaitable, wait_ended));
        if (!ticket->done) {
            throw system_error(net::error::operation_aborted);
        }
    }
    if (ticket->work.failure) {
        std::rethrow_exception(ticket->work.failure);
    }
}

COREST_DECL void rules_of_tables::open(table& opening, row_form form)
{
    const bool is_typed = form == row_form::typed_values || form == row_form::typed_json;
    if (!opening.rules && opening.disposition == write_disposition::merge && !opening.merge_key.empty()) {
        opening.schema = opening.schema.value_or(schema::table_schema());
        schema::add_key_columns(*opening.schema, opening.merge_key, &schema::column::merge_key); // not null
    }
    if (!opening.rules && (opening.schema || is_typed)) {
        opening.rules = std::make_shared<schema::row_rules>(
            opening.schema.value_or(schema::table_schema()), opening.binding_columns);
    }
    if (is_typed) {
        opening.rules->type_found_columns();
    }
    const std::lock_guard lock(access_);
    table_rules& known = by_name_[opening.name];
    known.schema = opening.rules;
    known.keys = key_types::of(opening);
}

COREST_DECL table_rules rules_of_tables::find(const std::string& name) const
{
    const std::lock_guard lock(access_);
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? table_rules() : found->second;
}

namespace worker_rows {

/// Which rows of a page its table's rules keep; an empty one: all.
using kept_rows = std::vector<char>;

/// Makes rows of a page; says which of them the rules keep.
inline std::shared_ptr<const row_values> values_of(table_work& work, schema::row_rules* rules, kept_rows& kept)
{
    std::shared_ptr<const row_values> made;
    store_error::attempt(work, [&] {
        if (rules == nullptr) {
            made = std::make_shared<const row_values>(work.rows);
            return;
        }
        std::shared_ptr<const schema::typed_rows> typed = rules->apply(work.rows);
        if (typed->discarded() != 0) {
            kept.resize(typed->size());
            for (std::size_t i = 0; i < kept.size(); ++i) {
                kept[i] = char(typed->is_kept(i));
            }
        }
        made = std::make_shared<const row_values>(std::move(typed));
    });
    if (work.failure) {
        std::rethrow_exception(work.failure);
    }
    return made;
}

/// Looks at the keys of a page.
inline void check_keys(table_work& work, const table_rules& rules)
{
    if (!rules.keys) {
        return;
    }
    store_error::attempt(work, [&] { rules.keys->check(work.rows, rules.schema.get()); });
    if (work.failure) {
        std::rethrow_exception(work.failure);
    }
}

/// Makes of a page what the store takes it as.
inline void prepare(table_work& work, row_form form, const table_rules& rules)
{
    if (!work.rows || work.target.name.empty()) {
        return;
    }
    check_keys(work, rules);
    if (form == row_form::json || form == row_form::typed_json) {
        if (rules.schema) {
            const std::shared_ptr<const schema::typed_rows> typed = rules.schema->apply(work.rows);
            work.rows = typed->to_page();
            work.schema = typed->shared_schema();
        }
        return;
    }
    kept_rows kept;
    work.values = values_of(work, rules.schema.get(), kept);
    work.rows = work.values->page();
}

/// The rows of a page that are in kept ones; the others do not come up.
/// \param[out] known where the rows that stay were in the page; empty: it stays as it is
inline page without_orphans(const nested_page& from, const kept_rows& kept_parents, std::vector<std::size_t>& known)
{
    std::vector<slice> records;
    for (std::size_t i = 0; i < from.rows.size(); ++i) {
        if (kept_parents[from.parents[i]] != 0) {
            records.push_back(from.rows.data()->records[i]);
            known.push_back(i);
        }
    }
    auto data = from.rows.data()->without_records();
    data->body = padded_buffer(from.rows.body());
    data->records = std::move(records);
    return page(std::move(data));
}

} // namespace worker_rows

COREST_DECL net::awaitable<void> submit_nested_rows(std::shared_ptr<worker> thread,
    std::shared_ptr<rules_of_tables> tables, row_form form, table_work work, std::vector<nested_page> nested)
{
    using namespace worker_rows;
    if (form == row_form::json || form == row_form::typed_json) {
        throw_not_nesting();
    }
    if (!work.rows) { // only the progress is kept
        co_await submit(std::move(thread), std::move(work));
        co_return;
    }
    std::vector<kept_rows> kept(nested.size() + 1); // of the page, and of each that is nested in it
    const table_rules of_page = tables->find(work.target.name);
    check_keys(work, of_page);
    work.values = values_of(work, of_page.schema.get(), kept.front());
    work.rows = work.values->page();
    for (std::size_t n = 0; n < nested.size(); ++n) {
        const std::shared_ptr<schema::row_rules> rules = tables->find(nested[n].table).schema;
        table_work& below =
            work.nested.emplace_back(table_work::operation::write, nested[n].table, std::move(nested[n].rows));
        const kept_rows& parents = kept[nested[n].parent];
        std::vector<std::size_t> known;
        const std::size_t all = below.rows.size();
        if (!parents.empty()) {
            nested[n].rows = std::move(below.rows);
            below.rows = without_orphans(nested[n], parents, known);
            if (rules) {
                rules->leave_out(all - below.rows.size());
            }
        }
        kept_rows own;
        below.values = values_of(below, rules.get(), own);
        below.rows = below.values->page();
        if (!parents.empty()) { // as the rows below it know them
            kept[n + 1].assign(all, char(false));
            for (std::size_t i = 0; i < known.size(); ++i) {
                kept[n + 1][known[i]] = own.empty() ? char(true) : own[i];
            }
        } else {
            kept[n + 1] = std::move(own);
        }
    }
    co_await submit(std::move(thread), std::move(work));
}

COREST_DECL net::awaitable<void> submit_rows(
    std::shared_ptr<worker> thread, table_rules rules, row_form form, table_work work)
{
    worker_rows::prepare(work, form, rules);
    co_await submit(std::move(thread), std::move(work));
}

namespace worker_calls {

/// Has a function of the store called on its thread, and returns what comes of it. Cancellation as `submit`.
template <class Result>
net::awaitable<Result> call(std::shared_ptr<worker> thread, std::function<Result(resumable_store&)> function)
{
    const auto result = std::make_shared<std::optional<Result>>();
    table_work work(
        [result, function](table_store& store) { result->emplace(function(static_cast<resumable_store&>(store))); });
    co_await submit(std::move(thread), std::move(work));
    co_return std::move(**result);
}

inline net::awaitable<void> call(std::shared_ptr<worker> thread, std::function<void(resumable_store&)> function)
{
    table_work work([function](table_store& store) { function(static_cast<resumable_store&>(store)); });
    co_await submit(std::move(thread), std::move(work));
}

} // namespace worker_calls

COREST_DECL net::awaitable<stored_run> resumable_queued_destination::begin(run_identity run) const
{
    return worker_calls::call<stored_run>(
        thread(), [run = std::move(run)](resumable_store& store) { return store.begin(run); });
}

COREST_DECL net::awaitable<void> resumable_queued_destination::write(
    std::string name, page rows, walk_progress progress) const
{
    table_work work(table_work::operation::write, std::move(name), std::move(rows));
    work.progress = std::make_shared<const walk_progress>(std::move(progress));
    return submit_rows(std::move(work));
}

COREST_DECL net::awaitable<void> nesting_queued_destination::write(
    std::string name, page rows, std::vector<nested_page> nested, walk_progress progress) const
{
    table_work work(table_work::operation::write, std::move(name), std::move(rows));
    work.progress = std::make_shared<const walk_progress>(std::move(progress));
    return submit_rows(std::move(work), std::move(nested));
}

COREST_DECL net::awaitable<void> resumable_queued_destination::finish(bool whole) const
{
    return worker_calls::call(thread(), [whole](resumable_store& store) { store.finish(whole); });
}

COREST_DECL net::awaitable<std::optional<std::string>> resumable_queued_destination::cursor(
    std::string resource, std::string field, std::string partition) const
{
    return worker_calls::call<std::optional<std::string>>(thread(),
        [resource = std::move(resource), field = std::move(field), partition = std::move(partition)](
            resumable_store& store) { return store.cursor(resource, field, partition); });
}

COREST_DECL net::awaitable<std::vector<walk_digest>> resumable_queued_destination::seen(
    std::string resource, std::optional<walk_digest> after) const
{
    return worker_calls::call<std::vector<walk_digest>>(thread(),
        [resource = std::move(resource), after](resumable_store& store) { return store.seen(resource, after); });
}

COREST_DECL net::awaitable<destination_state> resumable_queued_destination::read_state() const
{
    return worker_calls::call<destination_state>(thread(), [](resumable_store& store) { return store.read_state(); });
}

COREST_DECL net::awaitable<void> resumable_queued_destination::reset(std::optional<std::string> resource) const
{
    return worker_calls::call(
        thread(), [resource = std::move(resource)](resumable_store& store) { store.reset(resource); });
}

COREST_DECL net::awaitable<table_count> resumable_queued_destination::count(table t) const
{
    return worker_calls::call<table_count>(
        thread(), [t = std::move(t)](resumable_store& store) { return store.count(t); });
}

} // namespace corest::detail
