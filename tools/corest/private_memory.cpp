#include "private_memory.hpp"

#include <sys/resource.h>

#if defined(__linux__)
#    include <sys/prctl.h>
#endif

namespace cli {

void keep_memory_private() noexcept
{
    // A secret is copied on its way: into a header, by TLS, by the kernel's interfaces. So the whole process is kept
    // out of cores, and not just the pages that hold a `secret` (MADV_DONTDUMP).
    const rlimit none{0, 0};
    static_cast<void>(setrlimit(RLIMIT_CORE, &none));
#if defined(__linux__)
    // The limit does not hold where cores are piped to a program (core(5)); this does. It also refuses ptrace and
    // /proc/PID/environ to others. A program that is started by this one has its own again.
    static_cast<void>(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
#endif
}

} // namespace cli
