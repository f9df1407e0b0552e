#pragma once

#include <corest/retry/adaptive_concurrency.hpp>

#include <corest/clock.hpp>
#include <corest/concurrency/detail/wait_list.hpp>
#include <corest/error.hpp>
#include <corest/http/observer.hpp>
#include <corest/http/url.hpp>
#include <corest/retry/aimd_limit.hpp>
#include <corest/retry/detail/rate_refusal.hpp>
#include <corest/retry/detail/unsent_response.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

/// What the clients share: the limit, and who waits for it in line. As long as there is room, nobody waits.
class concurrency_line final : public wait_list {
public:
    explicit concurrency_line(std::size_t most) : limit_(most) { begin(); }

    /// One more client goes by it.
    /// \throws error (invalid_argument) where its executor is another one
    void add(const client& api)
    {
        if (loads_.empty()) {
            executor_ = api.executor();
            limit_ = aimd_limit(std::min(limit_.most(), api.load()->most()));
            begin();
        } else if (executor_ != api.executor()) {
            throw error(errc::invalid_argument,
                "adaptive_concurrency: the clients that it is added to have different executors",
                "Make a layer for each of them");
        }
        if (std::find(loads_.begin(), loads_.end(), api.load()) == loads_.end()) {
            loads_.push_back(api.load());
            loads_.back()->allow(limit_.allowed());
        }
    }

    /// Takes a place, where nobody has to wait for one. As long as nothing was refused or late, nobody has to: the pool
    /// has a line of its own.
    [[nodiscard]] bool try_enter() noexcept
    {
        const bool entered = may_enter();
        if (entered) {
            limit_.enter();
        }
        return entered;
    }
    /// See `adaptive_concurrency::wait_before_layers_within`.
    void hold_always() noexcept { holds_always_ = true; }
    [[nodiscard]] aimd_limit::ticket send() noexcept { return limit_.send(); }
    void leave() noexcept
    {
        limit_.leave();
        call();
    }

    void succeed(const aimd_limit::ticket& one, latency_watch& watch, std::chrono::nanoseconds latency)
    {
        limit_.succeed(one);
        count(false);
        if (latency > std::chrono::nanoseconds(0) && watch.take(limit_, one, latency)) {
            ++statistics->late_answers;
        }
        publish();
    }
    void refuse(const aimd_limit::ticket& one) noexcept
    {
        if (limit_.shrink(one)) {
            ++statistics->refusals;
        }
        publish();
    }
    /// The server could not answer, and does not say why: one here and there is its own affair.
    void fail(const aimd_limit::ticket& one) noexcept
    {
        if (count(true)) {
            refuse(one);
        }
    }

    const std::shared_ptr<concurrency_statistics> statistics = std::make_shared<concurrency_statistics>();

protected:
    void lost() noexcept override { leave(); } // its place was taken for it

private:
    /// Counts an answer. \return true where three of as many as are allowed were failures, eight at least, and one in
    /// eight of them
    bool count(bool is_failure) noexcept
    {
        constexpr std::size_t least_answers = 8;
        constexpr std::size_t least_failures = 3;
        const std::size_t round = std::max(limit_.allowed(), least_answers);
        failures_ += is_failure ? 1 : 0;
        const bool are_many = failures_ >= std::max(least_failures, round / least_answers);
        if (++answers_ >= round || are_many) {
            answers_ = failures_ = 0;
        }
        return are_many;
    }
    [[nodiscard]] bool may_enter() const noexcept { return (limit_.is_full() && !holds_always_) || limit_.has_room(); }
    /// Takes places for those who wait longest, as far as there are any.
    void call() noexcept
    {
        while (may_enter()) {
            if (!notify_one()) {
                return;
            }
            limit_.enter();
        }
    }
    void begin() noexcept
    {
        statistics->most = limit_.most();
        statistics->allowed = limit_.allowed();
        statistics->least = limit_.allowed();
    }
    /// Tells those who want to know where the limit has changed.
    void publish() noexcept
    {
        const std::size_t now = limit_.allowed();
        if (statistics->allowed == now) {
            return;
        }
        statistics->allowed = now;
        statistics->least = std::min(statistics->least.load(), now);
        for (const auto& load : loads_) {
            load->allow(now);
        }
    }

    aimd_limit limit_;
    bool holds_always_ = false;
    std::size_t answers_ = 0;  ///< since they were counted last
    std::size_t failures_ = 0; ///< of them
    net::any_io_executor executor_;
    std::vector<std::shared_ptr<client_load>> loads_; ///< of the clients
};

/// A place that a request has taken.
class concurrency_place {
public:
    explicit concurrency_place(std::shared_ptr<concurrency_line> line) : line_(std::move(line)), ticket_(line_->send())
    {
    }
    concurrency_place(const concurrency_place&) = delete;
    concurrency_place& operator=(const concurrency_place&) = delete;
    ~concurrency_place() { line_->leave(); }

    [[nodiscard]] const aimd_limit::ticket& ticket() const noexcept { return ticket_; }

private:
    std::shared_ptr<concurrency_line> line_;
    aimd_limit::ticket ticket_;
};

/// The transport that `adaptive_concurrency` adds.
class adaptive_transport {
public:
    adaptive_transport(const client& api, std::shared_ptr<concurrency_line> line, latency_watch watch)
        : api_(api),
          origin_(origin_of(api.base_url())),
          line_(std::move(line)),
          watch_(std::move(watch))
    {
    }

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        if (!api_.is_plainly_own(r.url) && origin_of(r.url) != origin_) {
            co_return co_await api_.transport().send(std::move(r));
        }
        if (!line_->try_enter()) {
            if (r.early || r.speculative) {
                co_return unsent_response();
            }
            const auto start = std::chrono::steady_clock::now();
            const bool called = co_await line_->wait();
            throw_unless_notified(called);
            if (r.observation) {
                wait_event event;
                event.reason = wait_event::cause::concurrency;
                event.duration = std::chrono::steady_clock::now() - start;
                r.observation->tell(event);
            }
        }
        const concurrency_place place(line_);
        response got = co_await api_.transport().send(std::move(r));
        judge(got, place.ticket());
        co_return got;
    }

private:
    void judge(const response& got, const aimd_limit::ticket& one)
    {
        if (got.attempts == 0) {
            return; // a layer below has not sent it
        }
        const bool is_unavailable = got.status == 503;
        if (got.verdict == response_verdict::rate_limited || is_rate_refusal(got, system_clock_source()->date())
            || (is_unavailable && got.headers.find("Retry-After")))
        {
            line_->refuse(one);
        } else if (is_unavailable) {
            line_->fail(one);
        } else {
            line_->succeed(one, watch_, got.latency);
        }
    }

    client api_; ///< without this layer
    std::string origin_;
    std::shared_ptr<concurrency_line> line_;
    latency_watch watch_;
};

} // namespace detail

COREST_DECL adaptive_concurrency::adaptive_concurrency(std::size_t most)
    : line_(std::make_shared<detail::concurrency_line>(most))
{
}

COREST_DECL adaptive_concurrency& adaptive_concurrency::wait_before_layers_within()
{
    line_->hold_always();
    return *this;
}

COREST_DECL client adaptive_concurrency::apply(const client& api) const
{
    line_->add(api);
    return api.with_transport(detail::adaptive_transport(api, line_, latency_watch(least_growth_)));
}

COREST_DECL std::shared_ptr<const concurrency_statistics> adaptive_concurrency::statistics() const
{
    return line_->statistics;
}

} // namespace corest
