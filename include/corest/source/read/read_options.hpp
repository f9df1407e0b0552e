#pragma once

/// \file
/// How a dictionary is read.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest::source {

/// What the command line adds to the reading of a file.
class read_options {
public:
    /// Which of several sources is read: its number, from 1, or its name. Empty: the only one.
    std::string source;
    /// Values for parameters of Python functions (`--param`), before the defaults that the functions have. JSON where
    /// they are valid JSON, else texts.
    std::vector<std::pair<std::string, std::string>> params;
    /// Steps that are functions are left out of `processing_steps`, with a warning for each.
    bool skip_processing_steps = false;
    /// Whether there is a secret of that name, for `{...} if token else None`. None: every secret is there.
    std::function<bool(std::string_view name)> is_given;
    /// The time that `datetime.now()` and its like say. None: that of the clock, in whole seconds, and for a run the
    /// time at which it is begun: one that is gone on with asks for what it asked for at first.
    std::function<std::chrono::system_clock::time_point()> now;
};

} // namespace corest::source
