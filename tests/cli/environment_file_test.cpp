/// \file
/// Files of environment variables.

#include <environment_file.hpp>

#include <corest/error.hpp>

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace {
namespace environment_file_test {

using variables = std::map<std::string, std::string>;

TEST(EnvironmentFile, HasNamesAndValues)
{
    EXPECT_EQ(cli::read_environment("# mine\n\nA=b\nexport B = c d # e\r\n  C=\nA=2", ".env"),
        (variables{{"A", "2"}, {"B", "c d"}, {"C", ""}}));
    EXPECT_EQ(cli::read_environment("", ".env"), variables());
}

TEST(EnvironmentFile, AValueInQuotesIsWhatStandsBetweenThem)
{
    EXPECT_EQ(cli::read_environment("A=\"b # c\"\nB='d' # e\nC=\"f\"g\"\nD='\nE=\"h\n", ".env"),
        (variables{{"A", "b # c"}, {"B", "d"}, {"C", "f\"g"}, {"D", "'"}, {"E", "\"h"}}));
}

TEST(EnvironmentFile, ALineThatIsNoneIsRefusedAndNotShown)
{
    for (const char* text : {"A=1\nCANARY", "A=1\n=CANARY", "A=1\n'CANARY'=1", "A=1\n\"CANARY=1"}) {
        try {
            (void)cli::read_environment(text, ".env");
            ADD_FAILURE() << text;
        } catch (const corest::error& e) {
            EXPECT_STREQ(e.what(), ".env:2: expected NAME=VALUE. Comments begin with #.");
        }
    }
}

} // namespace environment_file_test
} // namespace
