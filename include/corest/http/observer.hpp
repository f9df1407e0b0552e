#pragma once

/// \file
/// What happens to requests, told to whoever wants to know: logs, metrics, traces, displays. The concept of an
/// observer, and the events.

#include <corest/config.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/error.hpp>

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest {

/// A request is about to be sent. What happens to it until its end, attempts and redirects, has the same number.
class request_begin {
public:
    std::uint64_t request = 0; ///< its number, from 1, in this process
    std::string method;        ///< GET, POST, ...
    std::string url;           ///< secrets masked
    bool speculative = false;  ///< a page that was asked for ahead, before it is known whether there is one
};

/// A request has ended: with a response, with a failure, or because it was cancelled.
class request_end {
public:
    std::uint64_t request = 0;   ///< its number
    std::string method;          ///< GET, POST, ...
    std::string url;             ///< secrets masked
    bool speculative = false;    ///< as `request_begin::speculative`
    unsigned status = 0;         ///< of the last response; 0: there was none
    unsigned attempts = 0;       ///< how often it was sent, the attempt that was cancelled included; 0: not known
    std::size_t bytes = 0;       ///< of the body, decoded
    bool not_modified = false;   ///< the body comes from the cache of `conditional`
    bool cancelled = false;      ///< whoever waited for it has given up
    std::optional<errc> failure; ///< where an `error` came in place of a response
    std::string reason;          ///< of the failure: its message
    std::chrono::nanoseconds duration{0}; ///< waiting and further attempts included
};

/// A retry that is about to happen.
class retry_event {
public:
    /// The members, in their order.
    retry_event(unsigned attempts_made, std::chrono::milliseconds next_wait, std::string its_reason)
        : attempt(attempts_made),
          wait(next_wait),
          reason(std::move(its_reason))
    {
    }
    std::uint64_t request = 0;      ///< the request's number; 0 in `retry::on_retry`
    unsigned attempt;               ///< how many were made
    std::chrono::milliseconds wait; ///< before the next one
    std::string reason;             ///< "status 503" or the error's text; holds no secret
    /// What asks for this wait, as in "Retry-After of api.example.com"; empty: the client's own policy.
    std::string asked_by;
};

/// A request had to wait before it was sent. (The wait before a further attempt is a `retry_event`.)
class wait_event {
public:
    /// What for.
    enum class cause {
        rate_limit,  ///< another request was told to come back later (429)
        connection,  ///< all connections to the origin were in use, or the first one was being opened
        concurrency, ///< the server takes fewer requests at once for now (`adaptive_concurrency`)
        report,      ///< the server has not made a report yet (`poll`): told when the wait begins, of no request
        rate_budget  ///< the API's rate limit leaves no room (`rate_limit`): told when the wait begins
    };
    std::uint64_t request = 0;            ///< the request's number
    cause reason = cause::rate_limit;     ///< what for
    std::chrono::nanoseconds duration{0}; ///< how long
};

/// A connection was made, or was not.
class dial_event {
public:
    std::uint64_t request = 0;            ///< the number of the request that it is for
    std::string host;                     ///< of the API, or of the proxy; secrets masked
    std::string port;                     ///< decimal; secrets masked
    std::chrono::nanoseconds duration{0}; ///< look-up of the name included
    std::string failure;                  ///< empty: it stands
};

/// A TLS handshake was done, or failed.
class tls_event {
public:
    std::uint64_t request = 0;            ///< the number of the request that it is for
    std::string host;                     ///< whose certificate was looked at; secrets masked
    std::string version;                  ///< "TLSv1.3"; empty where it failed
    bool resumed = false;                 ///< the session of an earlier connection was, without certificates
    std::chrono::nanoseconds duration{0}; ///< of the handshake
    std::string failure;                  ///< empty: it was done
};

/// The pool has lent a connection.
class connection_event {
public:
    std::uint64_t request = 0; ///< the number of the request that it is for
    std::string authority;     ///< "host:port"
    bool reused = false;       ///< false: a new one, which is dialled now
};

/// A page was received and cut into records.
class page_event {
public:
    std::string resource;     ///< its name; may be empty
    std::string url;          ///< secrets masked
    std::uint64_t number = 0; ///< in its walk, from 1
    std::size_t records = 0;  ///< on it
    std::size_t bytes = 0;    ///< of the body, decoded
    bool last = false;        ///< its walk ends with it
};

/// Models: a class with one or more of these members, each of which takes its event by const reference:
///
///     on_request_begin(const request_begin&)   on_request_end(const request_end&)   on_retry(const retry_event&)
///     on_wait(const wait_event&)               on_dial(const dial_event&)           on_tls(const tls_event&)
///     on_connection(const connection_event&)   on_page(const page_event&)
///
/// They are called where the client runs, one at a time, `on_page` where the walk is awaited: on the same thread,
/// unless several share the client. They should be short, as requests wait meanwhile. What they throw is ignored. No
/// event holds a secret that corest knows of: URLs are masked (`redact_url`, and what `conceal` and `authorize` know).
template <class T>
concept observer = requires(T& t, const request_begin& e) { t.on_request_begin(e); }
    || requires(T& t, const request_end& e) { t.on_request_end(e); }
    || requires(T& t, const retry_event& e) { t.on_retry(e); } || requires(T& t, const wait_event& e) { t.on_wait(e); }
    || requires(T& t, const dial_event& e) { t.on_dial(e); } || requires(T& t, const tls_event& e) { t.on_tls(e); }
    || requires(T& t, const connection_event& e) { t.on_connection(e); }
    || requires(T& t, const page_event& e) { t.on_page(e); };

/// An observer of any type, shared: copies are the same one.
class any_observer {
public:
    /// Takes an observer over.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_observer>) && observer<std::remove_cvref_t<T>>
    any_observer(T&& t) : self_(std::make_shared<model<std::remove_cvref_t<T>>>(std::forward<T>(t)))
    {
    }

    /// Shares an observer that the caller keeps a handle on.
    template <observer T>
    any_observer(std::shared_ptr<T> t) : self_(std::make_shared<shared_model<T>>(std::move(t)))
    {
    }

    /// Tells it an event, if it has a member for that.
    template <class Event>
    void tell(const Event& event) const noexcept
    {
        try {
            self_->take(event);
        } catch (...) {
            // Who watches is not part of the work.
        }
    }

private:
    struct interface : detail::polymorphic {
        virtual void take(const request_begin& e) = 0;
        virtual void take(const request_end& e) = 0;
        virtual void take(const retry_event& e) = 0;
        virtual void take(const wait_event& e) = 0;
        virtual void take(const dial_event& e) = 0;
        virtual void take(const tls_event& e) = 0;
        virtual void take(const connection_event& e) = 0;
        virtual void take(const page_event& e) = 0;
    };

    /// A member that is there and cannot be called would be passed over in silence.
    template <class T>
    class calls : public interface {
    public:
        void take(const request_begin& e) override
        {
            if constexpr (requires(T& t) { t.on_request_begin(e); }) {
                get().on_request_begin(e);
            } else {
                static_assert(!requires { &T::on_request_begin; }, "on_request_begin takes a const request_begin&");
            }
        }
        void take(const request_end& e) override
        {
            if constexpr (requires(T& t) { t.on_request_end(e); }) {
                get().on_request_end(e);
            } else {
                static_assert(!requires { &T::on_request_end; }, "on_request_end takes a const request_end&");
            }
        }
        void take(const retry_event& e) override
        {
            if constexpr (requires(T& t) { t.on_retry(e); }) {
                get().on_retry(e);
            } else {
                static_assert(!requires { &T::on_retry; }, "on_retry takes a const retry_event&");
            }
        }
        void take(const wait_event& e) override
        {
            if constexpr (requires(T& t) { t.on_wait(e); }) {
                get().on_wait(e);
            } else {
                static_assert(!requires { &T::on_wait; }, "on_wait takes a const wait_event&");
            }
        }
        void take(const dial_event& e) override
        {
            if constexpr (requires(T& t) { t.on_dial(e); }) {
                get().on_dial(e);
            } else {
                static_assert(!requires { &T::on_dial; }, "on_dial takes a const dial_event&");
            }
        }
        void take(const tls_event& e) override
        {
            if constexpr (requires(T& t) { t.on_tls(e); }) {
                get().on_tls(e);
            } else {
                static_assert(!requires { &T::on_tls; }, "on_tls takes a const tls_event&");
            }
        }
        void take(const connection_event& e) override
        {
            if constexpr (requires(T& t) { t.on_connection(e); }) {
                get().on_connection(e);
            } else {
                static_assert(!requires { &T::on_connection; }, "on_connection takes a const connection_event&");
            }
        }
        void take(const page_event& e) override
        {
            if constexpr (requires(T& t) { t.on_page(e); }) {
                get().on_page(e);
            } else {
                static_assert(!requires { &T::on_page; }, "on_page takes a const page_event&");
            }
        }

    private:
        virtual T& get() noexcept = 0;
    };

    template <class T>
    class model final : public calls<T> {
    public:
        template <class U>
        explicit model(U&& u) : value_(std::forward<U>(u))
        {
        }

    private:
        T& get() noexcept override { return value_; }
        T value_;
    };

    template <class T>
    class shared_model final : public calls<T> {
    public:
        explicit shared_model(std::shared_ptr<T> p) : value_(std::move(p)) {}

    private:
        T& get() noexcept override { return *value_; }
        std::shared_ptr<T> value_;
    };

    std::shared_ptr<interface> self_;
};

namespace detail {

/// Who watches a client, and what they must not see. A value that the client's copies share.
class watchers {
public:
    watchers() = default;

    /// Of a client that nobody watches.
    [[nodiscard]] static const std::shared_ptr<const watchers>& none()
    {
        static const std::shared_ptr<const watchers> nobody = std::make_shared<const watchers>();
        return nobody;
    }
    /// True where somebody watches.
    [[nodiscard]] bool observed() const noexcept { return !observers.empty(); }

    /// A text without secrets.
    [[nodiscard]] std::string mask(std::string text) const
    {
        for (const auto& one : masks) {
            text = one(std::move(text));
        }
        return text;
    }

    template <class Event>
    void tell(const Event& event) const noexcept
    {
        for (const any_observer& one : observers) {
            one.tell(event);
        }
    }

    std::vector<any_observer> observers;
    std::vector<std::function<std::string(std::string)>> masks;
};

/// Who watches one request: what its transports tell what they do. Goes with the request (`request::observation`), and
/// tells nobody once that has ended. Does not keep the watchers alive: they may know an authenticator, which knows a
/// transport, which may keep requests.
class observation {
public:
    /// \param all kept by another until the request has ended
    observation(const std::shared_ptr<const watchers>& all, std::uint64_t request) : watchers_(all), number_(request) {}

    /// Tells an event of this request.
    template <class Event>
    void tell(Event event) const noexcept
    {
        if (const auto all = watchers_.lock()) {
            event.request = number_;
            all->tell(event);
        }
    }
    /// The request's number.
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    /// A text without secrets; an empty one once the request has ended.
    [[nodiscard]] std::string mask(std::string text) const
    {
        const auto all = watchers_.lock();
        return all ? all->mask(std::move(text)) : std::string();
    }

    /// How many attempts have begun: one, unless a layer that makes several says otherwise.
    void count_attempts(unsigned begun) const noexcept { attempts_.store(begun, std::memory_order_relaxed); }
    [[nodiscard]] unsigned attempts() const noexcept { return attempts_.load(std::memory_order_relaxed); }

private:
    std::weak_ptr<const watchers> watchers_;
    std::uint64_t number_;
    mutable std::atomic<unsigned> attempts_ = 1;
};

/// What failed, in a clause, without the place and the hint.
[[nodiscard]] inline std::string failure_text(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        return e.message() + (e.context().cause.empty() ? "" : ": " + e.context().cause);
    } catch (...) {
        return describe(failure);
    }
}

/// Tells how long something took, and how it came out: an event with `duration` and `failure`. Looks at the clock only
/// where somebody watches.
template <class Event>
class timed_event {
public:
    explicit timed_event(const observation* watch) : watch_(watch)
    {
        if (watch_ != nullptr) {
            start_ = std::chrono::steady_clock::now();
        }
    }

    explicit operator bool() const noexcept { return watch_ != nullptr; }
    [[nodiscard]] Event& operator*() noexcept { return event_; }
    [[nodiscard]] Event* operator->() noexcept { return &event_; }

    void tell()
    {
        event_.duration = std::chrono::steady_clock::now() - start_;
        watch_->tell(event_);
    }

    /// Tells a failure that passes through.
    void tell(const std::exception_ptr& failure)
    {
        event_.failure = watch_->mask(failure_text(failure));
        tell();
    }

private:
    const observation* watch_;
    std::chrono::steady_clock::time_point start_{};
    Event event_;
};

} // namespace detail

} // namespace corest
