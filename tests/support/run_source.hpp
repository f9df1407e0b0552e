#pragma once

/// \file
/// Runs a dictionary against a server that is a function.

#include <corest/destination/sqlite.hpp>
#include <corest/source/source.hpp>

#include <support/manual_clock.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Loads a dictionary into a SQLite database, with a clock that does not wait.
/// \param file the database \param answer the server \return what failed
inline std::vector<std::string> failures_of_run(
    const std::string& text, const std::string& file, std::function<corest::response(const corest::request&)> answer)
{
    corest::source::load_options how;
    how.clock = std::make_shared<manual_clock>();
    how.transport = corest::any_transport(std::make_shared<scripted_transport>(std::move(answer)));
    corest::net::io_context context;
    std::vector<std::string> failures;
    const auto source = corest::source::load_text(text, "source.json").plan();
    corest::net::co_spawn(context, source.run(corest::sqlite_destination(file), corest::source::secret_store(), how),
        [&](std::exception_ptr failure, const corest::source::run_report& report) {
            EXPECT_FALSE(failure);
            failures = report.failures();
        });
    context.run();
    return failures;
}
