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
inline net::awaitable<void> decode_and_store(std::shared_ptr<worker> thread, table_work work)
{
    store_error::attempt(work, [&] { work.values = std::make_shared<const row_values>(work.rows); });
    if (work.failure) {
        std::rethrow_exception(work.failure);
    }
    co_await submit(std::move(thread), std::move(work));
}

} // namespace detail::sqlite_write

COREST_DECL net::awaitable<void> sqlite_destination::write(std::string name, page rows) const
{
    return detail::sqlite_write::decode_and_store(
        thread(), detail::table_work(detail::table_work::operation::write, std::move(name), std::move(rows)));
}

} // namespace corest
