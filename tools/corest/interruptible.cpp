#include "interruptible.hpp"

#include "commands.hpp"

#include <unistd.h>

#include <csignal>
#include <iostream>

namespace cli {

interruptible::interruptible(corest::net::io_context& context, std::function<void(const std::string&)> say)
    : context_(context),
      say_(std::move(say)),
      signals_(context, SIGINT, SIGTERM)
{
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
