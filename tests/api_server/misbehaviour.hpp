#pragma once

/// \file
/// Rules that make the example API misbehave, as real APIs do.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace example_api {

/// What is done to the response of one request. Effects of several rules add up; of two statuses the first holds.
struct effects {
    std::chrono::milliseconds latency{0}; ///< wait so long before answering
    unsigned status = 0;                  ///< answer with this status and a small JSON body; 0: as usual
    std::string retry_after;              ///< the value of a Retry-After header
    std::string location;                 ///< the value of a Location header
    bool drop = false;                    ///< close the connection instead of answering
    bool cut = false;                     ///< close the connection in the middle of the body
    bool gzip = false;                    ///< compress the body, if the client accepts that
    bool html = false;                    ///< a page of HTML with status 200 (unless `status` is set)
    bool refuse_token = false;            ///< 401, as if the credentials had expired
    bool repeat_last_page = false;        ///< what lies behind the last page is the last page again
};

/// Which requests misbehave, and how.
///
/// Made by the named functions, refined by chaining: `rule::status("/seed003/*/samples", 503).times(2)`.
/// In a path `*` stands for any characters, `/` too. Paths are compared as they were sent, still encoded and without
/// the query.
class rule {
public:
    /// Answers with a status and a small JSON body.
    static rule status(std::string path, unsigned status);
    /// Answers 429 with `Retry-After`, in seconds or as the date (RFC 9110, 10.2.3) that is so far away.
    static rule too_many_requests(std::string path, std::chrono::seconds retry_after, bool as_date = false);
    /// Answers as usual, but later.
    static rule latency(std::string path, std::chrono::milliseconds delay);
    /// Closes the connection without an answer.
    static rule drop(std::string path);
    /// Closes the connection in the middle of the body.
    static rule cut(std::string path);
    /// Compresses the body with gzip, if the client accepts that.
    static rule gzip(std::string path);
    /// Answers with a page of HTML and status 200, as gateways and login pages do.
    static rule html(std::string path);
    /// Answers 401, whatever the credentials.
    static rule refuse_token(std::string path);
    /// Answers a request for what lies behind the last page with the last page.
    static rule repeat_last_page(std::string path);
    /// Sends the client elsewhere: an absolute URL, or one relative to the request's.
    static rule redirect(std::string path, std::string location, unsigned status = 302);

    /// Reads a rule from words, as in "503 /seed003/users/current/runs times=2" or "latency=20 *".
    /// The first word is a status or one of retry-after=SECONDS, retry-after-date=SECONDS, latency=MILLISECONDS, drop,
    /// cut, gzip, html, refuse-token, repeat-last-page, redirect=URL; the second the path; then times=N, skip=N, each.
    /// \throws std::invalid_argument
    static rule parse(std::string_view words);

    /// For so many requests only; without it, for ever.
    rule times(std::size_t n) &&;
    /// Not for the first so many requests.
    rule skip(std::size_t n) &&;
    /// Counts `times` and `skip` for each path by itself.
    rule each() &&;

private:
    friend class rulebook;
    explicit rule(std::string path) : path_(std::move(path)) {}

    std::string path_;
    effects effects_;
    std::chrono::seconds retry_after_date_{0};
    std::size_t skip_ = 0;
    std::size_t times_ = std::numeric_limits<std::size_t>::max();
    bool each_ = false;
    std::map<std::string, std::size_t, std::less<>> seen_;
};

/// The rules that hold now. Safe to use from several threads.
class rulebook {
public:
    void add(rule r);
    void clear();

    /// Counts a request and tells what shall be done to its response.
    [[nodiscard]] effects apply(std::string_view path);

private:
    std::mutex mutex_;
    std::vector<rule> rules_;
};

/// A point in time in the form of HTTP, as in "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point when);

} // namespace example_api
