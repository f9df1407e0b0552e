/// \file
/// Parts of a program's own, by the names that dictionaries give them.

#include <corest/auth/bearer.hpp>
#include <corest/error.hpp>
#include <corest/paginate/cursor.hpp>
#include <corest/source/source.hpp>

#include <destination/memory_destination.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>
#include <support/what_of.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace own_parts {

namespace {

corest::net::awaitable<void> count_records(
    corest::async_generator<corest::source::source_page> pages, std::shared_ptr<std::size_t> count)
{
    while (auto page = co_await pages.next()) {
        *count += page->page().size();
    }
}

const std::string dictionary = R"({"client": {"base_url": "http://api.test",
    "auth": {"type": "house_token", "prefix": "p-", "key": {"$secret": "house_key"}}},
    "resources": [{"name": "r", "endpoint": {"path": "r", "data_selector": "items",
        "paginator": {"type": "house_cursor", "at": "next"}}}]})";

} // namespace

} // namespace own_parts

TEST(Registry, PartsOfAProgramsOwnAreKnownByName)
{
    corest::source::register_paginator("house_cursor", [](const boost::json::object& keys) {
        const auto* at = keys.if_contains("at");
        if (at == nullptr || !at->is_string()) {
            throw corest::error(corest::errc::invalid_argument, "house_cursor needs 'at'");
        }
        return corest::any_paginator(corest::cursor(std::string(at->get_string())).param("mark"));
    });
    corest::source::register_authenticator("house_token", [](const boost::json::object& keys) {
        return corest::any_authenticator(corest::bearer(
            corest::secret(std::string(keys.at("prefix").get_string()) + std::string(keys.at("key").get_string()))));
    });
    const auto server = std::make_shared<scripted_transport>([](const corest::request& r) {
        return respond(200,
            r.url.find('?') == std::string::npos ? R"({"items":[{"id":0}],"next":"a"})" : R"({"items":[{"id":1}]})");
    });
    corest::source::load_options options;
    options.transport = corest::any_transport(server);
    corest::source::secret_store secrets([](const std::string&) { return std::optional<std::string>(); });
    secrets.add("house_key", corest::secret("h1dden"));
    corest::net::io_context context;
    const auto planned = corest::source::load_text(own_parts::dictionary).plan();
    EXPECT_THAT(planned.to_text(), testing::HasSubstr("house_cursor: at next"));
    EXPECT_THAT(planned.to_text(), testing::HasSubstr("secret house_key"));
    const auto count = std::make_shared<std::size_t>(0);
    run(context, own_parts::count_records(planned.pages(context.get_executor(), secrets, options), count));
    EXPECT_EQ(*count, 2U);
    ASSERT_EQ(server->sent.size(), 2U);
    EXPECT_EQ(server->sent[1].url, "http://api.test/r?mark=a");
    EXPECT_EQ(server->sent[0].headers.find("Authorization").value_or(""), "Bearer p-h1dden");

    try {
        (void)corest::source::load_text(R"({"client": {"base_url": "http://api.test"},
            "resources": [{"name": "r", "endpoint": {"path": "r", "paginator": "house_cursor"}}]})")
            .plan();
        ADD_FAILURE() << "accepted";
    } catch (const corest::error& e) {
        EXPECT_THAT(
            e.what(), testing::HasSubstr("resources[0].endpoint.paginator (resource 'r'): house_cursor needs 'at'"));
    }
}

TEST(Registry, NamesOfCorestsOwnAreRefused)
{
    EXPECT_THROW(corest::source::register_paginator("offset", {}), corest::error);
    EXPECT_THROW(corest::source::register_paginator("", {}), corest::error);
    EXPECT_THROW(corest::source::register_authenticator("bearer", {}), corest::error);
    for (const char* scheme : {"", "sqlite", "postgresql", "Kafka", "kafka:", "1st", "a b", "-"}) {
        EXPECT_THROW(corest::source::register_destination(scheme, {}), corest::error) << scheme;
    }
}

TEST(Registry, SecretsOfAnAuthenticatorsOwnStandAtAnyDepth)
{
    std::string seen;
    corest::source::register_authenticator("house_vault", [&](const boost::json::object& keys) {
        seen = boost::json::serialize(keys);
        return corest::any_authenticator(corest::bearer(corest::secret("made")));
    });
    const auto server = std::make_shared<scripted_transport>([](const corest::request&) { return respond(200, "[]"); });
    corest::source::load_options options;
    options.transport = corest::any_transport(server);
    corest::source::secret_store secrets([](const std::string& name) { return std::optional("value of " + name); });
    corest::net::io_context context;
    const auto planned = corest::source::load_text(R"({"client": {"base_url": "http://api.test", "auth":
        {"type": "house_vault", "list": [{"role": {"$secret": "role"}}, 1], "id": {"$secret": "id"}}}, "resources": ["r"]})")
                             .plan();
    run(context,
        own_parts::count_records(
            planned.pages(context.get_executor(), secrets, options), std::make_shared<std::size_t>(0)));
    EXPECT_EQ(
        boost::json::parse(seen), boost::json::parse(R"({"list":[{"role":"value of ROLE"},1],"id":"value of ID"})"));
}

TEST(Registry, ADestinationOfAProgramsOwnIsKnownByItsScheme)
{
    const auto loaded = std::make_shared<memory_destination::tables>();
    corest::source::register_destination("house", [loaded](const std::string& location) {
        if (location != "//memory?x=1") {
            throw corest::error(corest::errc::invalid_argument, "house: keeps rows in memory only");
        }
        return corest::any_destination(memory_destination(loaded));
    });
    EXPECT_THAT(corest::source::destination_schemes(), testing::Contains("house"));
    EXPECT_FALSE(corest::source::find_destination("house"));
    EXPECT_FALSE(corest::source::find_destination("houses:x"));
    EXPECT_TRUE(corest::source::find_destination("house://memory?x=1"));

    const auto server = std::make_shared<scripted_transport>(
        [](const corest::request&) { return respond(200, R"([{"id":1},{"id":2}])"); });
    corest::source::load_options options;
    options.transport = corest::any_transport(server);
    const corest::source::secret_store secrets;
    corest::net::io_context context;
    const auto planned = corest::source::load_text(R"({"client": {"base_url": "http://api.test"},
        "resources": [{"name": "r", "endpoint": {"path": "r", "paginator": "single_page"}}]})")
                             .plan();
    const auto report = run(context, planned.run("house://memory?x=1", secrets, options));
    EXPECT_TRUE(report.failures().empty());
    EXPECT_THAT(loaded->at("r"), testing::ElementsAre(R"({"id":1})", R"({"id":2})"));
    const auto refusal = [&](const std::string& address) {
        return what_of(
            corest::errc::invalid_argument, [&] { (void)run(context, planned.run(address, secrets, options)); });
    };
    EXPECT_EQ(refusal("house:disk"), "house: keeps rows in memory only.");
    EXPECT_THAT(refusal("hose:pass@word"),
        testing::StartsWith("no destination is registered for the scheme 'hose'; there are: house. Register it"));
}
