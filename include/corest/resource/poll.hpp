#pragma once

/// \file
/// A report that must be waited for: a request begins it, others ask how far it is, and one reads it.

#include <corest/clock.hpp>
#include <corest/config.hpp>
#include <corest/resource/path_template.hpp>
#include <corest/select/json_condition.hpp>
#include <corest/select/json_path.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace corest {

/// Adapter: the resource's own request begins a report; its pages are read when the report is done.
///
///     post(api, "/reports", R"({"year": 2026})")
///         | poll("/reports/{response.id}").until("$.status == 'done'").failed("$.status == 'failed'")
///               .download("/reports/{response.id}/rows")
///         | select("rows")
///
/// `{response.id}` in a path is the field `id` of the last response, or, where that has none, of the first one; other
/// placeholders are those of the resource's own path. Without a path and `url_path` the Location header of the first
/// response says where to ask; without that the same GET is sent again. Without `download` the response that says that
/// the report is done is its first page.
///
/// Retry-After of a response counts where it is longer than the interval. Each walk, and each window of an incremental
/// one, begins a report of its own.
class poll {
public:
    poll() = default;
    /// \param path where to ask how far it is, joined to the base URL
    /// \throws error (invalid_argument) naming the position of what is not understood
    explicit poll(std::string_view path) : path_(path_template(path)) {}

    /// Where the URL to ask stands in the first response; a relative one is resolved against that response's.
    poll& url_path(json_path at) { return url_path_ = std::move(at), *this; }
    /// What holds of a response's body when the report is done; without it: its status is not 202.
    poll& until(json_condition condition) { return until_ = std::move(condition), *this; }
    /// As from a text. \throws error (invalid_argument) as `json_condition`
    poll& until(std::string_view condition) { return until(json_condition(condition)); }
    /// What holds of a response's body when the report has failed: an error with what the body says.
    poll& failed(json_condition condition) { return failed_ = std::move(condition), *this; }
    /// As from a text. \throws error (invalid_argument) as `json_condition`
    poll& failed(std::string_view condition) { return failed(json_condition(condition)); }
    /// Where the API's own message stands in the body of a failed one; without it the body's beginning is shown.
    poll& message_path(json_path at) { return message_path_ = std::move(at), *this; }
    /// How long to wait before each question; 5 s by default.
    poll& interval(std::chrono::milliseconds wait) { return interval_ = wait, *this; }
    /// How long a report may take, from the first response on; an hour by default.
    poll& timeout(std::chrono::milliseconds most) { return timeout_ = most, *this; }
    /// Where the report is read, joined to the base URL. \throws error (invalid_argument) as the constructor
    poll& download(std::string_view path) { return download_ = path_template(path), *this; }
    /// Where the URL of the report stands in the body of the response that says that it is done.
    poll& download_url_path(json_path at) { return download_url_path_ = std::move(at), *this; }
    /// What waits pass by, in place of the machine's clock.
    poll& clock(std::shared_ptr<clock_source> c) { return clock_ = std::move(c), *this; }

    /// \name What was set
    /// @{
    [[nodiscard]] const std::optional<path_template>& path() const noexcept { return path_; }      ///< constructor
    [[nodiscard]] const std::optional<json_path>& url_path() const noexcept { return url_path_; }  ///< `url_path`
    [[nodiscard]] const std::optional<json_condition>& until() const noexcept { return until_; }   ///< `until`
    [[nodiscard]] const std::optional<json_condition>& failed() const noexcept { return failed_; } ///< `failed`
    [[nodiscard]] const std::optional<json_path>& message_path() const noexcept { return message_path_; } ///< as named
    [[nodiscard]] std::chrono::milliseconds interval() const noexcept { return interval_; }           ///< `interval`
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept { return timeout_; }             ///< `timeout`
    [[nodiscard]] const std::optional<path_template>& download() const noexcept { return download_; } ///< `download`
    /// `download_url_path`
    [[nodiscard]] const std::optional<json_path>& download_url_path() const noexcept { return download_url_path_; }
    [[nodiscard]] clock_source& clock() const noexcept { return *clock_; } ///< `clock`
    /// @}

    /// For people: "until $.status == 'done', asked every 5 s at /reports/{response.id}, for 3600 s at most".
    [[nodiscard]] COREST_DECL std::string text() const;

private:
    std::optional<path_template> path_;
    std::optional<json_path> url_path_;
    std::optional<json_condition> until_;
    std::optional<json_condition> failed_;
    std::optional<json_path> message_path_;
    std::chrono::milliseconds interval_{5'000};
    std::chrono::milliseconds timeout_{3'600'000};
    std::optional<path_template> download_;
    std::optional<json_path> download_url_path_;
    std::shared_ptr<clock_source> clock_ = system_clock_source();
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/resource/impl/poll.ipp>
#endif
