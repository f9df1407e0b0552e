/// \file
/// A server that keeps every answer back for a given time, exact to some 0.1 ms: what stands for an API at a distance.
///
///     benchmark_late_server
///
/// Listens on a free port of 127.0.0.1, prints a line of JSON with the port and what it has, and ends when its standard
/// input does. The latency is the first part of the path, in milliseconds:
///
///     /20/offset?offset=100&limit=50   records from an offset on; no total
///     /20/pages?page=2                 a page by its number, from 0 on; no total
///     /20/total?offset=100&limit=50    as `offset`, and says the total
///     /20/cursor?cursor=c2             the cursor of the next page stands at cursors.next
///     /20/links?page=2                 the URL of the next page stands at next
///     /20/split?cursor=c2              as `cursor`, 51 pages; header and body in two segments, which Nagle's algorithm
///                                      keeps apart until the first is acknowledged
///     /20/projects, /20/projects/<id>/samples, /20/samples/<id>/files: a tree
///     /counts                          how many requests have come since this was asked last, and how many of them for
///                                      what lies beyond the end
///
/// 160 pages of 50 records. The tree has 20 projects of 20 samples of 20 files.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace {

using steady = std::chrono::steady_clock;

constexpr std::uint64_t page_size = 50;
constexpr std::uint64_t pages = 160;
constexpr std::uint64_t split_pages = 51;
constexpr std::uint64_t projects = 20;
constexpr std::uint64_t samples = 20;
constexpr std::uint64_t files = 20;

int checked(int result, const char* doing)
{
    if (result == -1) {
        throw std::system_error(errno, std::generic_category(), doing);
    }
    return result;
}

/// The digits that a text begins with, as a number; 0 where there are none.
std::uint64_t number_in(std::string_view text)
{
    std::uint64_t found = 0;
    std::from_chars(text.data(), text.data() + text.size(), found);
    return found;
}

/// The value of a query's parameter.
std::uint64_t parameter(std::string_view query, std::string_view name)
{
    for (std::string_view left = query; !left.empty();) {
        const std::string_view pair = left.substr(0, left.find('&'));
        left.remove_prefix(std::min(left.size(), pair.size() + 1));
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
            const std::string_view value = pair.substr(name.size() + 1);
            return number_in(value.starts_with('c') ? value.substr(1) : value);
        }
    }
    return 0;
}

/// Records with the numbers from `first` to below `last`; a record's id is 1000 and seven times its number.
std::string records(std::uint64_t first, std::uint64_t last)
{
    std::string text = "{\"data\":[";
    for (std::uint64_t i = first; i < last; ++i) {
        text += text.ends_with('[') ? "{\"id\":" : ",{\"id\":";
        text += std::to_string(1000 + 7 * i);
        text += ",\"name\":\"run of a sample\",\"created_at\":\"2024-05-06T07:08:09Z\",\"size_bytes\":123456789,"
                "\"owner\":{\"login\":\"ana\",\"email\":\"ana@example.com\"},\"tags\":[\"a\",\"b\"],\"comment\":null}";
    }
    return text + ']';
}

class answer {
public:
    std::chrono::milliseconds latency{0};
    std::string header;
    std::string body;
    bool in_two_segments = false;
};

class service {
public:
    /// \param target of a request, as "/20/offset?offset=100&limit=50"
    answer respond(std::string_view target)
    {
        answer made;
        if (target == "/counts") {
            made.body = "{\"requests\": " + std::to_string(std::exchange(requests_, 0))
                + ", \"beyond\": " + std::to_string(std::exchange(beyond_, 0)) + "}\n";
            return headed(std::move(made), true);
        }
        ++requests_;
        target.remove_prefix(1);
        const auto slash = std::min(target.find('/'), target.size());
        const std::string_view latency = target.substr(0, slash);
        made.latency = std::chrono::milliseconds(number_in(latency));
        const std::string_view path = target.substr(slash, target.find('?') - slash);
        const auto question = std::min(target.find('?'), target.size() - 1);
        const bool found = fill(made, path, target.substr(question + 1), std::string(latency));
        return headed(std::move(made), found);
    }

private:
    static answer headed(answer made, bool found)
    {
        made.header = std::string("HTTP/1.1 ") + (found ? "200 OK" : "404 Not Found")
            + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(made.body.size()) + "\r\n\r\n";
        return made;
    }

    std::string page(std::uint64_t first, std::uint64_t all)
    {
        beyond_ += first >= all ? 1 : 0;
        return records(first, std::max(first, std::min(first + page_size, all)));
    }

    bool fill(answer& to, std::string_view path, std::string_view query, const std::string& latency)
    {
        constexpr std::uint64_t all = pages * page_size;
        if (path == "/offset" || path == "/total") {
            to.body = page(parameter(query, "offset"), all);
            to.body += path == "/total" ? ",\"total\":" + std::to_string(all) + "}" : "}";
        } else if (path == "/pages") {
            to.body = page(parameter(query, "page") * page_size, all) + "}";
        } else if (path == "/cursor" || path == "/split") {
            const std::uint64_t number = parameter(query, "cursor");
            const bool last = number + 1 == (path == "/split" ? split_pages : pages);
            to.in_two_segments = path == "/split";
            to.body = page(number * page_size, all)
                + ",\"cursors\":{\"next\":" + (last ? "null" : "\"c" + std::to_string(number + 1) + '"') + "}}";
        } else if (path == "/links") {
            const std::uint64_t number = parameter(query, "page");
            to.body = page(number * page_size, all)
                + (number + 1 == pages
                        ? "}"
                        : ",\"next\":\"/" + latency + "/links?page=" + std::to_string(number + 1) + "\"}");
        } else if (path == "/projects") {
            to.body = level(0, projects);
        } else if (path.ends_with("/samples")) {
            to.body = level(number_in(path.substr(std::string_view("/projects/").size())), samples);
        } else if (path.ends_with("/files")) {
            to.body = level(number_in(path.substr(std::string_view("/samples/").size())), files);
        } else {
            return false;
        }
        return true;
    }

    /// The children of the parent with an id: their ids are its id, and two digits from 01 on.
    static std::string level(std::uint64_t parent, std::uint64_t count)
    {
        std::string text = "{\"data\":[";
        for (std::uint64_t i = 1; i <= count; ++i) {
            text += (i == 1 ? "{\"id\":" : ",{\"id\":") + std::to_string(100 * parent + i)
                + ",\"created_at\":\"2024-05-06T07:08:09Z\",\"description\":\"a run of a sample\"}";
        }
        return text + "],\"total\":" + std::to_string(count) + "}";
    }

    std::uint64_t requests_ = 0;
    std::uint64_t beyond_ = 0;
};

class connection {
public:
    explicit connection(int s) : socket(s) {}
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection() { close(socket); }

    const int socket;
    std::string received;
};

class server {
public:
    server()
        : poll_(checked(epoll_create1(0), "epoll_create1")),
          timer_(checked(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), "timerfd_create")),
          acceptor_(checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket"))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const plain = reinterpret_cast<sockaddr*>(&address);
        checked(bind(acceptor_, plain, size), "bind");
        checked(listen(acceptor_, 512), "listen");
        checked(getsockname(acceptor_, plain, &size), "getsockname");
        port_ = ntohs(address.sin_port);
        for (const int each : {timer_, acceptor_, STDIN_FILENO}) {
            watch(each);
        }
    }

    [[nodiscard]] unsigned port() const noexcept { return port_; }

    /// Until standard input ends.
    void run()
    {
        std::array<epoll_event, 64> events{};
        for (;;) {
            const int count = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), -1);
            if (count == -1 && errno != EINTR) {
                checked(count, "epoll_wait");
            }
            for (int i = 0; i < count; ++i) {
                const int ready = events[static_cast<std::size_t>(i)].data.fd;
                if (ready == STDIN_FILENO) {
                    return;
                }
                if (ready == acceptor_) {
                    accept_all();
                } else if (ready != timer_) {
                    receive(ready);
                }
            }
            send_due();
        }
    }

private:
    void watch(int descriptor)
    {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = descriptor;
        checked(epoll_ctl(poll_, EPOLL_CTL_ADD, descriptor, &event), "epoll_ctl");
    }

    void accept_all()
    {
        for (int s = 0; (s = accept4(acceptor_, nullptr, nullptr, SOCK_NONBLOCK)) != -1;) {
            connections_[s] = std::make_shared<connection>(s);
            watch(s);
        }
    }

    void receive(int socket)
    {
        const auto found = connections_.find(socket);
        if (found == connections_.end()) {
            return;
        }
        std::array<char, 16384> some{};
        const ssize_t size = read(socket, some.data(), some.size());
        if (size == 0 || (size == -1 && errno != EAGAIN)) {
            checked(epoll_ctl(poll_, EPOLL_CTL_DEL, socket, nullptr), "epoll_ctl");
            connections_.erase(found); // closes it, where no answer to it is waiting
            return;
        }
        std::string& text = found->second->received;
        text.append(some.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
        for (auto end = text.find("\r\n\r\n"); end != std::string::npos; end = text.find("\r\n\r\n")) {
            const auto from = text.find(' ') + 1;
            answer made = service_.respond(std::string_view(text).substr(from, text.find(' ', from) - from));
            const auto due = steady::now() + made.latency;
            waiting_.emplace(due, std::pair(found->second, std::move(made)));
            text.erase(0, end + 4);
        }
    }

    /// Sends what has waited long enough, and sets the timer to the next answer.
    void send_due()
    {
        while (!waiting_.empty() && waiting_.begin()->first <= steady::now()) {
            const auto& [to, made] = waiting_.begin()->second;
            const int at_once = made.in_two_segments ? 0 : 1;
            setsockopt(to->socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
            if (made.in_two_segments) {
                write_all(to->socket, made.header);
                write_all(to->socket, made.body);
            } else {
                write_all(to->socket, made.header + made.body);
            }
            waiting_.erase(waiting_.begin());
        }
        itimerspec when{};
        if (!waiting_.empty()) {
            const auto since = waiting_.begin()->first.time_since_epoch();
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
            when.it_value.tv_sec = seconds.count();
            when.it_value.tv_nsec = std::chrono::nanoseconds(since - seconds).count();
        }
        checked(timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr), "timerfd_settime"); // unreads it too
    }

    /// An answer fits in a socket's buffer, so this does not wait; what its client no longer wants is not sent.
    static void write_all(int socket, std::string_view text)
    {
        const ssize_t sent = send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent != static_cast<ssize_t>(text.size()) && (sent != -1 || errno == EAGAIN)) {
            throw std::runtime_error("an answer did not fit in a socket's buffer");
        }
    }

    int poll_;
    int timer_;
    int acceptor_;
    unsigned port_ = 0;
    service service_;
    std::unordered_map<int, std::shared_ptr<connection>> connections_;
    std::multimap<steady::time_point, std::pair<std::shared_ptr<connection>, answer>> waiting_;
};

} // namespace

int main()
{
    try {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        prctl(PR_SET_TIMERSLACK, 1UL);
        server all;
        std::cout << "{\"port\": " << all.port() << ", \"page_size\": " << page_size << ", \"pages\": " << pages
                  << ", \"split_pages\": " << split_pages << ", \"projects\": " << projects
                  << ", \"samples\": " << samples << ", \"files\": " << files << '}' << std::endl;
        all.run();
    } catch (const std::exception& e) {
        std::cerr << "benchmark_late_server: " << e.what() << '\n';
        return 1;
    }
}
