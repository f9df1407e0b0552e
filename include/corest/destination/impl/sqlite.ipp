#pragma once

#include <corest/destination/sqlite.hpp>

#include <corest/destination/row_values.hpp>
#include <corest/destination/store_error.hpp>

#include <corest/destination/impl/sqlite_store.ipp>

#include <exception>
#include <memory>
#include <utility>

namespace corest {

COREST_DECL sqlite_destination::sqlite_destination(std::string file, std::chrono::milliseconds busy_timeout)
    : queued_destination(std::make_unique<detail::sqlite_store>(std::move(file), busy_timeout))
{
}

namespace detail::sqlite_write {

/// Decodes a page and has its rows stored.
/// \param rules of its table; null where that has no schema
inline net::awaitable<void> decode_and_store(
    std::shared_ptr<worker> thread, std::shared_ptr<schema::row_rules> rules, table_work work)
{
    if (work.rows && !work.target.name.empty()) {
        store_error::attempt(work, [&] {
            work.values = rules ? std::make_shared<const row_values>(rules->apply(work.rows))
                                : std::make_shared<const row_values>(work.rows);
            work.rows = work.values->page();
        });
    }
    if (work.failure) {
        std::rethrow_exception(work.failure);
    }
    co_await submit(std::move(thread), std::move(work));
}

} // namespace detail::sqlite_write

COREST_DECL net::awaitable<void> sqlite_destination::write(std::string name, page rows) const
{
    std::shared_ptr<schema::row_rules> rules = rules_of(name);
    return detail::sqlite_write::decode_and_store(thread(), std::move(rules),
        detail::table_work(detail::table_work::operation::write, std::move(name), std::move(rows)));
}

COREST_DECL net::awaitable<void> sqlite_destination::write(std::string name, page rows, walk_progress progress) const
{
    std::shared_ptr<schema::row_rules> rules = rules_of(name);
    detail::table_work work(detail::table_work::operation::write, std::move(name), std::move(rows));
    work.progress = std::make_shared<const walk_progress>(std::move(progress));
    return detail::sqlite_write::decode_and_store(thread(), std::move(rules), std::move(work));
}

COREST_DECL net::awaitable<stored_run> sqlite_destination::begin(run_identity run) const
{
    return detail::submit_call<stored_run, detail::sqlite_store>(
        thread(), [run = std::move(run)](detail::sqlite_store& store) { return store.begin(run); });
}

COREST_DECL net::awaitable<void> sqlite_destination::finish(bool whole) const
{
    return detail::submit(thread(), detail::table_work([whole](detail::table_store& store) {
        static_cast<detail::sqlite_store&>(store).finish(whole);
    }));
}

COREST_DECL net::awaitable<std::optional<std::string>> sqlite_destination::cursor(
    std::string resource, std::string field, std::string partition) const
{
    return detail::submit_call<std::optional<std::string>, detail::sqlite_store>(thread(),
        [resource = std::move(resource), field = std::move(field), partition = std::move(partition)](
            detail::sqlite_store& store) { return store.cursor(resource, field, partition); });
}

COREST_DECL net::awaitable<std::vector<walk_digest>> sqlite_destination::seen(
    std::string resource, std::optional<walk_digest> after) const
{
    return detail::submit_call<std::vector<walk_digest>, detail::sqlite_store>(thread(),
        [resource = std::move(resource), after](detail::sqlite_store& store) { return store.seen(resource, after); });
}

COREST_DECL net::awaitable<destination_state> sqlite_destination::read_state() const
{
    return detail::submit_call<destination_state, detail::sqlite_store>(
        thread(), [](detail::sqlite_store& store) { return store.read_state(); });
}

COREST_DECL net::awaitable<void> sqlite_destination::reset(std::optional<std::string> resource) const
{
    return detail::submit(thread(), detail::table_work([resource = std::move(resource)](detail::table_store& store) {
        static_cast<detail::sqlite_store&>(store).reset(resource);
    }));
}

static_assert(resumable_destination<sqlite_destination>);

} // namespace corest
