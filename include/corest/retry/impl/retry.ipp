#pragma once

#include <corest/retry/retry.hpp>

#include <corest/error.hpp>
#include <corest/http/http_date.hpp>
#include <corest/http/url.hpp>
#include <corest/retry/retry_after.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <random>

namespace corest {

/// The transport that `retry` adds.
class retry_transport {
public:
    retry_transport(any_transport next, retry how) : next_(std::move(next)), how_(std::move(how))
    {
        if (!how_.random_) {
            how_.random_ = [engine = std::mt19937_64(std::random_device{}())]() mutable {
                return std::uniform_real_distribution<double>(0, 1)(engine);
            };
        }
    }

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        std::chrono::nanoseconds waited{0};
        for (unsigned attempt = 1;; ++attempt) {
            const auto before = how_.clock_->now();
            if (how_.pause_->until > before) {
                co_await how_.clock_->sleep_until(how_.pause_->until);
                waited += how_.clock_->now() - before;
            }
            response got;
            std::exception_ptr failure;
            try {
                got = co_await next_.send(r);
            } catch (...) {
                failure = std::current_exception();
            }
            std::string reason = "status " + std::to_string(got.status);
            const attempt_outcome outcome = failure ? outcome_of(failure, attempt, reason, r) : outcome_of(got, r);
            const retry_decision next = how_.policy_.decide(attempt, outcome, how_.random_());
            if (next.what == retry_decision::action::too_long) {
                throw too_long(r, got, attempt, next.wait);
            }
            if (next.what == retry_decision::action::finish) {
                if (failure) {
                    std::rethrow_exception(failure);
                }
                got.attempts = attempt;
                got.waited = waited;
                co_return got;
            }
            if (how_.on_retry_) {
                how_.on_retry_(retry_event(attempt, next.wait, std::move(reason)));
            }
            const auto start = how_.clock_->now();
            if (got.status == 429 && outcome.retry_after) {
                how_.pause_->until = std::max(how_.pause_->until, start + next.wait);
            }
            co_await how_.clock_->sleep_until(start + next.wait);
            waited += how_.clock_->now() - start;
        }
    }

private:
    [[nodiscard]] attempt_outcome outcome_of(const response& got, const request& sent) const
    {
        const auto header = got.headers.find("Retry-After");
        return {got.status, header ? parse_retry_after(*header, how_.clock_->date()) : std::nullopt, sent.repeatable()};
    }

    /// Adds the number of attempts to the error; anything that is not an error of corest is never retried.
    static attempt_outcome outcome_of(
        std::exception_ptr& failure, unsigned attempt, std::string& reason, const request& sent)
    {
        try {
            std::rethrow_exception(failure);
        } catch (error& e) {
            error_context more;
            more.attempts = attempt;
            e.add(more);
            failure = std::make_exception_ptr(e);
            reason = e.message();
            return {e.kind(), e.context().status, sent.repeatable()};
        } catch (...) {
            return {errc::invalid_argument, 0, false};
        }
    }

    [[nodiscard]] error too_long(
        const request& sent, const response& got, unsigned attempt, std::chrono::milliseconds wait) const
    {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
        const auto limit = std::chrono::ceil<std::chrono::seconds>(how_.policy_.retry_after_limit()).count();
        error_context where;
        where.method = sent.method;
        where.url = redact_url(sent.url);
        where.status = got.status;
        where.attempts = attempt;
        return {errc::unexpected_status,
            "the server asks to wait " + std::to_string(seconds)
                + " s (Retry-After), which is longer than the limit of " + std::to_string(limit) + " s",
            "Come back after " + format_http_date(how_.clock_->date() + wait)
                + ", or raise client.retry.retry_after_limit",
            std::move(where)};
    }

    any_transport next_;
    retry how_;
};

COREST_DECL client retry::apply(const client& api) const
{
    return api.with_transport(retry_transport(api.transport(), *this));
}

} // namespace corest
