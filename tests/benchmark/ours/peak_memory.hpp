#pragma once

/// \file
/// The most memory this process has had so far.

#include <sys/resource.h>

namespace benchmark {

/// In KiB, as the kernel counts resident memory.
[[nodiscard]] inline long peak_memory()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
}

} // namespace benchmark
