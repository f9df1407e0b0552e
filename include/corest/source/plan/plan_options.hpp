#pragma once

/// \file
/// What a plan is to be made for.

#include <string>
#include <utility>
#include <vector>

namespace corest::source {

/// What the command line adds to a dictionary.
class plan_options {
public:
    std::vector<std::pair<std::string, std::string>>
        params;                           ///< constants for paths (`--param`); they beat the dictionary's
    std::vector<std::string> used_params; ///< those of `params` that need fill no path: the file itself has used them
    bool allow_unused_params = false; ///< those that the source has no use for are no errors: see `plan::unused_params`
    std::vector<std::string> only;    ///< names of the resources to store; empty: those selected
    bool full_refresh = false;        ///< every resource is replaced
};

} // namespace corest::source
