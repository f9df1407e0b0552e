#pragma once

#include <corest/auth/oauth2.hpp>

#include <corest/auth/basic.hpp>
#include <corest/concurrency/mutex.hpp>
#include <corest/concurrency/run_on.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/select/json_reader.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <mutex>

namespace corest {

namespace detail {

namespace token_answer {

/// What counts in the JSON object that a token endpoint answers with: of a key that is there twice, the last one.
/// Nothing where the answer is no such object.
struct fields {
    std::string error;         ///< empty where there is none, or it is no text
    std::string access_token;  ///< likewise
    std::string refresh_token; ///< likewise
    std::string expires_in;    ///< the JSON text of its value; empty where there is none
};

COREST_DECL fields read(std::string_view body)
{
    fields found;
    constexpr std::string_view mark = "\xEF\xBB\xBF"; // a byte order mark counts as white space
    body.remove_prefix(body.starts_with(mark) ? mark.size() : 0);
    try {
        json_reader reader(body);
        std::string_view key;
        std::string scratch;
        reader.begin_object();
        while (reader.next_key(key, scratch)) {
            std::string* const text = key == "error" ? &found.error
                : key == "access_token"              ? &found.access_token
                : key == "refresh_token"             ? &found.refresh_token
                                                     : nullptr;
            if (text != nullptr && reader.kind() == json_kind::string) {
                *text = reader.string(scratch);
                continue;
            }
            const bool is_lifetime = key == "expires_in";
            const std::string_view json = reader.skip();
            if (text != nullptr) {
                text->clear();
            } else if (is_lifetime) {
                found.expires_in = json;
            }
        }
        reader.finish();
    } catch (const corest::error&) {
        return {};
    }
    return found;
}

/// How long the token is good for: a number, also as a text. \param json of `expires_in`
COREST_DECL std::chrono::seconds lifetime(std::string_view json, std::chrono::seconds default_lifetime)
{
    constexpr std::int64_t longest = 1'000'000'000;
    json_reader reader(json);
    std::int64_t seconds = 0;
    switch (reader.kind()) {
    case json_kind::number: {
        const std::string_view text = reader.number_text();
        double value = 0; // stays that where it is beyond double's range
        std::from_chars(text.data(), text.data() + text.size(), value);
        seconds = static_cast<std::int64_t>(std::clamp(value, 0.0, static_cast<double>(longest)));
        break;
    }
    case json_kind::string: {
        const std::string text = to_text(json);
        std::from_chars(text.data(), text.data() + text.size(), seconds);
        break;
    }
    case json_kind::null:
        seconds = default_lifetime.count();
        break;
    default:
        break;
    }
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, longest));
}

} // namespace token_answer

} // namespace detail

COREST_DECL std::chrono::seconds access_token::useful_life() const
{
    const auto slack = std::min(std::chrono::seconds(60), lifetime / 10);
    return std::max(lifetime - slack, std::chrono::seconds(0));
}

COREST_DECL access_token read_token_response(const response& answer, std::chrono::seconds default_lifetime)
{
    const auto fail = [&](std::string message, std::string hint) { // which ends in the endpoint's address
        error_context context;
        context.method = "POST";
        context.url = redact_url(answer.url);
        context.status = answer.status;
        return error(errc::token_failed, std::move(message), std::move(hint), remedy::token_url, std::move(context));
    };
    const detail::token_answer::fields found = detail::token_answer::read(answer.body.view());
    if (!answer.ok()) {
        // Of an error answer only the code is shown: it is one of a few words (RFC 6749, section 5.2).
        const bool plain = found.error.size() <= 40 && std::all_of(found.error.begin(), found.error.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || c == '_';
        });
        throw fail("the token endpoint refused to give an access token"
                + (plain && !found.error.empty() ? ": " + found.error : ""),
            answer.status == 404 ? "Check" : "Check the client id, the client secret and");
    }
    if (found.access_token.empty()) {
        throw fail("the token endpoint's answer has no access_token (a JSON object with one was expected)",
            "It may be another page of the server: check");
    }
    const std::chrono::seconds lifetime = found.expires_in.empty()
        ? default_lifetime
        : detail::token_answer::lifetime(found.expires_in, default_lifetime);
    return {secret(found.access_token), lifetime, secret(found.refresh_token)};
}

/// How the token endpoint is reached. The one who fetches runs on that client's executor, whoever the token is for.
class oauth2_token_source::route {
public:
    route(client reached_by, std::string url) : api(std::move(reached_by)), token_url(std::move(url)) {}

    const client api;
    const std::string token_url;
    mutex fetching; ///< of those on the client's executor
};

/// What all users share, on whatever threads.
struct oauth2_token_source::state {
    std::string token_url; ///< as it was given
    std::string client_id;
    secret client_secret;
    std::function<secret(std::chrono::system_clock::time_point)> assertion; ///< empty where the grant has none
    oauth2_options options;

    std::mutex access; ///< of all that follows
    secret asserted;   ///< the assertion that was sent last
    std::vector<std::pair<std::string, secret>> parameters;
    std::shared_ptr<route> bound;
    secret token;
    std::chrono::steady_clock::time_point good_until{};

    /// The refresh token, where the grant has one. \pre access is locked
    [[nodiscard]] secret* find_refresh_token()
    {
        for (auto& [key, value] : parameters) {
            if (key == "refresh_token") {
                return &value;
            }
        }
        return nullptr;
    }
    [[nodiscard]] std::shared_ptr<route> current_route()
    {
        const std::lock_guard lock(access);
        return bound;
    }
    /// The token, where it can be used; else an empty one.
    [[nodiscard]] secret usable_token()
    {
        const std::lock_guard lock(access);
        return options.clock_->now() < good_until ? token : secret();
    }
};

COREST_DECL oauth2_token_source::oauth2_token_source(std::string token_url, std::string client_id, secret client_secret,
    std::vector<std::pair<std::string, secret>> parameters, oauth2_options options)
    : state_(std::make_shared<state>())
{
    state_->token_url = std::move(token_url);
    state_->client_id = std::move(client_id);
    state_->client_secret = std::move(client_secret);
    state_->parameters = std::move(parameters);
    state_->options = std::move(options);
}

COREST_DECL oauth2_token_source::oauth2_token_source(std::string token_url,
    std::vector<std::pair<std::string, secret>> parameters,
    std::function<secret(std::chrono::system_clock::time_point)> assertion, oauth2_options options)
    : oauth2_token_source(std::move(token_url), {}, {}, std::move(parameters), std::move(options))
{
    state_->assertion = std::move(assertion);
}

COREST_DECL void oauth2_token_source::bind(const client& api)
{
    auto bound = std::make_shared<route>(api, resolve_url(api.base_url(), state_->token_url));
    const std::lock_guard lock(state_->access);
    state_->bound = std::move(bound);
}

COREST_DECL request oauth2_token_source::token_request(state& s, const route& bound)
{
    const std::lock_guard lock(s.access);
    request r("POST", bound.token_url);
    r.headers.set("Content-Type", "application/x-www-form-urlencoded");
    r.headers.set("Accept", detail::json_media_type);
    r.follow_redirects = false; // credentials are in the body
    r.idempotent = s.find_refresh_token() == nullptr;
    const auto add = [&](std::string_view name, std::string_view value) {
        r.body += r.body.empty() ? "" : "&";
        r.body += form_encode(name) + "=" + form_encode(value);
    };
    for (const auto& [name, value] : s.parameters) {
        add(name, value.reveal());
    }
    if (s.assertion) { // which has the scope, too
        s.asserted = s.assertion(s.options.clock_->date());
        add("assertion", s.asserted.reveal());
    } else if (!s.options.scope_.empty()) {
        add("scope", s.options.scope_);
    }
    for (const auto& [name, value] : s.options.extra_) {
        add(name, value);
    }
    if (s.options.secret_in_header_) {
        r.headers.set(
            "Authorization", basic_credentials(form_encode(s.client_id), form_encode(s.client_secret.reveal())), true);
    } else {
        if (!s.client_id.empty()) {
            add("client_id", s.client_id);
        }
        if (!s.client_secret.empty()) {
            add("client_secret", s.client_secret.reveal());
        }
    }
    return r;
}

COREST_DECL net::awaitable<secret> oauth2_token_source::fetch(std::shared_ptr<state> s, std::shared_ptr<route> bound)
{
    // The first one fetches; whoever waited finds the token there.
    const auto guard = co_await bound->fetching.lock();
    secret usable = s->usable_token();
    if (!usable.empty()) {
        co_return usable;
    }
    response answer;
    request ask = token_request(*s, *bound);
    const bool repeatable = ask.idempotent;
    try {
        answer = co_await bound->api.exchange(std::move(ask));
    } catch (error& e) {
        if (!repeatable) {
            // The server may have rotated the token already: no layer above may ask again.
            throw error(errc::token_failed, e.message(), e.advice(), e.remedy(), e.context());
        }
        e.set_hint((e.hint().empty() ? "" : e.hint() + ". ") + "This was the token endpoint: see", remedy::token_url);
        throw;
    }
    const access_token token = read_token_response(answer, s->options.default_lifetime_);
    const std::lock_guard lock(s->access);
    s->token = token.value;
    s->good_until = s->options.clock_->now() + token.useful_life();
    if (!token.refresh_token.empty()) {
        if (secret* current = s->find_refresh_token()) {
            *current = token.refresh_token;
        }
    }
    co_return token.value;
}

COREST_DECL net::awaitable<void> oauth2_token_source::sign(request& r)
{
    const std::shared_ptr<state> s = state_;
    secret token = s->usable_token();
    if (token.empty()) {
        const std::shared_ptr<route> bound = s->current_route();
        if (!bound) {
            throw error(errc::invalid_argument, "an OAuth 2.0 authenticator was used outside of authorize(...)");
        }
        const net::any_io_executor here = co_await net::this_coro::executor;
        const net::any_io_executor& there = bound->api.executor();
        if (!there) {
            throw error(errc::invalid_argument,
                "an OAuth 2.0 authenticator cannot renew its token: the client that it belongs to has lost its "
                "io_context",
                "Give each client an authenticator of its own, where one of them may outlive the other's io_context");
        }
        net::awaitable<secret> fetched = here == there ? fetch(s, bound) : run_on(there, fetch(s, bound));
        token = co_await std::move(fetched);
    }
    r.headers.set("Authorization", "Bearer " + token.reveal(), true);
}

COREST_DECL net::awaitable<bool> oauth2_token_source::renew(const request& refused)
{
    // Only the token that was refused is thrown away: another user may have renewed it already.
    const std::lock_guard lock(state_->access);
    if (refused.headers.find("Authorization") == "Bearer " + state_->token.reveal()) {
        state_->token = secret();
    }
    co_return true;
}

COREST_DECL std::vector<std::string> oauth2_token_source::secrets() const
{
    const std::lock_guard lock(state_->access);
    std::vector<std::string> all{state_->token.reveal(), state_->client_secret.reveal(), state_->asserted.reveal()};
    for (const auto& [name, value] : state_->parameters) {
        if (name != "grant_type") {
            all.push_back(value.reveal());
        }
    }
    return all;
}

} // namespace corest
