#pragma once

#include <corest/auth/session_login.hpp>

#include <corest/auth/detail/shared_token.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/cookie_jar.hpp>
#include <corest/http/url.hpp>
#include <corest/select/json_reader.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace corest {

/// What all users share, on whatever threads. But for the token nothing changes once it is used.
class session_login::state {
public:
    static constexpr std::string_view gap = "{token}";

    request login;
    std::vector<secret> in_login;
    std::optional<json_path> token_path; ///< none: the session is the cookies
    std::string name = "Authorization";
    api_key::location place = api_key::location::header;
    std::string pattern{gap};
    std::chrono::seconds lifetime{1'000'000'000}; ///< until the server says 401
    std::shared_ptr<clock_source> clock = system_clock_source();
    std::shared_ptr<detail::shared_token> token =
        std::make_shared<detail::shared_token>("a session login", system_clock_source());

    /// Writes a session into a request. Done twice it changes nothing.
    void write(request& r, const secret& session) const
    {
        if (!token_path) {
            for (const auto& [cookie, value] : detail::split_cookies(session.reveal())) {
                detail::set_cookie(r.headers, cookie, value);
            }
            return;
        }
        std::string text = pattern;
        text.replace(text.find(gap), gap.size(), session.reveal());
        api_key(name, secret(std::move(text)), place).sign(r);
    }

    /// Whether a request was signed with a session.
    [[nodiscard]] bool is_signed(const request& r, const secret& session) const
    {
        request again("GET", r.url);
        again.headers = r.headers;
        write(again, session);
        const bool in_cookies = !token_path || place == api_key::location::cookie;
        const std::string field = in_cookies ? "Cookie" : name;
        return again.url == r.url && again.headers.joined(field) == r.headers.joined(field);
    }

    /// The session that an answer opens. \param base_url what the API's paths are below
    /// \throws error (token_failed), which shows nothing of the answer
    [[nodiscard]] secret read(const response& answer, const std::string& base_url) const
    {
        if (!token_path) {
            cookie_jar jar;
            jar.store(answer.url, answer.headers, clock->date());
            std::string session;
            for (const auto& [cookie, value] :
                jar.find(base_url.ends_with('/') ? base_url : base_url + '/', clock->date()))
            {
                session += (session.empty() ? "" : "; ") + cookie + "=" + value;
            }
            const bool is_redirect = answer.status >= 300 && answer.status < 400; // of a form, mostly
            if (!answer.ok() && !is_redirect) {
                throw refused(answer);
            }
            if (session.empty()) {
                throw fail(answer, "the login's answer sets no cookie for " + redact_url(base_url),
                    "Where it has a token, say where with token_path");
            }
            return secret(std::move(session));
        }
        if (!answer.ok()) {
            throw refused(answer);
        }
        std::string found;
        try {
            const std::vector<std::string_view> matches = find_all(answer.body.view(), *token_path);
            if (matches.size() == 1
                && (json_reader(matches[0]).kind() == json_kind::string
                    || json_reader(matches[0]).kind() == json_kind::number))
            {
                found = to_text(matches[0]);
            }
        } catch (const error&) { // is no JSON
        }
        if (found.empty()) {
            throw fail(answer,
                "the login's answer has no token at '" + token_path->text() + "' (a text or a number was expected)",
                "Compare token_path with what the API's documentation says of the login");
        }
        return secret(std::move(found));
    }

private:
    [[nodiscard]] error fail(const response& answer, std::string message, std::string hint) const
    {
        error_context context;
        context.method = login.method;
        context.url = redact_url(answer.url);
        context.status = answer.status;
        return error(errc::token_failed, std::move(message), std::move(hint), remedy::none, std::move(context));
    }
    [[nodiscard]] error refused(const response& answer) const
    {
        return fail(answer, "the login was refused", "Check its address, and the user and password that it sends");
    }
};

COREST_DECL session_login::session_login(request login, std::vector<secret> secrets) : state_(std::make_shared<state>())
{
    login.follow_redirects = false; // credentials are in it, and cookies may be in the answer
    login.idempotent = true;
    if (!login.headers.contains("Accept")) {
        login.headers.set("Accept", detail::json_media_type);
    }
    state_->login = std::move(login);
    state_->in_login = std::move(secrets);
}

COREST_DECL session_login& session_login::token_path(json_path path)
{
    state_->token_path = std::move(path);
    return *this;
}

COREST_DECL session_login& session_login::name(std::string name)
{
    state_->name = std::move(name);
    return *this;
}

COREST_DECL session_login& session_login::location(api_key::location place)
{
    state_->place = place;
    return *this;
}

COREST_DECL session_login& session_login::text(std::string pattern)
{
    if (pattern.find(state::gap) == std::string::npos) {
        throw error(errc::invalid_argument,
            "the text " + detail::in_quotes(pattern) + " that a session's token goes into has no {token}",
            "Write it as \"Bearer {token}\"");
    }
    state_->pattern = std::move(pattern);
    return *this;
}

COREST_DECL session_login& session_login::lifetime(std::chrono::seconds s)
{
    state_->lifetime = s;
    return *this;
}

COREST_DECL session_login& session_login::clock(std::shared_ptr<clock_source> c)
{
    state_->token->clock(c);
    state_->clock = std::move(c);
    return *this;
}

COREST_DECL void session_login::bind(const client& api)
{
    state_->token->bind(api);
}

COREST_DECL net::awaitable<access_token> session_login::log_in(std::shared_ptr<const state> s, client api)
{
    response answer;
    try {
        answer = co_await api.exchange(s->login);
    } catch (error& e) {
        e.set_hint("This was the login" + (e.hint().empty() ? std::string() : ". " + e.advice()), e.remedy());
        throw;
    }
    co_return access_token(s->read(answer, api.base_url()), s->lifetime, secret());
}

COREST_DECL net::awaitable<void> session_login::sign(request& r)
{
    const std::shared_ptr<const state> s = state_;
    secret session = s->token->usable();
    if (session.empty()) {
        detail::shared_token::fetcher how = [s](client api) { return log_in(s, std::move(api)); };
        session = co_await detail::shared_token::get(s->token, std::move(how));
    }
    s->write(r, session);
}

COREST_DECL net::awaitable<bool> session_login::renew(const request& refused)
{
    const secret session = state_->token->last();
    if (!session.empty() && state_->is_signed(refused, session)) {
        state_->token->discard(session);
    }
    co_return true;
}

COREST_DECL std::vector<std::string> session_login::secrets() const
{
    std::vector<std::string> all;
    for (const secret& one : state_->in_login) {
        all.push_back(one.reveal());
    }
    const secret session = state_->token->last();
    if (state_->token_path) {
        all.push_back(session.reveal());
        return all;
    }
    for (auto& [cookie, value] : detail::split_cookies(session.reveal())) {
        all.push_back(value);
    }
    return all;
}

} // namespace corest
