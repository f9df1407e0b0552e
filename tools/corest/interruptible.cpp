#include "interruptible.hpp"

#include "commands.hpp"

#include <unistd.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

namespace cli {

interruptible::interruptible(std::function<void(const std::string&)> say)
    : say_(std::move(say)),
      signals_(*context_, SIGINT, SIGTERM),
      deadline_(*context_)
{
    struct sigaction now = {};
    if (sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) { // else nohup(1) has said so
        signals_.add(SIGHUP);
    }
}

interruptible::~interruptible()
{
    if (was_stopped()) {
        static std::vector<std::unique_ptr<corest::net::io_context>>& kept =
            *new std::vector<std::unique_ptr<corest::net::io_context>>(); // never destroyed
        kept.push_back(std::move(context_));
    }
}

void interruptible::stop_after(std::chrono::seconds time)
{
    deadline_.expires_after(time);
    deadline_.async_wait([this](corest::error_code failure) {
        if (!failure && !interrupted_) {
            has_run_out_ = true;
            say_("corest: the time of --deadline has passed, stopping");
            stop_.emit(corest::net::cancellation_type::terminal);
        }
    });
}

void interruptible::await_signal()
{
    signals_.async_wait([this](corest::error_code failure, int) {
        if (failure) {
            return;
        }
        if (interrupted_) {
            _exit(interrupted);
        }
        interrupted_ = true;
        say_("corest: interrupted, stopping (once more: at once)");
        stop_.emit(corest::net::cancellation_type::terminal);
        await_signal();
    });
}

void say_to_standard_error(const std::string& line)
{
    std::cerr << line << '\n';
}

} // namespace cli
