#pragma once

/// \file
/// A table's schema at work: the records of its pages as typed rows, or an error that says which value is none.

#include <corest/config.hpp>
#include <corest/error.hpp>
#include <corest/schema/coerce.hpp>
#include <corest/schema/table_schema.hpp>
#include <corest/schema/typed_value.hpp>
#include <corest/select/page.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace corest::schema {

/// The rows of a page, each value of its column's type. Keeps the page alive, which the values are views of.
class typed_rows {
public:
    /// A value in a row.
    class cell {
    public:
        /// \param its_column position in the schema's columns
        /// \param found as it stands in the record
        cell(std::size_t its_column, const json_value& found) noexcept
            : column(its_column),
              value(found.value),
              json(found.json)
        {
        }
        std::size_t column;    ///< position in `schema().columns`
        typed_value value;     ///< of the column's type, or null
        std::string_view json; ///< as it stands in the record; empty where it was coerced
    };

    /// The page that they are of.
    [[nodiscard]] const corest::page& page() const noexcept { return page_; }
    /// The page without the rows and values that were left out, and with the others as they are by the schema. Values
    /// that were of their type already stand there as the server sent them. `page()` itself where nothing is changed.
    [[nodiscard]] COREST_DECL corest::page to_page() const;
    /// The schema as it is with this page.
    [[nodiscard]] const table_schema& schema() const noexcept { return *schema_; }
    /// The same, to be kept.
    [[nodiscard]] const std::shared_ptr<const table_schema>& shared_schema() const noexcept { return schema_; }

    /// How many rows were left out.
    [[nodiscard]] std::size_t discarded() const noexcept { return discarded_; }
    /// How many records the page has.
    [[nodiscard]] std::size_t size() const noexcept { return page_.size(); }
    /// False where the contract has left the record out. \pre index < size()
    [[nodiscard]] bool is_kept(std::size_t index) const noexcept { return kept_[index] != 0; }
    /// The values of a record, in its order; none where it is left out. \pre index < size()
    [[nodiscard]] std::span<const cell> operator[](std::size_t index) const noexcept
    {
        const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
        return {cells_.data() + begin, ends_[index] - begin};
    }

private:
    friend class row_rules;

    corest::page page_;
    std::shared_ptr<const table_schema> schema_;
    std::vector<cell> cells_;
    std::vector<std::size_t> ends_; ///< of each record's cells
    std::vector<char> kept_;
    binding_list bindings_; ///< null where they are the page's own
    std::size_t discarded_ = 0;
    bool changed_ = false; ///< something is not as it stands in the page
    std::string decoded_;  ///< texts that had escapes or white space
    text_store texts_;     ///< values that were coerced
};

/// What a value is refused with that is not of its column's type: an error of the kind wrong_type.
/// \param c the column \param found the value
[[nodiscard]] COREST_DECL error wrong_type(const column& c, const json_value& found);

/// A text with half of a surrogate pair in it (`"\ud800"`) is none of Unicode: stored in UTF-8 it would be another
/// text, and two of them may become the same.
/// \param field which holds the value
/// \param json the value as it stands in the record
/// \throws error (wrong_type) where it is a text with such a half in it
COREST_DECL void check_unicode(std::string_view field, std::string_view json);

/// The same of a field's name. \param name decoded \param json the name as it stands in the record
/// \throws error (wrong_type)
COREST_DECL void check_unicode_name(std::string_view name, std::string_view json);

/// Applies a schema and its contract to the pages of one table. May be used by several threads.
///
/// The columns that are declared come first; those that pages bring follow, where the contract lets them. A value that
/// is not of its column's type is coerced, see `coerce`. Where that cannot be, the contract for `data_type` decides:
/// `evolve` puts it into a column of its own, `<name>__v_<type>`. A text that is none of Unicode (`check_unicode`) is
/// an error, unless that contract discards it. A column that may not be null needs a value in every record: null, and a
/// missing field, are an error, or, with `data_type` discard_row, a row that is left out.
/// A table that the destination does not have, and of which no column's type is declared, may get any columns in its
/// first run, as in dlt.
class row_rules {
public:
    /// \param declared what is known before the first page
    /// \param binding_columns names of the columns that pages fill from their bindings
    COREST_DECL explicit row_rules(table_schema declared, std::vector<std::string> binding_columns = {});
    row_rules(const row_rules&) = delete;
    row_rules& operator=(const row_rules&) = delete;
    ~row_rules() = default;

    /// What the destination has of the table. To be called before the first page, by a destination that knows; without
    /// it the table is new.
    /// \param exists whether it has the table
    /// \param columns the names of the table's columns
    /// \param stored the last version of the schema that it has kept
    COREST_DECL void begin(
        bool exists, const std::vector<std::string>& columns, const std::optional<table_schema>& stored = {});

    /// Columns that are not declared get a type, too: the one that the first page with values in them decides. For a
    /// destination whose columns must have one. By default they are of any type, unless the contract for `data_type`
    /// asks for one.
    COREST_DECL void type_found_columns();

    /// The records of a page as rows.
    /// \throws error (not_json, wrong_type, field_missing), with resource, page, record and field, and what would let
    ///         the value in; nothing of the page counts then
    [[nodiscard]] COREST_DECL std::shared_ptr<const typed_rows> apply(const page& rows);

    /// Counts rows that are left out because they are nested in ones that are.
    COREST_DECL void leave_out(std::uint64_t rows);
    /// Whether the contract does not let the table be made, which the destination does not have.
    [[nodiscard]] COREST_DECL bool is_refused() const;

    /// The schema as it is now.
    [[nodiscard]] COREST_DECL std::shared_ptr<const table_schema> schema() const;
    /// Rows that were left out, of all resources whose pages went through.
    [[nodiscard]] COREST_DECL std::uint64_t discarded_rows() const;
    /// Values that were left out of rows that stayed.
    [[nodiscard]] COREST_DECL std::uint64_t discarded_values() const;
    /// Rows that were left out of the pages of one resource.
    [[nodiscard]] COREST_DECL std::uint64_t discarded_rows(const std::string& resource) const;
    /// The same of values.
    [[nodiscard]] COREST_DECL std::uint64_t discarded_values(const std::string& resource) const;
    /// Columns that could not hold a value, changes since the version that the destination had kept (not that columns
    /// are new: the destination tells that, `table::changes`), and how much was left out: a sentence each.
    [[nodiscard]] COREST_DECL std::vector<std::string> report() const;

private:
    class page_reader;
    /// What the contract has left out.
    class discarded {
    public:
        std::uint64_t rows = 0;
        std::uint64_t values = 0;
    };
    class hash {
    public:
        using is_transparent = void;
        [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept
        {
            return std::hash<std::string_view>()(text);
        }
    };
    using column_index = std::unordered_map<std::string, std::size_t, hash, std::equal_to<>>;

    /// Whether pages fill a column from their bindings.
    [[nodiscard]] COREST_DECL bool is_bound(const std::string& name) const;
    /// What was left out of all pages.
    [[nodiscard]] COREST_DECL discarded all_discarded() const;
    /// What was left out of a resource's pages.
    [[nodiscard]] COREST_DECL discarded discarded_of(const std::string& resource) const;
    COREST_DECL void see_whether_new(bool exists);
    COREST_DECL void adopt(std::shared_ptr<const table_schema> schema);

    mutable std::mutex access_; ///< guards all that follows
    std::shared_ptr<const table_schema> schema_;
    column_index columns_;              ///< of the schema, by name
    std::vector<std::size_t> required_; ///< columns that may not be null, those of bindings aside
    std::vector<std::string> binding_columns_;
    bool columns_are_free_ = false; ///< the first run of a table
    bool is_refused_ = false;       ///< the contract does not let the table be made
    bool types_found_ = false;
    bool has_history_ = false;                   ///< the destination has kept a version
    std::map<std::string, discarded> discarded_; ///< by resource; of none: those in rows that are left out
    std::vector<std::string> changes_;
};

} // namespace corest::schema

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/schema/impl/row_rules.ipp>
#endif
