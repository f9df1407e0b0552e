#pragma once

/// \file
/// What the steps of a resource find in its records, for who reads that they leave everything out.

#include <corest/config.hpp>
#include <corest/select/json_condition.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace corest {

namespace detail {

/// What a step has found in some records.
class step_tally {
public:
    std::uint64_t left_out = 0; ///< records that are not handed out, or not in pieces
    std::uint64_t replaced = 0; ///< records whose own `original_record` has given way to the record they were in
    std::vector<bool> seen;     ///< by path: whether something was there
    bool has_seen_all = false;
    std::vector<std::string> first; ///< by path: of the first record without it, "the record has id, state"

    /// Looks for the paths that no record had yet. \param body the record is in
    COREST_DECL void look(const std::vector<condition_path>& paths, std::string_view record, std::string_view body);
};

} // namespace detail

/// What the steps of one resource have found: a path that no record has is written wrongly, most likely. Several
/// threads may count into it.
class step_watch {
public:
    step_watch() = default;
    /// A copy of what is there at this moment.
    step_watch(const step_watch& other) : steps_(other.copy()) {}
    step_watch& operator=(const step_watch&) = delete;

    /// A sentence for each path that no record had, where its step has left out records, and for what else a report
    /// should mention.
    [[nodiscard]] COREST_DECL std::vector<std::string> texts() const;

    /// For steps: what has been found so far, without the counts. \param index of the step \param paths that it names
    [[nodiscard]] COREST_DECL detail::step_tally begin(std::size_t index, std::size_t paths) const;
    /// For steps: adds what was found in a page. \param index, paths as for `begin` \param found what it is
    /// \param step_text for people \param expands it makes several records of one
    COREST_DECL void add(std::size_t index, const detail::step_tally& found, std::string_view step_text,
        const std::vector<detail::condition_path>& paths, bool expands);

private:
    struct one_step {
        detail::step_tally tally;
        std::string text;
        std::vector<std::string> paths;
        bool expands = false;
    };
    [[nodiscard]] std::vector<one_step> copy() const
    {
        const std::lock_guard lock(access_);
        return steps_;
    }

    mutable std::mutex access_;
    std::vector<one_step> steps_; ///< by index
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/step_watch.ipp>
#endif
