#pragma once

/// \file
/// Where an incremental walk finds what the last run has kept.

#include <corest/net.hpp>
#include <corest/select/walk_cursor.hpp>

#include <optional>
#include <string>

namespace corest {

/// Where the final states of earlier runs are kept. Asked once when a walk begins, so that what is held in memory does
/// not grow with the number of walks. A walk that is gone on with has its own state, and does not ask.
class cursor_reader {
public:
    virtual ~cursor_reader() = default;

    /// The final state that was kept last.
    /// \param resource the collection's name
    /// \param field as `walk_cursor::field`
    /// \param partition as `walk_cursor::partition`
    /// \return none where there is none: the walk begins at its initial value
    [[nodiscard]] virtual net::awaitable<std::optional<std::string>> read(
        std::string resource, std::string field, std::string partition) = 0;

protected:
    cursor_reader() = default;
    cursor_reader(const cursor_reader&) = default;            ///< for models
    cursor_reader& operator=(const cursor_reader&) = default; ///< for models
};

} // namespace corest
