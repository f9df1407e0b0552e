#pragma once

#include <corest/destination/ndjson.hpp>

#include <corest/destination/impl/ndjson_directory.ipp>
#include <corest/destination/impl/ndjson_pipe.ipp>

#include <memory>
#include <utility>

namespace corest {

COREST_DECL ndjson_destination::ndjson_destination(std::string directory)
    : queued_destination(std::make_unique<detail::ndjson_directory>(std::move(directory)))
{
}

COREST_DECL net::awaitable<stored_run> ndjson_destination::begin(run_identity run) const
{
    return detail::submit_call<stored_run, detail::ndjson_directory>(
        thread(), [run = std::move(run)](detail::ndjson_directory& store) { return store.begin(run); });
}

COREST_DECL net::awaitable<void> ndjson_destination::write(std::string name, page rows, walk_progress progress) const
{
    detail::table_work work(detail::table_work::operation::write, std::move(name), std::move(rows));
    work.progress = std::make_shared<const walk_progress>(std::move(progress));
    return submit_rows(std::move(work));
}

COREST_DECL net::awaitable<void> ndjson_destination::finish(bool whole) const
{
    return detail::submit(thread(), detail::table_work([whole](detail::table_store& store) {
        static_cast<detail::ndjson_directory&>(store).finish(whole);
    }));
}

COREST_DECL net::awaitable<std::optional<std::string>> ndjson_destination::cursor(
    std::string resource, std::string field, std::string partition) const
{
    return detail::submit_call<std::optional<std::string>, detail::ndjson_directory>(thread(),
        [resource = std::move(resource), field = std::move(field), partition = std::move(partition)](
            detail::ndjson_directory& store) { return store.cursor(resource, field, partition); });
}

COREST_DECL net::awaitable<std::vector<walk_digest>> ndjson_destination::seen(
    std::string resource, std::optional<walk_digest> after) const
{
    return detail::submit_call<std::vector<walk_digest>, detail::ndjson_directory>(
        thread(), [resource = std::move(resource), after](detail::ndjson_directory& store) {
            return store.seen(resource, after);
        });
}

COREST_DECL net::awaitable<destination_state> ndjson_destination::read_state() const
{
    return detail::submit_call<destination_state, detail::ndjson_directory>(
        thread(), [](detail::ndjson_directory& store) { return store.read_state(); });
}

COREST_DECL net::awaitable<void> ndjson_destination::reset(std::optional<std::string> resource) const
{
    return detail::submit(thread(), detail::table_work([resource = std::move(resource)](detail::table_store& store) {
        static_cast<detail::ndjson_directory&>(store).reset(resource);
    }));
}

static_assert(resumable_destination<ndjson_destination>);

COREST_DECL ndjson_stream::ndjson_stream(int descriptor, bool name_resources)
    : queued_destination(std::make_unique<detail::ndjson_pipe>(descriptor, name_resources))
{
}

COREST_DECL ndjson_stream ndjson_stdout(bool name_resources)
{
    return ndjson_stream(1, name_resources);
}

} // namespace corest
