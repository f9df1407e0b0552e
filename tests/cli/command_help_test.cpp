/// \file
/// Completion and manual page, tried with the programs that they are for.

#include <support/command.hpp>

#include <corest/destination/progress.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {
namespace command_help_test {

using testing::HasSubstr;
using testing::Not;

class CommandHelp : public testing::Test {
protected:
    /// The script for a shell, in a file.
    [[nodiscard]] std::string script(const std::string& shell) const
    {
        const auto done = run_command({COREST_COMMAND, "completion", shell});
        EXPECT_EQ(done.status, 0) << done.err;
        return folder.write("script", done.out);
    }
    /// What bash offers for the last of the words.
    [[nodiscard]] std::string offered(const std::vector<std::string>& words) const
    {
        std::string list;
        for (const std::string& word : words) {
            list += "'" + word + "' ";
        }
        const auto done = run_command({"/bin/bash", "-c",
            "source " + script("bash") + "; COMP_WORDS=(" + list
                + "); COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 )); _corest; " + "echo -n \"${COMPREPLY[@]}\""});
        EXPECT_EQ(done.err, "");
        return done.out;
    }
    static bool has(const std::string& program)
    {
        return run_command({"/bin/sh", "-c", "command -v " + program}).status == 0;
    }

    temporary_folder folder;
};

TEST_F(CommandHelp, BashCompletesCommandsOptionsAndTheirWords)
{
    EXPECT_EQ(offered({"corest", "sta"}), "state");
    EXPECT_EQ(offered({"corest", "run", "--lim"}), "--limit");
    EXPECT_EQ(offered({"corest", "plan", "--lim"}), "--limit");
    EXPECT_EQ(offered({"corest", "check", "--lim"}), "");
    EXPECT_EQ(offered({"corest", "run", "--progress", "p"}), "plain");
    EXPECT_EQ(offered({"corest", "run", "--secrets", folder.file("scr")}), folder.file("script"));
    EXPECT_EQ(offered({"corest", "completion", "f"}), "fish");
}

TEST_F(CommandHelp, ZshTakesItsScript)
{
    if (!has("zsh")) {
        GTEST_SKIP() << "zsh is not installed";
    }
    const auto done = run_command({"/usr/bin/env", "zsh", "-n", script("zsh")});
    EXPECT_EQ(done.status, 0) << done.err;
}

TEST_F(CommandHelp, FishCompletesCommandsAndOptions)
{
    if (!has("fish")) {
        GTEST_SKIP() << "fish is not installed";
    }
    const auto done = run_command({"/usr/bin/env", "fish", "--no-config", "-c",
        "source " + script("fish") + "; complete -C 'corest run --prog'; complete -C 'corest che'; "
            + "complete -C 'corest run --progress pl'"});
    EXPECT_EQ(done.err, "");
    EXPECT_THAT(done.out, HasSubstr("--progress\t"));
    EXPECT_THAT(done.out, HasSubstr("check\tRead the first page of each resource"));
    EXPECT_THAT(done.out, HasSubstr("plain"));
}

TEST_F(CommandHelp, TheManualPageIsWellFormedAndHasEachOption)
{
    const auto done = run_command({COREST_COMMAND, "man"});
    EXPECT_EQ(done.status, 0);
    for (const char* option : {"\\fB\\-\\-limit\\fR \\fIROWS\\fR", "\\fB\\-\\-debug\\-http\\fR", ".SS state"}) {
        EXPECT_THAT(done.out, HasSubstr(option));
    }
    if (!has("mandoc")) {
        GTEST_SKIP() << "mandoc is not installed";
    }
    const auto checked =
        run_command({"/usr/bin/env", "mandoc", "-Tlint", "-W", "error", folder.write("corest.1", done.out)});
    EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
}

TEST_F(CommandHelp, TheHelpAndTheManualPageExplainTheWordsThatARunPrints)
{
    const std::vector<std::vector<std::string>> pages = {{"--help"}, {"run", "--help"}, {"state", "--help"}, {"man"}};
    for (std::vector<std::string> words : pages) {
        words.insert(words.begin(), COREST_COMMAND);
        const auto done = run_command(words);
        EXPECT_EQ(done.status, 0) << words.at(1);
        for (const char* word :
            {"collection ", "asked ahead ", "cursor ", "loading ", "staged ", "done ", "incomplete "})
        {
            EXPECT_THAT(done.out, HasSubstr("\n  " + std::string(word))) << words.at(1);
        }
        EXPECT_THAT(done.out, HasSubstr("in vain")) << words.at(1);
        for (const auto state : {corest::stored_resource_state::loading, corest::stored_resource_state::complete,
                 corest::stored_resource_state::published})
        {
            EXPECT_THAT(done.out, HasSubstr(std::string(to_string(state)))) << words.at(1);
        }
    }
    EXPECT_THAT(run_command({COREST_COMMAND, "completion", "--help"}).out, Not(HasSubstr("asked ahead")));
}

TEST_F(CommandHelp, SaysWhatReadsAnewAndWhichPageHasTheCases)
{
    for (const char* command : {"run", "state"}) {
        const auto done = run_command({COREST_COMMAND, command, "--help"});
        for (const char* way : {"\n  run --restart ", "\n  run --full-refresh ", "\n  state --reset "}) {
            EXPECT_THAT(done.out, HasSubstr(way)) << command;
        }
        EXPECT_THAT(done.out, HasSubstr("\"Which of them mends what\" in doc/incremental.md")) << command;
    }
    EXPECT_THAT(read_file(std::string(COREST_SOURCE_DIR) + "/doc/incremental.md"),
        HasSubstr("\n## Which of them mends what\n"));
}

} // namespace command_help_test
} // namespace
