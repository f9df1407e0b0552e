#pragma once

#include <corest/http/connection_pool.hpp>

#include <corest/concurrency/detail/wait_list.hpp>
#include <corest/error.hpp>

#include COREST_ASIO(steady_timer.hpp)

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

namespace corest::detail {

/// An idle connection and when it is too old.
class connection_pool::parked {
public:
    parked(std::unique_ptr<connection> c, time_point idle_deadline, time_point expected = time_point::min())
        : link(std::move(c)),
          deadline(idle_deadline),
          due(expected)
    {
    }

    std::unique_ptr<connection> link;
    time_point deadline;
    time_point due; ///< when the rest of its response is expected, if that is not read
};

/// The first connection of a route while it is opened. Shared by who opens it and those who wait for what comes of it.
class connection_pool::attempt {
public:
    bool under_way = false;       ///< false: who was at it has given up, and the next one tries
    std::optional<error> failure; ///< also theirs
};

namespace pooling {

/// How long something takes, by the last few times.
class typical_time {
public:
    void add(std::chrono::steady_clock::duration one)
    {
        const double seconds = std::chrono::duration<double>(one).count();
        seconds_ = seconds_ < 0 ? seconds : seconds_ + (seconds - seconds_) / 4;
    }

    [[nodiscard]] bool is_known() const noexcept { return seconds_ >= 0; }
    [[nodiscard]] double seconds() const noexcept { return seconds_; }

private:
    double seconds_ = -1;
};

inline std::chrono::steady_clock::duration of_seconds(double seconds)
{
    return std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
}

/// Counts somebody as long as it lives.
class counted {
public:
    explicit counted(std::size_t& count) : count_(count) { ++count_; }
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
    ~counted() { --count_; }

private:
    std::size_t& count_;
};

} // namespace pooling

/// The connections of one route.
class connection_pool::origin {
public:
    explicit origin(std::size_t most) : limit(most), places(most) {}

    /// Whether one more may be opened now. \param others who wait for a connection as well
    /// \param patient false: who asks has waited long enough for one that is in use
    [[nodiscard]] bool may_open(time_point now, std::size_t others, bool patient) const
    {
        if (!reached) {
            return !first || !first->under_way;
        }
        return opening < at_once && now >= session_due && (!patient || is_worth_opening(others + 1));
    }

    /// True where so many who wait would wait longer for those in use than an opening takes.
    [[nodiscard]] bool is_worth_opening(std::size_t waiters) const
    {
        const auto busy = static_cast<double>(in_use)
            + static_cast<double>(
                std::count_if(idle.begin(), idle.end(), [](const parked& p) { return p.link->is_answering(); }));
        if (busy == 0 || !answer.is_known() || !dialling.is_known()) {
            return true;
        }
        // Every `answer / busy` seconds one becomes free: the first waits so long, the second twice, and so on.
        const auto n = static_cast<double>(waiters);
        return spent + answer.seconds() / busy * n * (n + 1) / 2 >= dialling.seconds();
    }

    /// When it is worth a look whether a response that nobody wants has come: none tells.
    [[nodiscard]] time_point next_due(time_point now) const
    {
        time_point next = time_point::max();
        for (const parked& p : idle) {
            next = p.due > now ? std::min(next, p.due) : next;
        }
        return next;
    }

    /// True where one who waits could open a connection, and hopes for one that is in use.
    [[nodiscard]] bool is_patient(time_point now) const { return reached && opening < at_once && now >= session_due; }

    /// Lets as many of those who wait go on as may open a connection, if that is worth it.
    void let_open() noexcept
    {
        if (std::chrono::steady_clock::now() >= session_due) {
            for (std::size_t i = opening; i < at_once && waiting.notify_one(); ++i) {
            }
        }
    }

    /// No further connection is opened until then, unless the first one's session comes before.
    static void await_session(
        const std::shared_ptr<origin>& self, const net::any_io_executor& executor, time_point until)
    {
        self->session_due = until;
        self->session_timer.emplace(executor, until);
        self->session_timer->async_wait([whose = std::weak_ptr<origin>(self)](const error_code&) {
            if (const std::shared_ptr<origin> o = whose.lock()) {
                o->session_due = time_point::min();
                o->let_open();
            }
        });
    }

    /// The first one's session has come, or will not.
    void session_settled()
    {
        if (session_timer) {
            session_timer->cancel();
        }
    }

    static constexpr std::size_t most_at_once = 16;

    const std::size_t limit;
    semaphore places;
    std::vector<parked> idle; ///< the one used last is last; first those whose response is not read to its end
    time_point next_eviction = time_point::max(); ///< none of them is too old before
    bool reached = false;                         ///< a connection has been opened
    std::shared_ptr<attempt> first;               ///< the one that is being opened, as long as none has been; else null
    wait_list waiting;                            ///< those who have a place, and no connection yet
    std::size_t queued = 0;                       ///< in `waiting`, or about to go on
    std::size_t opening = 0;
    std::size_t in_use = 0;
    std::size_t at_once = 1; ///< so many may be opened at the same time
    /// Until when no further one is opened, because the first one's TLS session is about to come.
    time_point session_due = time_point::min();
    std::optional<net::steady_timer> session_timer; ///< once that has been waited for
    pooling::typical_time answer;                   ///< from the request to the end of its response
    pooling::typical_time dialling;                 ///< of opening
    double spent = 0; ///< seconds that were waited for those in use since the last one was opened
};

COREST_DECL connection_pool::connection_pool(net::any_io_executor executor, std::shared_ptr<const http_options> options)
    : options_(std::move(options)),
      addresses_(options_->dns_cache),
      home_(std::move(executor), [this] {
          close_idle();
          for (auto& [key, o] : origins_) {
              o->session_timer.reset();
          }
      })
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

    origin& o = *taken.origin_;
    bool patient = true;
    bool in_turn = false;
    while (true) {
        // What those who were here before have been called for is not taken from them.
        if ((in_turn || o.idle.size() > o.queued) && take_idle(taken)) {
            break;
        }
        const time_point start = std::chrono::steady_clock::now();
        if (o.may_open(start, o.queued, patient)) {
            make(taken, peer);
            break;
        }
        taken.waited_ = true;
        const std::shared_ptr<attempt> first = o.first;
        const bool hopes = o.is_patient(start);
        const time_point patience =
            hopes ? start + pooling::of_seconds(o.dialling.seconds() - o.spent) : time_point::max();
        const time_point until = std::min({total, patience, hopes ? o.next_due(start) : total});
        bool notified = false;
        {
            const pooling::counted waiter(o.queued);
            notified = co_await o.waiting.wait(until);
        }
        const time_point now = std::chrono::steady_clock::now();
        if (!notified && now >= total) {
            throw time_limit_passed("no connection to " + peer.authority, "total");
        }
        if (!notified && now < until) {
            throw system_error(net::error::operation_aborted);
        }
        if (first && first->failure) {
            throw error(*first->failure); // A copy: each request adds its own context.
        }
        if (hopes) {
            o.spent += std::chrono::duration<double>(now - start).count();
            patient = notified || now < patience;
        }
        in_turn = true;
    }
    co_return taken;
}

/// Gives the idle connection that was used last, of those that are good still. \return false where there is none
COREST_DECL bool connection_pool::take_idle(lease& taker)
{
    evict();
    std::vector<parked>& idle = taker.origin_->idle;
    for (std::size_t i = idle.size(); i-- > 0;) {
        const connection::readiness found = idle[i].link->look();
        if (found == connection::readiness::answering) {
            continue;
        }
        std::unique_ptr<connection> taken = std::move(idle[i].link);
        idle.erase(idle.begin() + static_cast<std::ptrdiff_t>(i));
        --idle_;
        if (found == connection::readiness::ready) {
            taker.connection_ = std::move(taken);
            taker.reused_ = true;
            taker.in_use_ = true;
            taker.since_ = std::chrono::steady_clock::now();
            ++taker.origin_->in_use;
            return true;
        }
        discard(std::move(taken));
    }
    return false;
}

/// Gives a new connection, which is to be opened. \pre no idle one is ready
COREST_DECL void connection_pool::make(lease& taker, const route& peer)
{
    origin& o = *taker.origin_;
    if (!o.reached) {
        if (!o.first) {
            o.first = std::make_shared<attempt>();
        }
        o.first->under_way = true;
        taker.first_ = o.first;
    }
    taker.connection_ = std::make_unique<connection>(executor(), *options_, peer);
    taker.reused_ = false;
    taker.opening_ = true;
    ++o.opening;
    o.spent = 0;
    ++open_;
    ++opened_;
    // Those whose response is still to come go first; nobody else is among the idle.
    while (!o.idle.empty() && o.opening + o.in_use + o.idle.size() > o.limit) {
        --idle_;
        discard(std::move(o.idle.front().link));
        o.idle.erase(o.idle.begin());
    }
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
                bool old = p.deadline <= now;
                if (old && p.link->is_answering() && p.link->look() == connection::readiness::ready) {
                    p.deadline = p.link->idle_deadline(); // The rest of its response has come meanwhile.
                    old = false;
                }
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
    const time_point start = std::chrono::steady_clock::now();
    try {
        co_await connection_->open(tls, total, pool_->addresses_, watch);
    } catch (const error& e) {
        if (first_ && std::chrono::steady_clock::now() < total) {
            first_->failure.emplace(e);
        }
        origin_->at_once = 1; // More at once would be too many, perhaps.
        settle(false);
        throw;
    }
    since_ = std::chrono::steady_clock::now();
    origin_->dialling.add(since_ - start);
    if (!origin_->session_timer && connection_->awaits_session()) {
        const auto patience = std::max<time_point::duration>(since_ - start, std::chrono::milliseconds(50));
        origin::await_session(origin_, pool_->executor(), since_ + patience);
        connection_->on_session([whose = std::weak_ptr<origin>(origin_)] {
            if (const std::shared_ptr<origin> o = whose.lock()) {
                o->session_settled();
            }
        });
    }
    settle(true);
}

/// The opening has ended, or will not be: lets those go on who wait for what comes of it.
COREST_DECL void connection_pool::lease::settle(bool opened) noexcept
{
    if (!opening_) {
        return;
    }
    origin& o = *origin_;
    opening_ = false;
    --o.opening;
    if (opened) {
        in_use_ = true;
        ++o.in_use;
        o.reached = true;
        o.at_once = std::min(o.at_once + 1, origin::most_at_once);
    }
    const std::shared_ptr<attempt> first = std::move(first_);
    if (first) {
        first->under_way = false;
        if (opened || first->failure) {
            o.first.reset();
        }
    }
    if (first && first->failure) {
        o.waiting.notify_all();
    } else {
        o.let_open();
    }
}

/// The connection is not in use any more.
COREST_DECL void connection_pool::lease::leave() noexcept
{
    if (in_use_) {
        in_use_ = false;
        --origin_->in_use;
    }
}

COREST_DECL connection_pool::lease::~lease()
{
    if (!pool_) {
        return; // moved from
    }
    settle(false);
    pool_->discard(std::move(connection_));
    if (in_use_) {
        leave();
        origin_->let_open();
    }
}

COREST_DECL void connection_pool::lease::renew()
{
    const route peer = connection_->peer();
    pool_->discard(std::move(connection_));
    leave();
    pool_->make(*this, peer);
}

COREST_DECL void connection_pool::lease::commit()
{
    if (connection_ && connection_->reusable()) {
        origin_->answer.add(std::chrono::steady_clock::now() - since_);
        keep();
    }
}

COREST_DECL void connection_pool::lease::give_up(bool discards)
{
    if (!connection_) {
        return;
    }
    if (connection_->reusable()) {
        keep();
    } else if (discards && connection_->is_answering() && origin_->answer.is_known()) {
        const std::chrono::steady_clock::duration answer = pooling::of_seconds(origin_->answer.seconds());
        const time_point deadline = std::chrono::steady_clock::now() + 2 * answer;
        origin_->idle.emplace(origin_->idle.begin(), std::move(connection_), deadline, since_ + answer);
        add_idle(deadline);
        origin_->let_open();
    }
}

/// Gives the connection to the one that waits longest, or keeps it for the next one.
COREST_DECL void connection_pool::lease::keep()
{
    const time_point deadline = connection_->idle_deadline();
    origin_->idle.emplace_back(std::move(connection_), deadline);
    add_idle(deadline);
    origin_->waiting.notify_one();
}

/// Counts the connection that has just been put among the idle ones.
COREST_DECL void connection_pool::lease::add_idle(time_point deadline)
{
    origin_->next_eviction = std::min(origin_->next_eviction, deadline);
    ++pool_->idle_;
    leave();
    pool_->evict();
}

} // namespace corest::detail
