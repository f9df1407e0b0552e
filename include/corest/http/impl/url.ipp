#pragma once

#include <corest/http/url.hpp>

#include <corest/detail/escaped_character.hpp>
#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/headers.hpp>

#include <algorithm>
#include <array>

namespace corest {

namespace detail {

namespace url_text {

/// The five parts of a URI reference (RFC 3986, appendix B). Views into the text; `has_*` tells empty from absent.
class reference {
public:
    explicit reference(std::string_view text)
    {
        if (const auto hash = text.find('#'); hash != std::string_view::npos) {
            text = text.substr(0, hash);
        }
        if (const auto mark = text.find('?'); mark != std::string_view::npos) {
            query = text.substr(mark + 1);
            has_query = true;
            text = text.substr(0, mark);
        }
        const auto colon = text.find(':');
        if (colon != std::string_view::npos && colon != 0 && text.find('/') > colon && is_letter(text.front())) {
            scheme = text.substr(0, colon);
            text.remove_prefix(colon + 1);
        }
        if (text.substr(0, 2) == "//") {
            has_authority = true;
            authority = text.substr(2, text.find('/', 2) - 2);
            text.remove_prefix(authority.size() + 2);
        }
        path = text;
    }

    std::string_view scheme;
    std::string_view authority;
    std::string_view path;
    std::string_view query;
    bool has_authority = false;
    bool has_query = false;
};

inline bool is_unreserved(char c) noexcept
{
    return is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

inline void append_encoded(std::string& out, char c)
{
    out += '%';
    append_hex(out, c);
}

/// Undoes percent-encoding. \param plus what a plus sign stands for
inline std::string decode(std::string_view text, char plus)
{
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
            plain += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            plain += text[i] == '+' ? plus : text[i];
        }
    }
    return plain;
}

/// Encodes the bytes that must not stand in a URL but do in what servers send: spaces and everything beyond ASCII.
inline std::string encode_foreign(std::string_view text)
{
    std::string clean;
    clean.reserve(text.size());
    for (const char c : text) {
        if (c == ' ' || static_cast<unsigned char>(c) >= 0x80) {
            append_encoded(clean, c);
        } else {
            clean += c;
        }
    }
    return clean;
}

/// RFC 3986, section 5.2.4.
inline std::string remove_dot_segments(std::string_view path)
{
    std::string out;
    while (!path.empty()) {
        if (path.substr(0, 3) == "../") {
            path.remove_prefix(3);
        } else if (path.substr(0, 2) == "./") {
            path.remove_prefix(2);
        } else if (path.substr(0, 3) == "/./") {
            path.remove_prefix(2);
        } else if (path == "/.") {
            path = "/";
        } else if (path.substr(0, 4) == "/../" || path == "/..") {
            path = path == "/.." ? std::string_view("/") : path.substr(3);
            const auto slash = out.rfind('/');
            out.erase(slash == std::string::npos ? 0 : slash);
        } else if (path == "." || path == "..") {
            path = {};
        } else {
            const auto end = path.find('/', 1);
            out += path.substr(0, end);
            path = end == std::string_view::npos ? std::string_view() : path.substr(end);
        }
    }
    return out;
}

/// Calls `visit(parameter, name)` for each `name=value` of a URL's query, as it stands; stops where that returns false.
template <class Visit>
void for_each_parameter(std::string_view query, Visit visit)
{
    while (true) {
        const auto end = query.find('&');
        const std::string_view parameter = query.substr(0, end);
        if (!visit(parameter, parameter.substr(0, parameter.find('='))) || end == std::string_view::npos) {
            return;
        }
        query.remove_prefix(end + 1);
    }
}

inline bool is_http_scheme(std::string_view scheme) noexcept
{
    return iequals(scheme, "http") || iequals(scheme, "https");
}

} // namespace url_text

COREST_DECL std::string query_decode(std::string_view text)
{
    return url_text::decode(text, ' ');
}

COREST_DECL std::string url_parts::authority(bool always_port) const
{
    std::string text = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (always_port || port != (tls ? "443" : "80")) {
        text += ':' + port;
    }
    return text;
}

COREST_DECL std::string url_parts::origin() const
{
    return (tls ? "https://" : "http://") + authority(true);
}

COREST_DECL url_parts split_url(std::string_view url)
{
    const auto refuse = [&](const std::string& fault, const std::string& hint) {
        throw error(errc::invalid_argument, fault + " in the URL '" + redact_url(url) + "'", hint);
    };
    if (std::any_of(url.begin(), url.end(), [](char c) { return is_control(c) || c == ' '; })) {
        // Not shown: the text after a line break may be an attempt to forge a message.
        throw error(errc::invalid_argument, "a URL holds a space or a control character",
            "Write a space as %20, and remove a line break at the end of the value that it came from");
    }
    const url_text::reference parts(url);
    if (!url_text::is_http_scheme(parts.scheme) || !parts.has_authority) {
        refuse("no http:// or https:// address", "Give an absolute URL, such as https://api.example.com/v1");
    }
    url_parts found;
    found.tls = parts.scheme.size() == 5;

    std::string_view host = parts.authority;
    if (host.find('@') != std::string_view::npos) {
        refuse("user name or password", "Remove them from the URL and give them as authentication (basic)");
    }
    std::string_view port;
    if (!host.empty() && host.front() == '[') {
        const auto bracket = host.find(']');
        if (bracket == std::string_view::npos || (bracket + 1 < host.size() && host[bracket + 1] != ':')) {
            refuse("a malformed IPv6 address", "Write it as http://[::1]:8080");
        }
        port = bracket + 1 < host.size() ? host.substr(bracket + 2) : std::string_view();
        host = host.substr(1, bracket - 1);
        if (host.find(':') == std::string_view::npos
            || host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos)
        {
            refuse("a malformed IPv6 address", "Write it as http://[::1]:8080");
        }
    } else {
        if (const auto colon = host.find(':'); colon != std::string_view::npos) {
            port = host.substr(colon + 1);
            host = host.substr(0, colon);
        }
        // A percent-encoded delimiter in a host may be another host to the next reader (CVE-2022-27780).
        const bool plain = !host.empty()
            && std::all_of(host.begin(), host.end(), [](char c) { return url_text::is_unreserved(c) && c != '~'; });
        if (!plain) {
            refuse("no usable host name",
                "A host name holds letters, digits, '-' and '.' only; write international "
                "names in their xn-- form");
        }
    }
    const bool digits = port.size() <= 5 && port.find_first_not_of("0123456789") == std::string_view::npos;
    const int number = digits && !port.empty() ? std::stoi(std::string(port)) : found.tls ? 443 : 80;
    if (!digits || number < 1 || number > 65'535) {
        refuse(
            "a port that is no number from 1 to 65535", "Write the port after the host, as in http://localhost:8080");
    }
    found.host = lower(host);
    found.port = std::to_string(number);
    found.target = parts.path.empty() ? "/" : url_text::encode_foreign(parts.path);
    if (parts.has_query) {
        found.target += '?' + url_text::encode_foreign(parts.query);
    }
    return found;
}

COREST_DECL std::vector<std::string> origins_of(std::span<const std::string> urls)
{
    std::vector<std::string> origins;
    origins.reserve(urls.size());
    for (const std::string& url : urls) {
        origins.push_back(origin_of(url));
    }
    return origins;
}

} // namespace detail

COREST_DECL std::string origin_of(std::string_view url)
{
    return detail::split_url(url).origin();
}

COREST_DECL std::string join_url(std::string_view base, std::string_view path)
{
    const detail::url_text::reference parts(path);
    if (path.empty()) {
        return std::string(base);
    }
    if (detail::url_text::is_http_scheme(parts.scheme) && parts.has_authority) {
        return std::string(path);
    }
    base = base.substr(0, base.find('#'));
    const auto mark = base.find('?');
    const std::string_view base_query = mark == std::string_view::npos ? std::string_view() : base.substr(mark + 1);
    base = base.substr(0, mark);

    path = path.substr(0, path.find('#'));
    const auto path_mark = path.find('?');
    const std::string_view path_query =
        path_mark == std::string_view::npos ? std::string_view() : path.substr(path_mark + 1);
    path = path.substr(0, path_mark);

    std::string joined(base);
    if (!path.empty()) {
        joined.erase(joined.find_last_not_of('/') + 1);
        joined += '/';
        joined += path.substr(std::min(path.find_first_not_of('/'), path.size()));
    }
    if (!base_query.empty() || !path_query.empty()) {
        joined += '?';
        joined += base_query;
        joined += base_query.empty() || path_query.empty() ? "" : "&";
        joined += path_query;
    }
    return joined;
}

COREST_DECL std::string resolve_url(std::string_view base, std::string_view reference)
{
    const detail::url_text::reference b(base);
    const detail::url_text::reference r(reference);

    const std::string_view scheme = r.scheme.empty() ? b.scheme : r.scheme;
    std::string_view authority = r.authority;
    std::string path;
    std::string_view query = r.query;
    bool has_query = r.has_query;
    if (!r.scheme.empty() || r.has_authority) {
        path = detail::url_text::remove_dot_segments(r.path);
    } else {
        authority = b.authority;
        if (r.path.empty()) {
            path = b.path;
            query = r.has_query ? r.query : b.query;
            has_query = r.has_query || b.has_query;
        } else if (r.path.front() == '/') {
            path = detail::url_text::remove_dot_segments(r.path);
        } else {
            // Section 5.2.3: the last segment of the base gives way.
            std::string merged =
                b.has_authority && b.path.empty() ? "/" : std::string(b.path.substr(0, b.path.rfind('/') + 1));
            merged += r.path;
            path = detail::url_text::remove_dot_segments(merged);
        }
    }
    std::string url;
    if (!scheme.empty()) {
        url.append(scheme).append(":");
    }
    if (r.has_authority || (r.scheme.empty() && b.has_authority)) {
        url.append("//").append(authority);
    }
    url += path;
    if (has_query) {
        url.append("?").append(query);
    }
    return detail::url_text::encode_foreign(url);
}

COREST_DECL void set_query(std::string& url, std::string_view name, std::string_view value)
{
    const auto hash = std::min(url.find('#'), url.size());
    const std::string fragment = url.substr(hash);
    url.erase(hash);

    const std::string parameter = percent_encode(name) + '=' + percent_encode(value);
    const auto mark = url.find('?');
    std::string query;
    bool placed = false;
    if (mark != std::string::npos && mark + 1 < url.size()) {
        detail::url_text::for_each_parameter(
            std::string_view(url).substr(mark + 1), [&](std::string_view whole, std::string_view key) {
                const bool same = detail::query_decode(key) == name;
                if (!same || !placed) {
                    query += query.empty() ? "" : "&";
                    query += same ? std::string_view(parameter) : whole;
                    placed = placed || same;
                }
                return true;
            });
    }
    if (!placed) {
        query += query.empty() ? "" : "&";
        query += parameter;
    }
    url.erase(std::min(mark, url.size()));
    url += '?' + query + fragment;
}

COREST_DECL std::optional<std::string> find_query(std::string_view url, std::string_view name)
{
    url = url.substr(0, url.find('#'));
    const auto mark = url.find('?');
    std::optional<std::string> found;
    if (mark != std::string_view::npos) {
        detail::url_text::for_each_parameter(url.substr(mark + 1), [&](std::string_view whole, std::string_view key) {
            if (!whole.empty() && detail::query_decode(key) == name) {
                found = detail::query_decode(whole.substr(std::min(key.size() + 1, whole.size())));
            }
            return !found.has_value();
        });
    }
    return found;
}

COREST_DECL std::string percent_decode(std::string_view text)
{
    return detail::url_text::decode(text, '+');
}

COREST_DECL std::string percent_encode(std::string_view text)
{
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (detail::url_text::is_unreserved(c)) {
            encoded += c;
        } else {
            detail::url_text::append_encoded(encoded, c);
        }
    }
    return encoded;
}

COREST_DECL std::string form_encode(std::string_view text)
{
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (c == ' ') {
            encoded += '+';
        } else if (detail::url_text::is_unreserved(c)) {
            encoded += c;
        } else {
            detail::url_text::append_encoded(encoded, c);
        }
    }
    return encoded;
}

namespace detail {

/// Which query parameters may be shown.
namespace shown_query {

/// Whether the name says that its value is a secret, or somebody's.
COREST_DECL bool is_telling(std::string_view name)
{
    constexpr std::array<std::string_view, 8> parts = {"pass", "pwd", "sig", "cred", "jwt", "nonce", "ticket", "mail"};
    constexpr std::array<std::string_view, 7> whole = {"code", "pin", "otp", "user", "username", "login", "state"};
    const std::string lowered = lower(name);
    return is_credential_name(lowered) || std::find(whole.begin(), whole.end(), lowered) != whole.end()
        || std::any_of(
            parts.begin(), parts.end(), [&](std::string_view part) { return lowered.find(part) != std::string::npos; });
}

/// Whether a word of a value may be a part of a language, or a number: not what a generator of keys makes.
COREST_DECL bool is_plain_word(std::string_view word)
{
    constexpr std::size_t longest_number = 13; // milliseconds since 1970
    constexpr std::size_t longest_word = 14;
    if (std::all_of(word.begin(), word.end(), is_digit)) {
        return word.size() <= longest_number;
    }
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const std::string_view behind_first = word.substr(1);
    const bool is_word = std::all_of(word.begin(), word.end(), is_upper)
        || ((is_lower(word.front()) || is_upper(word.front()))
            && std::all_of(behind_first.begin(), behind_first.end(), is_lower));
    return is_word && word.size() <= longest_word;
}

/// Whether a value is plainly no secret: a number, a date, a few words.
COREST_DECL bool is_plain(std::string_view value)
{
    constexpr std::size_t longest = 60;
    constexpr std::string_view separators = "-_.,:+ /|";
    if (value.size() > longest) {
        return false;
    }
    for (std::size_t begin = 0; begin < value.size();) {
        const std::size_t end = std::min(value.find_first_of(separators, begin), value.size());
        // "2026-01-31T12:00:00Z"
        std::string_view word = value.substr(begin, end - begin);
        const std::size_t time = word.find_first_of("TZ");
        const bool is_date = time != std::string_view::npos && word.size() <= 6
            && word.find_first_not_of("0123456789TZ") == std::string_view::npos;
        if (!word.empty() && !is_date && !is_plain_word(word)) {
            return false;
        }
        begin = end + 1;
    }
    return true;
}

/// Whether an `&` of the query is none that separates: it begins an escape of HTML, and what stands before and behind
/// it belongs together.
COREST_DECL bool has_html(std::string_view query)
{
    for (std::size_t at = query.find('&'); at != query.npos; at = query.find('&', at + 1)) {
        if (read_escape(query, at).count != 0) {
            return true;
        }
    }
    return false;
}

} // namespace shown_query

} // namespace detail

COREST_DECL std::string redact_url(std::string_view url, std::span<const std::string> shown)
{
    constexpr std::array<std::string_view, 36> harmless = {"limit", "offset", "page", "per_page", "perpage",
        "page_size", "pagesize", "page_number", "pagenumber", "page_num", "size", "skip", "top", "$limit", "$offset",
        "$skip", "$top", "count", "$count", "first", "last", "start", "end", "from", "to", "since", "until", "sort",
        "sort_by", "order", "order_by", "$orderby", "fields", "include", "expand", "format"};
    url = url.substr(0, url.find('#'));
    const auto mark = url.find('?');
    const std::string_view query = mark == std::string_view::npos ? std::string_view() : url.substr(mark + 1);
    std::string_view front = url.substr(0, mark);

    std::string text;
    if (const auto slashes = front.find("//"); slashes != std::string_view::npos) {
        const auto end = std::min(front.find('/', slashes + 2), front.size());
        const auto at_sign = front.substr(0, end).rfind('@');
        if (at_sign != std::string_view::npos && at_sign > slashes) {
            text = front.substr(0, slashes + 2);
            front.remove_prefix(at_sign + 1);
        }
    } else if (const auto at_sign = front.substr(0, front.find('/')).rfind('@'); at_sign != std::string_view::npos) {
        front.remove_prefix(at_sign + 1); // user:password@host, its scheme forgotten
    }
    text += front;
    if (detail::shown_query::has_html(query)) {
        text += "?***";
    } else if (mark != std::string_view::npos) {
        text += '?';
        bool first = true;
        detail::url_text::for_each_parameter(query, [&](std::string_view whole, std::string_view key) {
            text += first ? "" : "&";
            first = false;
            const std::string name = detail::query_decode(key);
            const bool open = std::find(harmless.begin(), harmless.end(), detail::lower(name)) != harmless.end()
                || std::find(shown.begin(), shown.end(), name) != shown.end()
                || (whole.size() > key.size() && !detail::shown_query::is_telling(name)
                    && detail::shown_query::is_plain(detail::query_decode(whole.substr(key.size() + 1))));
            if (open || whole.size() == key.size() + 1 || whole.empty()) {
                text += whole;
            } else {
                text += whole.size() == key.size() ? std::string_view() : key;
                text += whole.size() == key.size() ? "***" : "=***";
            }
            return true;
        });
    }
    // A line break in a message could pass for a line of a log.
    std::replace_if(text.begin(), text.end(), detail::is_control, '?');
    return text;
}

} // namespace corest
