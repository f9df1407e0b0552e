/// \file
/// The dictionaries of `examples/sources`, which between them use what real users' ones use, each loaded by the command
/// from the example API.

#include "loaded_api.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <filesystem>
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

    /// The library, whose collections are paged and signed each in another way.
    void expect_library_loaded(const std::string& file, std::vector<std::string> more = {})
    {
        std::vector<std::string> arguments = {COREST_COMMAND, "run",
            std::string(COREST_EXAMPLES_DIR) + "/sources/" + file, "--to", "sqlite:" + folder.file("out.db"), "--set",
            "client.base_url=" + library.base_url("library")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        auto environment = seed_secrets(library);
        environment["PRIVATE_KEY"] = signing_key.private_pem();
        environment["LIBRARY_URL"] = library.base_url("library");
        for (int run = 0; run < 2; ++run) {
            const finished_command done = run_command(arguments, environment);
            ASSERT_EQ(done.status, 0) << done.err;
        }
        const database db(folder.file("out.db"));
        for (const auto& one : library.data().collections()) {
            if (one.api == "library") {
                EXPECT_EQ(db.count(one.name), library.data().size(library.data().find("library", one.name)))
                    << one.name;
            }
        }
        EXPECT_EQ(db.count("loans_by_key"), db.count("loans"));
    }

    const rsa_key signing_key;
    example_api::server library{library_options(signing_key)};
};

TEST_F(ExampleSources, LibraryAsObjectsOfPython)
{
    expect_library_loaded("library.py");
}

TEST_F(ExampleSources, LibraryAsPythonMakesIt)
{
    expect_library_loaded("library.py", {"--python"});
}

TEST_F(ExampleSources, LibraryAsJson)
{
    const std::string token_url = ".endpoint.auth.access_token_url=" + library.base_url("library") + "/oauth/token";
    const std::string endpoint = ".endpoint.auth.auth_endpoint=" + library.base_url("library") + "/oauth/token";
    expect_library_loaded(
        "library.json", {"--set", "resources[loans]" + token_url, "--set", "resources[loans_by_key]" + endpoint});
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
