#pragma once

/// \file
/// One cursor for the walks of many parents. Not for users.

#include <corest/incremental/cursor_rules.hpp>
#include <corest/incremental/cursor_state.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace corest {

/// Counts the walks of one reading, and keeps the last value of those beyond the rules' `partition_limit`. For one
/// thread at a time.
class cursor_book {
public:
    /// \param followed the rules; null: there are none, and nothing is kept
    explicit cursor_book(std::shared_ptr<const cursor_rules> followed) : rules_(std::move(followed)) {}

    /// A walk begins. \return true where it shares the value
    [[nodiscard]] bool join() { return rules_ && rules_->partition_limit && ++walks_ > *rules_->partition_limit; }
    /// A walk that shares it has ended with all its rows.
    /// \param reached where the next run of it would begin
    void add(const std::optional<cursor_value>& reached)
    {
        if (reached && (!state_.last_value || rules_->order(*reached, *state_.last_value) > 0)) {
            state_.last_value = reached;
        }
    }
    /// Such a walk has ended without all its rows: nothing is to be kept.
    void spoil() noexcept { is_spoilt_ = true; }
    /// What is to be kept; none where nothing is.
    [[nodiscard]] std::optional<cursor_state> state() const
    {
        return state_.last_value && !is_spoilt_ ? std::optional(state_) : std::nullopt;
    }

private:
    std::shared_ptr<const cursor_rules> rules_;
    std::size_t walks_ = 0;
    cursor_state state_;
    bool is_spoilt_ = false;
};

} // namespace corest
