#pragma once

/// \file
/// What is done with the records of a page before they are handed out: conditions, and nested lists as records.

#include <corest/config.hpp>
#include <corest/select/json_condition.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/page.hpp>

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
        made.condition_ = std::move(condition);
        return made;
    }
    /// In place of each record the elements of a list in it.
    /// \param list where it stands in the record
    /// \param keeps_record each object that is made has the record it was made of in `original_record`
    /// \param keeps_childless a record without the list, or with an empty one, stays as it is
    [[nodiscard]] static record_step expand(json_path list, bool keeps_record, bool keeps_childless)
    {
        record_step made(&record_step::expand_records);
        made.list_ = std::move(list);
        made.keeps_record_ = keeps_record;
        made.keeps_childless_ = keeps_childless;
        return made;
    }

    /// Changes the records of a page; one that expands makes them the page's body.
    /// \throws error (not_json, wrong_type)
    void apply(detail::page_data& data) const { (this->*apply_)(data); }
    /// Whether it makes several records of one.
    [[nodiscard]] bool expands() const noexcept { return !condition_; }
    /// The step for people: `filter @.keep == true`.
    [[nodiscard]] COREST_DECL std::string text() const;

private:
    using change = void (record_step::*)(detail::page_data&) const;

    /// \param kind what it does: what no flow names is not compiled
    explicit record_step(change kind) noexcept : apply_(kind) {}
    COREST_DECL void filter_records(detail::page_data& data) const;
    COREST_DECL void expand_records(detail::page_data& data) const;

    change apply_;
    std::optional<json_condition> condition_;
    json_path list_;
    bool keeps_record_ = false;
    bool keeps_childless_ = false;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/record_step.ipp>
#endif
