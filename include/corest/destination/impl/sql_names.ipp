#pragma once

// The names of tables: which a resource's may have, and those of the tables beside it.

#include <corest/detail/hash_bytes.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>

#include <corest/destination/impl/sql_database.ipp>

#include <string>
#include <string_view>

namespace corest::detail::sql {

/// \throws error (invalid_argument, destination_failed) where no table can be called so
inline void check_table_name(const dialect& d, const std::string& name)
{
    const std::string folded = lower(name);
    if (name.find('\0') != std::string::npos) {
        throw error(errc::invalid_argument, "the name of a table must not hold NUL characters");
    }
    if ((!d.reserved_prefix.empty() && folded.starts_with(d.reserved_prefix)) || folded.starts_with("_corest")) {
        throw error(errc::destination_failed,
            "no table can be called '" + name + "': names that begin with '"
                + (d.reserved_prefix.empty() ? std::string() : d.reserved_prefix + "' or '") + "_corest' are reserved",
            "Give the resource another name");
    }
    if (d.longest_name != 0 && name.size() > d.longest_name) {
        throw error(errc::destination_failed,
            "no table can be called '" + name + "': its name has " + std::to_string(name.size()) + " bytes, and "
                + d.product + " takes " + std::to_string(d.longest_name),
            "Give the resource a shorter name");
    }
}

/// The table in which the rows of another one are collected.
[[nodiscard]] inline std::string staging_name(const dialect& d, const std::string& table)
{
    const std::string name = "_corest_staging_" + table;
    if (d.longest_name == 0 || name.size() <= d.longest_name) {
        return name;
    }
    return "_corest_staging_" + std::to_string(hash_bytes(table, 0));
}

} // namespace corest::detail::sql
