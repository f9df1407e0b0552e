#pragma once

#include <corest/source/plan/assemble.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/headers.hpp>
#include <corest/source/plan/shared_tables.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
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

/// The constants of the command line that fill placeholders, by name.
[[nodiscard]] COREST_DECL std::vector<std::pair<std::string, std::string>> constants_of(const plan_options& options)
{
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& [name, value] : options.params) {
        const auto& used = options.used_params; // by the file, whose resources they may merely bound
        if (std::find(used.begin(), used.end(), name) == used.end() && !is_credential_name(name)) {
            out.emplace_back(name, value);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// Of a resource that is read by a cursor only new records come, and only for those its children are asked for.
COREST_DECL void warn_of_nested_cursors(plan& out)
{
    const auto follows_cursor = [](const planned_resource& r) {
        return r.config.incremental && !r.config.incremental->rules.is_backfill()
            && !r.config.incremental->rules.begins_anew;
    };
    for (const planned_resource& r : out.resources) {
        const bool replaces = r.stored && r.config.disposition == write_disposition::replace;
        if (!follows_cursor(r) && !replaces) {
            continue;
        }
        for (std::optional<std::size_t> above = r.parent; above; above = out.resources[*above].parent) {
            if (!follows_cursor(out.resources[*above])) {
                continue;
            }
            const std::string name = "'" + out.resources[*above].config.name + "'";
            out.warnings.push_back(follows_cursor(r)
                    ? r.config.incremental->path + " of '" + r.config.name + "': " + name
                        + " above it is incremental too, so what is new in '" + r.config.name + "' of a record of "
                        + name + " that has not changed is not asked for; without the cursor of " + name + " it is"
                    : "'" + r.config.name + "': each run replaces the table by what belongs to the records of " + name
                        + " that are new since the last one; write_disposition merge or append keeps the other rows");
            break;
        }
    }
}

} // namespace assembly

COREST_DECL plan assemble(
    const source_config& config, draft_list& drafts, const plan_members& members, const plan_options& options)
{
    plan out;
    out.client = config.client;
    out.constants = assembly::constants_of(options);
    out.warnings = config.warnings;
    std::vector<std::size_t> positions(drafts.size(), 0);
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        if (members.needed[i]) {
            positions[i] = out.resources.size();
            out.resources.push_back(std::move(drafts[i].result));
            out.resources.back().stored = members.stored[i];
            out.resources.back().left_out = members.left_out[i];
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
            const bool has_cursor = made.incremental && !made.incremental->rules.is_backfill() && members.stored[i];
            if (has_cursor && !members.left_out[i].empty()) {
                out.warnings.push_back(made.incremental->path + " of '" + made.name
                    + "': the cursor stays where it is, since its records lead to "
                    + corest::detail::join(members.left_out[i])
                    + ", which this run leaves out: the next run reads them again; 'selected': false there, "
                      "where it is never loaded, lets the cursor move");
            }
        }
    }
    assembly::plan_tree tree(out);
    tree.link(positions);
    tree.count_depths();
    assembly::warn_of_nested_cursors(out);
    link_shared_tables(out);
    return out;
}

} // namespace corest::source::detail
