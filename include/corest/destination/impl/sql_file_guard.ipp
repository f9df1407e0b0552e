#pragma once

// Takes a database that is a file for one run.

#include <corest/destination/progress.hpp>
#include <corest/detail/canonical_path.hpp>

#include <corest/destination/impl/run_lock.ipp>
#include <corest/destination/impl/sql_store.ipp>

#include <string>

namespace corest::detail::sql {

/// A lock in a file beside the database: `data.db.corest-lock`.
class file_guard final : public run_guard {
public:
    /// \throws error (destination_failed) naming the holder, where there is another one
    file_guard(const std::string& file, const run_identity& run)
        : lock_(canonical_path(file) + ".corest-lock", "the database '" + file + "'", run)
    {
    }

private:
    run_lock lock_;
};

} // namespace corest::detail::sql
