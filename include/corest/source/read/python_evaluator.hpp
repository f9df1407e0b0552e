#pragma once

/// \file
/// What an expression of a Python file stands for, without running it. Not for users.

#include <corest/config.hpp>
#include <corest/source/read/python_calls.hpp>
#include <corest/source/read/python_changes.hpp>
#include <corest/source/read/python_dates.hpp>
#include <corest/source/read/python_names.hpp>
#include <corest/source/read/python_script.hpp>
#include <corest/source/read/python_syntax.hpp>
#include <corest/source/read/python_uses.hpp>
#include <corest/source/read/read_options.hpp>
#include <corest/source/read/source_reading.hpp>
#include <corest/source/schema/secret_formula.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace corest::source::detail {

/// Finds the values of expressions. What cannot be known without running Python is an `unknown_value`; secrets are
/// references.
class python_evaluator {
public:
    /// \param script referred to \param names referred to \param options referred to
    COREST_DECL python_evaluator(const python_script& script, const python_names& names, const read_options& options);

    /// The value that a call gets as its argument. What is done later to the variable that is given counts as far as
    /// dlt has not read it by then: it reads a source's dictionary at once, and those within its parts when it loads.
    [[nodiscard]] COREST_DECL boost::json::value argument_of(
        const python_node& call, const python_node& argument, python_place place);

    /// The value of an expression.
    /// \param key that the value has in its dictionary: what `dlt.secrets.value` is named by
    /// \throws error (invalid_source) where a key stands twice in a dictionary, or the file says too much
    [[nodiscard]] COREST_DECL boost::json::value evaluate(
        const python_node& node, python_place place, const std::string& key = {});

    /// What was left out: see `read_options::skip_processing_steps`.
    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

    /// The `read_options::params` that were used.
    [[nodiscard]] const std::vector<std::string>& used_params() const noexcept { return used_params_; }

    /// The secrets and configuration values that were met.
    [[nodiscard]] const std::vector<fetched_value>& fetched() const noexcept { return fetched_; }

    /// Whether anything that was evaluated comes of the clock.
    [[nodiscard]] bool asks_clock() const noexcept { return dates_.asks_clock(); }

    /// The stand-in for an expression that cannot be read.
    [[nodiscard]] COREST_DECL boost::json::value unknown(
        const python_node& node, const std::string& reason, const std::string& option = {}) const;

private:
    boost::json::value value_of(const python_node& node, python_place place, const std::string& key);
    boost::json::value name(const python_node& node, python_place place);
    boost::json::value parameter(const python_node& node, const python_binding& binding);
    std::optional<boost::json::value> changed(const python_node& node, python_place place);
    void lose_shared(boost::json::value& whole, const python_node& node, python_place place);
    [[nodiscard]] bool counts(const python_change& change, const python_node& node, python_place place) const;
    void take_step(boost::json::value& whole, const python_node& node, const python_change& step);
    boost::json::value dictionary(const python_node& node, python_place place);
    boost::json::value elements(const python_node& node, python_place place);
    boost::json::value steps(const python_node& node, python_place place);
    boost::json::value joined(const python_node& node, python_place place);
    boost::json::value sum(const python_node& node, python_place place);
    boost::json::value merge(const python_node& node, python_place place);
    boost::json::value conditional(const python_node& node, python_place place, const std::string& key);
    boost::json::value subscript(const python_node& node, python_place place);
    boost::json::value attribute(const python_node& node, python_place place, const std::string& key);
    boost::json::value call(const python_node& node, python_place place);
    boost::json::value object_call(const python_node& node, python_place place, const python_call_form& form);
    boost::json::value transparent_call(const python_node& node, python_place place);
    std::optional<boost::json::value> secret_call(
        const python_node& node, python_place place, const std::string& function);
    std::optional<boost::json::value> given_parameter(const python_binding& binding);
    std::optional<boost::json::value> add_arguments(
        boost::json::object& out, const python_node& call, std::size_t first, python_place place);
    void note(const std::string& name, const python_node& node, std::string_view store);
    [[nodiscard]] static std::string function_text(const python_node& function);
    [[nodiscard]] bool is_given(const std::vector<secret_part>& parts) const;

    const python_script& script_;
    const python_names& names_;
    const read_options& options_;
    python_dates dates_;
    python_uses uses_;
    const python_node* argument_ = nullptr; ///< of the call that makes the source
    std::size_t call_end_ = 0;              ///< the offset of the last part of that call
    std::set<const void*> open_;            ///< bindings whose value is being found
    std::size_t depth_ = 0;
    std::size_t count_ = 0;
    std::vector<std::string> warnings_;
    std::vector<std::string> used_params_;
    std::vector<fetched_value> fetched_;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_evaluator.ipp>
#endif
