#pragma once

#include <corest/source/plan/selection.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace corest::source::detail {

/// What the checks of options look for in drafts.
namespace option_check {

/// The names of all placeholders, sorted.
[[nodiscard]] COREST_DECL std::vector<std::string_view> placeholder_names(const draft_list& drafts)
{
    std::vector<std::string_view> out;
    const auto add = [&](const path_template& text) {
        for (const placeholder& gap : text.placeholders()) {
            out.push_back(gap.name);
        }
    };
    for (const draft& d : drafts) {
        add(d.config().path);
        const planned_resource& r = d.result;
        for (const auto* texts : {&r.params, &r.headers, &r.json_texts, &r.form_texts, &r.poll_paths}) {
            for (const planned_text& text : *texts) {
                add(text.parsed);
            }
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

[[nodiscard]] COREST_DECL std::vector<bool> stored_resources(
    problem_list& problems, const draft_list& drafts, const plan_options& options)
{
    std::vector<bool> stored(drafts.size(), false);
    if (options.only.empty()) {
        for (std::size_t i = 0; i < drafts.size(); ++i) {
            stored[i] = drafts[i].config().selected;
        }
    }
    for (const std::string& name : options.only) {
        if (const auto i = drafts.find(name)) {
            stored[*i] = true;
        } else {
            problems.add("--only", {},
                "there is no resource " + in_quotes(name)
                    + corest::detail::suggestion(name, drafts.names(), "resource"));
        }
    }
    if (options.only.empty() && std::find(stored.begin(), stored.end(), true) == stored.end()) {
        problems.add(std::string(key_name::resources), {}, "none is selected");
    }
    return stored;
}

} // namespace option_check

COREST_DECL std::vector<std::string> check_params(
    problem_list& problems, const draft_list& drafts, const plan_options& options)
{
    std::vector<std::string> unused;
    const std::vector<std::string_view> known = option_check::placeholder_names(drafts);
    for (const auto& [name, value] : options.params) {
        const auto& used = options.used_params;
        if (!std::binary_search(known.begin(), known.end(), std::string_view(name))
            && std::find(used.begin(), used.end(), name) == used.end())
        {
            unused.push_back(name);
            if (!options.allow_unused_params) {
                problems.add("--param " + name, {},
                    "no path has the placeholder {" + name + "}"
                        + corest::detail::suggestion(name, known, "placeholder"));
            }
        }
        if (value.empty()) {
            problems.add("--param " + name, {}, "the value is empty");
        }
    }
    return unused;
}

COREST_DECL plan_members select_members(problem_list& problems, const draft_list& drafts, const plan_options& options)
{
    plan_members out;
    out.stored = option_check::stored_resources(problems, drafts, options);
    out.needed = out.stored;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        for (auto p = drafts[i].result.parent; out.stored[i] && p && !out.needed[*p]; p = drafts[*p].result.parent) {
            out.needed[*p] = true;
        }
    }
    out.left_out.resize(drafts.size());
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const draft& d = drafts[i];
        const bool is_left_out = d.config().selected && !out.stored[i] && d.progress == draft::state::done;
        for (auto p = d.result.parent; is_left_out && p; p = drafts[*p].result.parent) {
            out.left_out[*p].push_back(d.config().name);
        }
    }
    return out;
}

} // namespace corest::source::detail
