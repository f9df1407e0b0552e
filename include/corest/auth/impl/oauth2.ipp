#pragma once

#include <corest/auth/oauth2.hpp>

#include <corest/auth/basic.hpp>
#include <corest/auth/detail/shared_token.hpp>
#include <corest/auth/detail/token_file.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/http_date.hpp>
#include <corest/http/url.hpp>
#include <corest/select/json_reader.hpp>
#include <corest/select/rfc3339.hpp>

#include COREST_ASIO(steady_timer.hpp)

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
    try {
        json_reader reader(corest::detail::without_byte_order_mark(body));
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

inline constexpr std::chrono::seconds longest{1'000'000'000}; ///< 31 years

/// How long something is good for until a date; zero where it is over.
COREST_DECL std::chrono::seconds until(std::chrono::sys_seconds date, std::chrono::system_clock::time_point now)
{
    const std::chrono::seconds left = date - std::chrono::ceil<std::chrono::seconds>(now);
    return std::clamp(left, std::chrono::seconds(0), longest);
}

/// A number of seconds, or, where it is as large as a date is, seconds or milliseconds since 1970.
COREST_DECL std::chrono::seconds lifetime_of_number(double value, std::chrono::system_clock::time_point now)
{
    constexpr double of_milliseconds = 1e11;
    constexpr double last = 1e11;
    if (value <= static_cast<double>(longest.count())) {
        return std::chrono::seconds(static_cast<std::int64_t>(std::max(value, 0.0)));
    }
    const double date = std::min(value > of_milliseconds ? value / 1000 : value, last);
    return until(std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(date))), now);
}

/// How long the token is good for: a number, also as a text, or a date. What is none of these is good for one request.
/// \param json of `expires_in`
COREST_DECL std::chrono::seconds lifetime(
    std::string_view json, std::chrono::seconds default_lifetime, std::chrono::system_clock::time_point now)
{
    json_reader reader(json);
    const json_kind kind = reader.kind();
    if (kind == json_kind::null) {
        return default_lifetime;
    }
    const std::string text = kind == json_kind::number ? std::string(reader.number_text())
        : kind == json_kind::string                    ? to_text(json)
                                                       : std::string();
    double value = 0; // stays that where it is beyond double's range
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end == text.data() + text.size()) {
        return failure == std::errc() ? lifetime_of_number(value, now) : std::chrono::seconds(0);
    }
    if (const auto date = parse_http_date(text)) {
        return until(std::chrono::floor<std::chrono::seconds>(*date), now);
    }
    if (const auto date = parse_date_time(text)) {
        return until(date->seconds, now);
    }
    return std::chrono::seconds(0);
}

} // namespace token_answer

} // namespace detail

COREST_DECL access_token read_token_response(
    const response& answer, std::chrono::seconds default_lifetime, std::chrono::system_clock::time_point now)
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
        : detail::token_answer::lifetime(found.expires_in, default_lifetime, now);
    return {secret(found.access_token), lifetime, secret(found.refresh_token)};
}

/// What all users share, on whatever threads.
class oauth2_token_source::state {
public:
    std::string token_url; ///< as it was given
    std::string client_id;
    secret client_secret;
    std::function<secret(std::chrono::system_clock::time_point)> assertion; ///< empty where the grant has none
    oauth2_options options;
    std::shared_ptr<detail::shared_token> token;

    std::mutex access; ///< of all that follows
    secret asserted;   ///< the assertion that was sent last
    secret last_kept;  ///< what the file held when it was read or written last
    std::vector<std::pair<std::string, secret>> parameters;

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

    /// Whether a file keeps the refresh token.
    [[nodiscard]] bool keeps_refresh_token()
    {
        const std::lock_guard lock(access);
        return !options.refresh_token_file_.empty() && find_refresh_token() != nullptr;
    }

    /// Takes over the refresh token that the file keeps.
    /// \return what a new one is written with; null where none is kept
    /// \throws error (invalid_argument) where the file cannot be read and written, or there is no token anywhere
    [[nodiscard]] std::unique_ptr<detail::token_file_replacement> read_refresh_token()
    {
        const std::string& file = options.refresh_token_file_;
        const std::lock_guard lock(access);
        secret* const current = find_refresh_token();
        if (current == nullptr) {
            return nullptr;
        }
        if (!file.empty()) {
            secret kept = detail::read_token_file(file);
            if (!kept.empty() && kept.reveal() != last_kept.reveal()) { // a new one that could not be written stays
                *current = kept;
                last_kept = std::move(kept);
            }
        }
        if (current->empty()) {
            throw error(errc::invalid_argument,
                file.empty() ? "there is no refresh token"
                             : "there is no refresh token: none was given, and the file '" + file + "' holds none",
                "Give the one to begin with");
        }
        return file.empty() ? nullptr : std::make_unique<detail::token_file_replacement>(file);
    }

    /// The request for a token.
    [[nodiscard]] COREST_DECL request make_request(const std::string& url);
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
    state_->token = std::make_shared<detail::shared_token>("an OAuth 2.0 authenticator", state_->options.clock_);
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
    (void)resolve_url(api.base_url(), state_->token_url); // what cannot be used is best reported now
    state_->token->bind(api);
}

COREST_DECL request oauth2_token_source::state::make_request(const std::string& url)
{
    const std::lock_guard lock(access);
    request r("POST", url);
    r.headers.set("Content-Type", "application/x-www-form-urlencoded");
    r.headers.set("Accept", detail::json_media_type);
    r.follow_redirects = false; // credentials are in the body
    r.idempotent = find_refresh_token() == nullptr;
    const auto add = [&](std::string_view name, std::string_view value) {
        r.body += r.body.empty() ? "" : "&";
        r.body += form_encode(name) + "=" + form_encode(value);
    };
    for (const auto& [name, value] : parameters) {
        add(name, value.reveal());
    }
    if (assertion) { // which has the scope, too
        asserted = assertion(options.clock_->date());
        add("assertion", asserted.reveal());
    } else if (!options.scope_.empty()) {
        add("scope", options.scope_);
    }
    for (const auto& [name, value] : options.extra_) {
        add(name, value);
    }
    if (options.secret_in_header_) {
        r.headers.set(
            "Authorization", basic_credentials(form_encode(client_id), form_encode(client_secret.reveal())), true);
    } else {
        if (!client_id.empty()) {
            add("client_id", client_id);
        }
        if (!client_secret.empty()) {
            add("client_secret", client_secret.reveal());
        }
    }
    return r;
}

/// The token in an answer; what is wrong is said of the file, too, that the refresh token is from.
COREST_DECL access_token oauth2_token_source::read_answer(const state& s, const response& answer)
{
    try {
        return read_token_response(answer, s.options.default_lifetime_, s.options.clock_->date());
    } catch (error& e) {
        if (!answer.ok() && !s.options.refresh_token_file_.empty()) {
            e.set_hint("The refresh token is the one of the file '" + s.options.refresh_token_file_
                    + "', where it holds one: to begin with another one, delete it. " + e.advice(),
                e.remedy());
        }
        throw;
    }
}

/// Waits until nobody else spends the refresh token that a file keeps.
COREST_DECL net::awaitable<std::unique_ptr<detail::token_file_lock>> oauth2_token_source::lock_file(std::string path)
{
    constexpr std::chrono::milliseconds pause(20);
    constexpr std::chrono::minutes longest(5); // as long as a request may take
    auto lock = std::make_unique<detail::token_file_lock>(path);
    const auto until = std::chrono::steady_clock::now() + longest;
    net::steady_timer timer(co_await net::this_coro::executor);
    while (!lock->try_take()) {
        if (std::chrono::steady_clock::now() >= until) {
            throw error(errc::token_failed,
                "another process has held the refresh token's file '" + path + "' for five minutes",
                "End the one that has '" + path + ".lock' open, and run it again");
        }
        timer.expires_after(pause);
        co_await timer.async_wait(net::use_awaitable);
    }
    co_return lock;
}

COREST_DECL net::awaitable<access_token> oauth2_token_source::ask(std::shared_ptr<state> s, client api)
{
    std::unique_ptr<detail::token_file_lock> file_lock;
    if (s->keeps_refresh_token()) {
        file_lock = co_await lock_file(s->options.refresh_token_file_);
    }
    const std::unique_ptr<detail::token_file_replacement> kept = s->read_refresh_token();
    response answer;
    request wanted = s->make_request(resolve_url(api.base_url(), s->token_url));
    const bool repeatable = wanted.idempotent;
    try {
        answer = co_await api.exchange(std::move(wanted));
    } catch (error& e) {
        if (!repeatable) {
            // The server may have rotated the token already: no layer above may ask again.
            throw error(errc::token_failed, e.message(), e.advice(), e.remedy(), e.context());
        }
        const std::string which = "This was the token endpoint";
        if (e.remedy() == remedy::none) {
            e.set_hint((e.hint().empty() ? "" : e.hint() + ". ") + which + ": see", remedy::token_url);
        } else {
            e.set_hint(which + ". " + e.advice(), e.remedy());
        }
        throw;
    }
    access_token token = read_answer(*s, answer);
    if (!token.refresh_token.empty()) {
        const std::lock_guard lock(s->access);
        if (secret* current = s->find_refresh_token(); current && current->reveal() != token.refresh_token.reveal()) {
            *current = token.refresh_token;
            if (kept) {
                kept->commit(token.refresh_token);
                s->last_kept = token.refresh_token;
            }
        }
    }
    co_return token;
}

COREST_DECL net::awaitable<void> oauth2_token_source::sign(request& r)
{
    const std::shared_ptr<state> s = state_;
    secret token = s->token->usable();
    if (token.empty()) {
        detail::shared_token::fetcher how = [s](client api) { return ask(s, std::move(api)); };
        token = co_await detail::shared_token::get(s->token, std::move(how));
    }
    r.headers.set("Authorization", "Bearer " + token.reveal(), true);
}

COREST_DECL net::awaitable<bool> oauth2_token_source::renew(const request& refused)
{
    const secret token = state_->token->last();
    if (refused.headers.find("Authorization") == "Bearer " + token.reveal()) {
        state_->token->discard(token);
    }
    co_return true;
}

COREST_DECL std::vector<std::string> oauth2_token_source::secrets() const
{
    const std::lock_guard lock(state_->access);
    std::vector<std::string> all{
        state_->token->last().reveal(), state_->client_secret.reveal(), state_->asserted.reveal()};
    for (const auto& [name, value] : state_->parameters) {
        if (name != "grant_type") {
            all.push_back(value.reveal());
        }
    }
    return all;
}

} // namespace corest
