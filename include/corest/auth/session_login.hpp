#pragma once

/// \file
/// Sessions: a request logs in, and what it is given signs the others.

#include <corest/auth/access_token.hpp>
#include <corest/auth/api_key.hpp>
#include <corest/auth/secret.hpp>
#include <corest/clock.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/net.hpp>
#include <corest/select/json_path.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace corest {

/// Signs with the session that a login opens: a token of its answer, or else the cookies that it sets.
///
///     corest::request login("POST", "/login");
///     login.headers.set("Content-Type", "application/json");
///     login.body = R"({"user": "reader", "password": "..."})";
///     auto session = corest::session_login(std::move(login), {password}).token_path("session.id").name("X-Session");
///     auto api = corest::http_client(executor, url) | corest::authorize(session);
///
/// The login is sent before the first request, once for all concurrent users, and again when the session has lasted as
/// long as `lifetime` says, or when a request of the current session is answered with 401. Setters return the object,
/// so that they chain.
class session_login {
public:
    /// \param login what logs in; its URL may be a path, which is joined to the base URL. It may be sent twice, and
    /// redirects of it are not followed
    /// \param secrets texts in it that must show in no message
    COREST_DECL explicit session_login(request login, std::vector<secret> secrets = {});

    /// Where the token stands in the login's answer, which is JSON. Without it the session is what the answer sets as
    /// cookies for the base URL.
    COREST_DECL session_login& token_path(json_path path);
    /// The header, query parameter or cookie that the token goes into; "Authorization" without it.
    COREST_DECL session_login& name(std::string name);
    /// Which of the three that is; a header without it.
    COREST_DECL session_login& location(api_key::location place);
    /// What goes there: "Bearer {token}"; the token alone without it.
    /// \throws error (invalid_argument) where it has no `{token}`
    COREST_DECL session_login& text(std::string pattern);
    /// How long a session lasts; without it until the server says 401. The login is sent again a little before.
    COREST_DECL session_login& lifetime(std::chrono::seconds s);
    /// What that is measured with, in place of the machine's clock.
    COREST_DECL session_login& clock(std::shared_ptr<clock_source> c);

    /// Called by `authorize`: how the login is sent.
    COREST_DECL void bind(const client& api);
    /// Signs with the session, after logging in where there is none.
    /// \throws error (token_failed), and what the transport throws
    [[nodiscard]] COREST_DECL net::awaitable<void> sign(request& r);
    /// The next one who signs logs in, unless another request has done so since `refused` was signed.
    [[nodiscard]] COREST_DECL net::awaitable<bool> renew(const request& refused);
    /// What must show in no message: the session, and what the login was said to hold.
    [[nodiscard]] COREST_DECL std::vector<std::string> secrets() const;

private:
    class state;
    [[nodiscard]] COREST_DECL static net::awaitable<access_token> log_in(std::shared_ptr<const state> s, client api);

    std::shared_ptr<state> state_;
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/session_login.ipp>
#endif
