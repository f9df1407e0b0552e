#include <api_server/misbehaviour.hpp>

#include <array>
#include <charconv>
#include <ctime>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace example_api {

namespace {

/// Whether a text matches a pattern in which `*` stands for any characters.
bool matches(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t != text.size()) {
        if (p != pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p != pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::size_t number(std::string_view word, std::string_view digits)
{
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) {
        throw std::invalid_argument("a rule's word '" + std::string(word) + "' lacks a whole number");
    }
    return value;
}

} // namespace

rule rule::status(std::string path, unsigned status)
{
    rule r(std::move(path));
    r.effects_.status = status;
    return r;
}

rule rule::too_many_requests(std::string path, std::chrono::seconds retry_after, bool as_date)
{
    rule r = status(std::move(path), 429);
    if (as_date) {
        r.retry_after_date_ = retry_after;
    } else {
        r.effects_.retry_after = std::to_string(retry_after.count());
    }
    return r;
}

rule rule::latency(std::string path, std::chrono::milliseconds delay)
{
    rule r(std::move(path));
    r.effects_.latency = delay;
    return r;
}

rule rule::drop(std::string path)
{
    rule r(std::move(path));
    r.effects_.drop = true;
    return r;
}

rule rule::cut(std::string path)
{
    rule r(std::move(path));
    r.effects_.cut = true;
    return r;
}

rule rule::gzip(std::string path)
{
    rule r(std::move(path));
    r.effects_.gzip = true;
    return r;
}

rule rule::html(std::string path)
{
    rule r(std::move(path));
    r.effects_.html = true;
    return r;
}

rule rule::refuse_token(std::string path)
{
    rule r(std::move(path));
    r.effects_.refuse_token = true;
    return r;
}

rule rule::repeat_last_page(std::string path)
{
    rule r(std::move(path));
    r.effects_.repeat_last_page = true;
    return r;
}

rule rule::redirect(std::string path, std::string location, unsigned status)
{
    rule r = rule::status(std::move(path), status);
    r.effects_.location = std::move(location);
    return r;
}

rule rule::parse(std::string_view words)
{
    std::istringstream in{std::string(words)};
    std::string action;
    std::string path;
    if (!(in >> action >> path)) {
        throw std::invalid_argument(
            "a rule is an action and a path, as in '503 /seed003/* times=2'; found '" + std::string(words) + "'");
    }
    const auto equals = action.find('=');
    const std::string name = action.substr(0, equals);
    const std::string value = equals == std::string::npos ? std::string() : action.substr(equals + 1);
    const auto count = [&] { return number(action, value); };

    const auto made = [&]() -> rule {
        if (name == "retry-after") {
            return too_many_requests(path, std::chrono::seconds(count()));
        }
        if (name == "retry-after-date") {
            return too_many_requests(path, std::chrono::seconds(count()), true);
        }
        if (name == "latency") {
            return latency(path, std::chrono::milliseconds(count()));
        }
        if (name == "drop") {
            return drop(path);
        }
        if (name == "cut") {
            return cut(path);
        }
        if (name == "gzip") {
            return gzip(path);
        }
        if (name == "html") {
            return html(path);
        }
        if (name == "refuse-token") {
            return refuse_token(path);
        }
        if (name == "repeat-last-page") {
            return repeat_last_page(path);
        }
        if (name == "redirect") {
            return redirect(path, value);
        }
        if (name.empty() || name.find_first_not_of("0123456789") != std::string::npos) {
            throw std::invalid_argument("a rule's action is a status or one of retry-after=, retry-after-date=, "
                                        "latency=, drop, cut, gzip, html, "
                                        "refuse-token, repeat-last-page, redirect=; found '"
                + action + "'");
        }
        const std::size_t code = number(action, name);
        if (code < 200 || code > 599) {
            throw std::invalid_argument("a rule's status is from 200 to 599; found '" + action + "'");
        }
        return status(path, static_cast<unsigned>(code));
    };
    rule r = made();
    for (std::string word; in >> word;) {
        if (word == "each") {
            r.each_ = true;
        } else if (word.starts_with("times=")) {
            r.times_ = number(word, std::string_view(word).substr(6));
        } else if (word.starts_with("skip=")) {
            r.skip_ = number(word, std::string_view(word).substr(5));
        } else {
            throw std::invalid_argument("a rule ends with times=N, skip=N or each; found '" + word + "'");
        }
    }
    return r;
}

rule rule::times(std::size_t n) &&
{
    times_ = n;
    return std::move(*this);
}

rule rule::skip(std::size_t n) &&
{
    skip_ = n;
    return std::move(*this);
}

rule rule::each() &&
{
    each_ = true;
    return std::move(*this);
}

void rulebook::add(rule r)
{
    const std::lock_guard lock(mutex_);
    rules_.push_back(std::move(r));
}

void rulebook::clear()
{
    const std::lock_guard lock(mutex_);
    rules_.clear();
}

effects rulebook::apply(std::string_view path)
{
    const std::lock_guard lock(mutex_);
    effects sum;
    for (rule& r : rules_) {
        if (!matches(r.path_, path)) {
            continue;
        }
        const std::size_t occurrence = r.seen_[r.each_ ? std::string(path) : std::string()]++;
        if (occurrence < r.skip_ || occurrence - r.skip_ >= r.times_) {
            continue;
        }
        const effects& own = r.effects_;
        sum.latency += own.latency;
        if (sum.status == 0 && own.status != 0) {
            sum.status = own.status;
            sum.location = own.location;
            sum.retry_after = own.retry_after;
            if (r.retry_after_date_.count() != 0) {
                sum.retry_after = http_date(std::chrono::system_clock::now() + r.retry_after_date_);
            }
        }
        sum.drop |= own.drop;
        sum.cut |= own.cut;
        sum.gzip |= own.gzip;
        sum.html |= own.html;
        sum.refuse_token |= own.refuse_token;
        sum.repeat_last_page |= own.repeat_last_page;
    }
    return sum;
}

std::string http_date(std::chrono::system_clock::time_point when)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), length};
}

} // namespace example_api
