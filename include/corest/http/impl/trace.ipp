#pragma once

#include <corest/http/trace.hpp>

#include <corest/detail/text.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/observer.hpp>
#include <corest/http/url.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace corest {

namespace detail {

namespace tracing {

/// Behind the end of the JSON string that begins at `at`.
[[nodiscard]] inline std::size_t end_of_string(std::string_view text, std::size_t at)
{
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        at += text[at] == '\\' ? 1 : 0;
    }
    return std::min(at + 1, text.size());
}

[[nodiscard]] inline std::string mask_json(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n";
    std::string out;
    std::vector<std::string> hidden; // which may stand under another name, too
    std::size_t done = 0;
    for (std::size_t at = text.find('"'); at != std::string_view::npos; at = text.find('"', at)) {
        const std::size_t end = end_of_string(text, at);
        const std::string_view name = text.substr(at + 1, std::max(end, at + 2) - at - 2);
        const std::size_t colon = text.find_first_not_of(blank, end);
        at = end;
        if (colon == std::string_view::npos || text[colon] != ':' || !names_credential(name)) {
            continue;
        }
        const std::size_t value = text.find_first_not_of(blank, colon + 1);
        if (value == std::string_view::npos || text[value] != '"') {
            continue;
        }
        out += text.substr(done, value + 1 - done);
        out += "***";
        done = end_of_string(text, value);
        hidden.emplace_back(text.substr(value + 1, done - value - 1));
        if (hidden.back().ends_with('"')) {
            hidden.back().pop_back();
        }
        out += done == text.size() && text.back() != '"' ? "" : "\"";
        at = done;
    }
    out += text.substr(done);
    for (const std::string& value : hidden) {
        constexpr std::size_t shortest = 6; // a shorter one is found in words
        for (std::size_t at = value.size() < shortest ? out.npos : out.find(value); at != out.npos;
            at = out.find(value, at))
        {
            out.replace(at, value.size(), "***");
        }
    }
    return out;
}

[[nodiscard]] inline std::string mask_form(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const std::string_view field = text.substr(0, text.find('&'));
        const std::size_t equals = field.find('=');
        const bool hidden = equals != std::string_view::npos && names_credential(field.substr(0, equals));
        out += hidden ? std::string(field.substr(0, equals)) + "=***" : std::string(field);
        text.remove_prefix(field.size());
        if (!text.empty()) {
            out += '&';
            text.remove_prefix(1);
        }
    }
    return out;
}

/// The first character that is no white space; '\0': there is none.
[[nodiscard]] inline char first_character(std::string_view body)
{
    body = without_byte_order_mark(body);
    const auto first = body.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? '\0' : body[first];
}

} // namespace tracing

COREST_DECL std::string mask_credentials(std::string_view body)
{
    const char first = tracing::first_character(body);
    return first == '{' || first == '[' ? tracing::mask_json(body) : tracing::mask_form(body);
}

/// The transport that `trace` adds.
class tracing_transport {
public:
    tracing_transport(any_transport next, std::function<void(const traced_exchange&)> show,
        std::function<std::string(std::string)> mask)
        : next_(std::move(next)),
          show_(std::move(show)),
          mask_(std::move(mask))
    {
    }

    [[nodiscard]] net::awaitable<response> send(request r)
    {
        const std::shared_ptr<const observation> watch = r.observation;
        const auto start = std::chrono::steady_clock::now();
        traced_exchange seen;
        seen.request = watch ? watch->number() : 0;
        seen.method = r.method;
        seen.url = masked(watch.get(), redact_url(r.url));
        seen.headers = masked(watch.get(), r.headers); // until it is known which ones were sent
        const auto sent = std::make_shared<headers>();
        r.sent_headers = sent;
        seen.body_size = r.body.size();
        seen.body = shown(watch.get(), r.body);
        const bool asks_for_token = r.body.find("grant_type") != std::string::npos;
        try {
            response got = co_await next_.send(std::move(r));
            seen.duration = std::chrono::steady_clock::now() - start;
            take_sent(seen, watch.get(), *sent);
            seen.status = got.status;
            seen.reason = masked(watch.get(), got.reason);
            seen.response_headers = masked(watch.get(), got.headers);
            seen.response_size = got.body.size();
            seen.response_body = asks_for_token && tracing::first_character(got.body.view()) != '{'
                ? "***" // it may be the token itself
                : shown(watch.get(), got.body.view());
            tell(seen);
            co_return got;
        } catch (...) {
            seen.duration = std::chrono::steady_clock::now() - start;
            take_sent(seen, watch.get(), *sent);
            seen.failure = masked(watch.get(), failure_text(std::current_exception()));
            tell(seen);
            throw;
        }
    }

private:
    [[nodiscard]] std::string masked(const observation* watch, std::string text) const
    {
        if (mask_) {
            text = mask_(std::move(text));
        }
        return watch != nullptr ? watch->mask(std::move(text)) : text;
    }

    [[nodiscard]] headers masked(const observation* watch, const headers& fields) const
    {
        headers out;
        for (const header& field : fields) {
            const bool hidden = field.secret || is_credential_name(field.name);
            out.add_parsed(field.name, hidden ? "***" : masked(watch, field.value));
        }
        return out;
    }

    /// Shows the header fields that were sent; as they were handed down where nothing was.
    void take_sent(traced_exchange& seen, const observation* watch, const headers& sent) const
    {
        if (!sent.empty()) {
            seen.headers = masked(watch, sent);
        }
    }

    /// What is shown of a body. Masked before it is cut: half a secret is one too.
    [[nodiscard]] std::string shown(const observation* watch, std::string_view body) const
    {
        constexpr std::size_t enough = 8 * trace::shown_bytes; // masking makes it shorter
        std::string text = mask_credentials(body.substr(0, enough));
        text += body.size() > enough ? "..." : ""; // by which a secret that is cut there is known
        return printable(masked(watch, std::move(text)), trace::shown_bytes);
    }

    void tell(const traced_exchange& seen) const noexcept
    {
        try {
            show_(seen);
        } catch (...) {
            // Who watches is not part of the work.
        }
    }

    any_transport next_;
    std::function<void(const traced_exchange&)> show_;
    std::function<std::string(std::string)> mask_;
};

} // namespace detail

COREST_DECL client trace::apply(const client& api) const
{
    return api.with_transport(detail::tracing_transport(api.transport(), show_, mask_));
}

} // namespace corest
