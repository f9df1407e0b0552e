#pragma once

/// \file
/// Rows whose fields are named as their columns are.

#include <corest/config.hpp>
#include <corest/schema/naming.hpp>
#include <corest/select/page.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace corest::source::detail {

/// What the rows of a page take over from parents, with the names of its columns.
/// \param bindings the page's
/// \param convention by which columns are named
/// \param longest bytes that a name may have in the destination; 0: any number
/// \return null where each has its name
[[nodiscard]] COREST_DECL binding_list named_bindings(
    const std::vector<binding>& bindings, corest::schema::naming convention, std::size_t longest);

/// Gives the fields of one table's rows, and what they took over from parents, the names of their columns.
class row_naming {
public:
    /// \param convention by which columns are named
    /// \param longest bytes that a name may have in the destination; 0: any number
    explicit row_naming(corest::schema::naming convention, std::size_t longest = 0)
        : convention_(convention),
          longest_(longest)
    {
    }

    /// The rows with those names; the page itself where nothing has another one. Names in nested values stay.
    /// \throws error (not_json, wrong_type): two fields of a record would be the same column
    [[nodiscard]] COREST_DECL page apply(const page& rows);

private:
    /// A field, by the name that it has in records.
    class column {
    public:
        std::string name;      ///< of its column
        std::size_t place = 0; ///< the same for all fields of that name
        bool is_other = false; ///< the field is named otherwise
        std::string name_json; ///< in quotes
    };

    [[nodiscard]] COREST_DECL const column& column_of(std::string_view field);
    /// Appends a record with the names of columns. \return whether one is another
    [[nodiscard]] COREST_DECL bool append(std::string& out, std::string_view record);

    corest::schema::naming convention_;
    std::size_t longest_;
    std::unordered_map<std::string, column> columns_; ///< by field
    std::unordered_map<std::string, std::size_t> places_;
    std::vector<std::uint64_t> seen_;  ///< for each place: the last record that had it
    std::vector<std::string> seen_as_; ///< for each place: the field that it was then
    std::uint64_t record_ = 0;
    std::string scratch_;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/row_naming.ipp>
#endif
