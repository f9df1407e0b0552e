#include "display.hpp"

#include "figures.hpp"

#include <corest/error.hpp>
#include <corest/select/rfc3339.hpp>

#include COREST_ASIO(steady_timer.hpp)

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace cli {

namespace {

using corest::source::resource_report;
using corest::source::resource_state;
using corest::source::run_report;

double seconds_running(const resource_report& r)
{
    return std::chrono::duration<double>(r.duration()).count();
}

std::string rate_of(const resource_report& r)
{
    const double seconds = seconds_running(r);
    return r.rows == 0 || seconds <= 0 ? "-"
                                       : grouped(static_cast<std::uint64_t>(static_cast<double>(r.rows) / seconds));
}

std::string state_of(const resource_report& r)
{
    std::string text(to_string(r.state));
    if (!r.stored) {
        text += " (not stored)";
    }
    if (r.resumed_pages != 0) {
        text += ", resumed at " + grouped(r.resumed_rows) + (r.resumed_rows == 1 ? " row" : " rows");
    }
    return text;
}

std::string one_line(const resource_report& r)
{
    std::array<char, 32> seconds{};
    std::snprintf(seconds.data(), seconds.size(), "%.1f s", seconds_running(r));
    std::string text = r.name + ": " + state_of(r) + ", " + grouped(r.rows) + " rows, " + grouped(r.statistics->pages)
        + " pages, " + seconds.data();
    if (r.retries != 0) {
        text += ", " + grouped(r.retries) + (r.retries == 1 ? " retry" : " retries");
    }
    if (const std::uint64_t discarded = r.statistics->discarded; discarded != 0) {
        text += ", " + grouped(discarded) + " asked ahead in vain";
    }
    return text;
}

bool ended(resource_state s)
{
    return s != resource_state::waiting && s != resource_state::running;
}

std::size_t terminal_width()
{
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::size_t terminal_height()
{
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

/// The first `width` characters of a UTF-8 text.
std::string cut(std::string text, std::size_t width)
{
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
        if (starts && characters++ == width) {
            text.resize(i);
            break;
        }
    }
    return text;
}

} // namespace

progress_mode progress_mode_of(const std::string& name)
{
    if (name == "none") {
        return progress_mode::none;
    }
    const char* term = std::getenv("TERM");
    const bool terminal = isatty(STDERR_FILENO) == 1 && term != nullptr && std::string_view(term) != "dumb";
    return name == "auto" && terminal ? progress_mode::live : progress_mode::plain;
}

std::vector<std::string> table_of(const run_report& report, std::size_t width)
{
    using row = std::vector<std::string>;
    std::vector<row> rows = {{"resource", "rows", "rows/s", "pages", "in flight", "retries", "state"}};
    for (const resource_report& r : report.resources) {
        rows.push_back({std::string(2 * r.depth, ' ') + r.name, grouped(r.rows), rate_of(r),
            grouped(r.statistics->pages), std::to_string(r.in_flight), grouped(r.retries), state_of(r)});
    }
    std::vector<std::size_t> widths(rows[0].size(), 0);
    for (const row& cells : rows) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            widths[i] = std::max(widths[i], cells[i].size());
        }
    }
    std::vector<std::string> lines;
    for (const row& cells : rows) {
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string pad(widths[i] - cells[i].size(), ' ');
            const bool text_column = i == 0 || i + 1 == cells.size();
            line += (i == 0 ? "" : "  ") + (text_column ? cells[i] + pad : pad + cells[i]);
        }
        while (!line.empty() && line.back() == ' ') {
            line.pop_back();
        }
        lines.push_back(width == 0 ? line : cut(std::move(line), width));
    }
    return lines;
}

display::display(progress_mode mode, std::shared_ptr<const run_report> report)
    : mode_(mode),
      report_(std::move(report)),
      shown_(report_->resources.size(), resource_state::waiting),
      last_plain_(std::chrono::steady_clock::now())
{
}

void display::say_resumed()
{
    if (mode_ == progress_mode::none || said_resumed_ || !report_->resumed) {
        return;
    }
    said_resumed_ = true;
    std::size_t open = 0;
    for (const resource_report& r : report_->resources) {
        open += r.resumed_walks;
    }
    say("resumed at " + grouped(report_->resumed_rows()) + " rows: goes on with the run of "
        + corest::format_date_time(*report_->resumed) + ", " + grouped(open)
        + (open == 1 ? " collection is open" : " collections are open"));
}

void display::update()
{
    say_resumed();
    switch (mode_) {
    case progress_mode::live:
        update_live();
        break;
    case progress_mode::plain:
        update_plain();
        break;
    case progress_mode::none:
        break;
    }
}

void display::update_live()
{
    std::vector<std::string> lines = table_of(*report_, terminal_width() - 1);
    // A table that is higher than the terminal cannot be drawn over: show as much as fits.
    const std::size_t most = std::max<std::size_t>(terminal_height(), 3) - 1;
    if (lines.size() > most) {
        lines.resize(most - 1);
        lines.emplace_back("...");
    }
    std::string out;
    if (lines_ > 0) {
        out += "\x1b[" + std::to_string(lines_) + "A";
    }
    for (const std::string& line : lines) {
        out += "\r\x1b[2K" + line + "\n";
    }
    out += "\x1b[J";
    lines_ = lines.size();
    std::fwrite(out.data(), 1, out.size(), stderr);
    std::fflush(stderr);
}

void display::update_plain()
{
    const auto now = std::chrono::steady_clock::now();
    const bool periodic = now - last_plain_ >= std::chrono::seconds(10);
    last_plain_ = periodic ? now : last_plain_;
    for (std::size_t i = 0; i < report_->resources.size(); ++i) {
        const resource_report& r = report_->resources[i];
        const bool news = r.state != shown_[i] && ended(r.state);
        if (news || (periodic && r.state == resource_state::running)) {
            std::fprintf(stderr, "%s\n", one_line(r).c_str());
        }
        shown_[i] = r.state;
    }
}

void display::erase_table()
{
    if (lines_ > 0) {
        std::fprintf(stderr, "\r\x1b[%zuA\x1b[J", lines_);
        lines_ = 0;
    }
}

void display::finish()
{
    if (mode_ == progress_mode::live) {
        erase_table();
        for (const std::string& line : table_of(*report_)) {
            std::fprintf(stderr, "%s\n", line.c_str());
        }
    } else {
        update();
    }
    mode_ = progress_mode::none;
}

void display::say(const std::string& line)
{
    erase_table();
    std::fprintf(stderr, "\r%s\n", line.c_str());
    if (mode_ == progress_mode::live) {
        update_live();
    }
}

corest::net::awaitable<void> display::keep_updating(std::shared_ptr<display> self)
{
    const auto executor = co_await corest::net::this_coro::executor;
    corest::net::steady_timer timer(executor);
    for (;;) {
        self->update();
        timer.expires_after(std::chrono::milliseconds(200));
        co_await timer.async_wait(corest::net::use_awaitable);
    }
}

} // namespace cli
