#pragma once

#include <corest/retry/rate_limit.hpp>

#include <corest/error.hpp>
#include <corest/http/http_date.hpp>
#include <corest/http/observer.hpp>
#include <corest/http/url.hpp>
#include <corest/retry/detail/unsent_response.hpp>
#include <corest/retry/rate_budget.hpp>
#include <corest/retry/rate_headers.hpp>

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace corest {

namespace detail {

/// A budget for requests on all threads.
class shared_rate_budget {
public:
    explicit shared_rate_budget(std::vector<rate_window> windows) : budget_(std::move(windows)) {}

    /// What `use` makes of the budget, which nobody else uses meanwhile.
    template <class F>
    auto with(F&& use)
    {
        const std::lock_guard lock(mutex_);
        return use(budget_);
    }

private:
    std::mutex mutex_;
    rate_budget budget_;
};

/// A request's place, which it leaves whatever becomes of it.
class rate_place {
public:
    rate_place(std::shared_ptr<shared_rate_budget> budget, std::uint64_t weight, rate_budget::time_point now)
        : budget_(std::move(budget)),
          place_(budget_->with([&](rate_budget& all) { return all.enter(weight, now); }))
    {
    }
    rate_place(const rate_place&) = delete;
    rate_place& operator=(const rate_place&) = delete;
    ~rate_place()
    {
        if (!is_finished_) {
            budget_->with([&](rate_budget& all) { all.leave(place_); });
        }
    }

    std::optional<rate_budget::time_point> try_send(rate_budget::time_point now)
    {
        return budget_->with([&](rate_budget& all) { return all.try_send(place_, now); });
    }
    void finish(const rate_statement& said, rate_budget::time_point now)
    {
        is_finished_ = true;
        budget_->with([&](rate_budget& all) { all.finish(place_, said, now); });
    }

private:
    std::shared_ptr<shared_rate_budget> budget_;
    rate_budget::place place_;
    bool is_finished_ = false;
};

/// The transport that `rate_limit` adds.
class rate_limit_transport {
public:
    rate_limit_transport(const client& api, rate_limit settings)
        : next_(api.transport()),
          origin_(origin_of(api.base_url())),
          settings_(std::move(settings))
    {
    }

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        const std::uint64_t weight = weight_of(r);
        if (weight == 0) {
            co_return co_await next_.send(std::move(r));
        }
        const auto start = settings_.clock_->now();
        const bool may_wait = !r.speculative;
        if (!may_wait && !settings_.budget_->with([&](rate_budget& all) { return all.has_plenty(weight, start); })) {
            co_return unsent_response();
        }
        rate_place place(settings_.budget_, weight, start);
        for (auto now = start; const auto until = place.try_send(now); now = settings_.clock_->now()) {
            check_wait(r, *until - start, *until - now);
            tell_wait(r, *until - now);
            co_await settings_.clock_->sleep_until(*until);
        }
        const std::chrono::nanoseconds waited = settings_.clock_->now() - start;
        const bool has_waited = waited > std::chrono::milliseconds(1); // less is no wait, but the time this takes
        response got = co_await next_.send(std::move(r));
        place.finish(settings_.learn_ ? read_rate_headers(got.headers, settings_.clock_->date()) : rate_statement(),
            settings_.clock_->now());
        if (has_waited) {
            got.waited += waited;
        }
        co_return got;
    }

private:
    [[nodiscard]] std::uint64_t weight_of(const request& r) const
    {
        if (origin_of(r.url) != origin_) {
            return 0;
        }
        return settings_.weigh_ ? settings_.weigh_(r) : 1;
    }

    static void tell_wait(const request& r, std::chrono::nanoseconds left)
    {
        if (r.observation && left > std::chrono::milliseconds(1)) {
            wait_event event;
            event.reason = wait_event::cause::rate_budget;
            event.duration = left;
            r.observation->tell(event);
        }
    }

    /// \throws error where the whole wait is longer than is allowed
    void check_wait(const request& r, std::chrono::nanoseconds whole, std::chrono::nanoseconds left) const
    {
        if (whole <= settings_.max_wait_) {
            return;
        }
        const auto seconds = [](auto span) {
            return std::to_string(std::chrono::ceil<std::chrono::seconds>(span).count()) + " s";
        };
        error_context context;
        context.method = r.method;
        context.url = redact_url(r.url);
        throw error(errc::limit_exceeded,
            "the rate limit leaves no room for a request for " + seconds(left) + ", which is longer than the limit of "
                + seconds(settings_.max_wait_),
            "Come back after "
                + format_http_date(
                    settings_.clock_->date() + std::chrono::ceil<std::chrono::system_clock::duration>(left))
                + ", or raise",
            remedy::rate_limit_wait, std::move(context));
    }

    any_transport next_;
    std::string origin_;
    rate_limit settings_;
};

} // namespace detail

COREST_DECL rate_limit::rate_limit() : budget_(std::make_shared<detail::shared_rate_budget>(std::vector<rate_window>()))
{
}

COREST_DECL rate_limit::rate_limit(std::uint64_t requests, std::chrono::duration<double> per)
{
    const auto length = std::chrono::duration_cast<std::chrono::nanoseconds>(per);
    if (requests == 0 || length <= std::chrono::nanoseconds(0)) {
        throw error(errc::invalid_argument,
            "rate_limit: expected one request or more in a span longer than zero, found " + std::to_string(requests)
                + " in " + std::to_string(per.count()) + " s");
    }
    budget_ = std::make_shared<detail::shared_rate_budget>(std::vector<rate_window>{rate_window(requests, length)});
}

COREST_DECL client rate_limit::apply(const client& api) const
{
    return api.with_transport(detail::rate_limit_transport(api, *this));
}

} // namespace corest
