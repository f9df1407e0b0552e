#pragma once

/// \file
/// What a Python file says, as trees: expressions and statements. Not for users.

#include <corest/error.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace corest::source::detail {

/// An expression, with its parts in `parts`.
struct python_node {
    /// What it is; what its parts are.
    enum class kind {
        constant,      ///< a text, a number, True, False, None: `value`
        formatted,     ///< an f-string, or texts side by side with one: texts and fields
        name,          ///< `name`
        attribute,     ///< the object; `name`
        subscript,     ///< the object, and what stands in the brackets
        call,          ///< the function, and its arguments
        keyword,       ///< an argument with its `name`: its value
        spread,        ///< `*x`
        double_spread, ///< `**x`
        list,          ///< elements
        tuple,         ///< elements
        dictionary,    ///< pairs and double spreads
        pair,          ///< key and value
        sum,           ///< left and right
        difference,    ///< left and right
        merge,         ///< left | right
        conditional,   ///< the value, the condition, the other value
        is_not_none,   ///< the object of `x is not None`
        is_none,       ///< the object of `x is None`
        named,         ///< `x := y`: the variable and the value
        other          ///< anything else; `name` says what for a message: "a lambda", its value and its defaults
    };

    kind type = kind::other;
    std::size_t offset = 0; ///< in the text
    std::string name;
    boost::json::value value;
    std::vector<python_node> parts;
};

/// A parameter of a function.
struct python_parameter {
    std::string name;
    std::size_t offset = 0;
    std::vector<python_node> default_value; ///< none or one
    bool collects = false;                  ///< `*args`, `**kwargs`
};

/// What an import makes known.
struct python_import {
    std::string name;   ///< in this file; "*" for a star
    std::string origin; ///< `dlt.sources.rest_api.rest_api_source`
    std::size_t offset = 0;
};

/// A statement, with the statements that it holds in `body`. The first `targets` of its expressions are assigned to or
/// changed.
struct python_statement {
    /// What it is; what its other expressions are.
    enum class kind {
        assignment, ///< the value; `name` is the annotation's last word, where there is one
        augmented,  ///< the operand of `x += y`; `name` is the operator
        deletion,   ///< none
        expression, ///< what is evaluated for its effect; `name` is "return" where it is returned
        function,   ///< decorators, annotations; `name`, parameters, body
        class_body, ///< decorators and bases; `name`, body
        branch,     ///< the condition of one of the bodies of `if` or `try`; `name` is the word that it begins with
        loop,       ///< what is gone through
        plain_body, ///< those of `with`; also what `if __name__ == "__main__"` holds
        import,     ///< none; imports
        global,     ///< names; `name` is "global" or "nonlocal"
        broken      ///< none: `failure` says why it could not be read
    };

    kind type = kind::broken;
    std::size_t offset = 0;
    std::string name;
    std::vector<python_node> expressions;
    std::size_t targets = 0;
    std::vector<python_parameter> parameters;
    std::vector<python_import> imports;
    std::vector<python_statement> body;
    std::size_t end = 0; ///< behind its last token
    std::shared_ptr<const error> failure;
};

} // namespace corest::source::detail
