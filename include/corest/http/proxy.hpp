#pragma once

/// \file
/// Which proxy, if any, stands between the client and an origin.

#include <corest/config.hpp>
#include <corest/http/http_options.hpp>
#include <corest/http/url.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace corest::detail {

/// An HTTP proxy.
class proxy_server {
public:
    proxy_server() = default;

    std::string host;
    std::string port;
    /// Value of Proxy-Authorization; empty: none.
    std::string authorization;
};

/// The value of an environment variable, or nothing: `environment_variable`, but for tests.
using environment = std::function<std::optional<std::string>(const char* name)>;

/// Chooses the proxy for a URL, from the options or the environment.
///
/// `http_options::proxy` is for everything. Otherwise `https_proxy`, `http_proxy` and `all_proxy` are used, in lower or
/// upper case, except for hosts in `no_proxy` and for localhost and loopback addresses. HTTP_PROXY is not believed
/// where REQUEST_METHOD is set: a CGI program has it from a header of its client (CVE-2016-5385).
class proxy_choice {
public:
    /// \throws error (invalid_argument) where a proxy's URL cannot be used
    COREST_DECL explicit proxy_choice(const http_options& options);
    COREST_DECL proxy_choice(const http_options& options, const environment& get);

    /// \return nothing where the origin is reached directly
    [[nodiscard]] COREST_DECL std::optional<proxy_server> for_url(const url_parts& url) const;

private:
    std::optional<proxy_server> everything_;
    std::optional<proxy_server> http_;
    std::optional<proxy_server> https_;
    std::vector<std::string> direct_;
};

} // namespace corest::detail

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/proxy.ipp>
#endif
