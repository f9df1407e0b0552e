#pragma once

/// \file
/// What the walks of one resource have counted.

#include <corest/resource/step_watch.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace corest {

/// A count that several threads may raise and read. Reads as a value of its type.
template <class T>
class shared_count {
public:
    /// \param value to begin with
    constexpr shared_count(T value = T()) noexcept : value_(value) {}
    /// A copy of what it is at this moment.
    shared_count(const shared_count& other) noexcept : value_(other.load()) {}
    /// Sets it to what the other one is at this moment.
    shared_count& operator=(const shared_count& other) noexcept { return *this = other.load(); }
    /// Sets it.
    shared_count& operator=(T value) noexcept
    {
        value_.store(value, std::memory_order_relaxed);
        return *this;
    }

    /// What it is at this moment.
    [[nodiscard]] T load() const noexcept { return value_.load(std::memory_order_relaxed); }
    /// See `load`.
    operator T() const noexcept { return load(); }

    /// Adds one.
    shared_count& operator++() noexcept { return *this += T(1); }
    /// Adds that many.
    shared_count& operator+=(T more) noexcept
    {
        for (T old = load(); !value_.compare_exchange_weak(old, old + more, std::memory_order_relaxed);) {
        }
        return *this;
    }
    /// Subtracts that many.
    shared_count& operator-=(T less) noexcept
    {
        for (T old = load(); !value_.compare_exchange_weak(old, old - less, std::memory_order_relaxed);) {
        }
        return *this;
    }
    /// Sets it to `value` where that is more.
    void raise(T value) noexcept
    {
        for (T old = load(); old < value && !value_.compare_exchange_weak(old, value, std::memory_order_relaxed);) {
        }
    }

private:
    std::atomic<T> value_;
};

/// Texts, each once, which several threads may add and read.
class warning_list {
public:
    warning_list() = default;
    /// A copy of those that are there at this moment.
    warning_list(const warning_list& other) : texts_(other.all()) {}
    warning_list& operator=(const warning_list&) = delete;

    /// Those that are there at this moment, in the order in which they came.
    [[nodiscard]] std::vector<std::string> all() const
    {
        const std::lock_guard lock(access_);
        return texts_;
    }
    /// Adds those that are not there yet.
    void add(std::vector<std::string> more)
    {
        if (more.empty()) {
            return;
        }
        const std::lock_guard lock(access_);
        for (std::string& text : more) {
            if (std::find(texts_.begin(), texts_.end(), text) == texts_.end()) {
                texts_.push_back(std::move(text));
            }
        }
    }

private:
    mutable std::mutex access_;
    std::vector<std::string> texts_;
};

/// The walks whose server has stated more than came: how many, and what it stated to the first of them.
class incomplete_walks {
public:
    /// So many texts are kept: a resource may have millions of walks.
    static constexpr std::size_t most_texts = 10;

    incomplete_walks() = default;
    /// A copy of what is there at this moment.
    incomplete_walks(const incomplete_walks& other)
    {
        const std::lock_guard lock(other.access_);
        count_ = other.count_;
        texts_ = other.texts_;
    }
    incomplete_walks& operator=(const incomplete_walks&) = delete;

    /// Adds walks. \param text a sentence \param walks how many they are
    void add(std::string text, std::uint64_t walks = 1)
    {
        const std::lock_guard lock(access_);
        count_ += walks;
        if (texts_.size() < most_texts) {
            texts_.push_back(std::move(text));
        }
    }
    /// How many there are at this moment.
    [[nodiscard]] std::uint64_t count() const
    {
        const std::lock_guard lock(access_);
        return count_;
    }
    /// What was stated to the first of them.
    [[nodiscard]] std::vector<std::string> texts() const
    {
        const std::lock_guard lock(access_);
        return texts_;
    }

private:
    mutable std::mutex access_;
    std::uint64_t count_ = 0;
    std::vector<std::string> texts_;
};

/// What the walks of one resource share: the paging rules ask for it, reports are made of it. Walks on several threads
/// may count into it while others read it.
class walk_statistics {
public:
    shared_count<std::size_t> largest_page;  ///< the most records any page had
    shared_count<std::uint64_t> walks;       ///< walks that came to their end
    shared_count<std::uint64_t> requests;    ///< sent, further attempts included
    shared_count<std::uint64_t> pages;       ///< received and cut
    shared_count<std::uint64_t> received;    ///< records on those pages, as they came
    shared_count<std::uint64_t> records;     ///< what filters, steps and limits have made of them
    shared_count<std::uint64_t> dropped;     ///< further records: not new, or out of the range that was asked for
    shared_count<std::uint64_t> retries;     ///< further attempts
    shared_count<std::uint64_t> ignored;     ///< responses whose status was to be ignored
    shared_count<std::uint64_t> asked_ahead; ///< requests that were sent before their page's turn
    shared_count<std::uint64_t> discarded;   ///< requests ahead whose answers were of no use, or not waited for
    /// At this moment: requests that were sent and whose responses the walks have not received; at least one for each
    /// walk that is read.
    shared_count<std::uint64_t> in_flight;
    shared_count<std::uint64_t> stated_walks; ///< that have ended, and whose server has stated how many records it has
    shared_count<std::uint64_t> stated_records;  ///< the sum of what it has stated to them
    shared_count<std::uint64_t> stated_received; ///< the sum of what has come of them
    shared_count<std::uint64_t> expected_walks; ///< whose server has stated at their first page how many records it has
    shared_count<std::uint64_t> expected_records; ///< the sum of what it has stated to them, or of the limits
    shared_count<std::uint64_t> repeated;         ///< walks that did not begin: the same one had been opened before
    shared_count<std::uint64_t> lacking;          ///< parents' records without a walk: a placeholder's field is missing
    shared_count<std::chrono::nanoseconds> waited; ///< between attempts and for rate limits
    warning_list warnings;                         ///< what a report should mention
    warning_list detected;       ///< what nobody has said and was found out, as in "records at $.items"
    step_watch steps;            ///< what conditions and expansions have found, and what they have not
    incomplete_walks incomplete; ///< walks that have ended, and of which the server says that there is more
};

} // namespace corest
