#pragma once

#include <corest/destination/sqlite.hpp>

#include <corest/destination/impl/sqlite_store.ipp>

#include <memory>
#include <string>
#include <utility>

namespace corest {

COREST_DECL sqlite_destination::sqlite_destination(std::string file, sqlite_options options)
    : nesting_queued_destination(
          std::make_unique<detail::sqlite_store>(std::move(file), std::move(options)), detail::row_form::values)
{
}

COREST_DECL std::string sqlite_destination::library_version()
{
    return std::string("SQLite ") + sqlite3_libversion();
}

static_assert(resumable_destination<sqlite_destination>);

} // namespace corest
