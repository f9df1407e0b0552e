#pragma once

#include <corest/destination/sqlite.hpp>

#include <corest/destination/impl/sqlite_store.ipp>

namespace corest {

COREST_DECL sqlite_destination::sqlite_destination(std::string file, std::chrono::milliseconds busy_timeout)
    : queued_destination(std::make_unique<detail::sqlite_store>(std::move(file), busy_timeout))
{
}

} // namespace corest
