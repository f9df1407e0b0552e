#pragma once

/// \file
/// Rows whose lists are rows of tables of their own (`max_table_nesting`).

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/schema/naming.hpp>
#include <corest/select/page.hpp>
#include <corest/source/run/row_ids.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace corest::source::detail {

/// A page, and what was taken out of its records.
class nested_rows {
public:
    nested_rows() = default; // no aggregate: g++ 12 destroys those twice in the operand of co_await

    page rows;                       ///< of the table at the top
    std::vector<nested_page> nested; ///< of the others, those of a table behind the ones that they are in
};

/// Takes the lists in one table's records out of them, as dlt does (1.26, its relational normalizer). For one thread.
///
/// Down to a number of levels the elements of a list become rows of the table `<table>__<field>`, and the members of an
/// object columns `<field>__<member>`; what lies deeper stays JSON, and so does a field whose column is declared json.
/// An element that is neither object nor list is in the column `value`; one that is a list is the list of a row of its
/// own, in the table `<table>__<field>__list`. Null is left out: it makes no column.
///
/// Each row has `_dlt_id`: at the top the record's own text, else one that no other row has; below it one that follows
/// from the parent's, the table and the place in the list. A row below the top has `_dlt_parent_id`, `_dlt_list_idx`,
/// and in a merge `_dlt_root_id`, the id of the row at the top.
class row_nesting {
public:
    /// \param root the table at the top
    /// \param convention by which tables and columns are named
    /// \param longest bytes that a name may have in the destination; 0: any number
    /// \param levels see above
    COREST_DECL row_nesting(
        const table& root, corest::schema::naming convention, std::size_t longest, std::size_t levels);

    /// \param rows of the table at the top
    /// \param bindings what they take over from parents, by the names of columns
    /// \throws error (not_json, wrong_type): two fields of a record would be the same column or table, or one would be
    ///         one of those that are added here
    [[nodiscard]] COREST_DECL nested_rows apply(const page& rows, binding_list bindings);

private:
    class page_reader;

    /// A member of records, or of objects in them.
    class column {
    public:
        std::string shown;       ///< for messages: as it is called in records
        std::string path;        ///< of its column, or of the table that its list becomes
        std::string name;        ///< the same, not too long
        std::string name_json;   ///< in quotes
        std::size_t place = 0;   ///< the same for all members of that name
        bool is_taken = false;   ///< rows have a column of that name already
        bool stays_json = false; ///< declared so at the top
    };

    [[nodiscard]] COREST_DECL const column& column_of(const std::string& path, std::string_view field);

    std::string root_;
    corest::schema::naming convention_;
    std::size_t longest_;
    std::size_t levels_;
    bool has_root_id_;
    std::set<std::string> json_columns_;
    row_ids ids_;
    std::unordered_map<std::string, column> columns_; ///< by path and field
    std::unordered_map<std::string, std::size_t> places_;
    std::vector<std::uint64_t> seen_;    ///< for each place: the last row that had it
    std::vector<const column*> seen_as_; ///< for each place: the member that it was then
    std::uint64_t row_ = 0;
    std::string key_;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/row_nesting.ipp>
#endif
