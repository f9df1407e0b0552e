#pragma once

/// \file
/// The concept of the folder: an authenticator writes credentials into a request.

#include <corest/config.hpp>
#include <corest/detail/member_name.hpp>
#include <corest/detail/polymorphic.hpp>
#include <corest/http/client.hpp>
#include <corest/http/request.hpp>
#include <corest/net.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

template <class T>
concept signs_requests = requires(T& t, request& r) { t.sign(r); };

template <class T>
concept signs_to_nothing = requires(T& t, request& r) {
    requires std::same_as<decltype(t.sign(r)), void> || std::same_as<decltype(t.sign(r)), net::awaitable<void>>;
};

struct sign_name {
    int sign;
};
template <class T>
concept names_sign = (can_be_base<T> && !requires { &with_name<T, sign_name>::sign; }) || requires { &T::sign; };
struct renew_name {
    int renew;
};
template <class T>
concept names_renew = (can_be_base<T> && !requires { &with_name<T, renew_name>::renew; }) || requires { &T::renew; };

} // namespace detail

/// Models: anything that signs a request, at once (`void`) or after awaiting (`net::awaitable<void>`).
///
/// - `sign(request&)` writes the credentials; called for every attempt and every redirect within the API's origin.
/// - optional `bind(const client&)`: called once when the layer is made, with the way to reach a token endpoint.
/// - optional `renew(const request& refused) -> net::awaitable<bool>`: the server answered 401 to this signed request;
///   true: signing anew may help, and the request is sent once more. Again, where that is refused too while others are
///   served (`authorize::max_renewals`).
/// - optional `secrets() -> std::vector<std::string>`: texts that must never show in a message, in case a server echoes
///   them.
template <class T>
concept authenticator = detail::signs_requests<T> && detail::signs_to_nothing<T>;

namespace detail {

/// Says at compile time what a type lacks to be an authenticator.
template <class T>
constexpr void explain_authenticator()
{
    static_assert(
        signs_requests<T>, "this authenticator lacks sign(request&), which writes credentials into a request");
    static_assert(!signs_requests<T> || signs_to_nothing<T>,
        "sign(request&) of this authenticator has to return void or net::awaitable<void>");
}

} // namespace detail

/// An authenticator of any type, shared: all users of a client share its token.
///
/// A client calls it on the client's executor. Where it is applied to clients that run on several threads, it is called
/// on all of them, and must be made for that, as corest's own are.
class any_authenticator {
public:
    any_authenticator() = default;

    /// Takes an authenticator over.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_authenticator>) && authenticator<std::remove_cvref_t<T>>
    any_authenticator(T&& t) : self_(std::make_shared<model<std::remove_cvref_t<T>>>(std::forward<T>(t)))
    {
    }

    /// Does not compile, and says what is missing: for a type that has a member of the concept, but not as it has to
    /// be.
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, any_authenticator>) && (!authenticator<std::remove_cvref_t<T>>)
        && (detail::names_sign<std::remove_cvref_t<T>> || detail::names_renew<std::remove_cvref_t<T>>)
    any_authenticator(T&&)
    {
        detail::explain_authenticator<std::remove_cvref_t<T>>();
    }

    /// Hands it the way to a token endpoint, if it asks for one (has `bind`).
    void bind(const client& api) const { self_->bind(api); }
    /// Writes the credentials. \param r must live until this has ended
    [[nodiscard]] net::awaitable<void> sign(request& r) const { return self_->sign(r); }
    /// Gets new credentials after a 401; false where it cannot. \param refused must live until this has ended
    [[nodiscard]] net::awaitable<bool> renew(const request& refused) const { return self_->renew(refused); }
    /// What must show in no message; empty where it does not say.
    [[nodiscard]] std::vector<std::string> secrets() const { return self_->secrets(); }

    /// True where it holds an authenticator; the other members need one.
    explicit operator bool() const noexcept { return static_cast<bool>(self_); }

private:
    struct interface : detail::polymorphic {
        virtual void bind(const client& api) = 0;
        virtual net::awaitable<void> sign(request& r) = 0;
        virtual net::awaitable<bool> renew(const request& refused) = 0;
        [[nodiscard]] virtual std::vector<std::string> secrets() const = 0;
    };

    template <class T>
    struct model final : interface {
        template <class U>
        explicit model(U&& u) : value(std::forward<U>(u))
        {
        }
        void bind(const client& api) override
        {
            if constexpr (requires { value.bind(api); }) {
                value.bind(api);
            }
        }
        net::awaitable<void> sign(request& r) override
        {
            if constexpr (std::same_as<decltype(value.sign(r)), void>) {
                value.sign(r);
                co_return;
            } else {
                co_await value.sign(r);
            }
        }
        net::awaitable<bool> renew(const request& refused) override
        {
            if constexpr (requires { value.renew(refused); }) {
                return value.renew(refused);
            } else {
                return never();
            }
        }
        [[nodiscard]] std::vector<std::string> secrets() const override
        {
            if constexpr (requires { value.secrets(); }) {
                return value.secrets();
            } else {
                return {};
            }
        }
        static net::awaitable<bool> never() { co_return false; }
        T value;
    };

    std::shared_ptr<interface> self_;
};

/// Does not compile, and says what to write: an authenticator becomes a layer by `authorize`. Any operator of an
/// authenticator's own goes before it.
template <std::same_as<client> Client, authenticator T>
void operator|(const Client&, const T&)
{
    static_assert(detail::is_never_made<T>,
        "credentials are no layer yet, wrap them: client | authorize(bearer(...)), or whichever authenticator it is");
}

} // namespace corest
