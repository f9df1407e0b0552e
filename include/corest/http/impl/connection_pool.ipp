#pragma once

#include <corest/http/connection_pool.hpp>

#include <corest/concurrency/with_timeout.hpp>
#include <corest/error.hpp>

#include <chrono>
#include <utility>

namespace corest::detail {

/// An idle connection and when it is too old.
class connection_pool::parked {
public:
    parked(std::unique_ptr<connection> c, time_point idle_deadline) : link(std::move(c)), deadline(idle_deadline) {}

    std::unique_ptr<connection> link;
    time_point deadline;
};

/// The connections of one route.
class connection_pool::origin {
public:
    explicit origin(std::size_t limit) : places(limit) {}

    semaphore places;
    std::vector<parked> idle; ///< the one used last is last
};

COREST_DECL connection_pool::connection_pool(net::any_io_executor executor, std::shared_ptr<const http_options> options)
    : options_(std::move(options)),
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
    } else if (taken.waited_ = true; total == time_point::max()) {
        taken.place_ = co_await taken.origin_->places.acquire();
    } else {
        const auto left = total - std::chrono::steady_clock::now();
        bool late = false;
        try {
            taken.place_ = co_await with_timeout(taken.origin_->places.acquire(), left);
        } catch (const system_error& e) {
            if (e.code() != net::error::timed_out) {
                throw;
            }
            late = true;
        }
        if (late) {
            throw error(errc::timeout, "no connection to " + peer.authority + " became free within the time limit",
                "All " + std::to_string(options_->connections_per_origin)
                    + " are in use: send fewer requests at once, or raise",
                remedy::connections);
        }
    }

    evict();
    while (!taken.origin_->idle.empty()) {
        std::unique_ptr<connection> newest = std::move(taken.origin_->idle.back().link);
        taken.origin_->idle.pop_back();
        --idle_;
        if (newest->is_alive()) {
            taken.connection_ = std::move(newest);
            taken.reused_ = true;
            co_return taken;
        }
        discard(std::move(newest));
    }
    taken.connection_ = make(peer);
    co_return taken;
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
        std::erase_if(o.idle, [&](parked& p) {
            const bool old = p.deadline <= now;
            if (old) {
                --idle_;
                discard(std::move(p.link));
            }
            return old;
        });
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

COREST_DECL connection_pool::lease::~lease()
{
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
        ++pool_->idle_;
        pool_->evict();
    }
}

} // namespace corest::detail
