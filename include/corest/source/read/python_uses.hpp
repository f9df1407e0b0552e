#pragma once

/// \file
/// What else than the calls that are read may give a function of a Python file its arguments. Not for users.

#include <corest/config.hpp>
#include <corest/source/read/python_names.hpp>
#include <corest/source/read/python_syntax.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace corest::source::detail {

/// Finds the uses of functions that are no calls by their names.
class python_uses {
public:
    /// What may give a parameter.
    struct giver {
        std::size_t offset = 0; ///< in the text
        std::string text;       ///< "this use of 'f'"
    };

    /// \param names referred to
    explicit python_uses(const python_names& names) : names_(names) {}

    /// What may give a parameter another value than its default and the calls of the function by its name do; none:
    /// there is no such thing in the file.
    [[nodiscard]] COREST_DECL std::optional<giver> find_other(const python_binding& parameter) const;

private:
    [[nodiscard]] const python_use* find_by_name(const python_statement& function, std::size_t index) const;
    [[nodiscard]] const python_use* find_by_attribute(const python_statement& function, std::size_t index) const;
    [[nodiscard]] const python_use* find_by_text(const std::string& method) const;
    [[nodiscard]] const python_use* find_by_class(
        const python_statement& method, const python_statement& holder, std::size_t index) const;
    [[nodiscard]] bool is_read(
        const python_use& use, const python_statement& function, const std::vector<placed_node>& calls) const;
    [[nodiscard]] bool leaves_defaults(const python_use& use) const;
    [[nodiscard]] bool is_pipeline(const python_node& node, python_place place) const;
    [[nodiscard]] bool is_foreign(const python_node& object, python_place place, int depth = 0) const;
    [[nodiscard]] bool is_imported(const python_node& node, python_place place) const;
    [[nodiscard]] bool is_transparent_decorator(const python_node& decorator, python_place place) const;
    [[nodiscard]] bool is_transparent_wrapper(const python_statement& decorator) const;
    [[nodiscard]] bool is_only_returned(const python_statement& function) const;
    [[nodiscard]] bool passes_all_on(const python_use& use) const;

    const python_names& names_;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_uses.ipp>
#endif
