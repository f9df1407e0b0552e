#pragma once

/// \file
/// Cookies that servers set, and which of them a request takes along (RFC 6265). No I/O: the time is handed in.

#include <corest/config.hpp>
#include <corest/http/headers.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corest {

/// What a request takes along of a cookie: its name and its value.
using cookie_pair = std::pair<std::string, std::string>;

/// The cookies that an API has set. A value; for one thread at a time.
///
/// As RFC 6265 has it (domain, path, Max-Age before Expires, Secure, the prefixes `__Host-` and `__Secure-` of its
/// successor), and closer where the RFC is loose, since cookies are credentials: a cookie without Domain goes back to
/// the origin that set it, scheme and port included, one that came over https goes over https only, and a Domain
/// without a dot (`com`) is that of no cookie. HttpOnly and SameSite are for browsers, and mean nothing here.
///
/// Of a cookie at most 4096 bytes are kept, of a host or domain 50 cookies, and 1000 in all; then the one that was not
/// used the longest makes room.
class cookie_jar {
public:
    using time_point = std::chrono::system_clock::time_point; ///< of the wall clock, as dates in headers are

    static constexpr std::size_t most_bytes = 4096;   ///< of a cookie's name and value; a larger one is not kept
    static constexpr std::size_t most_of_domain = 50; ///< cookies of one host or domain
    static constexpr std::size_t most = 1000;         ///< cookies in all

    cookie_jar() = default;

    /// Takes over what the Set-Cookie fields of a response say. What is malformed, or not the server's to set, is
    /// passed over.
    /// \param url of the request that was answered, absolute
    /// \param fields of the response, whatever its status
    /// \param now the date
    COREST_DECL void store(std::string_view url, const headers& fields, time_point now);
    /// The cookies for a request, those of longer paths first, then the older ones first.
    /// \param url absolute \param now the date
    [[nodiscard]] COREST_DECL std::vector<cookie_pair> find(std::string_view url, time_point now);

    /// How many cookies there are, those that have expired since included.
    [[nodiscard]] std::size_t size() const noexcept { return cookies_.size(); }
    /// Forgets all.
    void clear() noexcept { cookies_.clear(); }
    /// What must show in no message: the values, and some that were replaced lately. Those of less than eight bytes
    /// identify nobody, and are words of messages (`true`).
    [[nodiscard]] COREST_DECL std::vector<std::string> secrets() const;

private:
    /// A cookie that a server has set.
    class cookie {
    public:
        cookie() = default;

        std::string name;
        std::string value;
        std::string owner;       ///< the origin where `host_only`, else the domain
        bool host_only = true;   ///< it is for the origin that set it
        bool secure = false;     ///< it goes over https only
        std::string path;        ///< begins with a slash
        bool persistent = false; ///< it has an end; else it lives as long as the jar
        time_point expires;      ///< where it is persistent
        std::uint64_t used = 0;  ///< when it was used last
    };

    COREST_DECL void put(cookie set, time_point now);
    COREST_DECL void retire(std::string value);
    /// Makes room where more than so many are of an owner; of any where there is none.
    COREST_DECL void evict(const std::string* owner, std::size_t most_kept);

    std::vector<cookie> cookies_;     ///< in the order in which they were made
    std::deque<std::string> retired_; ///< values that were replaced lately
    std::uint64_t uses_ = 0;          ///< counts, in place of a clock
};

namespace detail {

/// Puts a cookie into the Cookie field of a request, which has one at most (RFC 6265, section 5.4), in the place of
/// those of that name.
/// \throws error (invalid_argument) where the value cannot be in a header
COREST_DECL void set_cookie(headers& fields, std::string_view name, std::string_view value);
/// The pairs of a Cookie field's value.
[[nodiscard]] COREST_DECL std::vector<cookie_pair> split_cookies(std::string_view value);
/// Adds cookies to the Cookie field, but for those whose name is there: who wrote that meant it.
COREST_DECL void add_cookies(headers& fields, const std::vector<cookie_pair>& cookies);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/cookie_jar.ipp>
#endif
