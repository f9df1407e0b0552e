#pragma once

/// \file
/// The connections of a client: per route a bounded number, idle ones kept for reuse.

#include <corest/concurrency/detail/context_member.hpp>
#include <corest/concurrency/semaphore.hpp>
#include <corest/config.hpp>
#include <corest/http/connection.hpp>
#include <corest/http/http_options.hpp>
#include <corest/net.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace corest::detail {

/// Hands out connections. At most `connections_per_origin` per route are open; who asks for one more waits in order of
/// arrival.
///
/// The first connection of a route is opened alone: who needs a further one meanwhile waits for what comes of it. Where
/// it fails, they have failed with it, as they would have one by one; where it was only given up (cancelled, or out of
/// its own request's time), the next one tries. When it stands, two more may be opened at the same time, and with each
/// that stands one more than before, up to 16: 1, 2, 4, 8, as in TCP's slow start. They resume the first one's TLS
/// session; with TLS 1.3 its ticket is waited for, no longer than 50 ms or that connection took to be opened.
///
/// None is opened where one that is in use is expected to be free sooner, by how long responses and openings took until
/// now. What requests have waited for those adds up, and when it is as long as an opening takes, one is opened: a
/// connection that is missed now and then is hardly ever opened, one that is missed all the time soon is.
///
/// The idle connection that was used last is taken first, if it is neither too old nor closed nor talking. Idle ones
/// are looked at only when somebody asks for a connection or gives one back: a timer or a pending read would keep the
/// io_context at work. So it is with one whose response nobody wants any more: it is idle once the rest has come. One
/// thread or strand, except for the counts, which any thread may read. When the executor's context is destroyed, the
/// idle connections are.
class connection_pool : public std::enable_shared_from_this<connection_pool> {
public:
    /// \param executor of the connections
    /// \param options shared, because connections refer to them
    COREST_DECL connection_pool(net::any_io_executor executor, std::shared_ptr<const http_options> options);

    class lease;

    /// Waits for a place, and gives a connection: one that is idle, or soon will be, or a new one that is not open yet.
    /// \param total when the whole request must be done
    /// \throws error (timeout) where no place became free; what the route's first connection failed with, where that
    ///   was being opened; system_error (operation_aborted) where cancelled
    [[nodiscard]] COREST_DECL net::awaitable<lease> acquire(route peer, time_point total);

    /// Closes all idle connections.
    COREST_DECL void close_idle();

    /// Of the connections; empty when its context is gone.
    [[nodiscard]] const net::any_io_executor& executor() const noexcept { return home_.executor(); }

    [[nodiscard]] std::size_t open_count() const noexcept { return open_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::size_t idle_count() const noexcept { return idle_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t opened() const noexcept { return opened_.load(std::memory_order_relaxed); }

private:
    class parked;
    class origin;
    class attempt;

    COREST_DECL void evict();
    COREST_DECL bool take_idle(lease& taker);
    COREST_DECL void make(lease& taker, const route& peer);
    COREST_DECL void discard(std::unique_ptr<connection> c) noexcept;

    std::shared_ptr<const http_options> options_;
    address_cache addresses_;
    std::map<std::string, std::shared_ptr<origin>, std::less<>> origins_;
    std::atomic<std::size_t> open_ = 0;
    std::atomic<std::size_t> idle_ = 0;
    std::atomic<std::uint64_t> opened_ = 0;
    context_member home_; ///< last: what it does at the end of the context needs all the others
};

/// The use of one connection. Closes it at the end, unless `commit` was called.
class connection_pool::lease {
public:
    lease(lease&&) noexcept = default;
    lease& operator=(lease&&) = delete;
    COREST_DECL ~lease();

    [[nodiscard]] connection& operator*() const noexcept { return *connection_; }
    [[nodiscard]] connection* operator->() const noexcept { return connection_.get(); }

    /// False: the connection must be opened first.
    [[nodiscard]] bool reused() const noexcept { return reused_; }
    /// True where all connections were in use, or others were being opened.
    [[nodiscard]] bool waited() const noexcept { return waited_; }

    /// Opens the connection. \pre it is not reused
    /// \param tls for an https route; may be null for another
    /// \param total when the whole request must be done
    /// \param watch is told of it; may be null
    /// \throws what `connection::open` does
    [[nodiscard]] COREST_DECL net::awaitable<void> open(tls_context* tls, time_point total, const observation* watch);

    /// Closes the connection and takes a new one, which is not open yet, in its place.
    COREST_DECL void renew();

    /// The exchange went well: keeps the connection for others, if it can be reused.
    COREST_DECL void commit();

    /// The request was cancelled: keeps the connection where nothing was sent, or where the rest of the response is
    /// small and, by how long responses took until now, comes soon.
    /// \param discards false: a response that is under way ends by closing the connection, which tells the server
    COREST_DECL void give_up(bool discards);

private:
    friend class connection_pool;
    lease() = default;
    COREST_DECL void settle(bool opened) noexcept;
    COREST_DECL void leave() noexcept;
    COREST_DECL void keep();
    COREST_DECL void add_idle(time_point deadline);

    // Destroyed from the last to the first: the place is given up when the connection is gone.
    std::shared_ptr<connection_pool> pool_;
    std::shared_ptr<origin> origin_;
    semaphore::permit place_;
    std::unique_ptr<connection> connection_;
    std::shared_ptr<attempt> first_; ///< what others wait for, until it is settled; else null
    time_point since_;               ///< when the connection was opened or taken
    bool opening_ = false;           ///< counted as one that is being opened
    bool in_use_ = false;            ///< counted as one that is in use
    bool reused_ = false;
    bool waited_ = false;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/connection_pool.ipp>
#endif
