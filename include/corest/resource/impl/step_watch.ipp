#pragma once

#include <corest/resource/step_watch.hpp>

#include <corest/detail/text.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace corest {

COREST_DECL void detail::step_tally::look(
    const std::vector<condition_path>& paths, std::string_view record, std::string_view body)
{
    if (has_seen_all) {
        return;
    }
    has_seen_all = true;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (seen[i]) {
            continue;
        }
        std::vector<std::string_view> found;
        const std::string_view in = paths[i].of_body ? body : record;
        find_all(in, paths[i].path.steps(), found, body);
        const std::optional<std::string> reason = found.empty()
            ? explain_missing(in, paths[i].path.steps(), paths[i].of_body ? "the body" : "the record")
            : std::nullopt;
        seen[i] = !reason; // nor is it missing where a list that it leads through is empty
        has_seen_all = has_seen_all && seen[i];
        if (reason && first[i].empty()) {
            first[i] = *reason;
        }
    }
}

COREST_DECL detail::step_tally step_watch::begin(std::size_t index, std::size_t paths) const
{
    detail::step_tally made;
    made.seen.resize(paths, false);
    made.first.resize(paths);
    const std::lock_guard lock(access_);
    if (index < steps_.size() && steps_[index].tally.seen.size() == paths) {
        made.seen = steps_[index].tally.seen;
        made.first = steps_[index].tally.first;
    }
    made.has_seen_all = std::find(made.seen.begin(), made.seen.end(), false) == made.seen.end();
    return made;
}

COREST_DECL void step_watch::add(std::size_t index, const detail::step_tally& found, std::string_view step_text,
    const std::vector<detail::condition_path>& paths, bool expands)
{
    const std::lock_guard lock(access_);
    if (steps_.size() <= index) {
        steps_.resize(index + 1);
    }
    one_step& into = steps_[index];
    if (into.text.empty()) {
        into.text = step_text;
        into.expands = expands;
        for (const detail::condition_path& path : paths) {
            into.paths.push_back(path.text());
        }
        into.tally.seen.resize(paths.size(), false);
        into.tally.first.resize(paths.size());
    }
    into.tally.left_out += found.left_out;
    into.tally.replaced += found.replaced;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        into.tally.seen[i] = into.tally.seen[i] || found.seen[i];
        if (into.tally.first[i].empty()) {
            into.tally.first[i] = found.first[i];
        }
    }
}

COREST_DECL std::vector<std::string> step_watch::texts() const
{
    using detail::counted;
    std::vector<std::string> all;
    for (const one_step& step : copy()) {
        for (std::size_t i = 0; i < step.paths.size() && step.tally.left_out != 0; ++i) {
            if (!step.tally.seen[i]) {
                all.push_back("the step '" + step.text + "' has left out " + counted(step.tally.left_out, "record")
                    + ", and no record has " + (step.expands ? "a list at " : "") + step.paths[i]
                    + (step.tally.first[i].empty() ? std::string() : "; of the first one: " + step.tally.first[i]));
            }
        }
        if (step.tally.replaced != 0) {
            all.push_back("the step '" + step.text + "' has put the record in the place of a field original_record of "
                + counted(step.tally.replaced, "element") + " of the list");
        }
    }
    return all;
}

} // namespace corest
