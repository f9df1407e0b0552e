#pragma once

#include <corest/source/run/planned_tree.hpp>

#include <corest/source/run/collection.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace corest::source::detail {

/// Adds resources to a tree, each below its parent.
class planned_tree::maker {
public:
    maker(planned_tree& made, const plan& p, std::size_t concurrency, std::uint64_t limit, std::vector<client> clients,
        const run_report& report, std::shared_ptr<clock_source> clock, std::shared_ptr<cursor_reader> cursors)
        : made_(made),
          plan_(p),
          concurrency_(concurrency),
          limit_(limit),
          clients_(std::move(clients)),
          report_(report),
          clock_(std::move(clock)),
          cursors_(std::move(cursors))
    {
    }

    void add(std::size_t index, std::optional<std::size_t> parent)
    {
        const planned_resource& planned = plan_.resources[index];
        collection content = make_collection(planned, plan_.client, std::move(clients_[index]), clock_);
        content.cursors = cursors_;
        content.window = std::max<std::size_t>(concurrency_, 1);
        content.statistics = report_.resources[index].statistics;
        tree_node node(std::make_shared<const collection>(std::move(content)), parent);
        node.concurrency = width(planned);
        node.skip_repeated = true;
        node.limit = limit_;
        // Pages are stored while others are fetched: those that have come meanwhile in one transaction, so the more
        // there are the less each costs.
        node.pages_in_hand = 64;
        node.bytes_in_hand = std::max(bytes_in_hand / plan_.resources.size(), least_bytes_in_hand);
        const std::size_t own = made_.nodes.add(std::move(node));
        made_.resource.push_back(index);
        for (const std::size_t child : planned.children) {
            add(child, own);
        }
    }

private:
    static constexpr std::size_t bytes_in_hand = std::size_t{8} << 20; ///< of all resources, but
    static constexpr std::size_t least_bytes_in_hand = std::size_t{1} << 20;

    /// The first rows are those of the first parents, so a limit is counted in order.
    [[nodiscard]] std::size_t width(const planned_resource& planned) const
    {
        const std::size_t wanted = std::min(planned.config.concurrency.value_or(concurrency_), concurrency_);
        return limit_ != collection::unlimited ? 1 : std::max<std::size_t>(wanted, 1);
    }

    planned_tree& made_;
    const plan& plan_;
    std::size_t concurrency_;
    std::uint64_t limit_;
    std::vector<client> clients_;
    const run_report& report_;
    std::shared_ptr<clock_source> clock_;
    std::shared_ptr<cursor_reader> cursors_;
};

COREST_DECL planned_tree::planned_tree(const plan& p, std::size_t concurrency, std::uint64_t limit,
    std::vector<client> clients, const run_report& report, const std::shared_ptr<clock_source>& clock,
    std::shared_ptr<cursor_reader> cursors)
{
    maker make(*this, p, concurrency, limit, std::move(clients), report, clock, std::move(cursors));
    for (const std::size_t root : p.roots) {
        make.add(root, std::nullopt);
    }
}

} // namespace corest::source::detail
