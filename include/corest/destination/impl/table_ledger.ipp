#pragma once

#include <corest/destination/table_ledger.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>

namespace corest::detail::ledger_rules {

COREST_DECL void check_definition(const table& t)
{
    if (t.name.empty()) {
        throw error(errc::invalid_argument, "a table needs a name");
    }
    const bool has_key = !t.primary_key.empty() || !t.merge_key.empty() || t.is_nested(); // these go with others
    if (t.disposition == write_disposition::merge && !has_key) {
        throw error(errc::invalid_argument, "the table '" + t.name + "' cannot be merged without a primary key",
            "Name its primary_key or merge_key, or use append or replace");
    }
}

COREST_DECL void check_case(const std::string& known, const std::string& name, const std::string& case_blind)
{
    if (known != name && lower(known) == lower(name)) {
        throw error(errc::destination_failed,
            "the tables '" + known + "' and '" + name + "' differ only in upper and lower case, which " + case_blind,
            "Give one of the resources another name");
    }
}

COREST_DECL void throw_already_open(const std::string& name)
{
    throw error(errc::invalid_argument, "the table '" + name + "' is open already");
}

COREST_DECL void throw_not_open(const std::string& name)
{
    throw error(errc::invalid_argument, "the table '" + name + "' is not open");
}

} // namespace corest::detail::ledger_rules
