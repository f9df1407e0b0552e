#pragma once

/// \file
/// The logical expressions of JSONPath (RFC 9535, section 2.3.5). Not for users: see `json_condition`.

#include <corest/config.hpp>
#include <corest/select/i_regexp.hpp>
#include <corest/select/json_path.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest::detail {

/// What is compared or given to a function: a literal, the values at a path, or what a function makes.
class filter_operand {
public:
    /// What it is.
    enum class kind { literal, query, function };
    /// The functions of RFC 9535, section 2.4.
    enum class function { length, count, match, search, value };

    kind what = kind::literal;
    std::string literal;                ///< JSON text
    bool is_absolute = false;           ///< of a query: `$`, not `@`
    std::vector<json_path::step> steps; ///< of a query
    function called = function::length;
    std::vector<filter_operand> arguments;
    std::shared_ptr<const i_regexp> pattern; ///< of `match` and `search` with a literal that is an expression

    /// True where a query leads to one value at most.
    [[nodiscard]] COREST_DECL bool is_singular() const noexcept;
    /// True of a function that is true or false: it is a test, and no value.
    [[nodiscard]] bool is_logical() const noexcept
    {
        return what == kind::function && (called == function::match || called == function::search);
    }
    /// The values at a query's path.
    [[nodiscard]] COREST_DECL std::vector<std::string_view> nodes(
        std::string_view current, std::string_view root) const;
    /// Its value as JSON text; nothing where there is none.
    [[nodiscard]] COREST_DECL std::optional<std::string> value(std::string_view current, std::string_view root) const;
    /// Whether a test holds: of a query, that it leads to something. \pre what != kind::literal
    [[nodiscard]] COREST_DECL bool holds(std::string_view current, std::string_view root) const;
};

/// A logical expression.
class path_filter {
public:
    /// How its parts are joined.
    enum class kind { any, all, negation, comparison, test };
    /// How two values are compared.
    enum class comparison { equal, unequal, less, less_or_equal, greater, greater_or_equal };
    explicit path_filter(kind k) : what(k) {}

    kind what;
    std::vector<path_filter> parts;          ///< of `any`, `all` and `negation`
    comparison compared = comparison::equal; ///< of a comparison
    filter_operand left;                     ///< of a comparison and a test
    filter_operand right;                    ///< of a comparison

    /// \param current the value that `@` stands for \param root the one that `$` stands for
    [[nodiscard]] COREST_DECL bool holds(std::string_view current, std::string_view root) const;
};

/// A logical expression: what stands in `[?...]`. \throws error (invalid_argument) as `parse_path`
[[nodiscard]] COREST_DECL path_filter parse_condition(std::string_view text);

} // namespace corest::detail

// Paths, segments and filters are made of one another: their definitions come when all of them are declared.
#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/path_filter.ipp>
#    include <corest/select/impl/path_parser.ipp>
#    include <corest/select/impl/path_segment.ipp>
#endif
