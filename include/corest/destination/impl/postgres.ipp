#pragma once

#include <corest/destination/postgres.hpp>

#include <corest/destination/impl/postgres_address.ipp>
#include <corest/destination/impl/postgres_store.ipp>

#include <memory>
#include <string>

namespace corest {

COREST_DECL postgres_destination::postgres_destination(std::string_view address)
    : nesting_queued_destination(
          std::make_unique<detail::postgres_store>(detail::postgres_address(address)), detail::row_form::typed_values)
{
}

COREST_DECL postgres_destination postgres(std::string_view address)
{
    return postgres_destination(address);
}

COREST_DECL std::string postgres_destination::library_version()
{
    const int version = PQlibVersion(); // of 15.8: 150008
    return "libpq " + std::to_string(version / 10'000) + "." + std::to_string(version % 10'000);
}

static_assert(resumable_destination<postgres_destination>);

} // namespace corest
