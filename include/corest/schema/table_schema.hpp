#pragma once

/// \file
/// The concept of the folder: what the columns of a table are, and what a load may change of them.

#include <corest/config.hpp>
#include <corest/schema/data_type.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace corest::schema {

/// One column, with dlt's hints.
///
///     column("price", data_type::decimal).with_precision(18, 4).not_null()
class column {
public:
    column() = default;
    /// \param its_name the field's
    /// \param its_type none: any value is taken as it is
    explicit column(std::string its_name, std::optional<data_type> its_type = std::nullopt)
        : name(std::move(its_name)),
          type(its_type)
    {
    }
    bool operator==(const column&) const = default; ///< equal in every member

    /// A column that may not be null.
    [[nodiscard]] column not_null() const
    {
        column out = *this;
        out.nullable = false;
        return out;
    }
    /// A column of limited values.
    /// \param digits or characters, bits or bytes: see `precision`
    /// \param its_scale of a decimal
    [[nodiscard]] column with_precision(std::uint32_t digits, std::optional<std::uint32_t> its_scale = {}) const
    {
        column out = *this;
        out.precision = digits;
        out.scale = its_scale;
        return out;
    }
    /// A column of moments in UTC that are stored without a zone.
    [[nodiscard]] column without_timezone() const
    {
        column out = *this;
        out.timezone = false;
        return out;
    }

    std::string name;              ///< the field's, or that of a binding's column
    std::optional<data_type> type; ///< none: any value is taken as it is
    bool nullable = true;          ///< false: every row has a value in it
    /// Of a decimal: its digits in all. Of a text: its characters at most; of a binary: its bytes; of a bigint: its
    /// bits; of timestamp and time: the digits of a second's fraction.
    std::optional<std::uint32_t> precision;
    std::optional<std::uint32_t> scale; ///< of a decimal: digits behind the point
    bool timezone = true;               ///< of a timestamp: false where it is stored without zone, in UTC
    bool primary_key = false;           ///< part of it
    bool merge_key = false;             ///< part of it
    bool unique = false;                ///< no two rows have the same value in it
    /// A merged row with true in it, or with any value where the column is no bool, deletes the row with its key.
    bool hard_delete = false;
    /// Of merged rows with the same primary key the one with the least ("asc") or greatest ("desc") value stays; empty:
    /// the last one.
    std::string dedup_sort;
    std::string description; ///< for people
};

/// The type as people write it: "decimal(18, 4)", "timestamp without time zone", "any type".
[[nodiscard]] COREST_DECL std::string describe_type(const column& c);

/// What happens where data is not as the schema has it.
enum class contract_mode : unsigned char {
    evolve,       ///< the schema follows the data
    freeze,       ///< it is an error
    discard_row,  ///< the row is left out, and counted
    discard_value ///< the value is left out, and counted
};

/// All of them.
inline constexpr std::array<contract_mode, 4> contract_modes = {
    contract_mode::evolve, contract_mode::freeze, contract_mode::discard_row, contract_mode::discard_value};

/// "evolve", "freeze", "discard_row" or "discard_value".
[[nodiscard]] COREST_DECL std::string_view to_string(contract_mode mode) noexcept;
/// The mode of that name; none where there is no such mode.
[[nodiscard]] COREST_DECL std::optional<contract_mode> find_contract_mode(std::string_view name) noexcept;

/// The modes for what may be new, as dlt's `schema_contract` has them.
class schema_contract {
public:
    schema_contract() = default;
    /// The same mode for everything.
    explicit schema_contract(contract_mode all) : tables(all), columns(all), data_type(all) {}
    bool operator==(const schema_contract&) const = default; ///< equal in every mode

    contract_mode tables = contract_mode::evolve;    ///< of a table that the destination does not have
    contract_mode columns = contract_mode::evolve;   ///< of a field that has no column
    contract_mode data_type = contract_mode::evolve; ///< of a value that is not of its column's type
};

/// The columns of a table in their order, declared ones first, and the contract. A value.
class table_schema {
public:
    table_schema() = default;
    /// \param its_columns in their order
    /// \param its_contract what a load may change of them
    explicit table_schema(std::vector<column> its_columns, schema_contract its_contract = {})
        : columns(std::move(its_columns)),
          contract(its_contract)
    {
    }
    bool operator==(const table_schema&) const = default; ///< equal in every column, and in their order

    /// The column of that name; null where there is none.
    [[nodiscard]] COREST_DECL const column* find(std::string_view name) const noexcept;
    /// The same.
    [[nodiscard]] COREST_DECL column* find(std::string_view name) noexcept;
    /// The columns by name, for who looks for many; valid as long as none is added or removed.
    [[nodiscard]] COREST_DECL std::unordered_map<std::string_view, const column*> by_name() const;
    /// The first column that a function is true of; null where there is none.
    template <class Predicate>
    [[nodiscard]] const column* find_hinted(Predicate&& has_hint) const
    {
        const auto found = std::find_if(columns.begin(), columns.end(), has_hint);
        return found == columns.end() ? nullptr : &*found;
    }

    /// The columns as dlt's dictionaries have them: `{"id":{"data_type":"bigint","nullable":false},...}`, with what is
    /// not as it is by default.
    [[nodiscard]] COREST_DECL std::string columns_json() const;
    /// The whole as JSON text: `{"columns":{...},"schema_contract":{...}}`; `read_schema` reads it.
    [[nodiscard]] COREST_DECL std::string to_json() const;
    /// A text that is another one for every other schema: 64 hexadecimal digits.
    [[nodiscard]] COREST_DECL std::string version_hash() const;

    /// What is different from an earlier version, a sentence for each change.
    [[nodiscard]] COREST_DECL std::vector<std::string> changes_since(const table_schema& earlier) const;
    /// The same, columns that are new aside.
    [[nodiscard]] COREST_DECL std::vector<std::string> altered_since(const table_schema& earlier) const;

    std::vector<column> columns; ///< in their order, each name once
    schema_contract contract;    ///< what a load may change of them
};

} // namespace corest::schema

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/schema/impl/table_schema.ipp>
#endif
