/// \file
/// What `--to` and `corest state` take: the destinations, and the options in their addresses.

#include <support/command.hpp>

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace destinations_test {

/// What the command says of a destination that nothing was loaded into.
finished_command state_of(const std::string& destination)
{
    return run_command({COREST_COMMAND, "state", destination});
}

TEST(Destinations, AnOptionThatIsNotKnownIsSaidWithTheNearestOne)
{
    const temporary_folder folder;
    const std::vector<std::pair<std::string, std::string>> said = {
        {"sqlite:" + folder.file("x.db") + "?jurnal=wal",
            "sqlite: has no option 'jurnal'; the nearest known option is 'journal'"},
        {"sqlite:" + folder.file("x.db") + "?timeout=",
            "the option 'timeout' of sqlite: has no value: expected timeout=SECONDS"},
        {"sqlite:" + folder.file("x.db") + "?timeout=soon",
            "the option 'timeout' of sqlite: is a whole number from 0 to 86400, found 'soon'"},
        {"sqlite:" + folder.file("x.db") + "?journal=off",
            "expected as SQLite's journal wal, delete, truncate or persist, found 'off'"},
        {"ndjson:" + folder.file("x") + "?pretty=yes", "ndjson: has no option 'pretty'; it has none"},
    };
    for (const auto& [destination, message] : said) {
        const finished_command done = state_of(destination);
        EXPECT_EQ(done.status, 2) << destination;
        EXPECT_NE(done.err.find(message), std::string::npos) << done.err;
    }
}

TEST(Destinations, KnownOptionsAreTaken)
{
    const temporary_folder folder;
    const finished_command done = state_of("sqlite:" + folder.file("x.db") + "?journal=delete&timeout=5");
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_NE(done.out.find("no state"), std::string::npos) << done.out;
}

TEST(Destinations, EachOptionOfTheHelpStandsOnThePageToo)
{
    const std::string page = read_file(std::string(COREST_SOURCE_DIR) + "/doc/destinations.md");
    std::istringstream help(run_command({COREST_COMMAND, "run", "--help"}).out);
    int options = 0;
    std::string word;
    while (help >> word) {
        const std::size_t equals = word.find('=');
        if (word.starts_with("?") && equals != std::string::npos) {
            ++options;
            EXPECT_NE(page.find("`" + word.substr(0, equals + 1)), std::string::npos) << word << " is not explained";
        }
    }
    EXPECT_GE(options, 4);
}

} // namespace destinations_test
