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
/// \param width of the terminal, in characters: columns that matter less are left out, and long names and states
///        shortened; 0: nothing is
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
    /// Takes away what is shown. A later `update` shows nothing.
    void drop();
    /// Writes a line of text where it does not disturb the table.
    void say(const std::string& line);

    /// Updates for as long as it is not cancelled: five times a second on a terminal, else every few seconds.
    [[nodiscard]] static corest::net::awaitable<void> keep_updating(std::shared_ptr<display> self);

private:
    /// Plain lines come after two seconds, so that a short run says something too, then every five.
    static constexpr std::chrono::seconds first_plain{2};
    static constexpr std::chrono::seconds further_plain{5};

    void say_resumed();
    /// Says what was found out and not said yet, a line for each resource.
    void say_detected();
    void erase_table();
    void update_live();
    void update_plain();
    /// The table's lines as a terminal shows them. \pre the first one is the header
    [[nodiscard]] std::vector<std::string> coloured(std::vector<std::string> lines) const;
    /// "12,345 rows in 1 min 5 s, 4 of 8 requests at once, as the server refuses some"
    [[nodiscard]] std::string last_line() const;
    /// Moves the cursor to where the live table begins.
    [[nodiscard]] std::string erasure() const;

    progress_mode mode_;
    std::shared_ptr<const corest::source::run_report> report_;
    bool has_colours_;
    std::vector<corest::source::resource_state> shown_; // by plain lines
    std::vector<std::size_t> detections_;               // how many were said, of each resource
    std::chrono::steady_clock::time_point next_plain_{};
    bool said_resumed_ = false;
    std::string said_concurrency_;     // by plain lines
    std::vector<std::size_t> lengths_; // of the live table's lines, in characters; empty: none is shown
};

} // namespace cli
