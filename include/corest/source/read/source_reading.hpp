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

/// What a file fetches by its name; in the dictionary there is a reference to it, `{"$secret": name}`.
class fetched_value {
public:
    /// Where it is fetched from.
    enum class store {
        secrets,       ///< `dlt.secrets`: nothing shows it
        configuration, ///< `dlt.config`
        environment    ///< `os.environ`: a secret where its name says so
    };

    std::string name;            ///< as the file has it
    std::string place;           ///< in the file: "f.py:3:8"
    store from = store::secrets; ///< where it is fetched from
};

/// A dictionary that was read, not checked yet, with what else the file says of it.
class source_reading {
public:
    /// The dictionary. Places that cannot be read without running Python are marked in it: they can still be set
    /// (`apply_override`), and are errors where they are left (`check_source`).
    boost::json::value dictionary;
    /// The source's name: `name=` of the call, or the function or variable that has it; empty where it has none.
    std::string name;
    /// The section that the file gives the source (`@dlt.source(section=...)`); empty: the file's own name.
    std::string section;
    /// What the dictionary refers to, each once.
    std::vector<fetched_value> fetched;
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
