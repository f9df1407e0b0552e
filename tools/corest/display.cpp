#include "display.hpp"

#include "figures.hpp"

#include <corest/error.hpp>
#include <corest/select/rfc3339.hpp>

#include COREST_ASIO(steady_timer.hpp)

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace cli {

namespace {

using corest::source::resource_report;
using corest::source::resource_state;
using corest::source::run_report;

/// Whether the variable of the environment is there and not empty.
bool is_set(const char* name)
{
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

double seconds_running(const resource_report& r)
{
    return std::chrono::duration<double>(r.duration()).count();
}

std::string rate_of(const resource_report& r)
{
    const double seconds = seconds_running(r);
    const std::uint64_t rows = r.rows - std::min(r.rows, r.resumed_rows); // of this process
    return rows == 0 || seconds <= 0 ? "-" : grouped(static_cast<std::uint64_t>(static_cast<double>(rows) / seconds));
}

/// "waiting 4 min"; empty where nothing waits for a second or more.
std::string wait_of(const resource_report& r)
{
    const auto left = r.waits_until - std::chrono::steady_clock::now();
    const bool waits = r.in_flight != 0 || (r.awaits_report && r.state == resource_state::running);
    return !waits || left < std::chrono::seconds(1)
        ? std::string()
        : "waiting " + in_words(std::chrono::duration<double>(left).count());
}

/// "45 %, 12 s left"; empty where it is not known how much there is: the server has stated none, or parents that are
/// to come have some too.
std::string share_of(const resource_report& r)
{
    const corest::walk_statistics& s = *r.statistics;
    const std::uint64_t expected = s.expected_records;
    if (r.state != resource_state::running || r.depth != 0 || r.resumed_pages != 0 || s.expected_walks != 1
        || expected == 0)
    {
        return {};
    }
    const std::uint64_t come = std::min<std::uint64_t>(s.records + s.dropped, expected);
    std::string text = std::to_string(come * 100 / expected) + " %";
    const double seconds = seconds_running(r);
    if (come != 0 && come != expected && seconds >= 1) {
        text += ", " + in_words(seconds * static_cast<double>(expected - come) / static_cast<double>(come)) + " left";
    }
    return text;
}

/// What matters most of a state, in a few words: "running 45 %, 12 s left", "waiting 4 min".
std::string short_state_of(const resource_report& r)
{
    const std::string wait = wait_of(r);
    const std::string share = share_of(r);
    return wait.empty() ? std::string(to_string(r.state)) + (share.empty() ? "" : " " + share) : wait;
}

/// The state, with all that there is to say of it: "waiting 4 min: Retry-After of api.example.com".
std::string state_of(const resource_report& r)
{
    std::string text = short_state_of(r);
    if (!wait_of(r).empty()) {
        text += ": " + r.waits_for;
    }
    if (!r.stored) {
        text += " (not stored)";
    }
    if (r.resumed_pages != 0) {
        text += ", resumed at " + counted(r.resumed_rows, "row");
    }
    if (const std::uint64_t dropped = r.statistics->dropped; dropped != 0) {
        text += ", " + grouped(dropped) + " dropped as old or known";
    }
    if (r.discarded_rows != 0) {
        text += ", " + grouped(r.discarded_rows) + " left out by schema_contract";
    }
    if (const std::uint64_t discarded = r.statistics->discarded; discarded != 0) {
        text += ", " + grouped(discarded) + " asked ahead in vain";
    }
    return text;
}

std::string one_line(const resource_report& r)
{
    std::string text = r.name + ": " + state_of(r) + ", " + counted(r.rows, "row") + ", "
        + counted(r.statistics->pages, "page") + ", " + in_words(seconds_running(r));
    if (r.retries != 0) {
        text += ", " + grouped(r.retries) + (r.retries == 1 ? " retry" : " retries");
    }
    return text;
}

bool ended(resource_state s)
{
    return s != resource_state::waiting && s != resource_state::running;
}

winsize terminal_size()
{
    winsize size{};
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
    size.ws_col = known && size.ws_col > 0 ? size.ws_col : 80;
    size.ws_row = known && size.ws_row > 0 ? size.ws_row : 24;
    return size;
}

bool starts_character(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

/// How many characters a UTF-8 text has.
std::size_t length_of(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

/// The first `width` characters of a UTF-8 text.
std::string cut(std::string text, std::size_t width)
{
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (starts_character(text[i]) && characters++ == width) {
            text.resize(i);
            break;
        }
    }
    return text;
}

/// A text that is no longer than `width` characters: where it was, its end is "…".
std::string shortened(std::string text, std::size_t width)
{
    return length_of(text) <= width ? text : width == 0 ? std::string() : cut(std::move(text), width - 1) + "…";
}

/// The least that is to be seen of a state: "45 %, 12 s left", "waiting 4 min", "done".
std::string least_state_of(const resource_report& r)
{
    const std::string share = share_of(r);
    return share.empty() || !wait_of(r).empty() ? short_state_of(r) : share;
}

/// As much of the state as there is room for: the whole, or the longest of the shorter ways to say it. Where at least
/// some letters fit behind these, they are the beginning of the rest.
std::string state_within(const resource_report& r, std::size_t width)
{
    constexpr std::size_t some = 8; // "…" among them
    const std::string whole = state_of(r);
    const std::string brief = short_state_of(r);
    return length_of(whole) <= width || length_of(brief) + some <= width ? shortened(whole, width)
        : length_of(brief) <= width                                      ? brief
                                                                         : shortened(least_state_of(r), width);
}

/// The colour of a line about a resource: an escape sequence; empty: the usual one.
std::string_view colour_of(resource_state s)
{
    switch (s) {
    case resource_state::done:
    case resource_state::staged:
        return "\x1b[32m";
    case resource_state::failed:
        return "\x1b[31m";
    case resource_state::incomplete:
    case resource_state::interrupted:
        return "\x1b[33m";
    case resource_state::waiting:
        return "\x1b[2m";
    case resource_state::running:
        break;
    }
    return {};
}

/// A column of the table.
class column {
public:
    std::string_view title;
    bool is_text;     ///< else a number, which stands to the right
    unsigned leaving; ///< where the table is too wide, the highest goes first; 0: never
    std::string (*text)(const resource_report& r);
};

constexpr std::array<column, 7> columns = {{
    {"resource", true, 0, [](const resource_report& r) { return std::string(2 * r.depth, ' ') + r.name; }},
    {"rows", false, 0, [](const resource_report& r) { return grouped(r.rows); }},
    {"rows/s", false, 2, rate_of},
    {"pages", false, 1, [](const resource_report& r) { return grouped(r.statistics->pages); }},
    {"in flight", false, 4, [](const resource_report& r) { return std::to_string(r.in_flight); }},
    {"retries", false, 3, [](const resource_report& r) { return grouped(r.retries); }},
    {"state", true, 0, state_of},
}};

/// How the table is laid out.
class layout {
public:
    std::vector<bool> shown;         ///< which columns
    std::vector<std::size_t> widths; ///< of each column, in characters
};

/// Which columns there is room for. Where there is too little for the names beside the states, names are shortened.
/// \param widths of the columns, where there is room enough
/// \param least how wide a state is at least, see `least_state_of`
layout fitting_columns(std::vector<std::size_t> widths, std::size_t least, std::size_t width)
{
    constexpr std::size_t shortest_name = 8;
    constexpr std::size_t usual_state = 24; // "running 45 %, 12 s left"; by this, columns do not come and go
    std::vector<bool> shown(columns.size(), true);
    if (width == 0) {
        return {shown, widths};
    }
    const auto before_state = [&] {
        std::size_t sum = 0;
        for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
            sum += shown[i] ? widths[i] + 2 : 0;
        }
        return sum;
    };
    for (unsigned next = 4; next > 0 && before_state() + usual_state > width; --next) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            shown[i] = shown[i] && columns[i].leaving != next;
        }
    }
    if (const std::size_t needed = before_state() + least; needed > width) {
        const std::size_t name = widths.front();
        widths.front() = std::max(std::min(name, shortest_name), name - std::min(name, needed - width));
    }
    const std::size_t before = before_state();
    widths.back() = width > before ? width - before : 0;
    return {shown, widths};
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
    std::vector<row> rows(1);
    for (const column& c : columns) {
        rows[0].emplace_back(c.title);
    }
    for (const resource_report& r : report.resources) {
        row& cells = rows.emplace_back();
        for (const column& c : columns) {
            cells.push_back(c.text(r));
        }
    }
    std::vector<std::size_t> widths(columns.size(), 0);
    for (const row& cells : rows) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            widths[i] = std::max(widths[i], length_of(cells[i]));
        }
    }
    std::size_t least = 12; // "running 45 %"
    for (const resource_report& r : report.resources) {
        least = std::max(least, length_of(least_state_of(r)));
    }
    const layout fitted = fitting_columns(std::move(widths), least, width);
    std::vector<std::string> lines;
    for (std::size_t n = 0; n < rows.size(); ++n) {
        row& cells = rows[n];
        if (n != 0 && width != 0) {
            cells.front() = shortened(std::move(cells.front()), fitted.widths.front());
            cells.back() = state_within(report.resources[n - 1], fitted.widths.back());
        }
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (!fitted.shown[i]) {
                continue;
            }
            const std::size_t length = length_of(cells[i]);
            const std::string pad(fitted.widths[i] > length ? fitted.widths[i] - length : 0, ' ');
            line += (i == 0 ? "" : "  ") + (columns[i].is_text ? cells[i] + pad : pad + cells[i]);
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
      has_colours_(mode == progress_mode::live && !is_set("NO_COLOR")),
      shown_(report_->resources.size(), resource_state::waiting),
      detections_(report_->resources.size(), 0),
      next_plain_(std::chrono::steady_clock::now() + first_plain)
{
}

void display::say_detected()
{
    for (std::size_t i = 0; i < report_->resources.size(); ++i) {
        const resource_report& r = report_->resources[i];
        const std::vector<std::string> all = r.statistics->detected.all();
        std::string text;
        for (std::size_t n = detections_[i]; n < all.size(); ++n) {
            text += (text.empty() ? "" : ", ") + all[n];
        }
        detections_[i] = all.size();
        if (!text.empty()) {
            say(r.name + ": found " + text);
        }
    }
}

void display::say_resumed()
{
    if (said_resumed_ || !report_->resumed) {
        return;
    }
    said_resumed_ = true;
    std::size_t open = 0;
    for (const resource_report& r : report_->resources) {
        open += r.resumed_walks;
    }
    say("resumed at " + counted(report_->resumed_rows(), "row") + ": goes on with the run of "
        + corest::format_date_time(*report_->resumed) + ", " + counted(open, "collection")
        + (open == 1 ? " is open" : " are open"));
}

void display::update()
{
    if (mode_ == progress_mode::none) {
        return;
    }
    say_resumed();
    say_detected();
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

std::vector<std::string> display::coloured(std::vector<std::string> lines) const
{
    for (std::size_t i = 0; has_colours_ && i < lines.size(); ++i) {
        const std::string_view colour = i == 0 ? "\x1b[1m" : colour_of(report_->resources[i - 1].state);
        if (!colour.empty()) {
            lines[i] = std::string(colour) + lines[i] + "\x1b[0m";
        }
    }
    return lines;
}

std::string display::last_line() const
{
    std::uint64_t rows = 0;
    for (const resource_report& r : report_->resources) {
        rows += r.stored ? r.rows : 0;
    }
    const auto started = report_->started;
    const bool has_begun = started != std::chrono::steady_clock::time_point();
    const double seconds =
        has_begun ? std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count() : 0;
    const std::string at_once = corest::source::concurrency_text(*report_);
    return counted(rows, "row") + " in " + in_words(seconds) + (at_once.empty() ? "" : ", " + at_once);
}

void display::update_live()
{
    const winsize size = terminal_size();
    const std::size_t width = size.ws_col > 1 ? size.ws_col - 1U : 1U;
    std::vector<std::string> lines = table_of(*report_, width);
    // A table that is higher than the terminal cannot be drawn over: show as much as fits.
    const std::size_t most = std::max<std::size_t>(size.ws_row, 4) - 2;
    const bool is_cut = lines.size() > most;
    if (is_cut) {
        lines.resize(most - 1);
    }
    std::vector<std::size_t> lengths;
    for (const std::string& line : lines) {
        lengths.push_back(length_of(line));
    }
    lines = coloured(std::move(lines));
    if (is_cut) {
        lines.emplace_back("...");
        lengths.push_back(3);
    }
    lines.push_back(cut(last_line(), width));
    lengths.push_back(length_of(lines.back()));

    std::string out = erasure();
    for (const std::string& line : lines) {
        out += line + "\x1b[K\n";
    }
    out += "\x1b[J";
    lengths_ = std::move(lengths);
    std::fwrite(out.data(), 1, out.size(), stderr);
    std::fflush(stderr);
}

std::string display::erasure() const
{
    // A terminal that has become narrower shows a line that was drawn before as several.
    const std::size_t width = terminal_size().ws_col;
    std::size_t height = 0;
    for (const std::size_t length : lengths_) {
        height += std::max<std::size_t>((length + width - 1) / width, 1);
    }
    return height == 0 ? std::string() : "\r\x1b[" + std::to_string(height) + "A";
}

void display::update_plain()
{
    const auto now = std::chrono::steady_clock::now();
    const bool periodic = now >= next_plain_;
    next_plain_ = periodic ? now + further_plain : next_plain_;
    for (std::size_t i = 0; i < report_->resources.size(); ++i) {
        const resource_report& r = report_->resources[i];
        const bool news = r.state != shown_[i] && ended(r.state);
        if (news || (periodic && r.state == resource_state::running)) {
            std::fprintf(stderr, "%s\n", one_line(r).c_str());
        }
        shown_[i] = r.state;
    }
    if (std::string at_once = corest::source::concurrency_text(*report_); periodic && at_once != said_concurrency_) {
        if (!at_once.empty()) {
            std::fprintf(stderr, "%s\n", at_once.c_str());
        }
        said_concurrency_ = std::move(at_once);
    }
}

void display::erase_table()
{
    if (!lengths_.empty()) {
        std::fprintf(stderr, "%s\x1b[J", erasure().c_str());
        lengths_.clear();
    }
}

void display::finish()
{
    if (mode_ == progress_mode::live) {
        say_detected();
        erase_table();
        for (const std::string& line : coloured(table_of(*report_))) {
            std::fprintf(stderr, "%s\n", line.c_str());
        }
    } else {
        update();
    }
    mode_ = progress_mode::none;
}

void display::drop()
{
    erase_table();
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
