/// \file
/// The file of `corest run --report` where it cannot be written.

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/interrupted_command.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

namespace {

namespace report_file {

using example_api::rule;

class ReportFile : public InterruptedCommand {};

TEST_F(ReportFile, ThatCannotBeMadeEndsTheRunBeforeItBegins)
{
    const finished_command done = run_command(
        load_into("sqlite:" + folder.file("out.db"), {"--report", folder.file("missing/report.json")}), secrets());
    EXPECT_EQ(done.status, 2);
    EXPECT_NE(done.err.find("--report " + folder.file("missing/report.json") + " cannot be written: No such file or"),
        std::string::npos)
        << done.err;
    EXPECT_TRUE(api.log().empty());
}

TEST_F(ReportFile, ThatCannotBeWrittenAtTheEndIsAFailure)
{
    const std::string below = folder.file("below");
    std::filesystem::create_directory(below);
    api.misbehave(rule::latency("/seed003/*", std::chrono::milliseconds(20)));
    command running(load_into("sqlite:" + folder.file("out.db"), {"--report", below + "/report.json"}), secrets());
    ASSERT_TRUE(api.wait_for_requests(5));
    std::filesystem::remove_all(below);
    const finished_command done = running.finish();
    EXPECT_EQ(done.status, 1) << done.err;
    EXPECT_NE(done.err.find("corest: the report could not be written to " + below + "/report.json: No such file or"),
        std::string::npos)
        << done.err;
    EXPECT_EQ(database(folder.file("out.db")).count("projects"), all_projects());
}

} // namespace report_file

} // namespace
