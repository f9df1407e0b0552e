#pragma once

/// \file
/// OAuth 2.0 access tokens: the client credentials grant and the refresh token grant (RFC 6749, sections 4.4 and 6).

#include <corest/auth/access_token.hpp>
#include <corest/auth/secret.hpp>
#include <corest/clock.hpp>
#include <corest/config.hpp>
#include <corest/http/client.hpp>
#include <corest/http/request.hpp>
#include <corest/http/response.hpp>
#include <corest/net.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

namespace detail {

class token_file_lock;

} // namespace detail

/// How a token is asked for. Setters return the object, so that they chain.
class oauth2_options {
public:
    oauth2_options() = default;

    /// The `scope` parameter: names separated by spaces.
    oauth2_options& scope(std::string names)
    {
        scope_ = std::move(names);
        return *this;
    }
    /// A further parameter of the token request (`audience`, ...).
    oauth2_options& extra(std::string name, std::string value)
    {
        extra_.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    /// True: id and secret go into a Basic header (RFC 6749, section 2.3.1). False, the default as in dlt: into the
    /// body.
    oauth2_options& secret_in_header(bool enabled = true)
    {
        secret_in_header_ = enabled;
        return *this;
    }
    /// The lifetime of a token whose answer has no `expires_in`.
    oauth2_options& default_lifetime(std::chrono::seconds s)
    {
        default_lifetime_ = s;
        return *this;
    }
    /// Of `oauth2_refresh_token`: the file that keeps the refresh token where the server rotates it, so that the next
    /// run begins with the new one. What it holds comes before the token that the authenticator was made with, and is
    /// read for each request. A new one is in it, on the disk, before the access token that came with it is used;
    /// only its owner may read it (mode 0600). Processes may share it: while one of them refreshes, the others wait,
    /// five minutes at most, and go on with the token that it has got (a lock by flock; not on file systems without).
    oauth2_options& refresh_token_file(std::string path)
    {
        refresh_token_file_ = std::move(path);
        return *this;
    }
    /// What a token's lifetime is measured with, in place of the machine's clock.
    oauth2_options& clock(std::shared_ptr<clock_source> c)
    {
        clock_ = std::move(c);
        return *this;
    }

private:
    friend class oauth2_token_source;
    friend class oauth2_jwt;
    std::string scope_;
    std::vector<std::pair<std::string, std::string>> extra_;
    bool secret_in_header_ = false;
    std::string refresh_token_file_;
    std::chrono::seconds default_lifetime_{3600}; // as dlt has it
    std::shared_ptr<clock_source> clock_ = system_clock_source();
};

/// Reads a token endpoint's answer (RFC 6749, section 5.1). Its body is in no message, whatever it is.
/// `expires_in` may be a number or a text with one; 0 or less means good for one request. It may be a date as well: as
/// HTTP or RFC 3339 writes it, or as seconds or milliseconds since 1970.
/// \param answer of the token endpoint
/// \param default_lifetime where it has no `expires_in`
/// \param now what a date is compared with
/// \throws error (token_failed)
[[nodiscard]] COREST_DECL access_token read_token_response(const response& answer,
    std::chrono::seconds default_lifetime,
    std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

/// What both grants share: one token for all concurrent users, fetched by the first who needs it. The clients that it
/// is applied to may run on several threads; the token is fetched through the one that it was applied to last.
class oauth2_token_source {
public:
    /// \param token_url the token endpoint, absolute
    /// \param client_id may be empty, with `client_secret`, where the grant needs none
    /// \param client_secret goes where `options` says
    /// \param parameters the grant's own, in order: grant_type, ...
    /// \param options how the token is asked for
    COREST_DECL oauth2_token_source(std::string token_url, std::string client_id, secret client_secret,
        std::vector<std::pair<std::string, secret>> parameters, oauth2_options options);
    /// \param token_url as above
    /// \param parameters the grant's own
    /// \param assertion makes the value of the parameter `assertion` for each request (RFC 7521); is given the date
    /// \param options how the token is asked for
    COREST_DECL oauth2_token_source(std::string token_url, std::vector<std::pair<std::string, secret>> parameters,
        std::function<secret(std::chrono::system_clock::time_point)> assertion, oauth2_options options);

    /// Called by `authorize`: how the token endpoint is reached.
    COREST_DECL void bind(const client& api);
    /// Signs with the token, after fetching one where there is none or it is about to expire.
    /// \throws error (token_failed), and what the transport throws
    [[nodiscard]] COREST_DECL net::awaitable<void> sign(request& r);
    /// Fetches a new token, unless another request has done so since `refused` was signed. True: sign anew.
    /// \throws error (token_failed), and what the transport throws
    [[nodiscard]] COREST_DECL net::awaitable<bool> renew(const request& refused);
    /// What must show in no message: the client's secret, and the tokens.
    [[nodiscard]] COREST_DECL std::vector<std::string> secrets() const;

private:
    class state;
    [[nodiscard]] COREST_DECL static access_token read_answer(const state& s, const response& answer);
    [[nodiscard]] COREST_DECL static net::awaitable<std::unique_ptr<detail::token_file_lock>> lock_file(
        std::string path);
    [[nodiscard]] COREST_DECL static net::awaitable<access_token> ask(std::shared_ptr<state> s, client api);

    std::shared_ptr<state> state_;
};

/// Signs with a token got for a client id and secret (RFC 6749, section 4.4).
///
/// The token is fetched at the first request, once for all concurrent users, renewed shortly before it expires, and
/// when a request that was signed with it is answered with 401.
class oauth2_client_credentials : public oauth2_token_source {
public:
    /// \param token_url the token endpoint, absolute
    /// \param client_id as the server knows it
    /// \param client_secret of that client
    /// \param options scope and the like
    oauth2_client_credentials(
        std::string token_url, std::string client_id, secret client_secret, oauth2_options options = oauth2_options{})
        : oauth2_token_source(std::move(token_url), std::move(client_id), std::move(client_secret),
              {{"grant_type", secret("client_credentials")}}, std::move(options))
    {
    }
};

/// Signs with a token got for a refresh token (RFC 6749, section 6). A new refresh token in the answer replaces the old
/// one for the lifetime of this object, and longer with `oauth2_options::refresh_token_file`. The request is never
/// repeated where its answer was lost: a server that rotates refresh tokens would take that for theft.
class oauth2_refresh_token : public oauth2_token_source {
public:
    /// \param token_url the token endpoint, absolute
    /// \param refresh_token to begin with; may be empty where a file has one
    /// \param client_id empty where the server asks for none
    /// \param client_secret of that client, or empty
    /// \param options scope and the like
    oauth2_refresh_token(std::string token_url, secret refresh_token, std::string client_id = {},
        secret client_secret = {}, oauth2_options options = oauth2_options{})
        : oauth2_token_source(std::move(token_url), std::move(client_id), std::move(client_secret),
              {{"grant_type", secret("refresh_token")}, {"refresh_token", std::move(refresh_token)}},
              std::move(options))
    {
    }
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/auth/impl/oauth2.ipp>
#endif
