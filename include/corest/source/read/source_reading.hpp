#pragma once

/// \file
/// What reading a file gives.

#include <boost/json/value.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <utility>
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
    /// The secrets that decide by being there what the dictionary is (`A if token else None`), and whether each is.
    std::vector<std::pair<std::string, bool>> conditions;
    /// Dates in the dictionary come of the clock.
    bool asks_clock = false;
    /// Reads the same once more, at another time. None: nothing depends on the time, or it cannot be read again.
    std::function<source_reading(std::chrono::system_clock::time_point now)> at;
};

} // namespace corest::source
