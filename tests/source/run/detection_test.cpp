/// \file
/// What a dictionary leaves to detection: where the records are, and that a path which names one thing has one page.

#include <corest/destination/sqlite.hpp>
#include <corest/error.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using testing::ElementsAre;

namespace {

/// The records that a dictionary's resources read, as "resource: JSON", and what was asked for.
class Detection : public testing::Test {
protected:
    corest::net::awaitable<void> collect(corest::async_generator<corest::source::source_page> pages)
    {
        try {
            while (auto page = co_await pages.next()) {
                for (std::size_t i = 0; i < page->page().size(); ++i) {
                    records.push_back(page->resource() + ": " + std::string(page->page().json(i)));
                }
            }
        } catch (const corest::error& e) {
            failure = e.what();
        }
    }

    void read(const std::string& resources, std::map<std::string, std::string, std::less<>> replies,
        const std::string& client = "")
    {
        server = std::make_shared<scripted_transport>(std::move(replies));
        corest::source::load_options options;
        options.transport = corest::any_transport(server);
        const corest::source::secret_store secrets([](const std::string&) { return std::optional<std::string>(); });
        auto pages = corest::source::load_text(
            R"({"client": {"base_url": "http://api.test")" + client + R"(}, "resources": )" + resources + "}")
                         .plan()
                         .pages(context.get_executor(), secrets, options);
        run(context, collect(std::move(pages)));
    }

    corest::net::io_context context;
    std::shared_ptr<scripted_transport> server;
    std::vector<std::string> records;
    std::string failure;
};

} // namespace

TEST_F(Detection, AnEnvelopeIsNoRecord)
{
    read(R"(["things"])",
        {{"http://api.test/things", R"({"count": 2, "results": [{"id": 1}, {"id": 2}], "next": "/things?page=2"})"},
            {"http://api.test/things?page=2", R"({"count": 2, "results": [], "next": null})"}});
    EXPECT_THAT(records, ElementsAre(R"(things: {"id": 1})", R"(things: {"id": 2})"));
    EXPECT_EQ(failure, "");
}

TEST(GuessedPage, IsHeldAgainstWhatTheServerSaysWhereItIsAList)
{
    using corest::source::resource_state;
    const auto state_of = [](const std::string& keys, const std::string& body) {
        const temporary_folder folder;
        corest::source::load_options how;
        how.clock = std::make_shared<manual_clock>();
        how.transport = corest::any_transport(
            std::make_shared<scripted_transport>([body](const corest::request&) { return respond(200, body); }));
        const std::string text = R"({"client": {"base_url": "http://api.test"}, "resources": [{"name": "things",
            "endpoint": {"path": "lists/{id}", "params": {"id": "1"}, )"
            + keys + "}}]}";
        corest::net::io_context context;
        return run(context,
            corest::source::load_text(text).plan().run(corest::sqlite_destination(folder.file("data.db")), {}, how))
            .resources.at(0)
            .state;
    };
    const std::string list = R"({"total":9,"items":[{"id":1},{"id":2}]})";
    EXPECT_EQ(state_of(R"("data_selector": "items")", list), resource_state::incomplete);
    EXPECT_EQ(state_of(R"("data_selector": "items")", R"({"has_more":true,"items":[]})"), resource_state::incomplete);
    EXPECT_EQ(state_of(R"("data_selector": "items")", R"({"total":1,"items":[{"id":1}]})"), resource_state::done);
    EXPECT_EQ(state_of(R"("data_selector": "items", "paginator": "single_page")", list), resource_state::done);
    // Of one object that says what comes next to it, nothing is missing.
    EXPECT_EQ(state_of(R"("data_selector": "item")", R"({"next":"/lists/2","total":9,"item":{"id":1}})"),
        resource_state::done);
    EXPECT_EQ(state_of(R"("data_selector": "$")", R"({"id":1,"total":9,"next":"/lists/2"})"), resource_state::done);
}

TEST_F(Detection, SeveralListsAreAnErrorThatNamesThem)
{
    read(R"(["things"])", {{"http://api.test/things", R"({"a": [{"id": 1}], "b": [{"id": 2}]})"}});
    EXPECT_TRUE(records.empty());
    EXPECT_EQ(failure,
        "resource 'things', page 1: the body has several lists that could be the records: $.a, $.b "
        "(GET http://api.test/things). Set the selector to where the records are: endpoint.data_selector.");
}

TEST_F(Detection, APathThatEndsInAPlaceholderReadsOneRecordAlsoUnderTheClientsPaginator)
{
    read(R"([{"name": "users", "endpoint": {"path": "users", "data_selector": "$", "paginator": "single_page"}},
             {"name": "details", "endpoint": "users/{resources.users.id}"}])",
        {{"http://api.test/users", R"([{"id": 7}])"},
            {"http://api.test/users/7", R"({"id": 7, "orders": [{"n": 1}], "next": "/nowhere"})"}},
        R"(, "paginator": {"type": "offset", "limit": 100})");
    EXPECT_EQ(failure, "");
    EXPECT_THAT(
        records, ElementsAre(R"(users: {"id": 7})", R"(details: {"id": 7, "orders": [{"n": 1}], "next": "/nowhere"})"));
}

TEST_F(Detection, ABraceThatIsMeantLiterallyIsNoPlaceholder)
{
    read(R"([{"name": "odd", "endpoint": "users/{{x}}"}])",
        {{"http://api.test/users/%7Bx%7D", R"([{"id": 1}, {"id": 2}])"}});
    EXPECT_EQ(failure, "");
    EXPECT_THAT(records, ElementsAre(R"(odd: {"id": 1})", R"(odd: {"id": 2})"));
    read(R"([{"name": "odd", "endpoint": "users/{{{resources.odds.id}"}, {"name": "odds", "endpoint": "odds"}])",
        {{"http://api.test/users/%7B7", R"({"id": 1, "orders": [{"n": 1}]})"},
            {"http://api.test/odds", R"([{"id": 7}])"}});
    EXPECT_THAT(records, testing::Contains(R"(odd: {"id": 1, "orders": [{"n": 1}]})"));
}

TEST_F(Detection, AnEmptyListOfAParentDecidesNothing)
{
    read(R"([{"name": "users", "endpoint": {"path": "users", "data_selector": "$"}},
             {"name": "orders", "endpoint": "users/{resources.users.id}/orders"}])",
        {{"http://api.test/users", R"([{"id": 1}, {"id": 2}])"},
            {"http://api.test/users/1/orders", R"({"orders": []})"},
            {"http://api.test/users/2/orders", R"({"orders": [{"n": 1}]})"}});
    EXPECT_EQ(failure, "");
    EXPECT_THAT(
        records, testing::UnorderedElementsAre(R"(users: {"id": 1})", R"(users: {"id": 2})", R"(orders: {"n": 1})"));
}
