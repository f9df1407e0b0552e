/// \file
/// `corest run --deadline`: a run that takes too long stops, says so, and is gone on with.

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/scripted_server.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

namespace deadline {

class Deadline : public testing::Test {
protected:
    [[nodiscard]] finished_command run(const std::vector<std::string>& more) const
    {
        return run_into("sqlite:" + folder.file("out.db"), more);
    }
    [[nodiscard]] finished_command run_into(const std::string& to, const std::vector<std::string>& more) const
    {
        const std::string source = folder.write(
            "source.json", R"({"client": {"base_url": ")" + server.url("") + R"("}, "resources": [{"name": "things",
                "write_disposition": "merge", "primary_key": "id", "endpoint": {"path": "things", "data_selector": "d",
                "paginator": {"type": "json_link", "next_url_path": "next"}}}]})");
        std::vector<std::string> all = {COREST_COMMAND, "run", source, "--to", to, "--progress", "none"};
        all.insert(all.end(), more.begin(), more.end());
        return run_command(all);
    }

    temporary_folder folder;
    /// The second page is waited for in vain, the first time.
    scripted_server server{
        {script().receive().send(ok(R"({"d": [{"id": 1}], "next": "/things?page=2"})", "Connection: close\r\n")),
            script().receive().hold(),
            script().receive().send(ok(R"({"d": [{"id": 2}], "next": null})", "Connection: close\r\n"))}};
};

TEST_F(Deadline, StopsARunWhichIsThenGoneOnWith)
{
    const finished_command stopped = run({"--deadline", "1s"});
    EXPECT_EQ(stopped.status, 130) << stopped.err;
    EXPECT_LT(stopped.elapsed, 10s);
    EXPECT_NE(stopped.err.find("corest: the time of --deadline has passed, stopping\n"), std::string::npos)
        << stopped.err;
    EXPECT_NE(stopped.err.find("corest: not done within --deadline 1s: merged rows are in"), std::string::npos)
        << stopped.err;
    const finished_command done = run({"--deadline", "1d"});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_EQ(database(folder.file("out.db")).count("things"), 2U);
    EXPECT_EQ(server.requests().size(), 3U) << "the first page is not asked for again";
}

TEST_F(Deadline, MergedRowsThatAreNotInAreNotSaidToBe)
{
    // What stands in the table's file cannot be merged with.
    folder.write("things.ndjson", "no JSON\n");
    const std::string to = "ndjson:" + folder.path();
    const finished_command stopped = run_into(to, {"--deadline", "1s"});
    EXPECT_EQ(stopped.status, 130) << stopped.err;
    EXPECT_NE(
        stopped.err.find("merged rows are in but for those of things, appended and replaced ones"), std::string::npos)
        << stopped.err;
    EXPECT_NE(stopped.err.find("resource 'things': rows that were read are not in the table yet"), std::string::npos)
        << stopped.err;
    EXPECT_EQ(read_file(folder.file("things.ndjson")), "no JSON\n");
    folder.write("things.ndjson",
        R"({"id": 7})"
        "\n");
    const finished_command done = run_into(to, {});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_EQ(done.err.find("not in the table yet"), std::string::npos) << done.err;
    EXPECT_EQ(read_file(folder.file("things.ndjson")), "{\"id\": 7}\n{\"id\": 1}\n{\"id\": 2}\n");
}

TEST_F(Deadline, IsASpanOfTime)
{
    for (const char* wrong : {"", "2", "h", "-1h", "0s", "2w", "1.5h", "99999999999999999999s", "4000d"}) {
        const finished_command done = run({"--deadline", wrong});
        EXPECT_EQ(done.status, 2) << wrong;
        EXPECT_NE(done.err.find("--deadline"), std::string::npos) << done.err;
    }
    EXPECT_TRUE(server.requests().empty());
}

} // namespace deadline

} // namespace
