#pragma once

/// \file
/// One name for a file, however it is called. Not for users.

#include <filesystem>
#include <string>
#include <system_error>

namespace corest::detail {

/// A path that is the same for every name of the file, which need not be there.
[[nodiscard]] inline std::string canonical_path(const std::string& path)
{
    std::error_code failure;
    const std::filesystem::path real = std::filesystem::weakly_canonical(path, failure);
    return failure ? path : real.string();
}

} // namespace corest::detail
