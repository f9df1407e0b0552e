#pragma once

#include <corest/http/dial.hpp>

#include <corest/concurrency/detail/spawned.hpp>
#include <corest/error.hpp>

#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(redirect_error.hpp)
#include COREST_ASIO(steady_timer.hpp)

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace corest::detail {

using net::ip::tcp;

COREST_DECL address_cache::endpoints address_cache::find(const std::string& host, const std::string& port) const
{
    const auto found = entries_.find({host, port});
    return found != entries_.end() && std::chrono::steady_clock::now() < found->second.end ? found->second.found
                                                                                           : endpoints();
}

COREST_DECL void address_cache::store(const std::string& host, const std::string& port, const endpoints& found)
{
    if (lifetime_.count() > 0) {
        entry& place = entries_[{host, port}];
        place.found = found;
        place.end = deadline_after(lifetime_);
    }
}

COREST_DECL void address_cache::prefer(const std::string& host, const std::string& port, const tcp::endpoint& answered)
{
    const auto place = entries_.find({host, port});
    if (place != entries_.end()) {
        endpoints& all = place->second.found;
        const auto one = std::find(all.begin(), all.end(), answered);
        if (one != all.end()) {
            std::rotate(all.begin(), one, std::next(one));
        }
    }
}

COREST_DECL void address_cache::drop(const std::string& host, const std::string& port)
{
    entries_.erase({host, port});
}

namespace dialing {

/// Waits until the deadline, or until somebody cancels the timer because there is news.
/// \throws system_error (operation_aborted) where the waiting coroutine itself was cancelled
inline net::awaitable<void> wait_for_news(net::steady_timer& timer, time_point deadline)
{
    error_code ignored;
    timer.expires_at(deadline);
    co_await timer.async_wait(net::redirect_error(net::use_awaitable, ignored));
    const auto state = co_await net::this_coro::cancellation_state;
    if (state.cancelled() != net::cancellation_type::none) {
        throw system_error(net::error::operation_aborted);
    }
}

/// A look-up under way. Shared by the coroutine that waits and the handler that brings the answer, because the answer
/// may come after nobody waits any more.
class lookup final : public spawned, public std::enable_shared_from_this<lookup> {
public:
    explicit lookup(const net::any_io_executor& executor) : news(executor), resolver_(executor), executor_(executor) {}

    void start(const std::string& host, const std::string& port)
    {
        resolver_.async_resolve(host, port, tcp::resolver::numeric_service,
            [self = shared_from_this()](const error_code& ec, const tcp::resolver::results_type& found) {
                self->failure = ec;
                for (const auto& entry : found) {
                    self->endpoints.push_back(entry.endpoint());
                }
                self->finish();
            });
    }

    void start(const decltype(http_options::resolver)& function, const std::string& host, const std::string& port)
    {
        function_ = function;
        const auto number = static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10));
        const std::shared_ptr<lookup> self = shared_from_this();
        spawn(executor_, ask(self, function_(host, port), number), spawned_end(self));
    }

    void abandon()
    {
        if (!done) {
            resolver_.cancel();
            cancel_.emit(net::cancellation_type::terminal);
        }
    }

    net::steady_timer news;
    bool done = false;
    error_code failure;
    std::exception_ptr exception;
    std::vector<tcp::endpoint> endpoints;

private:
    static net::awaitable<void> ask(
        std::shared_ptr<lookup> self, net::awaitable<std::vector<std::string>> answer, std::uint16_t port)
    {
        const std::vector<std::string> found = co_await std::move(answer);
        for (const std::string& text : found) {
            error_code ec;
            const auto address = net::ip::make_address(text, ec);
            if (!ec) {
                self->endpoints.emplace_back(address, port);
            }
        }
    }

    [[nodiscard]] net::cancellation_slot slot() noexcept override { return cancel_.slot(); }
    void on_end(const std::exception_ptr& thrown) override
    {
        exception = thrown;
        finish();
    }
    void on_abandoned() noexcept override {}

    void finish()
    {
        done = true;
        news.cancel();
    }

    tcp::resolver resolver_;
    net::any_io_executor executor_;
    net::cancellation_signal cancel_;
    decltype(http_options::resolver) function_;
};

/// Calls `leave()` of what it holds at the end of its scope.
template <class T, void (T::*Leave)()>
class leaving {
public:
    explicit leaving(T& object) : object_(object) {}
    leaving(const leaving&) = delete;
    leaving& operator=(const leaving&) = delete;
    ~leaving() { (object_.*Leave)(); }

private:
    T& object_;
};

/// Alternates between the address families, beginning with the first one's (RFC 8305, section 4).
inline void interleave(std::vector<tcp::endpoint>& endpoints)
{
    std::vector<tcp::endpoint> mixed;
    std::list<tcp::endpoint> left(endpoints.begin(), endpoints.end());
    while (!left.empty()) {
        auto next = left.begin();
        for (auto i = left.begin(); !mixed.empty() && i != left.end(); ++i) {
            if (i->address().is_v6() != mixed.back().address().is_v6()) {
                next = i;
                break;
            }
        }
        mixed.push_back(*next);
        left.erase(next);
    }
    endpoints = std::move(mixed);
}

inline net::awaitable<std::vector<tcp::endpoint>> resolve(net::any_io_executor executor, std::string host,
    std::string port, const http_options& options, time_point total, address_cache& known)
{
    error_code not_an_address;
    const auto address = net::ip::make_address(host, not_an_address);
    if (!not_an_address) {
        const auto number = static_cast<std::uint16_t>(std::strtoul(port.c_str(), nullptr, 10));
        co_return std::vector<tcp::endpoint>(1, tcp::endpoint(address, number));
    }
    address_cache::endpoints kept = known.find(host, port);
    if (!kept.empty()) {
        co_return kept;
    }
    const time_point deadline = deadline_after(options.limits.resolve, total);
    auto search = std::make_shared<lookup>(executor);
    leaving<lookup, &lookup::abandon> guard(*search);
    if (options.resolver) {
        search->start(options.resolver, host, port);
    } else {
        search->start(host, port);
    }
    while (!search->done) {
        if (std::chrono::steady_clock::now() >= deadline) {
            throw time_limit_passed(
                "the host name '" + host + "' was not resolved", deadline == total ? "total" : "resolve");
        }
        co_await wait_for_news(search->news, deadline);
    }
    if (search->endpoints.empty()) {
        error_context context;
        context.cause = search->exception ? describe(search->exception)
            : search->failure             ? search->failure.message()
                                          : std::string("it has no address");
        throw error(errc::resolve_failed, "the host name '" + host + "' could not be resolved",
            "Check the spelling of the host, and that this machine can resolve names", std::move(context));
    }
    interleave(search->endpoints);
    known.store(host, port, search->endpoints);
    co_return std::move(search->endpoints);
}

/// Connection attempts under way; shared with their handlers, as a look-up is.
class race : public std::enable_shared_from_this<race> {
public:
    explicit race(const net::any_io_executor& executor) : news(executor), executor_(executor) {}

    void start(const tcp::endpoint& endpoint)
    {
        attempts_.emplace_back(executor_);
        const auto attempt = std::prev(attempts_.end());
        ++running;
        attempt->async_connect(endpoint, [self = shared_from_this(), attempt, endpoint](const error_code& ec) {
            --self->running;
            if (ec) {
                ++self->failures;
                self->failure = ec;
                self->causes +=
                    (self->causes.empty() ? "" : "; ") + endpoint.address().to_string() + ": " + ec.message();
            } else if (!self->winner && !self->over_) {
                self->winner.emplace(std::move(*attempt));
                self->answered = endpoint;
            }
            self->attempts_.erase(attempt);
            self->news.cancel();
        });
    }

    /// Closes the attempts that are under way; their handlers still run.
    void end()
    {
        over_ = true;
        winner.reset();
        for (tcp::socket& attempt : attempts_) {
            error_code ignored;
            attempt.close(ignored);
        }
    }

    net::steady_timer news;
    std::size_t running = 0;
    std::size_t failures = 0;
    error_code failure; ///< the last one
    std::string causes; ///< of all failures, with their addresses
    std::optional<tcp::socket> winner;
    tcp::endpoint answered; ///< the winner's

private:
    net::any_io_executor executor_;
    std::list<tcp::socket> attempts_;
    bool over_ = false;
};

} // namespace dialing

COREST_DECL net::awaitable<tcp::socket> dial(net::any_io_executor executor, std::string host, std::string port,
    const http_options& options, time_point total, address_cache& known)
{
    constexpr std::chrono::milliseconds stagger{250};
    const std::vector<tcp::endpoint> endpoints = co_await dialing::resolve(executor, host, port, options, total, known);

    const std::string target = host + ':' + port;
    const time_point deadline = deadline_after(options.limits.connect, total);
    auto attempts = std::make_shared<dialing::race>(executor);
    dialing::leaving<dialing::race, &dialing::race::end> guard(*attempts);
    std::size_t next = 0;
    std::size_t failures = 0; // that another attempt has followed
    time_point next_start = time_point::min();
    while (!attempts->winner) {
        const time_point now = std::chrono::steady_clock::now();
        if (now >= deadline) {
            known.drop(host, port);
            throw time_limit_passed("no connection to " + target, deadline == total ? "total" : "connect");
        }
        const bool due = attempts->running == 0 || attempts->failures > failures || now >= next_start;
        if (next < endpoints.size() && due) {
            failures = attempts->failures;
            attempts->start(endpoints[next++]);
            next_start = now + stagger;
            continue;
        }
        if (attempts->running == 0) {
            known.drop(host, port);
            error_context context;
            context.cause = endpoints.size() == 1 ? attempts->failure.message() : attempts->causes;
            throw error(errc::connect_failed, "no connection to " + target,
                attempts->failure == net::error::connection_refused
                    ? "Nothing listens at " + target + ": check host and port of the address, and that the server runs"
                    : "Check host and port of the address, the network, and whether a proxy is needed",
                std::move(context));
        }
        co_await dialing::wait_for_news(
            attempts->news, next < endpoints.size() && next_start < deadline ? next_start : deadline);
    }
    known.prefer(host, port, attempts->answered);
    tcp::socket connected = std::move(*attempts->winner);
    error_code ignored;
    connected.set_option(tcp::no_delay(true), ignored);
    // Asynchronous operations do not care; connection::look reads without waiting.
    connected.non_blocking(true, ignored);
    co_return connected;
}

} // namespace corest::detail
