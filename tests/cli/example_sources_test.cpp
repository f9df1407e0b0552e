/// \file
/// The dictionaries of `examples/sources`, which between them use what real users' ones use, each loaded by the command
/// from the example API.

#include "loaded_api.hpp"

#include <filesystem>
#include <utility>

namespace {
namespace example_sources_test {

class ExampleSources : public LoadedApi {
protected:
    void expect_loaded(const std::string& file, const std::string& number, std::vector<std::string> more = {})
    {
        const auto arguments =
            load_arguments(std::string(COREST_EXAMPLES_DIR) + "/sources/" + file, number, std::move(more));
        for (int run = 0; run < 2; ++run) {
            auto environment = secrets();
            environment["PAGE_SIZE"] = "50"; // a configuration value of inventory.py
            const finished_command done = run_command(arguments, environment);
            ASSERT_EQ(done.status, 0) << done.err;
            const auto python = done.err.find("(--python)"); // that Python was run is said
            EXPECT_EQ(done.err.find("warning", python == std::string::npos ? 0 : python), std::string::npos)
                << done.err;
            expect_all_rows("seed" + number);
            if (run == 0) {
                expect_no_repeated_page();
            }
        }
    }
};

TEST_F(ExampleSources, ThePlanInTheReadmeIsThatOfTheDemo)
{
    const std::string plan = run_command({COREST_COMMAND, "plan", COREST_EXAMPLES_DIR "/demo/source.json"}).out;
    const std::string tree = plan.substr(plan.find("\n\n") + 2);
    std::string quoted;
    for (std::size_t begin = 0; begin < tree.size();) {
        const std::size_t end = tree.find('\n', begin);
        quoted += "    " + tree.substr(begin, end - begin) + "\n";
        begin = end + 1;
    }
    ASSERT_GT(quoted.size(), 400U) << plan;
    EXPECT_NE(read_file(COREST_SOURCE_DIR "/README.md").find(quoted), std::string::npos) << quoted;
}

TEST_F(ExampleSources, Events)
{
    expect_loaded("events.json", "000");
}

TEST_F(ExampleSources, Inventory)
{
    expect_loaded("inventory.py", "001");
}

TEST_F(ExampleSources, InventoryAsPythonMakesIt)
{
    expect_loaded("inventory.py", "001", {"--python"});
}

TEST_F(ExampleSources, Customers)
{
    expect_loaded("customers.yaml", "002");
    const database db(folder.file("out.db"));
    EXPECT_EQ(db.value("select count(*) from customers where typeof(score) <> 'real'"), "0");
}

TEST_F(ExampleSources, Sequencing)
{
    expect_loaded("sequencing.py", "003");
}

TEST_F(ExampleSources, Workspace)
{
    expect_loaded("workspace.md", "004");
}

} // namespace example_sources_test
} // namespace
