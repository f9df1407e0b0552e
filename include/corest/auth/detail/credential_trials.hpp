#pragma once

/// \file
/// Whether credentials are of use to anybody. Not for users: `authorize` is.

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace corest::detail {

/// What becomes of the requests that credentials sign, until they are renewed.
class credential_trial {
public:
    std::atomic<bool> is_accepted{false};      ///< the server has taken one
    std::atomic<std::size_t> are_under_way{0}; ///< signed, and not answered yet
};

/// The trials of credentials that many use, on whatever threads, one after the other: a renewal begins the next one.
class credential_trials {
public:
    [[nodiscard]] std::shared_ptr<credential_trial> current()
    {
        const std::lock_guard lock(access_);
        return current_;
    }
    /// The credentials are renewed, unless that has been done since.
    void end(const std::shared_ptr<credential_trial>& refused)
    {
        auto next = std::make_shared<credential_trial>();
        const std::lock_guard lock(access_);
        if (current_ == refused) {
            current_ = std::move(next);
        }
    }

private:
    std::mutex access_; ///< of what follows
    std::shared_ptr<credential_trial> current_ = std::make_shared<credential_trial>();
};

/// A request that has just been signed.
class tried_request {
public:
    explicit tried_request(credential_trials& all) : trial_(all.current()) { ++trial_->are_under_way; }
    tried_request(const tried_request&) = delete;
    tried_request& operator=(const tried_request&) = delete;
    ~tried_request()
    {
        if (!is_answered_) {
            --trial_->are_under_way;
        }
    }

    /// It has been answered. \param is_accepted the server took its credentials
    void answered(bool is_accepted) noexcept
    {
        is_answered_ = true;
        if (is_accepted) {
            trial_->is_accepted = true;
        }
        --trial_->are_under_way;
    }
    /// Whether the credentials have been of use to another request, or may still be.
    [[nodiscard]] bool others_may_be_accepted() const noexcept
    {
        return trial_->is_accepted || trial_->are_under_way != 0;
    }
    [[nodiscard]] const std::shared_ptr<credential_trial>& trial() const noexcept { return trial_; }

private:
    std::shared_ptr<credential_trial> trial_;
    bool is_answered_ = false;
};

} // namespace corest::detail
