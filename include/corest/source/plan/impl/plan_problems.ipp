#pragma once

#include <corest/source/plan/plan_problems.hpp>

#include <corest/detail/text.hpp>
#include <corest/source/plan/shared_tables.hpp>
#include <corest/source/plan/stated_values.hpp>
#include <corest/source/schema/written_secrets.hpp>

#include <algorithm>
#include <map>
#include <span>
#include <utility>

namespace corest::source::detail {

COREST_DECL void check_names(const draft_list& drafts)
{
    problem_list problems;
    std::map<std::string, std::string> names;
    std::map<std::string, const resource_config*> tables;
    for (const draft& d : drafts) {
        const resource_config& r = d.config();
        const auto [name, is_new] = names.emplace(r.name, r.key_path);
        if (!is_new) {
            problems.add(join_key(r.key_path, key_name::name), {},
                "the name " + in_quotes(r.name) + " stands twice: " + name->second + " has it too");
            continue;
        }
        // One table_name for several is meant (see shared_tables.hpp); that two of them become one by `naming` is not.
        const std::string table_name = corest::schema::name_by(r.naming, r.table_name);
        const auto [table, is_new_table] = tables.emplace(table_name, &r);
        if (!is_new_table && table->second->table_name != r.table_name) {
            problems.add(r.key_path, r.name,
                "the table " + in_quotes(table_name) + " is that of the resource " + in_quotes(table->second->name)
                    + " too; give one of them a table_name of its own, or both the same, to load both into one table");
        }
    }
    problems.throw_if_any();
}

COREST_DECL void add_unfilled(draft& d, const draft_list& drafts, const placeholder& gap,
    const parent_candidates& candidates, const std::string& field)
{
    const std::string& segment = candidates.segment;
    if (candidates.found.empty()) {
        std::string text = segment.empty()
            ? "nothing fills it: the text before it names no collection, and there is no constant"
            : "nothing fills it: no other resource's path ends in '" + segment
                + "', none has that name, and there is no constant";
        text += "; name the parent, as in "
            + explicit_form(segment.empty() || segment == d.config().name ? "parent" : segment, field)
            + ", or give a constant with --param " + gap.name + "=VALUE or "
            + join_key(std::string(key_name::endpoint), key_name::params);
        d.unfilled.emplace_back(gap.text(), text);
        return;
    }
    const auto list = [&](const auto& text) {
        return corest::detail::join_words(candidates.found, "or", candidates.found.size(),
            [&](const parent_candidate& one) { return text(drafts[one.resource].config()); });
    };
    const std::string resources = list([](const resource_config& other) {
        return in_quotes(other.name) + " (" + without_query_secrets(other.path.text()) + ")";
    });
    const std::string forms = list([&](const resource_config& other) { return explicit_form(other.name, field); });
    d.add_problem(d.path_key(), gap.text() + " may come from " + resources + "; write which: " + forms);
}

namespace unfilled_placeholders {

/// Placeholders that nothing fills, each with the resources that have it.
class owner_list {
public:
    void add(const unfilled_placeholder& gap, const draft& owner)
    {
        auto& owners = owners_[gap];
        if (owners.empty()) {
            order_.push_back(gap);
        }
        owners.push_back(&owner);
    }

    void report(problem_list& problems) const
    {
        for (const unfilled_placeholder& gap : order_) {
            const auto& owners = owners_.at(gap);
            const draft& first = *owners.front();
            const std::string text =
                gap.text + " in '" + without_query_secrets(first.config().path.text()) + "'" + others_text(owners);
            problems.add(first.path_key(), first.config().name, text + ": " + gap.explanation);
        }
    }

private:
    /// The names of all but the first.
    [[nodiscard]] static std::string others_text(const std::vector<const draft*>& owners)
    {
        if (owners.size() == 1) {
            return {};
        }
        return " and in the paths of "
            + corest::detail::join_words(std::span(owners).subspan(1), "and", 4,
                [](const draft* owner) { return in_quotes(owner->config().name); });
    }

    std::map<unfilled_placeholder, std::vector<const draft*>> owners_;
    std::vector<unfilled_placeholder> order_; ///< as they were found
};

} // namespace unfilled_placeholders

COREST_DECL void gather_problems(
    problem_list& problems, const draft_list& drafts, const plan_members& members, const plan_options& options)
{
    unfilled_placeholders::owner_list unfilled;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        if (!members.needed[i]) {
            continue;
        }
        for (const std::string& problem : drafts[i].problems.problems()) {
            problems.add({}, {}, problem);
        }
        for (const unfilled_placeholder& gap : drafts[i].unfilled) {
            unfilled.add(gap, drafts[i]);
        }
        const resource_config& r = drafts[i].config();
        if (members.stored[i] && !options.full_refresh && r.disposition == write_disposition::merge
            && r.primary_key.empty() && r.merge_key.empty())
        {
            problems.add(join_key(r.key_path, key_name::primary_key), r.name,
                "is missing, and a merge needs it, or a merge_key; name the fields that identify a row, or write "
                "\"write_disposition\": \"append\" or \"replace\"");
        }
    }
    unfilled.report(problems);
    check_shared_tables(problems, drafts, members, options);
}

} // namespace corest::source::detail
