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
            const finished_command done = run_command(arguments, secrets());
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
