#pragma once

/// \file
/// The tree that the engine walks for a plan.

#include <corest/clock.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/resource/tree.hpp>
#include <corest/source/plan/plan.hpp>
#include <corest/source/run/run_report.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace corest::source::detail {

/// The tree of the plan's resources. Parents come before their children in it, so its nodes have numbers of their own.
class planned_tree {
public:
    /// \param p the plan, with its secrets looked up
    /// \param concurrency walks of a resource at once, at the most
    /// \param limit rows of each resource
    /// \param clients one for each of the plan's resources
    /// \param report its walks count into the statistics of its resources
    /// \param clock what waits for reports pass by
    /// \param cursors where incremental walks find what the last run has kept; null: nowhere
    COREST_DECL planned_tree(const plan& p, std::size_t concurrency, std::uint64_t limit, std::vector<client> clients,
        const run_report& report, const std::shared_ptr<clock_source>& clock,
        std::shared_ptr<cursor_reader> cursors = nullptr);

    tree nodes;
    std::vector<std::size_t> resource; ///< of each node: its position in the plan

private:
    class maker;
};

} // namespace corest::source::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/source/run/impl/planned_tree.ipp>
#endif
