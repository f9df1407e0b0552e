/// \file
/// The dictionaries of `examples/sources`, which between them use what real users' ones use, each loaded by the command
/// from the example API.

#include "loaded_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {
namespace example_sources_test {

/// A key that assertions are signed with, made for a test.
class rsa_key {
public:
    rsa_key() : native_(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}), &EVP_PKEY_free) {}
    [[nodiscard]] std::string private_pem() const
    {
        return written([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, native_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
    }
    [[nodiscard]] std::string public_pem() const
    {
        return written([&](BIO* out) { return PEM_write_bio_PUBKEY(out, native_.get()); });
    }

private:
    template <class Write>
    [[nodiscard]] static std::string written(const Write& write)
    {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
        write(out.get());
        char* text = nullptr;
        const long size = BIO_get_mem_data(out.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }

    std::shared_ptr<EVP_PKEY> native_;
};

example_api::server_options library_options(const rsa_key& key)
{
    example_api::server_options options;
    options.api.secrets.assertion_key = key.public_pem();
    options.api.data.exact_sizes = true;
    return options;
}

class ExampleSources : public LoadedApi {
protected:
    void expect_loaded(const std::string& file, const std::string& number, std::vector<std::string> more = {})
    {
        const auto arguments =
            load_arguments(std::string(COREST_EXAMPLES_DIR) + "/sources/" + file, number, std::move(more));
        for (int run = 0; run < 2; ++run) {
            auto environment = secrets();
            environment["PAGE_SIZE"] = "50"; // a configuration value of inventory.py
            done = run_command(arguments, environment);
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

    /// The library, whose collections are paged and signed each in another way, twice into the same database.
    void load_library(const std::string& source, const std::vector<std::string>& more)
    {
        std::vector<std::string> arguments = {COREST_COMMAND, "run", source, "--to", "sqlite:" + folder.file("out.db")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        auto environment = seed_secrets(library);
        environment["PRIVATE_KEY"] = signing_key.private_pem();
        environment["LIBRARY_URL"] = library.base_url("library");
        environment["PAGE_SIZE"] = "40"; // a configuration value of library.py
        for (int run = 0; run < 2; ++run) {
            done = run_command(arguments, environment);
            ASSERT_EQ(done.status, 0) << done.err;
        }
    }
    /// Every collection of the library is in its table, of authors those that were modified then or later.
    void expect_library(const std::string& authors_since)
    {
        const database db(folder.file("out.db"));
        const example_api::dataset& data = library.data();
        for (example_api::dataset::index c = 0; c < data.collections().size(); ++c) {
            const auto& what = data.collections()[c];
            if (what.api != "library") {
                continue;
            }
            std::size_t expected = 0;
            for (example_api::dataset::index i = 0; i < data.size(c); ++i) {
                const bool is_new = data.record(c, i).at("date_modified").get_string() >= authors_since;
                expected += what.name != "authors" || is_new ? 1U : 0U;
            }
            EXPECT_EQ(db.count(what.name), expected) << what.name;
        }
        EXPECT_EQ(db.count("loans_by_key"), db.count("loans"));
    }
    /// library.py by its own base URL and dates; it asks for what is new the second time.
    void expect_library_of_python(const std::string& source, std::vector<std::string> more)
    {
        more.insert(more.end(), {"--param", "contact=librarian@example.com"});
        load_library(source, more);
        expect_library("2024-01-03");
        EXPECT_LT(database(folder.file("out.db")).count("authors"), 130U);
        std::map<std::string, std::size_t> asked;
        for (const auto& [what, n] : library.counts()) {
            const std::string& target = what.second;
            if (target.find("modified_since") != std::string::npos) {
                asked[target.substr(0, target.find('?'))] += n;
            }
        }
        EXPECT_EQ(asked, (std::map<std::string, std::size_t>{{"/library/authors", 3 + 1}, {"/library/loans", 4 + 1}}));
    }

    const rsa_key signing_key;
    example_api::server library{library_options(signing_key)};
    const std::string library_py = COREST_EXAMPLES_DIR "/sources/library.py";
    finished_command done;
};

TEST_F(ExampleSources, LibraryAsObjectsOfPython)
{
    expect_library_of_python(library_py, {});
}

TEST_F(ExampleSources, LibraryAsPythonMakesIt)
{
    expect_library_of_python(library_py, {"--python"});
}

TEST_F(ExampleSources, LibraryWithAStepThatIsAFunction)
{
    std::string text = read_file(library_py);
    const std::string name = R"("name": "shelves",)";
    ASSERT_NE(text.find(name), std::string::npos);
    text.replace(text.find(name), name.size(), name + R"( "processing_steps": [{"map": lambda shelf: shelf}],)");
    const std::string source = folder.write("library.py", text);
    done = run_command({COREST_COMMAND, "plan", source, "--param", "contact=librarian@example.com"},
        {{"PRIVATE_KEY", "k"}, {"PAGE_SIZE", "40"}});
    EXPECT_EQ(done.status, 2) << done.err;
    EXPECT_THAT(done.err, testing::HasSubstr("resources[3].processing_steps[0].map cannot be read: a lambda"));
    expect_library_of_python(source, {"--skip-processing-steps"});
    EXPECT_THAT(done.err, testing::HasSubstr("a lambda, the processing step 'map', is skipped"));
}

TEST_F(ExampleSources, LibraryAsJson)
{
    const std::string token_url = ".endpoint.auth.access_token_url=" + library.base_url("library") + "/oauth/token";
    const std::string endpoint = ".endpoint.auth.auth_endpoint=" + library.base_url("library") + "/oauth/token";
    load_library(COREST_EXAMPLES_DIR "/sources/library.json",
        {"--set", "client.base_url=" + library.base_url("library"), "--set", "resources[loans]" + token_url, "--set",
            "resources[loans_by_key]" + endpoint});
    expect_library("");
    EXPECT_EQ(database(folder.file("out.db")).count("notices_found"), 64U);
}

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
