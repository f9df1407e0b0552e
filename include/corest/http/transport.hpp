#pragma once

/// \file
/// The concept of the folder: a transport sends a request and awaits its response.
///
/// A run-time interface: one indirect call per page costs nothing, it is the seam for tests, and behind it the HTTP
/// client's implementation is the only code that sees Beast and OpenSSL. Layers (authorize, retry, ...) are transports
/// made of a transport.

#include <corest/detail/member_name.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/net.hpp>

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace corest {

/// Models: anything with `net::awaitable<response> send(request)`, callable several times concurrently where the
/// client's executor runs, one call at a time.
///
/// `send` completes with whatever status the server gave, or throws `error`. Cancelled while in flight, it throws
/// `system_error` (operation_aborted) and leaves no work behind.
template <class T>
concept transport = requires(T& t, request r) {
    {
        t.send(std::move(r))
    } -> std::same_as<net::awaitable<response>>;
};

namespace detail {

struct send_name {
    int send;
};
template <class T>
concept names_send = (can_be_base<T> && !requires { &with_name<T, send_name>::send; }) || requires { &T::send; };

/// Says at compile time what a type lacks to be a transport.
template <class T>
constexpr void explain_transport()
{
    static_assert(transport<T>, "this transport lacks send(request), which returns net::awaitable<response>");
}

} // namespace detail

/// A transport of any type, shared: copies send through the same one.
class any_transport {
public:
    any_transport() = default;

    /// Takes a transport over. \pre T models `transport`
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_transport>) && transport<std::remove_cvref_t<T>>
    any_transport(T&& t) : self_(std::make_shared<model<std::remove_cvref_t<T>>>(std::forward<T>(t)))
    {
    }

    /// Shares a transport that the caller keeps a handle on.
    template <transport T>
    explicit any_transport(std::shared_ptr<T> t) : self_(std::make_shared<shared_model<T>>(std::move(t)))
    {
    }

    /// Does not compile, and says what is missing: for a type that has a `send`, but not as it has to be.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_transport>) && (!transport<std::remove_cvref_t<T>>)
        && detail::names_send<std::remove_cvref_t<T>>
    any_transport(T&&)
    {
        detail::explain_transport<std::remove_cvref_t<T>>();
    }
    /// Does not compile, and says what is missing.
    template <class T>
        requires(!transport<T>)
    explicit any_transport(std::shared_ptr<T>)
    {
        detail::explain_transport<T>();
    }

    /// As the transport's own `send`. \pre it holds a transport
    [[nodiscard]] net::awaitable<response> send(request r) const { return self_->send(std::move(r)); }

    /// True where it holds a transport.
    explicit operator bool() const noexcept { return static_cast<bool>(self_); }

private:
    struct interface : detail::polymorphic {
        virtual net::awaitable<response> send(request r) = 0;
    };

    template <class T>
    struct model final : interface {
        template <class U>
        explicit model(U&& u) : value(std::forward<U>(u))
        {
        }
        net::awaitable<response> send(request r) override { return value.send(std::move(r)); }
        T value;
    };

    template <class T>
    struct shared_model final : interface {
        explicit shared_model(std::shared_ptr<T> p) : value(std::move(p)) {}
        net::awaitable<response> send(request r) override { return value->send(std::move(r)); }
        std::shared_ptr<T> value;
    };

    std::shared_ptr<interface> self_;
};

} // namespace corest
