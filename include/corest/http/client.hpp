#pragma once

/// \file
/// `http_client`: an API's address and the way to it, to which layers are added with `|`.

#include <corest/concurrency/detail/context_member.hpp>
#include <corest/http/http_options.hpp>
#include <corest/http/observer.hpp>
#include <corest/http/redirect.hpp>
#include <corest/http/response_status.hpp>
#include <corest/http/transport.hpp>
#include <corest/net.hpp>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

/// How many requests are under way through the clients that share a transport, and how many it sends at once.
class client_load {
public:
    /// \param most how many are sent at once
    explicit client_load(std::size_t most) noexcept : most_(most), allowed_(most) {}

    /// How many are sent at once, if no layer has fewer sent.
    [[nodiscard]] std::size_t most() const noexcept { return most_; }
    /// A layer has so many sent at once from now on.
    void allow(std::size_t at_once) noexcept { allowed_.store(std::min(at_once, most_), std::memory_order_relaxed); }
    /// True where one more would not have to wait for another one's end.
    [[nodiscard]] bool has_room() const noexcept
    {
        return under_way_.load(std::memory_order_relaxed) < allowed_.load(std::memory_order_relaxed);
    }

    class entry;
    class share;

private:
    std::atomic<std::size_t> under_way_ = 0;
    const std::size_t most_;
    std::atomic<std::size_t> allowed_;
    std::atomic<std::size_t> shares_ = 0;
    std::atomic<std::size_t> claimed_ = 0; ///< of those that are sent at once
};

/// Counts a request as long as it lives.
class client_load::entry {
public:
    explicit entry(std::shared_ptr<client_load> load) : load_(std::move(load))
    {
        load_->under_way_.fetch_add(1, std::memory_order_relaxed);
    }
    entry(entry&&) noexcept = default;
    entry& operator=(entry&&) = delete;
    ~entry()
    {
        if (load_) {
            load_->under_way_.fetch_sub(1, std::memory_order_relaxed);
        }
    }

private:
    std::shared_ptr<client_load> load_;
};

/// The part that somebody who sends requests before their turn has in those that are sent at once: as many as each of
/// the others who do, and what they leave.
class client_load::share {
public:
    explicit share(std::shared_ptr<client_load> load) : load_(std::move(load))
    {
        load_->shares_.fetch_add(1, std::memory_order_relaxed);
    }
    share(const share&) = delete;
    share& operator=(const share&) = delete;
    ~share()
    {
        rest();
        load_->shares_.fetch_sub(1, std::memory_order_relaxed);
    }

    /// True where one more may be sent: it would not have to wait, and is part of the share, or of what nobody claims.
    /// Where a part of the share would have to wait, all of the share is claimed from then on, until `rest`.
    /// \param under_way how many are under way \param most how many would be, at the most
    [[nodiscard]] bool may_send(std::size_t under_way, std::size_t most) noexcept
    {
        const std::size_t all = load_->allowed_.load(std::memory_order_relaxed);
        const std::size_t shares = load_->shares_.load(std::memory_order_relaxed);
        const std::size_t part = all / shares + (all % shares != 0 ? 1 : 0);
        const std::size_t others = load_->claimed_.load(std::memory_order_relaxed) - claimed_;
        const bool may = load_->has_room() && under_way < std::max(part, all - std::min(others, all));
        if (claimed_ != 0 || (!may && under_way < part)) {
            claim(std::min(part, most));
        }
        return may;
    }
    /// No more are wanted for now.
    void rest() noexcept { claim(0); }

private:
    void claim(std::size_t requests) noexcept
    {
        load_->claimed_.fetch_add(requests - claimed_, std::memory_order_relaxed); // which may wrap around
        claimed_ = requests;
    }

    std::shared_ptr<client_load> load_;
    std::size_t claimed_ = 0;
};

/// The one thread of clients that share a transport which is for one thread.
class client_thread {
public:
    /// Whether the calling thread is it: the first one that asks.
    [[nodiscard]] bool is_this() noexcept
    {
        static thread_local char mark; // has an address of its own in each thread; <thread> takes long to compile
        const char* owner = nullptr;
        return owner_.compare_exchange_strong(owner, &mark, std::memory_order_relaxed) || owner == &mark;
    }

private:
    std::atomic<const char*> owner_ = nullptr;
};

} // namespace detail

/// An API: where it is and the transport that reaches it. A value; copies share the connections.
///
/// **Threads.** The transport and its layers run on the client's executor. A request that is awaited on another one (a
/// strand of its user's, an executor that several threads run, another io_context) goes there and comes back, so one
/// client serves any number of threads: a client may be copied, and its members called, on all of them at once.
/// `http_client` makes the executor a strand.
///
/// **Lifetime.** A client, and the resources made of it, may outlive the context of its executor: its idle connections
/// are closed when the context is destroyed. From then on it sends nothing. What is under way, a walk for one, must end
/// before, or be destroyed with the context.
class client {
public:
    /// \param executor where the transport runs: one thread, or a strand where several threads run the context
    /// \param transport layers included
    /// \param base_url absolute; resource paths are joined to it
    /// \param allowed_origins further origins that next links and redirects may lead to ("https://other.example.com")
    /// \param max_redirects how many are followed in a row
    client(net::any_io_executor executor, any_transport transport, std::string base_url,
        std::vector<std::string> allowed_origins = {}, unsigned max_redirects = redirect_policy().max_redirects)
        : home_(std::make_shared<const detail::context_member>(std::move(executor))),
          transport_(std::move(transport)),
          base_url_(std::move(base_url)),
          allowed_origins_(std::move(allowed_origins)),
          max_redirects_(max_redirects)
    {
        if (const auto authority = base_url_.find("://"); authority != std::string::npos) {
            beginning_ = base_url_.substr(0, base_url_.find('/', authority + 3)) + '/';
        }
    }

    /// Sends a request through the transport, layers included, and awaits its response, whose status is 200 to 299:
    ///
    ///     corest::request change("PATCH", "/items/3");
    ///     change.body = R"({"name": "new"})";
    ///     change.headers.set("Content-Type", "application/json");
    ///     const corest::response changed = co_await api.send(change);
    ///
    /// May be awaited on any executor. Terminal cancellation ends it with system_error (operation_aborted).
    /// \param r its URL may be a path, which is joined to the base URL as a resource's is
    /// \throws error what the transport throws; `status_error` for any other status (`exchange` gives the response
    ///         instead); invalid_argument where the client is not `http_options::thread_safe` and this is awaited in
    ///         another context or on another thread, or where the client's context is gone
    [[nodiscard]] COREST_DECL net::awaitable<response> send(request r) const;
    /// As `send`, whatever the status: for a 404 or a 409 that is an answer, and for what the body of a failure says.
    [[nodiscard]] COREST_DECL net::awaitable<response> exchange(request r) const;

    /// Where the transport runs; empty when its context is gone.
    [[nodiscard]] const net::any_io_executor& executor() const noexcept { return home_->executor(); }
    /// The transport, layers included. It is for layers, which run on `executor()`; others call `send` or `exchange`.
    [[nodiscard]] const any_transport& transport() const noexcept { return transport_; }
    /// What resource paths are joined to.
    [[nodiscard]] const std::string& base_url() const noexcept { return base_url_; }
    /// Origins besides the base URL's that next links and redirects may lead to.
    [[nodiscard]] const std::vector<std::string>& allowed_origins() const noexcept { return allowed_origins_; }

    /// The same API reached through another transport: how a layer is added.
    [[nodiscard]] client with_transport(any_transport transport) const
    {
        client other = *this;
        other.transport_ = std::move(transport);
        return other;
    }

    /// The same API, with one more observer: how `observe` is added.
    [[nodiscard]] COREST_DECL client with_observer(any_observer one) const;
    /// The same API, of whose texts observers see, and walks and errors show, what `mask` leaves: how layers that know
    /// secrets keep them.
    [[nodiscard]] COREST_DECL client with_mask(std::function<std::string(std::string)> mask) const;
    /// Who is told of its requests, and of the pages that are made of their responses.
    [[nodiscard]] const detail::watchers& watchers() const noexcept { return *watchers_; }

    /// True where fewer requests are under way than the transport and its layers send at once, as far as that is known:
    /// one that can wait for its turn takes no place of another one.
    [[nodiscard]] bool has_room() const noexcept { return load_->has_room(); }
    /// What `has_room` goes by, for a layer that has fewer sent at once (`adaptive_concurrency`).
    [[nodiscard]] const std::shared_ptr<detail::client_load>& load() const noexcept { return load_; }

    /// True where `url` begins as the base URL does up to its path, and so is of the API's own origin without a closer
    /// look at its parts. False says nothing.
    [[nodiscard]] bool is_plainly_own(std::string_view url) const noexcept
    {
        return !beginning_.empty() && url.substr(0, beginning_.size()) == beginning_;
    }
    /// What layers that follow redirects keep to: the API's own origin, also from an allowed one, and the allowed ones.
    /// \throws error (invalid_argument) where an origin is no absolute http(s) URL
    [[nodiscard]] COREST_DECL redirect_policy redirects() const;
    /// True where `url` is of the API's own origin or one of the allowed ones.
    [[nodiscard]] COREST_DECL bool allows(std::string_view url) const;

private:
    friend client http_client(net::any_io_executor executor, std::string base_url, http_options options);

    /// Joins the URL to the base URL, where it is a path.
    COREST_DECL void complete(request& r) const;
    /// Sends a request whose URL is complete.
    [[nodiscard]] COREST_DECL net::awaitable<response> transmit(request r) const;

    std::shared_ptr<const detail::context_member> home_;
    std::shared_ptr<detail::client_thread> only_thread_; ///< empty: requests from all threads are sent
    any_transport transport_;
    std::shared_ptr<detail::client_load> load_ =
        std::make_shared<detail::client_load>(std::numeric_limits<std::size_t>::max());
    std::shared_ptr<const detail::watchers> watchers_ = detail::watchers::none();
    std::string base_url_;
    std::vector<std::string> allowed_origins_;
    unsigned max_redirects_;
    std::string beginning_; ///< of the base URL, up to its path's first slash
};

/// An HTTP/1.1 client with a connection pool of its own, for the API at `base_url`.
///
/// It may be shared by any number of threads, see `client`: it runs on a strand over `executor`, or on `executor`
/// itself where that is a strand. With `http_options::thread_safe` off it runs on `executor` as it is, whose context
/// then has one thread, and a request that is awaited in another context or on another thread is an error.
///
/// It may outlive the executor's context, see `client`.
/// \throws error (invalid_argument) where the URL is not absolute http or https
[[nodiscard]] COREST_DECL client http_client(
    net::any_io_executor executor, std::string base_url, http_options options = http_options{});

/// Adds a layer: any object with `client apply(const client&) const`.
template <class Layer>
    requires requires(const Layer& layer, const client& c) {
        {
            layer.apply(c)
        } -> std::same_as<client>;
    }
[[nodiscard]] client operator|(const client& c, const Layer& layer)
{
    return layer.apply(c);
}

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/client.ipp>
#endif
