#pragma once

#include <corest/retry/retry.hpp>

#include <corest/error.hpp>
#include <corest/http/http_date.hpp>
#include <corest/http/response_status.hpp>
#include <corest/http/url.hpp>
#include <corest/retry/detail/rate_refusal.hpp>
#include <corest/retry/detail/unsent_response.hpp>
#include <corest/retry/rate_headers.hpp>
#include <corest/retry/retry_after.hpp>

#include <openssl/rand.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <exception>
#include <optional>
#include <utility>

namespace corest {

namespace detail {

/// The failure of a request that was not sent again because others had failed.
[[nodiscard]] inline std::exception_ptr over_budget(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (error& e) {
        e.set_hint(std::string(spent_budget_hint), remedy::retry_budget);
        return std::make_exception_ptr(e);
    } catch (...) {
        return failure;
    }
}

/// Numbers in [0, 1) that differ from one client to another: SplitMix64 (G. Steele, D. Lea, C. Flood, 2014).
class random_numbers {
public:
    random_numbers()
    {
        unsigned char seed[sizeof state_];
        if (RAND_bytes(seed, sizeof seed) == 1) {
            std::memcpy(&state_, seed, sizeof seed);
        }
    }

    double operator()() noexcept
    {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t bits = state_;
        bits = (bits ^ (bits >> 30U)) * 0xBF58476D1CE4E5B9U;
        bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
        bits ^= bits >> 31U;
        return static_cast<double>(bits >> 11U) * 0x1p-53; // as many bits as a double has
    }

private:
    /// The time, where there is no better seed.
    std::uint64_t state_ = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
};

/// The transport that `retry` adds.
class retry_transport {
public:
    retry_transport(any_transport next, retry settings) : next_(std::move(next)), settings_(std::move(settings))
    {
        if (!settings_.random_) {
            settings_.random_ = random_numbers();
        }
    }

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        std::chrono::nanoseconds waited{0};
        const bool is_sent_once = r.early || r.speculative;
        std::uint64_t cost = 0;   // of the last retry
        std::uint64_t before = 0; // of the one before it
        if (r.observation) {
            r.observation->count_attempts(0);
        }
        const auto sent_first = settings_.clock_->now();
        for (unsigned attempt = 1;; ++attempt) {
            const auto pause_start = settings_.clock_->now();
            const auto pause_end = settings_.pause_->end();
            if (pause_end > pause_start) {
                if (is_sent_once) {
                    co_return unsent_response();
                }
                co_await settings_.clock_->sleep_until(pause_end);
                waited += settings_.clock_->now() - pause_start;
                if (r.observation) {
                    wait_event event;
                    event.duration = settings_.clock_->now() - pause_start;
                    r.observation->tell(event);
                }
            }
            if (r.observation) {
                r.observation->count_attempts(attempt);
            }
            response got;
            std::exception_ptr failure;
            try {
                got = co_await next_.send(r);
            } catch (...) {
                failure = std::current_exception();
            }
            std::string reason = "status " + std::to_string(got.status);
            std::string asked_by;
            const attempt_outcome outcome =
                failure ? outcome_of(failure, attempt, since(sent_first), reason, r) : outcome_of(got, r, asked_by);
            const bool is_limited = !failure && outcome.status == 429 && outcome.retry_after;
            // What may not be repeated, a cancellation among it, is no matter for a policy.
            retry_decision decided = outcome.repeatable && (is_limited || !is_sent_once)
                ? settings_.policy_.decide(attempt, outcome, settings_.random_())
                : retry_decision(retry_decision::action::finish, std::chrono::milliseconds(0));
            if (outcome.retry_after && decided.wait > *outcome.retry_after) { // the policy itself waits longer
                asked_by.clear();
            }
            if (is_sent_once) {
                if (decided.next == retry_decision::action::again) {
                    settings_.pause_->raise(settings_.clock_->now() + decided.wait, masked(asked_by, r));
                }
                decided.next = retry_decision::action::finish;
            }
            if (decided.next == retry_decision::action::too_long) {
                throw too_long(r, got, attempt, since(sent_first), decided);
            }
            if (decided.next == retry_decision::action::again && settings_.budget_) {
                before = std::exchange(cost, cost_of(outcome, got));
                if (!settings_.budget_->take(cost)) {
                    decided.next = retry_decision::action::finish;
                    got.is_over_budget = true;
                    failure = failure ? over_budget(failure) : nullptr;
                }
            }
            if (decided.next == retry_decision::action::finish) {
                if (failure) {
                    std::rethrow_exception(failure);
                }
                if (settings_.budget_ && got.ok()) {
                    settings_.budget_->give(attempt == 1 ? retry_budget::success_gain : cost + before);
                }
                got.attempts = got.attempts == 0 ? 0 : attempt; // 0: a layer below has not sent a speculative one
                got.elapsed = since(sent_first);
                got.waited += waited;
                co_return got;
            }
            if (r.observation) {
                retry_event event(attempt, decided.wait, r.observation->mask(reason));
                event.asked_by = masked(asked_by, r);
                r.observation->tell(event);
            }
            const auto start = settings_.clock_->now();
            if (is_limited) {
                settings_.pause_->raise(start + decided.wait, masked(asked_by, r));
            }
            if (settings_.on_retry_) {
                retry_event event(attempt, decided.wait, std::move(reason));
                event.asked_by = std::move(asked_by);
                settings_.on_retry_(event);
            }
            co_await settings_.clock_->sleep_until(start + decided.wait);
            waited += settings_.clock_->now() - start;
        }
    }

private:
    /// The text without secrets, as far as it is known what they are.
    [[nodiscard]] static std::string masked(const std::string& text, const request& of)
    {
        return of.observation ? of.observation->mask(text) : text;
    }

    [[nodiscard]] std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) const
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(settings_.clock_->now() - start);
    }

    /// \param asked_by set to what asks for a wait, where something does
    [[nodiscard]] attempt_outcome outcome_of(const response& got, const request& sent, std::string& asked_by) const
    {
        const auto date = settings_.clock_->date();
        const auto header = got.headers.find("Retry-After");
        auto wait = header ? parse_retry_after(*header, date) : std::nullopt;
        std::string_view source = "Retry-After";
        unsigned status = got.status;
        if (got.verdict != response_verdict::none) {
            status = status_of(got.verdict);
            if (const auto own = got.wait_header.empty() ? std::nullopt : got.headers.find(got.wait_header)) {
                wait = parse_reset(*own, date);
                source = got.wait_header;
            }
        } else if (status == 202 && !sent.takes_accepted && (sent.method == "GET" || sent.idempotent)) {
            status = 503; // accepted, and not done
        } else if (is_rate_refusal(got, date)) {
            status = 429;
            const rate_statement rate = read_rate_headers(got.headers, date);
            if (!wait && rate.is_spent()) {
                source = "the rate limit";
                wait = rate.reset;
            }
        }
        if (wait) {
            asked_by = std::string(source) + " of " + split_url(sent.url).host;
        }
        attempt_outcome made(status, wait, sent.repeatable());
        made.is_demanded = got.verdict == response_verdict::retry || got.verdict == response_verdict::rate_limited;
        return made;
    }

    /// What another attempt takes out of the budget. Who is not done, or is told to ask again, has not failed.
    [[nodiscard]] static std::uint64_t cost_of(const attempt_outcome& outcome, const response& got) noexcept
    {
        return outcome.is_demanded || got.status == 202 ? 0
            : outcome.status == 429                     ? retry_budget::rate_limit_cost
                                                        : retry_budget::failure_cost;
    }

    /// The status that asks for the same.
    [[nodiscard]] static unsigned status_of(response_verdict verdict) noexcept
    {
        return verdict == response_verdict::retry ? 503 : verdict == response_verdict::rate_limited ? 429 : 200;
    }

    /// Adds the number of attempts and their time to the error; anything that is not an error of corest is never
    /// retried.
    static attempt_outcome outcome_of(std::exception_ptr& failure, unsigned attempt, std::chrono::milliseconds elapsed,
        std::string& reason, const request& sent)
    {
        try {
            std::rethrow_exception(failure);
        } catch (error& e) {
            error_context more;
            more.attempts = attempt;
            more.elapsed = elapsed;
            e.add(more);
            failure = std::make_exception_ptr(e);
            reason = e.message();
            return {e.kind(), e.context().status, sent.repeatable()};
        } catch (...) {
            return {errc::invalid_argument, 0, false};
        }
    }

    [[nodiscard]] error too_long(const request& sent, const response& got, unsigned attempt,
        std::chrono::milliseconds elapsed, const retry_decision& decided) const
    {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(decided.wait).count();
        const auto limit = std::chrono::ceil<std::chrono::seconds>(decided.limit).count();
        error_context context;
        context.method = sent.method;
        context.url = redact_url(sent.url);
        context.status = got.status;
        context.attempts = attempt;
        context.elapsed = elapsed;
        return {errc::unexpected_status,
            "the server asks to wait " + std::to_string(seconds)
                + " s (Retry-After), which is longer than the limit of " + std::to_string(limit) + " s",
            "Come back after " + format_http_date(settings_.clock_->date() + decided.wait) + ", or raise",
            remedy::retry_after_limit, std::move(context)};
    }

    any_transport next_;
    retry settings_;
};

} // namespace detail

COREST_DECL client retry::apply(const client& api) const
{
    return api.with_transport(detail::retry_transport(api.transport(), *this));
}

} // namespace corest
