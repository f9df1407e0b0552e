#pragma once

/// \file
/// A run of the command that a signal stops while something takes its time.

#include <api_server/server.hpp>

#include <support/command.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <map>
#include <string>
#include <thread>
#include <vector>

/// The example API's projects, a page each, merged into a table; and a command that loads them and is stopped.
class InterruptedCommand : public testing::Test {
protected:
    std::string source() const
    {
        return folder.write("source.json",
            R"({
  "client": {"base_url": ")"
                + api.base_url("seed003") + R"(", "auth": {"type": "bearer", "token": {"$secret": "access_token"}}},
  "resources": [{"name": "projects", "primary_key": "id", "write_disposition": "merge",
                 "endpoint": {"path": "/users/current/projects", "data_selector": "Response.Items",
                              "paginator": {"type": "offset", "limit": 1, "offset_param": "Offset"}}}]
})");
    }
    std::map<std::string, std::string> secrets() const { return {{"ACCESS_TOKEN", api.secrets().access_token}}; }
    std::vector<std::string> load_into(const std::string& destination, std::vector<std::string> more = {}) const
    {
        std::vector<std::string> all = {
            COREST_COMMAND, "run", source(), "--to", destination, "--progress", "none", "--concurrency", "1"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    /// How many projects there are.
    std::size_t all_projects() const
    {
        for (example_api::dataset::index c = 0; c < api.data().collections().size(); ++c) {
            if (api.data().collections()[c].api == "seed003" && api.data().collections()[c].name == "projects") {
                return api.data().size(c);
            }
        }
        return 0;
    }

    /// Stops a command that waits. It has to end within a second; on a machine that is busy, as many times longer as
    /// the command takes there to say its version.
    static finished_command stop(command& waiting, int signal)
    {
        using clock = std::chrono::steady_clock;
        const std::chrono::milliseconds usual(100);
        const auto version = run_command({COREST_COMMAND, "--version"}).elapsed;
        const auto most = std::chrono::seconds(1) * (version < usual ? 1 : 1 + version / usual);
        const auto began = clock::now();
        waiting.signal(signal);
        finished_command done = waiting.finish();
        EXPECT_LT(clock::now() - began, most) << done.err;
        EXPECT_EQ(done.status, 130) << done.err;
        EXPECT_NE(done.err.find("corest: interrupted, stopping"), std::string::npos) << done.err;
        return done;
    }

    /// The same run again reads what is left, and nothing that was stored.
    void go_on(const std::vector<std::string>& arguments)
    {
        const finished_command done = run_command(arguments, secrets());
        EXPECT_EQ(done.status, 0) << done.err;
    }

    example_api::server api;
    temporary_folder folder;
};
