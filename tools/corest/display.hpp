#pragma once

/// \file
/// Shows a run while it goes on: a live table on a terminal, plain lines elsewhere.

#include <corest/net.hpp>
#include <corest/source/source.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace cli {

/// How progress is shown.
enum class progress_mode { live, plain, none };

/// "auto" is live where standard error is a terminal that can move its cursor, else plain.
[[nodiscard]] progress_mode progress_mode_of(const std::string& name);

/// The table of a run: a header and a line per resource, children indented below their parents.
/// \param width cut to so many characters; 0: not at all
[[nodiscard]] std::vector<std::string> table_of(const corest::source::run_report& report, std::size_t width = 0);

/// Writes a run's progress to standard error.
class display {
public:
    display(progress_mode mode, std::shared_ptr<const corest::source::run_report> report);

    /// Shows what is there now.
    void update();
    /// Shows the last state, the whole table on a terminal, and leaves the cursor below it. A later `update` shows
    /// nothing.
    void finish();
    /// Writes a line of text where it does not disturb the table.
    void say(const std::string& line);

    /// Updates for as long as it is not cancelled: five times a second on a terminal, else every ten seconds.
    [[nodiscard]] static corest::net::awaitable<void> keep_updating(std::shared_ptr<display> self);

private:
    void say_resumed();
    void erase_table();
    void update_live();
    void update_plain();

    progress_mode mode_;
    std::shared_ptr<const corest::source::run_report> report_;
    std::vector<corest::source::resource_state> shown_; // by plain lines
    std::chrono::steady_clock::time_point last_plain_{};
    bool said_resumed_ = false;
    std::size_t lines_ = 0; // that the live table takes up
};

} // namespace cli
