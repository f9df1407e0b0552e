#pragma once

#include <corest/http/connection_pool.hpp>

#include <corest/concurrency/detail/wait_list.hpp>
#include <corest/error.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace corest::detail {

/// An idle connection and when it is too old.
class connection_pool::parked {
public:
    parked(std::unique_ptr<connection> c, time_point idle_deadline) : link(std::move(c)), deadline(idle_deadline) {}

    std::unique_ptr<connection> link;
    time_point deadline;
};

/// The first connection of a route while it is opened. Shared by who opens it and those who wait for what comes of it.
class connection_pool::attempt {
public:
    wait_list waiting;
    std::optional<error> failure; ///< also theirs
};

/// The connections of one route.
class connection_pool::origin {
public:
    explicit origin(std::size_t limit) : places(limit) {}

    semaphore places;
    std::vector<parked> idle;                     ///< the one used last is last
    time_point next_eviction = time_point::max(); ///< none of them is too old before
    bool reached = false;                         ///< a connection has been opened
    std::shared_ptr<attempt> first;               ///< the one that is being opened, as long as none has been; else null
};

COREST_DECL connection_pool::connection_pool(net::any_io_executor executor, std::shared_ptr<const http_options> options)
    : options_(std::move(options)),
      addresses_(options_->dns_cache),
      home_(std::move(executor), [this] { close_idle(); })
{
}

COREST_DECL net::awaitable<connection_pool::lease> connection_pool::acquire(route peer, time_point total)
{
    const std::shared_ptr<connection_pool> self = shared_from_this();
    lease taken;
    taken.pool_ = self;
    std::string key = peer.key();
    auto& entry = origins_[std::move(key)];
    if (!entry) {
        entry = std::make_shared<origin>(options_->connections_per_origin == 0 ? 1 : options_->connections_per_origin);
    }
    taken.origin_ = entry;

    if (auto place = taken.origin_->places.try_acquire()) {
        taken.place_ = std::move(*place);
    } else {
        taken.waited_ = true;
        auto late = co_await taken.origin_->places.acquire_until(total);
        if (!late) {
            throw error(errc::timeout, "no connection to " + peer.authority + " became free within the time limit",
                "All " + std::to_string(options_->connections_per_origin)
                    + " are in use: send fewer requests at once, or raise",
                remedy::connections);
        }
        taken.place_ = std::move(*late);
    }

    while (!take_idle(taken)) {
        origin& o = *taken.origin_;
        if (!o.reached && o.first) {
            taken.waited_ = true;
            co_await outcome(o.first, peer.authority, total);
            continue;
        }
        if (!o.reached) {
            taken.first_ = o.first = std::make_shared<attempt>();
        }
        taken.connection_ = make(peer);
        break;
    }
    co_return taken;
}

/// Waits for what comes of a route's first connection. \throws what it failed with
COREST_DECL net::awaitable<void> connection_pool::outcome(
    std::shared_ptr<attempt> first, std::string authority, time_point total)
{
    const bool notified = co_await first->waiting.wait(total);
    if (!notified && std::chrono::steady_clock::now() >= total) {
        throw time_limit_passed("no connection to " + authority, "total");
    }
    throw_unless_notified(notified);
    if (first->failure) {
        throw error(*first->failure); // A copy: each request adds its own context.
    }
}

/// Gives the idle connection that was used last, of those that are good still. \return false where there is none
COREST_DECL bool connection_pool::take_idle(lease& taker)
{
    evict();
    std::vector<parked>& idle = taker.origin_->idle;
    while (!idle.empty()) {
        std::unique_ptr<connection> newest = std::move(idle.back().link);
        idle.pop_back();
        --idle_;
        if (newest->is_alive()) {
            taker.connection_ = std::move(newest);
            taker.reused_ = true;
            return true;
        }
        discard(std::move(newest));
    }
    return false;
}

COREST_DECL std::unique_ptr<connection> connection_pool::make(const route& peer)
{
    auto made = std::make_unique<connection>(executor(), *options_, peer);
    ++open_;
    ++opened_;
    return made;
}

COREST_DECL void connection_pool::discard(std::unique_ptr<connection> c) noexcept
{
    if (c) {
        --open_;
        c->close();
    }
}

COREST_DECL void connection_pool::evict()
{
    const time_point now = std::chrono::steady_clock::now();
    for (auto i = origins_.begin(); i != origins_.end();) {
        origin& o = *i->second;
        if (o.next_eviction <= now) { // not at each request: there may be very many
            o.next_eviction = time_point::max();
            std::erase_if(o.idle, [&](parked& p) {
                const bool old = p.deadline <= now;
                if (old) {
                    --idle_;
                    discard(std::move(p.link));
                } else {
                    o.next_eviction = std::min(o.next_eviction, p.deadline);
                }
                return old;
            });
        }
        // Not even a lease or somebody who waits refers to it any more.
        i = o.idle.empty() && i->second.use_count() == 1 ? origins_.erase(i) : std::next(i);
    }
}

COREST_DECL void connection_pool::close_idle()
{
    for (auto& [key, o] : origins_) {
        for (parked& p : o->idle) {
            --idle_;
            discard(std::move(p.link));
        }
        o->idle.clear();
    }
    evict();
}

COREST_DECL net::awaitable<void> connection_pool::lease::open(
    tls_context* tls, time_point total, const observation* watch)
{
    try {
        co_await connection_->open(tls, total, pool_->addresses_, watch);
    } catch (const error& e) {
        if (first_ && std::chrono::steady_clock::now() < total) {
            first_->failure.emplace(e);
        }
        settle();
        throw;
    }
    origin_->reached = true;
    settle();
}

/// Lets those go on who wait for what comes of this connection.
COREST_DECL void connection_pool::lease::settle() noexcept
{
    if (first_) {
        origin_->first.reset();
        first_->waiting.notify_all();
        first_.reset();
    }
}

COREST_DECL connection_pool::lease::~lease()
{
    settle();
    if (pool_) {
        pool_->discard(std::move(connection_));
    }
}

COREST_DECL void connection_pool::lease::renew()
{
    const route peer = connection_->peer();
    pool_->discard(std::move(connection_));
    connection_ = pool_->make(peer);
    reused_ = false;
}

COREST_DECL void connection_pool::lease::commit()
{
    if (connection_ && connection_->reusable()) {
        const time_point deadline = connection_->idle_deadline();
        origin_->idle.emplace_back(std::move(connection_), deadline);
        origin_->next_eviction = std::min(origin_->next_eviction, deadline);
        ++pool_->idle_;
        pool_->evict();
    }
}

} // namespace corest::detail
