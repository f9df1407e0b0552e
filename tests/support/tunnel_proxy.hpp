#pragma once

/// \file
/// A proxy that makes tunnels (CONNECT), and leads all of them to one port of this machine, whatever name was asked
/// for.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// Runs in a thread of its own until destroyed.
class tunnel_proxy {
public:
    explicit tunnel_proxy(std::uint16_t target);
    ~tunnel_proxy();

    [[nodiscard]] std::uint16_t port() const;
    /// The requests for tunnels until now, as they came.
    [[nodiscard]] std::vector<std::string> requests() const;

private:
    class state;
    std::unique_ptr<state> state_;
};
