#pragma once

/// \file
/// URLs as text: origins, joining, query parameters, percent-encoding (RFC 3986) and masking for messages.
///
/// Why not Boost.URL: it is a compiled library (from Boost 1.83 on there is no header-only form), which every user
/// would have to link for what stands here; and corest wants less than RFC 3986 allows in one place and more in
/// another. A host is letters, digits, `-`, `.` and `_`, or an IPv6 address: a percent-encoded delimiter in a host may
/// be another host to the next reader. A path or query may hold the spaces, brackets and bytes beyond ASCII that
/// servers do send in their links. tests/http/url_differential_test.cpp compares the two over generated URLs, and lists
/// every difference that is wanted.

#include <corest/config.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corest {

/// Scheme, host and port of an absolute URL, in canonical form: "https://api.example.com:443" (RFC 6454).
/// Credentials belong to one of these.
/// \throws error (invalid_argument) where the URL is not absolute, not http(s), or its host holds a percent-encoded
/// delimiter
[[nodiscard]] COREST_DECL std::string origin_of(std::string_view url);

/// Joins a base URL and a resource's path with exactly one slash. A path that is an absolute http(s) URL replaces the
/// base; an empty path is the base. Nothing is normalised away (no `..` collapsing). Query parameters of the base stay
/// in front of the path's.
[[nodiscard]] COREST_DECL std::string join_url(std::string_view base, std::string_view path);

/// Resolves a reference (a Location or next link) against the URL it was found at (RFC 3986, section 5.2.2).
/// Spaces and bytes beyond ASCII, which servers do send, are percent-encoded.
[[nodiscard]] COREST_DECL std::string resolve_url(std::string_view base, std::string_view reference);

/// Replaces the query parameter of that name (all of them) by one at the place of the first, percent-encoding both.
/// Other parameters stay as they are.
COREST_DECL void set_query(std::string& url, std::string_view name, std::string_view value);
/// The decoded value (`%20` and `+` are a space) of the first query parameter of that name.
[[nodiscard]] COREST_DECL std::optional<std::string> find_query(std::string_view url, std::string_view name);

/// Percent-encodes everything but RFC 3986 unreserved characters: the form for one path segment or one query value.
[[nodiscard]] COREST_DECL std::string percent_encode(std::string_view text);
/// Undoes percent-encoding (RFC 3986, section 2.1); a `+` stays one, and a stray `%` stays as it is.
[[nodiscard]] COREST_DECL std::string percent_decode(std::string_view text);
/// Form encoding (application/x-www-form-urlencoded): as `percent_encode`, but a space is `+`.
[[nodiscard]] COREST_DECL std::string form_encode(std::string_view text);

/// The URL for a message or a log: userinfo and fragment removed, and the value of every query parameter masked as
/// `***` unless its name is known to carry no secret (limit, offset, page, cursor-free paging names, ...), or is listed
/// in `shown`, or both name and value are plain: a number, a date or a few words, under a name that tells of no secret.
/// What a secret is by its value `conceal` knows, and masks. Never throws for a malformed URL: such a one is what a
/// message often must show.
[[nodiscard]] COREST_DECL std::string redact_url(std::string_view url, std::span<const std::string> shown = {});

namespace detail {

/// What a client needs to know of an absolute http(s) URL.
class url_parts {
public:
    url_parts() = default;

    bool tls = false;   ///< the scheme is https
    std::string host;   ///< lower case; an IPv6 address without its brackets
    std::string port;   ///< decimal; the scheme's default where the URL has none
    std::string target; ///< path and query, as they go into the request line; at least "/"

    /// Host and port as they stand in a Host header or a CONNECT request: with brackets, the port if it is not the
    /// default.
    [[nodiscard]] COREST_DECL std::string authority(bool always_port = false) const;
    /// As `origin_of`.
    [[nodiscard]] COREST_DECL std::string origin() const;
};

/// Takes an absolute http(s) URL apart.
/// \throws error (invalid_argument) as `origin_of`; also for control characters and spaces, which could end the request
/// line
[[nodiscard]] COREST_DECL url_parts split_url(std::string_view url);

/// The origin of each URL, as `origin_of`: what lists of allowed origins are compared by.
/// \throws error (invalid_argument) as `origin_of`
[[nodiscard]] COREST_DECL std::vector<std::string> origins_of(std::span<const std::string> urls);

/// Undoes percent-encoding, and `+` for a space; a stray `%` stays as it is.
[[nodiscard]] COREST_DECL std::string query_decode(std::string_view text);

} // namespace detail

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/http/impl/url.ipp>
#endif
