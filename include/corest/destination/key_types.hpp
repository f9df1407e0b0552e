#pragma once

/// \file
/// Sees to it that the values of a key are of one type: 1, 1.0, true and "1" are one key for some databases and files,
/// and several for others.

#include <corest/config.hpp>
#include <corest/destination/destination.hpp>
#include <corest/schema/row_rules.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/page.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

/// The types of JSON that the fields of a table's keys have had: of the primary key where rows take each other's place
/// by it, and of the merge key. A field whose type is declared is left to the schema's rules. May be used by several
/// threads.
class key_types {
public:
    /// \return null where there is no such field
    [[nodiscard]] COREST_DECL static std::shared_ptr<key_types> of(const table& t);

    /// Looks at the records of a page. Null and a missing field are no value.
    /// \param known the schema at work, whose columns may have types from earlier runs; null: there is none
    /// \throws error (wrong_type), saying which record has a value of another type than those before; nothing of the
    ///         page counts then
    COREST_DECL void check(const page& rows, const schema::row_rules* known);

private:
    /// What tells values apart.
    enum class type : unsigned char { none, integer, number, boolean, text, json };

    class field {
    public:
        std::string name;
        type kind = type::none;
        std::string value; ///< for messages: the first one, or which type its column has
    };

    [[nodiscard]] COREST_DECL static type type_of(json_kind kind, std::string_view json) noexcept;
    [[nodiscard]] COREST_DECL static std::vector<field> values_of(
        const std::vector<field>& fields, std::string_view record);
    COREST_DECL static void recall(std::vector<field>& fields, const schema::row_rules& known);
    COREST_DECL static void check_record(std::vector<field>& fields, std::string_view record);

    std::mutex access_;
    std::vector<field> fields_; ///< guarded by access_
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/key_types.ipp>
#endif
