/// \file
/// What a person at a terminal sees of a run, on a pseudo-terminal.

#include <api_server/server.hpp>

#include <support/command.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace {
namespace display_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

/// What a terminal shows: of its control sequences, those that the command uses.
class screen {
public:
    explicit screen(std::size_t width) : width_(width) {}

    void write(const std::string& text)
    {
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (c == '\r') {
                column_ = 0;
            } else if (c == '\n') {
                ++row_;
            } else if (c == '\x1b') {
                i = obey(text, i + 1);
            } else {
                put(c);
            }
        }
    }

    /// The lines, without what is blank at their ends and at the end.
    [[nodiscard]] std::vector<std::string> lines() const
    {
        std::vector<std::string> all;
        for (std::string line : lines_) {
            line.erase(line.find_last_not_of(' ') + 1);
            all.push_back(std::move(line));
        }
        while (!all.empty() && all.back().empty()) {
            all.pop_back();
        }
        return all;
    }
    /// Makes it narrower: each line is shown as several, as terminals do that keep what they show.
    void narrow(std::size_t width)
    {
        std::vector<std::string> shown;
        std::size_t row = 0;
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            row = i == row_ ? shown.size() : row;
            std::size_t begin = 0;
            do {
                shown.push_back(lines_[i].substr(begin, width));
                begin += width;
            } while (begin < lines_[i].size());
        }
        row_ = row_ < lines_.size() ? row : shown.size() + (row_ - lines_.size());
        lines_ = std::move(shown);
        width_ = width;
    }
    [[nodiscard]] bool wrapped() const noexcept { return wrapped_; }
    [[nodiscard]] bool coloured() const noexcept { return coloured_; }

private:
    void put(char c)
    {
        if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) { // the rest of a character
            return;
        }
        if (column_ == width_) {
            wrapped_ = true;
            column_ = 0;
            ++row_;
        }
        line().resize(std::max(line().size(), column_ + 1), ' ');
        line()[column_++] = c;
    }
    std::string& line()
    {
        lines_.resize(std::max(lines_.size(), row_ + 1));
        return lines_[row_];
    }
    /// \return where the sequence ends
    std::size_t obey(const std::string& text, std::size_t i)
    {
        std::string number;
        for (++i; i < text.size() && (text[i] < '@' || text[i] > '~'); ++i) {
            number += text[i];
        }
        const char action = i < text.size() ? text[i] : '?';
        if (action == 'A') {
            const auto up = static_cast<std::size_t>(std::atoi(number.c_str()));
            EXPECT_LE(up, row_);
            row_ -= std::min(up, row_);
        } else if (action == 'K') {
            line().resize(std::min(line().size(), column_));
        } else if (action == 'J') {
            line().resize(std::min(line().size(), column_));
            lines_.resize(std::min(lines_.size(), row_ + 1));
        } else {
            EXPECT_EQ(action, 'm');
            coloured_ = true;
        }
        return i;
    }

    std::size_t width_;
    std::vector<std::string> lines_;
    std::size_t row_ = 0;
    std::size_t column_ = 0;
    bool wrapped_ = false;
    bool coloured_ = false;
};

class Display : public testing::Test {
protected:
    /// Runs the command on a terminal.
    /// \param seen collects what it wrote
    /// \return its exit status
    int run(unsigned short columns, unsigned short rows, std::string& seen,
        const std::vector<std::pair<std::string, std::string>>& environment = {},
        const std::vector<std::string>& more = {})
    {
        const std::string source =
            folder.write("source.json", R"({"client": {"base_url": ")" + api.base_url("seed003") + R"(",
             "auth": {"type": "bearer", "token": {"$secret": "access_token"}}},
             "resource_defaults": {"primary_key": "id", "write_disposition": "merge",
                 "endpoint": {"data_selector": "Response.Items",
                              "paginator": {"type": "offset", "limit": 1000, "offset_param": "Offset"}}},
             "resources": [{"name": "projects", "endpoint": {"path": "/users/current/projects"}},
                           {"name": "samples", "endpoint": {"path": "/projects/{project_id}/samples"}}]})");
        const std::string destination = "sqlite:" + folder.file("out.db");
        std::vector<std::string> words = {COREST_COMMAND, "run", source, "--to", destination};
        words.insert(words.end(), more.begin(), more.end());
        std::vector<char*> arguments;
        for (std::string& word : words) {
            arguments.push_back(word.data());
        }
        arguments.push_back(nullptr);
        winsize size{};
        size.ws_col = columns;
        size.ws_row = rows;
        int terminal = -1;
        const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
        if (child == 0) {
            setenv("TERM", "xterm", 1);
            setenv("ACCESS_TOKEN", api.secrets().access_token.c_str(), 1);
            unsetenv("NO_COLOR");
            for (const auto& [name, value] : environment) {
                setenv(name.c_str(), value.c_str(), 1);
            }
            execv(COREST_COMMAND, arguments.data());
            _exit(127);
        }
        std::array<char, 4096> bytes{};
        for (ssize_t n = 0; (n = ::read(terminal, bytes.data(), bytes.size())) > 0;) {
            seen.append(bytes.data(), static_cast<std::size_t>(n));
            if (on_output) {
                on_output(terminal, child);
            }
        }
        ::close(terminal);
        int status = -1;
        waitpid(child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    }

    /// Stops the command, takes in what it has written by then, has the terminal narrower, and lets the command go on.
    static void narrow(int terminal, pid_t child, unsigned short columns, std::string& seen)
    {
        ::kill(child, SIGSTOP);
        int status = 0;
        ::waitpid(child, &status, WUNTRACED);
        std::array<char, 4096> bytes{};
        for (pollfd one{terminal, POLLIN, 0}; ::poll(&one, 1, 0) == 1 && (one.revents & POLLIN) != 0;) {
            const ssize_t n = ::read(terminal, bytes.data(), bytes.size());
            if (n <= 0) {
                break;
            }
            seen.append(bytes.data(), static_cast<std::size_t>(n));
        }
        winsize size{};
        size.ws_col = columns;
        size.ws_row = 24;
        ::ioctl(terminal, TIOCSWINSZ, &size);
        ::kill(child, SIGCONT);
    }

    std::function<void(int terminal, pid_t child)> on_output; ///< whenever something came
    example_api::server api;
    temporary_folder folder;
};

TEST_F(Display, LeavesTheWholeTableWhateverTheWidth)
{
    api.misbehave(example_api::rule::latency("*", std::chrono::milliseconds(30)));
    for (const unsigned short width : std::array<unsigned short, 3>{40, 80, 200}) {
        std::string seen;
        ASSERT_EQ(run(width, 24, seen), 0) << seen;
        screen shown(width);
        shown.write(seen);
        const auto lines = shown.lines();
        const bool fits = width > 60;
        ASSERT_GE(lines.size(), 3U) << seen;
        if (fits) {
            EXPECT_FALSE(shown.wrapped());
            EXPECT_THAT(lines,
                ElementsAre("resource   rows  rows/s  pages  in flight  retries  state",
                    MatchesRegex("projects +[0-9]+ +[0-9,]+ +[0-9]+ +0 +0  done"),
                    MatchesRegex("  samples +[0-9,]+ +[0-9,]+ +[0-9]+ +0 +0  done")))
                << width;
        }
        EXPECT_TRUE(shown.coloured());
        EXPECT_THAT(seen, HasSubstr(" rows in 0."));
    }
}

TEST_F(Display, ANarrowTerminalShowsWhatMattersWhileItRuns)
{
    api.misbehave(example_api::rule::latency("*", std::chrono::milliseconds(30)));
    std::string seen;
    ASSERT_EQ(run(40, 24, seen), 0) << seen;
    EXPECT_THAT(seen, MatchesRegex("(.|\n)*resource +rows +state(.|\n)*"));
    screen shown(40); // until the last table, which is written whole
    shown.write(seen.substr(0, seen.rfind("\x1b[1mresource")));
    EXPECT_FALSE(shown.wrapped());
}

TEST_F(Display, LeavesNoLinesBehindWhenTheTerminalBecomesNarrower)
{
    api.misbehave(example_api::rule::latency("*", std::chrono::milliseconds(400)));
    constexpr unsigned short before = 100;
    constexpr unsigned short after = 30;
    // Between asking for the width and writing the table the command may be stopped too: then once more.
    bool is_drawn_anew = false;
    for (int attempt = 0; attempt < 5 && !is_drawn_anew; ++attempt) {
        std::string seen;
        std::size_t narrowed = 0;
        on_output = [&](int terminal, pid_t child) {
            if (narrowed == 0 && seen.find("\x1b[4A") != std::string::npos) { // a table of four lines is drawn over
                narrow(terminal, child, after, seen);
                narrowed = seen.size();
            }
        };
        ASSERT_EQ(run(before, 24, seen, {},
                      {"--concurrency", "1", "--set", "resource_defaults.endpoint.paginator.limit=5", "--limit", "15",
                          "--restart"}),
            0)
            << seen;
        ASSERT_NE(narrowed, 0U) << seen;
        const std::size_t last = seen.rfind("\x1b[1mresource"); // the last table is written whole
        ASSERT_GT(last, narrowed);
        const std::string next = seen.substr(seen.find("\x1b[", narrowed), 4);
        is_drawn_anew = next != "\x1b[4A";
        if (is_drawn_anew) {
            screen shown(before);
            shown.write(seen.substr(0, narrowed));
            shown.narrow(after);
            shown.write(seen.substr(narrowed, last - narrowed));
            EXPECT_THAT(shown.lines(), testing::IsEmpty()) << seen;
        }
    }
    EXPECT_TRUE(is_drawn_anew);
}

TEST_F(Display, ShowsTheShareAndTheTimeLeftWhereTheServerStatesATotal)
{
    api.misbehave(example_api::rule::latency("*", std::chrono::milliseconds(400)));
    for (const unsigned short width : std::array<unsigned short, 3>{40, 80, 200}) {
        std::string seen;
        ASSERT_EQ(run(width, 24, seen, {},
                      {"--only", "projects", "--concurrency", "1", "--set",
                          "resource_defaults.endpoint.paginator.limit=5", "--restart"}),
            0)
            << seen;
        EXPECT_THAT(seen, testing::ContainsRegex("(25|50|75) %")) << width;
        EXPECT_THAT(seen, testing::ContainsRegex("(50|75) %, [0-9.]+ s left")) << width;
    }
}

TEST_F(Display, SaysWhatARequestWaitsFor)
{
    api.misbehave(example_api::rule::too_many_requests("/seed003/users/*", std::chrono::seconds(2)).times(1));
    std::string seen;
    ASSERT_EQ(run(100, 24, seen), 0) << seen;
    EXPECT_THAT(seen, HasSubstr("waiting 1.")) << seen;
    EXPECT_THAT(seen, HasSubstr(" s: Retry-After of 127.0.0.1"));
}

TEST_F(Display, ALongNameLeavesRoomForTheState)
{
    const std::vector<std::string> long_name = {"--only", "samples_of_all_projects_there_are", "--set",
        "resources.projects.name=samples_of_all_projects_there_are", "--concurrency", "1", "--set",
        "resource_defaults.endpoint.paginator.limit=5", "--restart"};
    api.misbehave(example_api::rule::too_many_requests("/seed003/users/*", std::chrono::seconds(2)).times(1));
    api.misbehave(example_api::rule::latency("*", std::chrono::milliseconds(400)));
    std::string seen;
    ASSERT_EQ(run(40, 24, seen, {}, long_name), 0) << seen;
    EXPECT_THAT(seen, testing::ContainsRegex("samples_[a-z_]*… +0  waiting 1\\.[0-9] s"));
    EXPECT_THAT(seen, testing::ContainsRegex("samples_[a-z_]*… +[0-9]+  (50|75) %, [0-9.]+ s left"));
    seen.clear();
    ASSERT_EQ(run(80, 24, seen, {}, long_name), 0) << seen;
    EXPECT_THAT(seen, testing::ContainsRegex("samples_of_all_projects_there_are .*running (50|75) %, [0-9.]+ s left"));
}

TEST_F(Display, ATerminalOfFewLinesIsNotScrolled)
{
    api.misbehave(example_api::rule::latency("*", std::chrono::milliseconds(30)));
    std::string seen;
    ASSERT_EQ(run(80, 4, seen), 0) << seen;
    EXPECT_THAT(seen, HasSubstr("\r\n...")) << seen;
}

TEST_F(Display, HasNoColoursWhereTheUserWantsNone)
{
    std::string seen;
    ASSERT_EQ(run(80, 24, seen, {{"NO_COLOR", "1"}}), 0) << seen;
    screen shown(80);
    shown.write(seen);
    EXPECT_FALSE(shown.coloured());
}

} // namespace display_test
} // namespace
