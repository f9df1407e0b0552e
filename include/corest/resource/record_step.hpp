#pragma once

/// \file
/// What is done with the records of a page before they are handed out: conditions, and nested lists as records.

#include <corest/config.hpp>
#include <corest/resource/step_watch.hpp>
#include <corest/select/json_condition.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/page.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest {

/// One step: leaves out records, or makes several of one. Pages are counted before any step, as paginators need it.
class record_step {
public:
    /// Only records of which a condition holds: `@` is the record, `$` the body.
    [[nodiscard]] static record_step filter(json_condition condition)
    {
        record_step made(&record_step::filter_records);
        made.paths_ = condition.paths();
        made.condition_ = std::move(condition);
        return made;
    }
    /// In place of each record the elements of a list in it.
    /// \param list where it stands in the record
    /// \param keeps_record each record that is made has the one it was made of in `original_record`, in place of a
    ///        field of that name of its own; an element that is no object is one with the field `value`
    /// \param keeps_childless a record without the list, or with an empty one, stays as it is
    [[nodiscard]] static record_step expand(json_path list, bool keeps_record, bool keeps_childless)
    {
        record_step made(&record_step::expand_records);
        made.paths_.emplace_back(list, false);
        made.list_ = std::move(list);
        made.keeps_record_ = keeps_record;
        made.keeps_childless_ = keeps_childless;
        return made;
    }

    /// Changes the records of a page; one that expands makes them the page's body.
    /// \param data of the page
    /// \param found told of the paths of the step
    /// \throws error (not_json, wrong_type)
    void apply(detail::page_data& data, detail::step_tally& found) const { (this->*apply_)(data, found); }
    /// The paths that it names.
    [[nodiscard]] const std::vector<detail::condition_path>& paths() const noexcept { return paths_; }
    /// Whether it makes several records of one.
    [[nodiscard]] bool expands() const noexcept { return !condition_; }
    /// The step for people: `filter @.keep == true`.
    [[nodiscard]] COREST_DECL std::string text() const;

private:
    using change = void (record_step::*)(detail::page_data&, detail::step_tally&) const;

    /// \param kind what it does: what no flow names is not compiled
    explicit record_step(change kind) noexcept : apply_(kind) {}
    COREST_DECL void filter_records(detail::page_data& data, detail::step_tally& found) const;
    COREST_DECL void expand_records(detail::page_data& data, detail::step_tally& found) const;

    change apply_;
    std::vector<detail::condition_path> paths_; ///< that it names
    std::optional<json_condition> condition_;
    json_path list_;
    bool keeps_record_ = false;
    bool keeps_childless_ = false;
};

namespace detail {

/// Has all steps change the records of a page.
/// \param mask hides secrets in what is told of the records
COREST_DECL void apply_steps(const std::vector<record_step>& steps, page_data& data, step_watch& watch,
    const std::function<std::string(std::string)>& mask);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/record_step.ipp>
#endif
