#pragma once

/// \file
/// Reads `columns` and `schema_contract` as dictionaries have them: dlt's hints, as a mapping or a list, or JSON
/// Schema.

#include <corest/config.hpp>
#include <corest/schema/table_schema.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::schema {

/// A remark on a value of a declaration.
class remark {
public:
    /// \param its_keys where the value stands, from the outermost key on; elements of lists as "[2]"
    /// \param its_text a sentence without a full stop
    remark(std::vector<std::string> its_keys, std::string its_text)
        : keys(std::move(its_keys)),
          text(std::move(its_text))
    {
    }
    std::vector<std::string> keys; ///< of the value, in `columns` or in `schema_contract`
    std::string text;              ///< what is wrong with it, or has no effect
};

/// Columns and a contract, put together from several layers. A later layer wins, hint by hint.
///
/// **Hints** are dlt's: `{"id": {"data_type": "bigint", "nullable": false}}`, or a list of objects with `name`.
/// Those that have no effect here (sort, partition, cluster, and what begins with `x-`) are warned of.
///
/// **JSON Schema**: an object with `type`, `properties`, `required`, `additionalProperties`. integer is bigint, number
/// double, boolean bool, object and array json, string text or, by `format`, timestamp (date-time), date, time, or, by
/// `contentEncoding` base64, binary. A field is nullable where its type has null in it or `required` does not name it.
/// `additionalProperties` false freezes the columns. `maxLength` is the precision of a text. What else JSON Schema
/// knows is not checked, and warned of where it would restrict values; a keyword that it does not know is a problem.
/// `$ref` leads to a definition of the same document.
class declaration {
public:
    /// Adds a layer of columns.
    /// \param columns mapping, list or JSON Schema
    COREST_DECL void add_columns(const boost::json::value& columns);
    /// Adds a layer of a contract.
    /// \param contract one word, or an object of words
    COREST_DECL void add_contract(const boost::json::value& contract);

    /// What has been declared.
    [[nodiscard]] COREST_DECL table_schema schema() const;
    /// Whether any layer has said something of a column.
    [[nodiscard]] bool has_columns() const noexcept { return !columns_.empty() || open_.has_value(); }
    /// Whether any layer had a contract.
    [[nodiscard]] bool has_contract() const noexcept { return has_contract_; }

    /// What is wrong with the layers.
    [[nodiscard]] const std::vector<remark>& problems() const noexcept { return problems_; }
    /// What is accepted without effect.
    [[nodiscard]] const std::vector<remark>& warnings() const noexcept { return warnings_; }

private:
    class json_schema_reader;
    using path = std::vector<std::string>;

    COREST_DECL void add_hints(const std::string& name, const boost::json::value& hints, const path& place);
    COREST_DECL boost::json::object& hints_of(const std::string& name);
    void add_problem(path place, std::string text) { problems_.emplace_back(std::move(place), std::move(text)); }

    std::vector<std::pair<std::string, boost::json::object>> columns_; ///< checked hints
    schema_contract contract_;
    bool has_contract_ = false;
    bool has_columns_mode_ = false; ///< the contract says something of columns
    std::optional<bool> open_;      ///< `additionalProperties`
    std::vector<remark> problems_;
    std::vector<remark> warnings_;
};

/// The schema that a text of `table_schema::to_json` stands for; columns in any spelling.
/// \throws error (invalid_argument) where it is none
[[nodiscard]] COREST_DECL table_schema read_schema(std::string_view text);

/// Makes columns part of a key: they are not nullable, and are added where they are not there.
/// \param schema to be changed
/// \param names of the key's columns
/// \param key_flag which key it is: `&column::primary_key` or `&column::merge_key`
COREST_DECL void add_key_columns(table_schema& schema, const std::vector<std::string>& names, bool column::* key_flag);

} // namespace corest::schema

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/schema/impl/declaration.ipp>
#endif
