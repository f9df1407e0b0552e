#pragma once

/// \file
/// An address that does not answer.

#include <corest/net.hpp>

#include COREST_ASIO(io_context.hpp)
// clang-format off: it would put blanks around the slashes
#include COREST_ASIO(ip/tcp.hpp)
// clang-format on

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// A port whose connections are neither accepted nor refused: its queue is full.
class full_port {
public:
    explicit full_port(const char* address = "127.0.0.1", std::uint16_t port = 0) : acceptor_(context_)
    {
        acceptor_.open(corest::net::ip::tcp::v4());
        acceptor_.bind(corest::net::ip::tcp::endpoint(corest::net::ip::make_address(address), port));
        acceptor_.listen(0);
        for (int i = 0; i < 8; ++i) {
            auto& s = fillers_.emplace_back(context_);
            s.async_connect(acceptor_.local_endpoint(), [](const corest::error_code&) {});
        }
        context_.run_for(std::chrono::milliseconds(50));
    }

    [[nodiscard]] std::string url() const
    {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/";
    }

private:
    corest::net::io_context context_;
    corest::net::ip::tcp::acceptor acceptor_;
    std::vector<corest::net::ip::tcp::socket> fillers_;
};
