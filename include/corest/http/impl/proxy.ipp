#pragma once

#include <corest/http/proxy.hpp>

#include <corest/detail/environment.hpp>
#include <corest/error.hpp>
#include <corest/http/detail/base64.hpp>
#include <corest/http/headers.hpp>

// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ip/address.hpp)
// clang-format on

#include <algorithm>

namespace corest::detail {

namespace proxy_settings {

/// Reads "http://user:password@host:port"; the scheme may be missing. Empty text is no proxy.
/// \param variable of the environment that it is from; null: it is `http_options::proxy`
inline std::optional<proxy_server> parse(std::string text, const char* variable = nullptr)
{
    if (text.empty()) {
        return std::nullopt;
    }
    if (text.find("://") == std::string::npos) {
        text.insert(0, "http://");
    }
    const auto refuse = [&] {
        const std::string message = "the proxy '" + redact_url(text) + "' is not http://host:port";
        const std::string hint = "Only HTTP proxies are spoken to, in the clear; to an https API they give a tunnel. ";
        if (variable != nullptr) {
            throw error(errc::invalid_argument, message, hint + "This one is from " + variable);
        }
        throw error(errc::invalid_argument, message, hint + "This one is", remedy::proxy);
    };
    proxy_server proxy;
    const std::size_t begin = text.find("//") + 2;
    const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
    const std::size_t at_sign = text.substr(0, end).rfind('@');
    if (at_sign != std::string::npos && at_sign >= begin) {
        std::string user = text.substr(begin, at_sign - begin);
        std::string password;
        if (const auto colon = user.find(':'); colon != std::string::npos) {
            password = user.substr(colon + 1);
            user.erase(colon);
        }
        proxy.authorization = "Basic " + base64_of(percent_decode(user) + ':' + percent_decode(password));
        text.erase(begin, at_sign + 1 - begin);
    }
    url_parts parts;
    try {
        parts = split_url(text);
    } catch (const error&) {
        refuse();
    }
    if (parts.tls) {
        refuse();
    }
    proxy.host = parts.host;
    proxy.port = parts.port;
    return proxy;
}

} // namespace proxy_settings

COREST_DECL proxy_choice::proxy_choice(const http_options& options) : proxy_choice(options, environment_variable) {}

COREST_DECL proxy_choice::proxy_choice(const http_options& options, const environment& get)
{
    everything_ = proxy_settings::parse(options.proxy);
    if (everything_ || !options.use_environment_proxy) {
        return;
    }
    const auto read = [&](const char* lower_name, const char* upper_name) {
        for (const char* name : {lower_name, upper_name}) {
            if (name == std::string_view("HTTP_PROXY") && get("REQUEST_METHOD")) {
                continue;
            }
            if (auto value = get(name); value && !value->empty()) {
                return proxy_settings::parse(*value, name);
            }
        }
        return std::optional<proxy_server>();
    };
    const auto all = read("all_proxy", "ALL_PROXY");
    http_ = read("http_proxy", "HTTP_PROXY");
    https_ = read("https_proxy", "HTTPS_PROXY");
    http_ = http_ ? http_ : all;
    https_ = https_ ? https_ : all;
    auto direct = get("no_proxy");
    direct = direct ? direct : get("NO_PROXY");
    if (direct) {
        direct_ = split_list(lower(*direct));
    }
}

COREST_DECL std::optional<proxy_server> proxy_choice::for_url(const url_parts& url) const
{
    if (everything_) {
        return everything_;
    }
    const auto& proxy = url.tls ? https_ : http_;
    if (!proxy) {
        return std::nullopt;
    }
    error_code not_an_address;
    const auto address = net::ip::make_address(url.host, not_an_address);
    if (url.host == "localhost" || (!not_an_address && address.is_loopback())) {
        return std::nullopt;
    }
    for (std::string_view entry : direct_) {
        if (entry == "*" || entry == url.authority(true)) {
            return std::nullopt;
        }
        // "example.com", ".example.com" and "*.example.com" all mean the host and everything under it.
        entry.remove_prefix(entry.substr(0, 2) == "*." ? 2 : entry.substr(0, 1) == "." ? 1 : 0);
        const std::string_view host = url.host;
        if (!entry.empty() && host.size() >= entry.size() && host.substr(host.size() - entry.size()) == entry
            && (host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.'))
        {
            return std::nullopt;
        }
    }
    return proxy;
}

} // namespace corest::detail
