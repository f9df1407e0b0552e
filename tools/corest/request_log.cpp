#include "request_log.hpp"

#include "figures.hpp"
#include "pretty_json.hpp"

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/select/rfc3339.hpp>

#include <boost/json/object.hpp>

#include <cerrno>
#include <chrono>
#include <string_view>
#include <system_error>
#include <utility>

namespace cli {

namespace {

/// To the microsecond.
double milliseconds(std::chrono::nanoseconds duration)
{
    return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(duration).count()) / 1000.0;
}

/// The moment, to the millisecond.
std::string now()
{
    const auto moment = std::chrono::system_clock::now();
    const auto second = std::chrono::floor<std::chrono::seconds>(moment);
    return corest::format_date_time(
        corest::date_time{second, std::chrono::floor<std::chrono::milliseconds>(moment - second)});
}

/// "12 ms", "1,204 ms"
std::string in_ms(std::chrono::nanoseconds duration)
{
    return grouped(static_cast<std::uint64_t>(milliseconds(duration) + 0.5)) + " ms";
}

/// "samples: GET https://... 200, 48,213 bytes, 12 ms"
std::string line_of(const std::string& resource, const corest::request_end& e)
{
    std::string text = resource + ": " + e.method + ' ' + e.url + ' ';
    if (e.status != 0) {
        text += std::to_string(e.status) + ", " + counted(e.bytes, "byte") + ", ";
    } else {
        text += e.cancelled ? (e.speculative ? "not needed, " : "cancelled, ") : "failed (" + e.reason + "), ";
    }
    text += in_ms(e.duration);
    if (e.attempts > 1) {
        text += ", " + counted(e.attempts, "attempt");
    }
    return text + (e.not_modified ? ", not modified" : "") + (e.speculative ? ", asked ahead" : "");
}

std::string fields_of(const corest::headers& fields, std::string_view mark)
{
    std::string text;
    for (const corest::header& field : fields) {
        text += '\n' + std::string(mark) + field.name + ": " + corest::detail::printable(field.value, 400);
    }
    return text;
}

std::string body_of(const std::string& shown, std::size_t size, std::string_view mark)
{
    return size == 0 ? std::string() : '\n' + std::string(mark) + shown + " (" + counted(size, "byte") + ")";
}

std::string text_of(const corest::traced_exchange& seen)
{
    std::string text =
        "> " + seen.method + ' ' + seen.url + fields_of(seen.headers, "> ") + body_of(seen.body, seen.body_size, "> ");
    if (seen.status == 0) {
        return text + "\n< no response after " + in_ms(seen.duration) + ": " + seen.failure;
    }
    return text + "\n< " + std::to_string(seen.status) + (seen.reason.empty() ? "" : " " + seen.reason) + ", "
        + in_ms(seen.duration) + fields_of(seen.response_headers, "< ")
        + body_of(seen.response_body, seen.response_size, "< ");
}

std::string_view name_of(corest::wait_event::cause cause)
{
    switch (cause) {
    case corest::wait_event::cause::rate_limit:
        return "rate_limit";
    case corest::wait_event::cause::connection:
        return "connection";
    case corest::wait_event::cause::concurrency:
        return "concurrency";
    case corest::wait_event::cause::report:
        return "report";
    case corest::wait_event::cause::rate_budget:
        return "rate_budget";
    }
    return "unknown";
}

} // namespace

/// What happens to the requests of one resource.
class request_log::watcher {
public:
    watcher(std::shared_ptr<request_log> log, std::string resource)
        : log_(std::move(log)),
          resource_(std::move(resource))
    {
    }

    void on_request_end(const corest::request_end& e)
    {
        if (log_->verbose_) {
            log_->say_(line_of(resource_, e));
        }
        boost::json::object line = begin("request", e.request);
        line["method"] = e.method;
        line["url"] = e.url;
        line["status"] = e.status == 0 ? boost::json::value() : boost::json::value(e.status);
        line["attempts"] = e.attempts;
        line["bytes"] = e.bytes;
        line["ms"] = milliseconds(e.duration);
        if (e.cancelled) {
            line["cancelled"] = true;
        }
        if (e.speculative) {
            line["asked_ahead"] = true;
        }
        if (!e.reason.empty()) {
            line["reason"] = e.reason;
        }
        write(line);
    }
    void on_retry(const corest::retry_event& e)
    {
        if (log_->verbose_) {
            log_->say_(resource_ + ": attempt " + grouped(e.attempt) + " failed (" + e.reason + "), next one in "
                + in_ms(e.wait) + (e.asked_by.empty() ? "" : " (" + e.asked_by + ")"));
        }
        boost::json::object line = begin("retry", e.request);
        line["attempt"] = e.attempt;
        line["wait_ms"] = milliseconds(e.wait);
        line["reason"] = e.reason;
        if (!e.asked_by.empty()) {
            line["asked_by"] = e.asked_by;
        }
        write(line);
    }
    void on_wait(const corest::wait_event& e)
    {
        boost::json::object line = begin("wait", e.request);
        line["cause"] = name_of(e.reason);
        line["ms"] = milliseconds(e.duration);
        write(line);
    }
    void on_dial(const corest::dial_event& e)
    {
        boost::json::object line = begin("dial", e.request);
        line["host"] = e.host;
        line["port"] = e.port;
        finish(std::move(line), e.duration, e.failure);
    }
    void on_tls(const corest::tls_event& e)
    {
        boost::json::object line = begin("tls", e.request);
        line["host"] = e.host;
        line["version"] = e.version;
        line["resumed"] = e.resumed;
        finish(std::move(line), e.duration, e.failure);
    }
    void on_page(const corest::page_event& e)
    {
        boost::json::object line = begin("page", 0);
        line["url"] = e.url;
        line["page"] = e.number;
        line["records"] = e.records;
        line["bytes"] = e.bytes;
        line["last"] = e.last;
        write(line);
    }

private:
    [[nodiscard]] boost::json::object begin(std::string_view event, std::uint64_t request) const
    {
        boost::json::object line;
        line["time"] = now();
        line["event"] = event;
        line["resource"] = resource_;
        if (request != 0) {
            line["request"] = request;
        }
        return line;
    }
    void finish(boost::json::object line, std::chrono::nanoseconds duration, const std::string& failure)
    {
        line["ms"] = milliseconds(duration);
        if (!failure.empty()) {
            line["failure"] = failure;
        }
        write(line);
    }
    void write(const boost::json::object& line)
    {
        if (log_->file_.is_open()) {
            log_->file_ << json_line(line) << '\n';
        }
    }

    std::shared_ptr<request_log> log_;
    std::string resource_;
};

request_log::request_log(bool verbose, bool debug, const std::string& file, std::function<void(const std::string&)> say)
    : verbose_(verbose),
      debug_(debug),
      name_(file),
      say_(std::move(say))
{
    if (!file.empty()) {
        file_.open(file);
        if (!file_) {
            throw corest::error(corest::errc::invalid_argument,
                "--log " + file + " cannot be written: " + std::generic_category().message(errno),
                "Name a file in a directory that exists and is writable");
        }
    }
}

void request_log::attach(const std::shared_ptr<request_log>& self, corest::source::connect_options& options)
{
    if (self->verbose_ || self->file_.is_open()) {
        options.observer = [self](
                               const std::string& resource) -> corest::any_observer { return watcher(self, resource); };
    }
    if (self->debug_) {
        options.trace = [self](const corest::traced_exchange& seen) { self->say_(text_of(seen)); };
    }
}

bool request_log::is_whole()
{
    return !file_.is_open() || static_cast<bool>(file_.flush());
}

} // namespace cli
