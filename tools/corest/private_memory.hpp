#pragma once

/// \file
/// Who else may look into the command's memory, where the secrets are.

namespace cli {

/// From now on a crash leaves no core file, and no process of the same user looks into this one's memory, environment
/// or system calls.
void keep_memory_private() noexcept;

} // namespace cli
