#pragma once

#include <corest/source/plan/make_plan.hpp>

#include <corest/source/plan/assemble.hpp>
#include <corest/source/plan/bindings.hpp>
#include <corest/source/plan/columns.hpp>
#include <corest/source/plan/constants.hpp>
#include <corest/source/plan/draft.hpp>
#include <corest/source/plan/parents.hpp>
#include <corest/source/plan/path_key.hpp>
#include <corest/source/plan/plan_problems.hpp>
#include <corest/source/plan/request_texts.hpp>
#include <corest/source/plan/selection.hpp>
#include <corest/source/plan/stated_values.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace corest::source {

namespace detail {

namespace planning {

/// Plans each resource once, its parent before it.
class planner {
public:
    planner(const source_config& config, const plan_options& options)
        : config_(config),
          options_(options),
          drafts_(config),
          constants_(options),
          parents_(drafts_, [this](std::size_t child, std::size_t needed) { return plan_needed(child, needed); })
    {
        for (const draft& d : drafts_) {
            collection_path& c = collections_.emplace_back();
            c.name = d.config().name;
            c.path = path_key(d.config().path.text());
            c.filled = path_key(d.config().path.text(), constants_.lookup(d.config()));
        }
    }

    [[nodiscard]] plan make()
    {
        check_names(drafts_);
        for (std::size_t i = 0; i < drafts_.size(); ++i) {
            plan_once(i);
        }
        problem_list problems;
        std::vector<std::string> unused_params = check_params(problems, drafts_, options_);
        const plan_members members = select_members(problems, drafts_, options_);
        gather_problems(problems, drafts_, members, options_);
        problems.throw_if_any();
        plan made = assemble(config_, drafts_, members, options_);
        made.unused_params = std::move(unused_params);
        return made;
    }

private:
    void plan_once(std::size_t i)
    {
        draft& d = drafts_[i];
        if (d.progress != draft::state::untouched) {
            return;
        }
        d.progress = draft::state::under_way;
        stack_.push_back(i);
        const bool good = plan_resource(i) && d.problems.empty() && d.unfilled.empty();
        stack_.pop_back();
        // A cycle has failed all that are part of it already.
        d.progress = good && d.progress == draft::state::under_way ? draft::state::done : draft::state::failed;
    }

    /// Plans a resource that `child` needs. \return false where it failed, or leads back to `child`
    [[nodiscard]] bool plan_needed(std::size_t child, std::size_t needed)
    {
        if (drafts_[needed].progress == draft::state::under_way) {
            std::string chain;
            for (auto i = std::find(stack_.begin(), stack_.end(), needed); i != stack_.end(); ++i) {
                chain += in_quotes(drafts_[*i].config().name) + " <- ";
            }
            // Said of the resource that closes the cycle; all its members are needed by one another.
            drafts_[child].add_problem(drafts_[child].path_key(),
                "the resources are their own parents: " + chain + in_quotes(drafts_[needed].config().name)
                    + "; take one of the placeholders from elsewhere");
            return false;
        }
        plan_once(needed);
        return drafts_[needed].progress == draft::state::done;
    }

    [[nodiscard]] bool plan_resource(std::size_t i)
    {
        draft& d = drafts_[i];
        const std::vector<stated_value> stated = read_stated_values(d, constants_);
        parse_request_texts(d, config_.client);
        if (!d.problems.empty()) {
            return false;
        }
        if (const auto fields = named_fields(d, stated); !fields.empty()) {
            if (!parents_.choose_named(i, fields)) {
                return false;
            }
        } else if (const auto gap = last_open(stated)) {
            const placeholder& decisive = d.config().path.placeholders()[*gap];
            if (!parents_.choose_inferred(i, decisive, candidates(i, decisive))) {
                return false;
            }
        }
        binder values(drafts_, i, constants_, [this, i](const placeholder& gap) { return candidates(i, gap); });
        if (!values.fill_path(stated)) {
            return false;
        }
        values.fill_texts();
        include_parent_fields(drafts_, d);
        check_columns(d);
        check_group(drafts_, d);
        return true;
    }

    [[nodiscard]] parent_candidates candidates(std::size_t i, const placeholder& gap) const
    {
        return find_candidates(collections_, i, gap, constants_.lookup(drafts_[i].config()));
    }

    const source_config& config_;
    const plan_options& options_;
    draft_list drafts_;
    constants constants_;
    std::vector<collection_path> collections_;
    parent_finder parents_;
    std::vector<std::size_t> stack_; ///< resources under way, each needed by the one before
};

} // namespace planning

} // namespace detail

COREST_DECL plan make_plan(const source_config& config, const plan_options& options)
{
    return detail::planning::planner(config, options).make();
}

} // namespace corest::source
