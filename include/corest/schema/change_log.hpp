#pragma once

/// \file
/// What a load has made of a table in the destination: that it is new, or which of its columns are.

#include <corest/config.hpp>
#include <corest/schema/table_schema.hpp>

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace corest::schema {

/// The changes of one table, as its destination tells them once they are stored. May be used by several threads; what
/// is told twice counts once.
class change_log {
public:
    change_log() = default;
    change_log(const change_log&) = delete;
    change_log& operator=(const change_log&) = delete;
    ~change_log() = default;

    /// The table was not there before the run.
    COREST_DECL void table_made();
    /// The table, which this run has made, is gone with all that was said of it.
    COREST_DECL void table_dropped();
    /// A column came into being. \param name in the destination \param type as people write it: "bigint", "any type"
    COREST_DECL void column_made(std::string_view name, std::string_view type);
    /// All that is different of a table whose columns are known before and after. \param before,after its columns;
    /// none before: it is new
    COREST_DECL void compare(const table_schema& before, const table_schema& after);

    /// Whether the table was not there before the run.
    [[nodiscard]] COREST_DECL bool is_table_new() const;
    /// A sentence for each change: of a table that is new a single one, with its columns.
    [[nodiscard]] COREST_DECL std::vector<std::string> sentences() const;

private:
    /// A column that is new.
    class made_column {
    public:
        std::string name;
        std::string type;
    };

    COREST_DECL void add_column(std::string_view name, std::string_view type);

    mutable std::mutex access_; ///< guards all that follows
    bool is_made_ = false;
    std::vector<made_column> columns_; ///< in the order in which they came
    std::unordered_set<std::string> names_;
    std::vector<std::string> others_; ///< what else is different, a sentence each
};

} // namespace corest::schema

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/schema/impl/change_log.ipp>
#endif
