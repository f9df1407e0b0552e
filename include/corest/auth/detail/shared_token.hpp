#pragma once

/// \file
/// One token for many users. Not for users: `oauth2_client_credentials`, `session_login` and their like are.

#include <corest/auth/access_token.hpp>
#include <corest/auth/secret.hpp>
#include <corest/clock.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/net.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

namespace corest::detail {

/// A token that all users of an authenticator share, on whatever threads: the first one who needs it fetches it through
/// the client that the authenticator was applied to last, on that client's executor; the others wait.
class shared_token {
public:
    /// Asks the server for a token through the client, which runs where this is awaited.
    using fetcher = std::function<net::awaitable<access_token>(client api)>;

    /// \param owner for messages: "an OAuth 2.0 authenticator"
    /// \param clock what lifetimes are measured with
    COREST_DECL shared_token(const char* owner, std::shared_ptr<clock_source> clock);

    /// From now on the server is reached through this client.
    COREST_DECL void bind(const client& api);
    /// What lifetimes are measured with from now on.
    COREST_DECL void clock(std::shared_ptr<clock_source> c);
    /// The token, where it can be used; else an empty one.
    [[nodiscard]] COREST_DECL secret usable() const;
    /// The token, whether it can be used or not; empty where there is none.
    [[nodiscard]] COREST_DECL secret last() const;
    /// Throws the token away, if it is that one: another user may have got a new one already.
    COREST_DECL void discard(const secret& refused);

    /// The token, which is fetched where there is none that can be used.
    /// \throws error (invalid_argument) where there is no client; and what `ask` throws
    [[nodiscard]] COREST_DECL static net::awaitable<secret> get(std::shared_ptr<shared_token> self, fetcher ask);

private:
    class route;
    [[nodiscard]] COREST_DECL static net::awaitable<secret> fetch(
        std::shared_ptr<shared_token> self, std::shared_ptr<route> bound, fetcher ask);

    const char* owner_;
    mutable std::mutex access_; ///< of all that follows
    std::shared_ptr<clock_source> clock_;
    std::shared_ptr<route> bound_;
    secret token_;
    std::chrono::steady_clock::time_point good_until_{};
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/shared_token.ipp>
#endif
