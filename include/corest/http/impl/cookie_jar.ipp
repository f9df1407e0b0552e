#pragma once

#include <corest/http/cookie_jar.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/http_date.hpp>
#include <corest/http/url.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace corest {

namespace detail {

namespace cookie_rules {

/// Where a cookie came from, or goes to.
class place {
public:
    explicit place(std::string_view url)
    {
        const url_parts parts = split_url(url);
        host = parts.host;
        origin = parts.origin();
        path = parts.target.substr(0, parts.target.find('?'));
        tls = parts.tls;
    }
    std::string host;
    std::string origin;
    std::string path;
    bool tls = false;
};

/// RFC 6265, section 5.1.3. Addresses have no domains.
[[nodiscard]] inline bool domain_matches(std::string_view host, std::string_view domain)
{
    if (host == domain) {
        return true;
    }
    const bool is_address =
        host.find(':') != std::string_view::npos || host.find_first_not_of("0123456789.") == std::string_view::npos;
    return !is_address && host.size() > domain.size() && host.ends_with(domain)
        && host[host.size() - domain.size() - 1] == '.';
}

/// RFC 6265, section 5.1.4.
[[nodiscard]] inline bool path_matches(std::string_view path, std::string_view of_cookie)
{
    return path.starts_with(of_cookie)
        && (path.size() == of_cookie.size() || of_cookie.ends_with('/') || path[of_cookie.size()] == '/');
}

/// The path of a cookie that states none (RFC 6265, section 5.1.4).
[[nodiscard]] inline std::string default_path(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos || slash == 0 ? "/" : std::string(path.substr(0, slash));
}

/// What a Set-Cookie field says (RFC 6265, section 5.2). Of an attribute that is there twice the last one counts.
class set_cookie_field {
public:
    /// \return false where it sets nothing
    [[nodiscard]] bool read(std::string_view text)
    {
        if (std::any_of(text.begin(), text.end(), [](char c) { return is_control(c) && c != '\t'; })) {
            return false;
        }
        const std::string_view pair = take(text);
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) {
            return false;
        }
        name = trimmed(pair.substr(0, equals));
        value = trimmed(pair.substr(equals + 1));
        while (!text.empty()) {
            const std::string_view attribute = take(text);
            const std::string_view key = trimmed(attribute.substr(0, attribute.find('=')));
            add(key, trimmed(attribute.substr(std::min(attribute.find('='), attribute.size() - 1) + 1)));
        }
        return !name.empty() && name.size() + value.size() <= cookie_jar::most_bytes;
    }

    std::string_view name;
    std::string_view value;
    std::string domain; ///< in lower case, without a dot in front; empty: none
    std::string_view path;
    bool secure = false;
    std::optional<std::chrono::seconds> max_age;
    std::optional<std::chrono::system_clock::time_point> expires;

private:
    /// Takes off what stands before the next semicolon.
    [[nodiscard]] static std::string_view take(std::string_view& text)
    {
        const std::string_view part = text.substr(0, text.find(';'));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        return part;
    }

    void add(std::string_view key, std::string_view given)
    {
        if (iequals(key, "Domain") && !given.empty()) {
            domain = lower(given.substr(given.starts_with('.') ? 1 : 0));
        } else if (iequals(key, "Path")) {
            path = given;
        } else if (iequals(key, "Secure")) {
            secure = true;
        } else if (iequals(key, "Max-Age")) {
            read_age(given);
        } else if (iequals(key, "Expires")) {
            if (const auto date = parse_cookie_date(given)) {
                expires = date;
            }
        }
    }

    void read_age(std::string_view given)
    {
        constexpr std::chrono::seconds longest = std::chrono::days(400); // as RFC 6265's successor bounds it
        const bool negative = given.starts_with('-');
        const std::string_view digits = given.substr(negative ? 1 : 0);
        if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) {
            return;
        }
        std::chrono::seconds::rep count = longest.count(); // stays that where the number is beyond its type's range
        std::from_chars(digits.data(), digits.data() + digits.size(), count);
        max_age = negative ? std::chrono::seconds(0) : std::min(std::chrono::seconds(count), longest);
    }
};

/// The cookies of a request.
[[nodiscard]] inline std::vector<cookie_pair> pairs_of(const headers& fields)
{
    std::vector<cookie_pair> pairs;
    for (const header& field : fields) {
        if (iequals(field.name, "Cookie")) {
            const std::vector<cookie_pair> more = split_cookies(field.value);
            pairs.insert(pairs.end(), more.begin(), more.end());
        }
    }
    return pairs;
}

inline void write(headers& fields, const std::vector<cookie_pair>& pairs)
{
    std::string text;
    for (const auto& [name, value] : pairs) {
        text += text.empty() ? "" : "; ";
        text += name.empty() ? value : name + "=" + value;
    }
    fields.set("Cookie", std::move(text), true);
}

} // namespace cookie_rules

COREST_DECL std::vector<cookie_pair> split_cookies(std::string_view value)
{
    std::vector<cookie_pair> pairs;
    while (!value.empty()) {
        const std::string_view pair = value.substr(0, value.find(';'));
        value.remove_prefix(std::min(pair.size() + 1, value.size()));
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos) {
            pairs.emplace_back(trimmed(pair.substr(0, equals)), trimmed(pair.substr(equals + 1)));
        } else if (const std::string_view word = trimmed(pair); !word.empty()) {
            pairs.emplace_back(std::string(), word); // a value without a name, as browsers have it
        }
    }
    return pairs;
}

COREST_DECL void set_cookie(headers& fields, std::string_view name, std::string_view value)
{
    std::vector<cookie_pair> pairs = cookie_rules::pairs_of(fields);
    const auto named = [&](const cookie_pair& one) { return one.first == name; };
    const auto first = std::find_if(pairs.begin(), pairs.end(), named);
    if (first == pairs.end()) {
        pairs.emplace_back(name, value);
    } else {
        first->second = value;
        pairs.erase(std::remove_if(first + 1, pairs.end(), named), pairs.end());
    }
    cookie_rules::write(fields, pairs);
}

COREST_DECL void add_cookies(headers& fields, const std::vector<cookie_pair>& cookies)
{
    std::vector<cookie_pair> pairs = cookie_rules::pairs_of(fields);
    const std::size_t own = pairs.size();
    for (const cookie_pair& one : cookies) {
        const auto end = pairs.begin() + static_cast<std::ptrdiff_t>(own);
        if (std::none_of(pairs.begin(), end, [&](const cookie_pair& other) { return other.first == one.first; })) {
            pairs.push_back(one);
        }
    }
    if (pairs.size() != own) {
        cookie_rules::write(fields, pairs);
    }
}

} // namespace detail

COREST_DECL void cookie_jar::store(std::string_view url, const headers& fields, time_point now)
{
    std::optional<detail::cookie_rules::place> from;
    for (const header& field : fields) {
        detail::cookie_rules::set_cookie_field read;
        if (!iequals(field.name, "Set-Cookie") || !read.read(field.value)) {
            continue;
        }
        if (!from) {
            from.emplace(url);
        }
        cookie set;
        set.name = read.name;
        set.value = read.value;
        set.secure = read.secure || from->tls;
        set.host_only = read.domain.empty() || read.domain == from->host;
        set.owner = set.host_only ? from->origin : read.domain;
        set.path = read.path.starts_with('/') ? std::string(read.path) : detail::cookie_rules::default_path(from->path);
        if (read.max_age || read.expires) {
            set.persistent = true;
            set.expires = read.max_age ? now + *read.max_age : *read.expires;
        }
        const bool is_of_host = read.name.starts_with("__Host-");
        const bool is_allowed = (set.host_only || read.domain.find('.') != std::string::npos)
            && detail::cookie_rules::domain_matches(from->host, read.domain.empty() ? from->host : read.domain)
            && (from->tls || !read.secure) && (!read.name.starts_with("__Secure-") || read.secure)
            && (!is_of_host || (read.secure && read.domain.empty() && set.path == "/"));
        if (is_allowed) {
            put(std::move(set), now);
        }
    }
}

COREST_DECL void cookie_jar::put(cookie set, time_point now)
{
    set.used = ++uses_;
    const auto same = std::find_if(cookies_.begin(), cookies_.end(), [&](const cookie& other) {
        return other.name == set.name && other.path == set.path && other.host_only == set.host_only
            && other.owner == set.owner;
    });
    const bool is_over = set.persistent && set.expires <= now;
    if (same != cookies_.end()) {
        if (same->secure && !set.secure) {
            return; // http must not replace what https has set
        }
        if (is_over || same->value != set.value) {
            retire(std::move(same->value));
        }
        if (is_over) {
            cookies_.erase(same);
        } else {
            *same = std::move(set); // in its place: its age is that of the first one
        }
        return;
    }
    if (is_over) {
        return;
    }
    std::erase_if(cookies_, [&](const cookie& other) { return other.persistent && other.expires <= now; });
    evict(&set.owner, most_of_domain - 1);
    evict(nullptr, most - 1);
    cookies_.push_back(std::move(set));
}

COREST_DECL void cookie_jar::retire(std::string value)
{
    constexpr std::size_t most_retired = 8;
    retired_.push_back(std::move(value));
    if (retired_.size() > most_retired) {
        retired_.pop_front();
    }
}

COREST_DECL void cookie_jar::evict(const std::string* owner, std::size_t most_kept)
{
    std::size_t count = 0;
    auto oldest = cookies_.end();
    for (auto it = cookies_.begin(); it != cookies_.end(); ++it) {
        if (owner == nullptr || it->owner == *owner) {
            ++count;
            oldest = oldest == cookies_.end() || it->used < oldest->used ? it : oldest;
        }
    }
    if (count > most_kept) {
        cookies_.erase(oldest);
    }
}

COREST_DECL std::vector<cookie_pair> cookie_jar::find(std::string_view url, time_point now)
{
    if (cookies_.empty()) {
        return {};
    }
    std::erase_if(cookies_, [&](const cookie& one) { return one.persistent && one.expires <= now; });
    const detail::cookie_rules::place to(url);
    std::vector<cookie*> found;
    for (cookie& one : cookies_) {
        const bool is_its_own = one.host_only
            ? one.owner == to.origin
            : detail::cookie_rules::domain_matches(to.host, one.owner) && (to.tls || !one.secure);
        if (is_its_own && detail::cookie_rules::path_matches(to.path, one.path)) {
            one.used = ++uses_;
            const auto behind = std::find_if(
                found.begin(), found.end(), [&](const cookie* other) { return other->path.size() < one.path.size(); });
            found.insert(behind, &one);
        }
    }
    std::vector<cookie_pair> pairs;
    pairs.reserve(found.size());
    for (const cookie* one : found) {
        pairs.emplace_back(one->name, one->value);
    }
    return pairs;
}

COREST_DECL std::vector<std::string> cookie_jar::secrets() const
{
    constexpr std::size_t shortest = 8;
    std::vector<std::string> all(retired_.begin(), retired_.end());
    for (const cookie& one : cookies_) {
        all.push_back(one.value);
    }
    std::erase_if(all, [](const std::string& value) { return value.size() < shortest; });
    return all;
}

} // namespace corest
