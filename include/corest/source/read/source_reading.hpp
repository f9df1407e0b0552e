#pragma once

/// \file
/// What reading a file gives.

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace corest::source {

/// A dictionary that was read, not checked yet, with what else the file says of it.
class source_reading {
public:
    /// The dictionary. Places that cannot be read without running Python are marked in it: they can still be set
    /// (`apply_override`), and are errors where they are left (`check_source`).
    boost::json::value dictionary;
    /// The source's name: `name=` of the call, or the function or variable that has it; empty where it has none.
    std::string name;
    /// The `read_options::params` that the file has used.
    std::vector<std::string> used_params;
    /// What was left out, for people.
    std::vector<std::string> warnings;
};

} // namespace corest::source
