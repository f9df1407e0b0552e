#pragma once

/// \file
/// What a Python file does to a source beside its dictionary. Not for users.

#include <corest/config.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

namespace corest::source::detail {

/// Something that a file does to a source, or says of it.
class source_step {
public:
    /// What it is.
    enum class kind {
        call,       ///< `.with_resources("a")`
        assignment, ///< `source.a.selected = False`
        run,        ///< `pipeline.run(source, write_disposition="append")`
        options     ///< `rest_api_source({...}, max_table_nesting=0)`
    };

    kind type = kind::call;
    std::string method;                 ///< the method, the attribute, or what is called
    std::string place;                  ///< "f.py:9:1"
    std::vector<std::string> arguments; ///< of a call: those that are texts
    bool is_plain = true;               ///< of a call: these are all that there are
    /// Of an assignment the value by the attribute's name; else the arguments with a name. A value that cannot be read
    /// is an `unknown_value`.
    boost::json::object named;
    std::string doubt; ///< why it is not known whether it is done; empty: it is known
    /// The resources that it concerns; none: all of them.
    std::optional<std::vector<std::string>> resources;
};

/// Does to a dictionary what the file does to the source: selects resources, and sets keys that a dictionary has.
/// \return what has no effect, for people
/// \throws error (invalid_source) where a step changes what no dictionary says
[[nodiscard]] COREST_DECL std::vector<std::string> apply_source_steps(
    boost::json::value& dictionary, const std::vector<source_step>& steps);

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/read/impl/source_steps.ipp>
#endif
