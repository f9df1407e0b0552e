#pragma once

/// \file
/// What the next run of a plan does in a destination.

#include <corest/destination/progress.hpp>
#include <corest/source/plan/plan.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cli {

/// Where an incremental resource is asked from, because an earlier run has kept so much.
class kept_start {
public:
    std::string partition; ///< JSON: whose cursor it is; empty: the resource's, or that of all other parents
    std::string start;     ///< the value, as the field has it: the last one that was seen, less the lag
};

/// An incremental resource in the next run.
class next_asking {
public:
    std::string resource; ///< its name
    std::string field;    ///< the cursor's
    std::string relation; ///< ">=", or where the bound is open or the last value is the smallest ">", "<=", "<"
    std::optional<std::string> initial;  ///< where it begins without a kept value; none: it takes everything
    bool is_child = false;               ///< it has a cursor for each parent
    bool ignores_kept = false;           ///< of a backfill, or a full refresh
    std::vector<kept_start> kept;        ///< by partition
    std::optional<std::string> least;    ///< of the starts: the one that lies furthest back
    std::optional<std::string> furthest; ///< of the starts
    std::optional<std::string> common; ///< where all parents begin that have no cursor of their own (`partition_limit`)
};

/// What the next run of a plan does, as its destination's state has it.
class next_run {
public:
    /// \param destination as for --to
    /// \param planned what is run
    /// \param limit rows of each resource
    /// \throws corest::error where the destination is not known, or what it keeps cannot be read
    next_run(std::string destination, const corest::source::plan& planned, std::uint64_t limit);

    /// For people: lines.
    [[nodiscard]] std::string to_text() const;
    /// For programs.
    [[nodiscard]] boost::json::value to_json() const;

private:
    std::string destination_;
    bool keeps_progress_;
    std::optional<corest::stored_run> gone_on_with_; ///< the run that is not finished
    bool leaves_another_ = false;                    ///< a run of another plan is not finished, and is dropped
    std::vector<next_asking> asking_;
};

} // namespace cli
