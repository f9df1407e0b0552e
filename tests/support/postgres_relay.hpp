#pragma once

/// \file
/// Stands between a client and a PostgreSQL server, and hangs up when it is told to.

#include <support/command.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

/// A unix socket that passes everything on. Hangs up once, when the server has answered a message that holds a text:
/// the answer is not passed on.
class postgres_relay {
public:
    /// \param server_folder where the server's socket is
    /// \param text of the message, as "COMMIT"
    /// \param number which of the messages that hold it
    postgres_relay(std::string server_folder, std::string text, int number)
        : server_folder_(std::move(server_folder)),
          text_(std::move(text)),
          left_(number)
    {
        listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
        const sockaddr_un own = address_of(folder_.path());
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0 || ::listen(listener_, 8) != 0)
        {
            throw std::runtime_error("the relay cannot listen");
        }
        thread_ = std::thread([this] { serve(); });
    }
    postgres_relay(const postgres_relay&) = delete;
    postgres_relay& operator=(const postgres_relay&) = delete;
    ~postgres_relay()
    {
        stopping_ = true;
        thread_.join();
        ::close(listener_);
    }

    /// Where its socket is, for a client.
    const std::string& folder() const { return folder_.path(); }
    /// Whether it has hung up.
    bool has_hung_up() const { return left_ == 0; }

private:
    static sockaddr_un address_of(const std::string& folder)
    {
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        std::snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", folder.c_str());
        return address;
    }

    static bool is_readable(int socket, int milliseconds)
    {
        pollfd one = {socket, POLLIN, 0};
        return ::poll(&one, 1, milliseconds) > 0;
    }

    void serve()
    {
        while (!stopping_) {
            if (!is_readable(listener_, 20)) {
                continue;
            }
            const int client = ::accept(listener_, nullptr, nullptr);
            const int server = ::socket(AF_UNIX, SOCK_STREAM, 0);
            const sockaddr_un there = address_of(server_folder_);
            if (::connect(server, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0) {
                pass_on(client, server);
            }
            ::close(client);
            ::close(server);
        }
    }

    /// Until one of them hangs up, or it is time to.
    void pass_on(int client, int server)
    {
        std::array<char, 65536> bytes{};
        while (!stopping_) {
            std::array<pollfd, 2> both = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
            if (::poll(both.data(), both.size(), 20) <= 0) {
                continue;
            }
            for (const pollfd& ready : both) {
                if (ready.revents == 0) {
                    continue;
                }
                const ssize_t size = ::read(ready.fd, bytes.data(), bytes.size());
                if (size <= 0) {
                    return;
                }
                const std::string_view message(bytes.data(), static_cast<std::size_t>(size));
                const bool is_asked = ready.fd == client && message.find(text_) != std::string_view::npos;
                if (::write(ready.fd == client ? server : client, bytes.data(), message.size()) != size) {
                    return;
                }
                if (is_asked && left_ > 0 && --left_ == 0) {
                    is_readable(server, 10000); // it has been done, and nobody learns of it
                    return;
                }
            }
        }
    }

    std::string server_folder_;
    std::string text_;
    std::atomic<int> left_;
    temporary_folder folder_;
    int listener_ = -1;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};
