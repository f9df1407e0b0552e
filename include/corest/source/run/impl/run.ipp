#pragma once

#include <corest/source/run/run.hpp>

#include <corest/auth/conceal.hpp>
#include <corest/concurrency/background.hpp>
#include <corest/concurrency/nursery.hpp>
#include <corest/concurrency/queue.hpp>
#include <corest/error.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/source/plan/plan_request.hpp>
#include <corest/source/plan/resolve_secrets.hpp>
#include <corest/source/run/detail/seen_requests.hpp>

#include COREST_ASIO(cancellation_state.hpp)

#include <algorithm>
#include <deque>
#include <exception>
#include <utility>

namespace corest::source {

namespace detail {

/// One collection that is to be read: what it is bound to, and the record that says so.
class child_work {
public:
    child_work(binding_list with_bindings, record of_parent)
        : bindings(std::move(with_bindings)),
          parent(std::move(of_parent))
    {
    }

    binding_list bindings;
    record parent;
};

/// A resource while it runs.
class running_resource {
public:
    explicit running_resource(client through, std::size_t capacity) : api(std::move(through)), work(capacity) {}

    client api;
    queue<child_work> work; ///< of a child; its parent closes it
    seen_requests seen;     ///< of a child
    bool parent_incomplete = false;
    std::exception_ptr feed_failure; ///< a parent's record that lacks what this resource is bound to
};

/// A run: what its coroutines share.
class run_state {
public:
    run_state(plan of, run_options with, std::shared_ptr<run_report> into)
        : p(std::move(of)),
          options(std::move(with)),
          report(std::move(into))
    {
    }

    plan p;
    run_options options;
    std::shared_ptr<run_report> report;
    std::vector<std::unique_ptr<running_resource>> running;
    bool given_up = false; ///< because of a failure that concerns the whole API

    [[nodiscard]] bool limited() const noexcept { return options.limit != walk_plan::unlimited; }
    /// Walks of a resource at once. The first rows are those of the first parents, so a limit is counted in order.
    [[nodiscard]] std::size_t width(std::size_t i) const
    {
        const std::size_t all = concurrency_of(p, options);
        return limited() ? 1 : std::max<std::size_t>(std::min(p.resources[i].config.concurrency.value_or(all), all), 1);
    }
    [[nodiscard]] std::uint64_t rows_left(std::size_t i) const { return options.limit - report->resources[i].rows; }
    [[nodiscard]] walk_plan plan_walk(std::size_t i, const child_work* item) const
    {
        const planned_resource& r = p.resources[i];
        static const std::vector<binding> none;
        request first = make_request(r, p.client, item != nullptr ? *item->bindings : none);
        walk_plan w(running[i]->api, std::move(first), r.config.paginator.paging);
        w.where = r.config.records;
        w.resource = r.config.name;
        w.limit = rows_left(i);
        w.ignored_statuses = r.config.ignored_statuses;
        w.statistics = report->resources[i].statistics;
        if (item != nullptr) {
            w.bindings = item->bindings;
            w.parent_page = item->parent.page();
            w.parent_index = item->parent.index();
        }
        return w;
    }
};

/// The names of an object's fields, in order; none where it is no object.
COREST_DECL std::vector<std::string> names_of_fields(std::string_view json)
{
    std::vector<std::string> names;
    if (json.empty() || json.front() != '{') {
        return names;
    }
    json_reader in(json);
    std::string_view key;
    std::string scratch;
    in.begin_object();
    while (in.next_key(key, scratch)) {
        names.emplace_back(key);
        in.skip();
    }
    return names;
}

/// Failures that every other resource would meet as well, and cancellation.
COREST_DECL bool concerns_whole_api(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        switch (e.kind()) {
        case errc::resolve_failed:
        case errc::connect_failed:
        case errc::tls_failed:
        case errc::token_failed:
            return true;
        case errc::unauthorized:
            return e.context().status == 401;
        default:
            return false;
        }
    } catch (...) {
        return true;
    }
}

/// Adds where in the dictionary the address stands that could not be reached.
COREST_DECL std::exception_ptr with_base_url_hint(std::exception_ptr failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (error& e) {
        const bool unreachable = e.kind() == errc::resolve_failed || e.kind() == errc::connect_failed;
        if (unreachable && e.hint().find("client.") == std::string::npos) {
            e.set_hint((e.hint().empty() ? "" : e.hint() + ". ") + "The address is client.base_url");
            return std::make_exception_ptr(e);
        }
    } catch (...) {
        return failure;
    }
    return failure;
}

/// Hands a page's records to a child as collections to read.
COREST_DECL net::awaitable<void> feed_child(std::shared_ptr<run_state> s, std::size_t child, page parents)
{
    running_resource& c = *s->running[child];
    const planned_resource& planned = s->p.resources[child];
    for (std::size_t n = 0; n < parents.size() && !c.work.is_closed(); ++n) {
        const record parent = parents[n];
        binding_list bindings;
        bool is_new = false;
        try {
            bindings = std::make_shared<const std::vector<binding>>(bind_parent(planned, parent));
            const request first = make_request(planned, s->p.client, *bindings);
            is_new = c.seen.insert(first);
        } catch (error& e) {
            error_context where;
            where.resource = planned.config.name;
            e.add(where);
            c.feed_failure = std::current_exception();
            c.work.close();
            co_return;
        }
        if (!is_new) {
            ++s->report->resources[child].duplicate_parents;
            continue;
        }
        child_work item(std::move(bindings), parent);
        // Closed: the child failed, or has all the rows it may have.
        const bool wanted = co_await c.work.push(std::move(item));
        if (!wanted) {
            co_return;
        }
    }
}

/// Has a page stored. Owns what it needs.
COREST_DECL net::awaitable<void> store_page(std::shared_ptr<run_state> s, std::string table, page p)
{
    co_await s->options.to.write(std::move(table), std::move(p));
}

/// The pages of one reader that the destination has not taken yet, so that storing them and fetching the next ones
/// overlap. Bounded by their bytes.
class writes_behind {
public:
    writes_behind(std::shared_ptr<run_state> of, std::size_t resource)
        : s_(std::move(of)),
          resource_(resource),
          table_(s_->p.resources[resource].destination_table().name),
          most_bytes_(bound(*s_, resource))
    {
    }

    /// Returns when the page is stored, or on its way with few enough others. \throws what storing a page failed with
    [[nodiscard]] net::awaitable<void> add(page p)
    {
        while (!pages_.empty() && (bytes_ + p.body().size() > most_bytes_ || pages_.size() == most_pages)) {
            co_await first();
        }
        if (most_bytes_ == 0) {
            co_await s_->options.to.write(table_, p);
            count(p.size());
            co_return;
        }
        const auto executor = co_await net::this_coro::executor;
        bytes_ += p.body().size();
        auto storing = store_page(s_, table_, p);
        pages_.emplace_back(p.size(), p.body().size(), executor, std::move(storing));
    }

    /// Waits until all of them are stored. \throws as `add`; others may be under way then
    [[nodiscard]] net::awaitable<void> finish()
    {
        while (!pages_.empty()) {
            co_await first();
        }
    }

    /// Waits until none is under way any more, whatever becomes of them. \pre cancellation is disabled
    [[nodiscard]] net::awaitable<void> drain()
    {
        while (!pages_.empty()) {
            try {
                co_await first();
            } catch (...) {
                continue; // an earlier failure is the one to tell
            }
        }
    }

    void cancel() noexcept
    {
        for (page_behind& p : pages_) {
            p.stored.cancel();
        }
    }

private:
    class page_behind {
    public:
        page_behind(std::size_t its_rows, std::size_t its_bytes, net::any_io_executor executor, net::awaitable<void> op)
            : rows(its_rows),
              bytes(its_bytes),
              stored(std::move(executor), std::move(op))
        {
        }
        std::size_t rows;
        std::size_t bytes;
        background<void> stored;
    };

    static constexpr std::size_t most_pages = 64;

    /// Children are read only when their parents' rows are stored, and a limit counts stored rows: both wait.
    static std::size_t bound(const run_state& s, std::size_t resource)
    {
        constexpr std::size_t of_a_resource = std::size_t{1} << 20;
        const planned_resource& planned = s.p.resources[resource];
        const std::size_t readers = planned.parent ? s.width(resource) : 1;
        return s.limited() || !planned.children.empty() ? 0 : of_a_resource / readers;
    }

    net::awaitable<void> first()
    {
        page_behind oldest = std::move(pages_.front());
        pages_.pop_front();
        bytes_ -= oldest.bytes;
        co_await oldest.stored.get();
        count(oldest.rows);
    }

    void count(std::size_t rows) { s_->report->resources[resource_].rows += rows; }

    std::shared_ptr<run_state> s_;
    std::size_t resource_;
    std::string table_;
    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::deque<page_behind> pages_;
};

COREST_DECL net::awaitable<void> read_pages(
    std::shared_ptr<run_state> s, std::size_t i, walk_plan w, writes_behind& behind)
{
    const planned_resource& planned = s->p.resources[i];
    auto pages = walk(std::move(w));
    while (auto p = co_await pages.next()) {
        if (planned.stored) {
            co_await behind.add(*p);
        } else {
            s->report->resources[i].rows += p->size();
        }
        for (const std::size_t child : planned.children) {
            co_await feed_child(s, child, *p);
        }
    }
}

COREST_DECL net::awaitable<void> read_collections(std::shared_ptr<run_state> s, std::size_t i, writes_behind& behind)
{
    running_resource& r = *s->running[i];
    while (auto item = co_await r.work.pop()) {
        s->report->resources[i].state = resource_state::running;
        if (s->rows_left(i) == 0) {
            r.work.close();
            co_return;
        }
        co_await read_pages(s, i, s->plan_walk(i, &*item), behind);
    }
}

/// One reader of a resource: of the one collection of a root, or of one collection after another of a child.
COREST_DECL net::awaitable<void> read(std::shared_ptr<run_state> s, std::size_t i)
{
    writes_behind behind(s, i);
    std::exception_ptr failure;
    try {
        if (s->p.resources[i].parent) {
            co_await read_collections(s, i, behind);
        } else {
            co_await read_pages(s, i, s->plan_walk(i, nullptr), behind);
        }
        co_await behind.finish();
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        // The table's end must not begin before all of its writes have ended; what came before a failure is stored.
        co_await net::this_coro::throw_if_cancelled(false);
        co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
        if (is_cancellation(failure)) {
            behind.cancel();
        }
        co_await behind.drain();
        std::rethrow_exception(failure);
    }
}

/// Reads a resource to its end, with as many walks at once as it may have.
COREST_DECL net::awaitable<void> read_resource(std::shared_ptr<run_state> s, std::size_t i)
{
    const planned_resource& planned = s->p.resources[i];
    if (planned.stored) {
        table t = planned.destination_table();
        co_await s->options.to.open(std::move(t));
    }
    nursery walks(co_await net::this_coro::executor);
    if (!planned.parent) {
        s->report->resources[i].state = resource_state::running;
        walks.spawn(read(s, i));
    } else {
        for (std::size_t n = s->width(i); n > 0; --n) {
            walks.spawn(read(s, i));
        }
    }
    co_await walks.join();
    if (s->running[i]->feed_failure) {
        std::rethrow_exception(s->running[i]->feed_failure);
    }
}

/// One resource from `open` to `close`. Its end, good or bad, is what its children wait for.
COREST_DECL net::awaitable<void> run_resource(std::shared_ptr<run_state> s, std::size_t i)
{
    const planned_resource& planned = s->p.resources[i];
    resource_report& report = s->report->resources[i];
    running_resource& self = *s->running[i];
    report.started = std::chrono::steady_clock::now();
    std::exception_ptr failure;
    try {
        co_await read_resource(s, i);
    } catch (...) {
        failure = std::current_exception();
    }
    // The table's end is not cut short by a cancellation, neither one that has reached us nor one to come.
    co_await net::this_coro::throw_if_cancelled(false);
    co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
    self.work.close();
    while (self.work.try_pop()) {
    }
    const bool whole = !failure && !self.parent_incomplete;
    if (planned.stored) {
        const std::string table_name = planned.destination_table().name;
        try {
            if (whole) {
                co_await s->options.to.close(table_name);
            } else {
                co_await s->options.to.abandon(table_name);
            }
        } catch (...) {
            failure = failure ? failure : std::current_exception();
        }
    }
    if (!(whole && !failure) && planned.stored && planned.destination_table().disposition != write_disposition::merge) {
        report.rows = 0; // they were staged, and are gone with their table's end
    }
    report.finished = std::chrono::steady_clock::now();
    const bool fatal = failure && concerns_whole_api(failure);
    if (!failure) {
        report.state = whole ? resource_state::done : resource_state::incomplete;
    } else if (is_cancellation(failure) || (fatal && s->given_up)) { // once is enough to say it
        report.state = resource_state::interrupted;
    } else {
        report.state = resource_state::failed;
        report.failure = conceal(secret_values(s->p)).mask(with_base_url_hint(failure));
    }
    s->given_up = s->given_up || fatal;
    for (const std::size_t child : planned.children) {
        s->running[child]->parent_incomplete = report.state != resource_state::done;
        s->running[child]->work.close();
    }
    if (fatal) {
        std::rethrow_exception(failure);
    }
}

} // namespace detail

COREST_DECL net::awaitable<void> run(plan p, run_options options, std::shared_ptr<run_report> report)
{
    const auto executor = co_await net::this_coro::executor;
    auto s = std::make_shared<detail::run_state>(std::move(p), std::move(options), report);
    report->date = std::chrono::system_clock::now();
    report->started = std::chrono::steady_clock::now();
    std::vector<client> clients = connect(executor, s->p, s->options, report);
    for (std::size_t i = 0; i < clients.size(); ++i) {
        s->running.push_back(std::make_unique<detail::running_resource>(std::move(clients[i]), 2 * s->width(i)));
    }
    std::exception_ptr failure;
    try {
        nursery resources(executor);
        for (std::size_t i = 0; i < s->running.size(); ++i) {
            resources.spawn(detail::run_resource(s, i));
        }
        co_await resources.join();
    } catch (...) {
        failure = std::current_exception();
    }
    report->finished = std::chrono::steady_clock::now();
    for (resource_report& r : report->resources) {
        if (r.state == resource_state::waiting || r.state == resource_state::running) {
            r.state = resource_state::interrupted;
        }
    }
    if (is_cancellation(failure)) {
        std::rethrow_exception(failure);
    }
}

COREST_DECL net::awaitable<std::vector<check_result>> check(plan p, connect_options options)
{
    const auto executor = co_await net::this_coro::executor;
    const auto report = make_report(p);
    const std::vector<client> clients = connect(executor, p, options, report);
    std::vector<check_result> all;
    for (const std::size_t i : p.roots) {
        check_result found;
        found.name = p.resources[i].config.name;
        try {
            static const std::vector<binding> none;
            walk_plan w(
                clients[i], make_request(p.resources[i], p.client, none), p.resources[i].config.paginator.paging);
            w.where = p.resources[i].config.records;
            w.resource = found.name;
            w.ahead = false;
            auto pages = walk(std::move(w));
            const std::optional<page> first = co_await pages.next();
            if (first) {
                found.records = first->size();
                if (!first->empty()) {
                    found.fields = detail::names_of_fields(first->json(0));
                }
            }
        } catch (...) {
            found.failure = conceal(secret_values(p)).mask(detail::with_base_url_hint(std::current_exception()));
        }
        if (is_cancellation(found.failure)) {
            std::rethrow_exception(found.failure);
        }
        all.push_back(std::move(found));
    }
    co_return all;
}

} // namespace corest::source
