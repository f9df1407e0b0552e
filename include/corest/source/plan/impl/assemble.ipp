#pragma once

#include <corest/source/plan/assemble.hpp>

#include <utility>
#include <vector>

namespace corest::source::detail {

namespace assembly {

/// Makes the plan's tree of the parents.
class plan_tree {
public:
    explicit plan_tree(plan& p) : plan_(p) {}

    /// \param positions in the plan, of the dictionary's resources
    void link(const std::vector<std::size_t>& positions)
    {
        for (std::size_t n = 0; n < plan_.resources.size(); ++n) {
            planned_resource& r = plan_.resources[n];
            if (!r.parent) {
                plan_.roots.push_back(n);
                continue;
            }
            r.parent = positions[*r.parent];
            plan_.resources[*r.parent].children.push_back(n);
        }
    }

    void count_depths()
    {
        std::vector<std::size_t> open = plan_.roots;
        while (!open.empty()) {
            const std::size_t n = open.back();
            open.pop_back();
            for (const std::size_t child : plan_.resources[n].children) {
                plan_.resources[child].depth = plan_.resources[n].depth + 1;
                open.push_back(child);
            }
        }
    }

private:
    plan& plan_;
};

} // namespace assembly

COREST_DECL plan assemble(
    const source_config& config, draft_list& drafts, const plan_members& members, const plan_options& options)
{
    plan out;
    out.client = config.client;
    out.warnings = config.warnings;
    std::vector<std::size_t> positions(drafts.size(), 0);
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        if (members.needed[i]) {
            positions[i] = out.resources.size();
            out.resources.push_back(std::move(drafts[i].result));
            out.resources.back().stored = members.stored[i];
            resource_config& made = out.resources.back().config;
            if (options.full_refresh) {
                made.disposition = write_disposition::replace;
                if (made.incremental) {
                    made.incremental->rules.begins_anew = true;
                }
            } else if (made.incremental && made.disposition == write_disposition::replace) {
                out.warnings.push_back(made.incremental->path + " of '" + made.name
                    + "': each run replaces the table by what is new since the last one; write_disposition merge or "
                      "append "
                      "keeps the other rows");
            }
        }
    }
    assembly::plan_tree tree(out);
    tree.link(positions);
    tree.count_depths();
    return out;
}

} // namespace corest::source::detail
