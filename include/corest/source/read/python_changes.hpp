#pragma once

/// \file
/// What statements do to the value that a variable holds: `x["a"].append(1)`, `x["b"] = 2`. Not for users.

#include <corest/config.hpp>
#include <corest/source/read/python_names.hpp>
#include <corest/source/read/python_script.hpp>
#include <corest/source/read/python_syntax.hpp>

#include <boost/json/value.hpp>

#include <functional>
#include <string>
#include <utility>

namespace corest::source::detail::python_changes {

/// "the variable 'x', which is changed at f.py:9:1"
[[nodiscard]] COREST_DECL std::string reason(
    const std::string& name, const python_script& script, const python_change& change);

/// Puts something in the place of what a change may have made other than it is known to be.
COREST_DECL void lose(boost::json::value& whole, const python_change& change, const boost::json::value& unknown);

/// Does to a value what a statement of the file does to the variable that holds it.
class taker {
public:
    /// The value of an expression. \param key that it has in its dictionary
    using evaluation = std::function<boost::json::value(const python_node& node, const std::string& key)>;

    /// \param whole what the variable holds
    /// \param value_of finds the values of expressions
    taker(boost::json::value& whole, evaluation value_of) : reached_(&whole), value_of_(std::move(value_of)) {}

    /// Does it, in Python's way. What is unknown stays so.
    /// \return false: it cannot be followed what becomes of `reached()`
    [[nodiscard]] COREST_DECL bool take(const python_statement& statement);

    /// How far the statement could be followed.
    [[nodiscard]] boost::json::value* reached() const noexcept { return reached_; }

private:
    [[nodiscard]] COREST_DECL bool walk(const python_node& object);
    [[nodiscard]] COREST_DECL bool enter(const boost::json::value& key);
    [[nodiscard]] COREST_DECL bool set(const python_node& key, const python_node& value);
    [[nodiscard]] COREST_DECL bool remove(const python_node& key);
    [[nodiscard]] COREST_DECL bool add(const python_node& operand);
    [[nodiscard]] COREST_DECL bool merge(const python_node& operand);
    [[nodiscard]] COREST_DECL bool call(const python_node& call);
    [[nodiscard]] COREST_DECL bool extend(const boost::json::value& more);
    [[nodiscard]] COREST_DECL bool update(const boost::json::value& more);
    [[nodiscard]] COREST_DECL bool insert(const boost::json::value& where, boost::json::value what);

    boost::json::value* reached_;
    evaluation value_of_;
};

} // namespace corest::source::detail::python_changes

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/python_changes.ipp>
#endif
