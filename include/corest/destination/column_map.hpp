#pragma once

/// \file
/// Which field of a record fills which column of a table.

#include <corest/config.hpp>

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace corest::detail {

/// Lets a map of strings be searched by a view.
class text_hash {
public:
    using is_transparent = void;
    [[nodiscard]] std::size_t operator()(std::string_view text) const noexcept
    {
        return std::hash<std::string_view>()(text);
    }
};

/// The columns of one table, and the fields and bindings that they belong to.
///
/// A column is named exactly as its field. Only where that name is taken - by a binding, by a field whose name differs
/// in the case of ASCII letters where the database does not tell these apart, by the database itself - the later one
/// gets the suffix `_2`, or the first of `_3`, `_4`, ... that is free; a name that is too long is cut. Such a choice is
/// permanent: the owner keeps it in the database and gives it back with `recall`.
/// (A NUL, which no SQL name can hold, is written as `\u0000`.)
class column_map {
public:
    /// What fills a column: a record's field, or the value that its page took over from a parent.
    enum class origin : unsigned char { field, binding };

    /// One column of the table.
    class column {
    public:
        explicit column(std::string column_name) : name(std::move(column_name)) {}
        std::string name;
        std::string source; ///< the field or binding that fills it
        origin kind = origin::field;
        bool claimed = false; ///< whether there is one
        bool key = false;
    };

    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    /// What names the database can have.
    class naming {
    public:
        /// \param ignores_case names that differ in the case of ASCII letters are the same
        /// \param most_bytes of a name; 0: any number
        /// \param none_of names that no column can have, in lower case
        explicit naming(bool ignores_case = true, std::size_t most_bytes = 0, std::vector<std::string> none_of = {})
            : folds_case(ignores_case),
              longest(most_bytes),
              reserved(std::move(none_of))
        {
        }
        bool folds_case;
        std::size_t longest;
        std::vector<std::string> reserved;
    };

    explicit column_map(const naming& names = naming())
        : folds_case_(names.folds_case),
          longest_(names.longest),
          taken_(names.reserved.begin(), names.reserved.end())
    {
    }

    /// Takes in a column that the table has already.
    COREST_DECL void add_existing(std::string name);

    /// Takes in a choice of name that was made before, whether the column is there or not.
    COREST_DECL void recall(origin kind, std::string source, std::string column_name);

    /// The column of a field or binding, or `none`. An existing column of exactly that name becomes its own for good.
    [[nodiscard]] COREST_DECL std::size_t find(origin kind, std::string_view source);

    /// Adds a column for a field or binding that has none.
    COREST_DECL std::size_t add(origin kind, std::string_view source);

    [[nodiscard]] std::size_t size() const noexcept { return columns_.size(); }
    [[nodiscard]] const column& operator[](std::size_t index) const noexcept { return columns_[index]; }
    void set_key(std::size_t index) { columns_[index].key = true; }

private:
    using index_by_name = std::unordered_map<std::string, std::size_t, text_hash, std::equal_to<>>;
    using name_by_name = std::unordered_map<std::string, std::string, text_hash, std::equal_to<>>;

    COREST_DECL void claim(std::size_t index, origin kind, std::string_view source);
    /// A name as it is compared with others.
    [[nodiscard]] COREST_DECL std::string folded(std::string_view name) const;
    /// A name with a suffix, cut to what the database takes.
    [[nodiscard]] COREST_DECL std::string fitted(std::string_view name, std::string_view suffix) const;

    bool folds_case_;
    std::size_t longest_; ///< 0: any
    std::vector<column> columns_;
    index_by_name by_column_;               ///< every column, by its exact name
    index_by_name by_source_[2];            ///< claimed columns, for each origin
    name_by_name recalled_[2];              ///< permanent choices, for each origin
    std::unordered_set<std::string> taken_; ///< names, as `folded` has them, that no further column can have
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/column_map.ipp>
#endif
