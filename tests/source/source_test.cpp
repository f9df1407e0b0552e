#include <corest/source/source.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>
#include <support/what_of.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

using corest::errc;
using corest::source::resource_state;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// A user's own destination: counts the rows of each table.
class row_counts {
public:
    using counts = std::map<std::string, std::size_t>;

    explicit row_counts(std::shared_ptr<counts> rows) : rows_(std::move(rows)) {}

    corest::net::awaitable<void> open(corest::table) { co_return; }
    corest::net::awaitable<void> write(std::string name, corest::page p)
    {
        (*rows_)[name] += p.size();
        co_return;
    }
    corest::net::awaitable<void> close(std::string) { co_return; }
    corest::net::awaitable<void> abandon(std::string) { co_return; }

private:
    std::shared_ptr<counts> rows_;
};

constexpr const char* dictionary = R"({
    "client": {"base_url": "http://api.test", "auth": {"type": "bearer", "token": {"$secret": "access_token"}},
               "retry": {"max_retries": 0}},
    "resource_defaults": {"endpoint": {"paginator": "single_page"}},
    "resources": [{"name": "parents", "endpoint": {"path": "/{workspace}/parents"}},
                  {"name": "children", "endpoint": {"path": "/{workspace}/parents/{parent_id}/children"}}]
})";

class Source : public testing::Test {
protected:
    Source()
    {
        plan_options.params.emplace_back("workspace", "acme");
        run_options.transport = corest::any_transport(server);
    }

    [[nodiscard]] corest::source::planned_source planned() const
    {
        return corest::source::load_text(dictionary).plan(plan_options);
    }
    corest::source::run_report run_all() { return run(context, planned().run(row_counts(rows), secrets, run_options)); }

    std::shared_ptr<scripted_transport> api = std::make_shared<scripted_transport>([](const corest::request& r) {
        if (r.url.ends_with("/2/children")) {
            return respond(403, "{}");
        }
        return respond(200, r.url.ends_with("/parents") ? R"([{"id": 1}, {"id": 2}, {"id": 3}])" : R"([{"id": 9}])");
    });
    class server_handle {
    public:
        explicit server_handle(std::shared_ptr<scripted_transport> api) : api_(std::move(api)) {}
        corest::net::awaitable<corest::response> send(corest::request r) { return api_->send(std::move(r)); }

    private:
        std::shared_ptr<scripted_transport> api_;
    };
    server_handle server{api};
    corest::source::plan_options plan_options;
    corest::source::load_options run_options;
    corest::source::secret_store secrets{[](const std::string& name) {
        return name == "ACCESS_TOKEN" ? std::optional<std::string>("TOKEN") : std::nullopt;
    }};
    std::shared_ptr<row_counts::counts> rows = std::make_shared<row_counts::counts>();
    corest::net::io_context context;
};

} // namespace

TEST_F(Source, ARunReturnsItsReportAndFailuresAreInIt)
{
    const corest::source::run_report report = run_all();
    ASSERT_EQ(report.resources.size(), 2U);
    EXPECT_EQ(report.resources[0].state, resource_state::done);
    EXPECT_EQ(report.resources[0].rows, 3U);
    EXPECT_EQ(report.resources[1].state, resource_state::failed);
    EXPECT_THAT(report.failures(), ElementsAre(HasSubstr("403")));
    EXPECT_EQ((*rows)["parents"], 3U);
}

TEST_F(Source, IsAGeneratorOfThePagesOfAllResources)
{
    std::map<std::string, std::size_t> records;
    std::size_t opened = 0;
    std::string failure;
    const auto read = [](corest::async_generator<corest::source::source_page> pages, auto& found, std::size_t& walks,
                          std::string& said) -> corest::net::awaitable<void> {
        try {
            while (auto p = co_await pages.next()) {
                found[p->resource()] += p->page().size();
                walks += p->opened().size();
                EXPECT_EQ(p->position().pages, 1U);
                EXPECT_EQ(p->position().records, p->page().size());
            }
        } catch (const corest::error& e) {
            said = e.what();
        }
    };
    run(context, read(planned().pages(context.get_executor(), secrets, run_options), records, opened, failure));
    EXPECT_EQ(records["parents"], 3U);
    EXPECT_EQ(records["children"], 1U) << "the second child's failure ends the resource";
    EXPECT_EQ(opened, 3U);
    EXPECT_THAT(failure, HasSubstr("403")) << "what failed is thrown at the end";
}

TEST_F(Source, LimitsTheRowsOfARun)
{
    run_options.limit = 1;
    const corest::source::run_report report = run_all();
    EXPECT_TRUE(report.complete());
    EXPECT_THAT(*rows, ElementsAre(testing::Pair("children", 1U), testing::Pair("parents", 1U)));
}

TEST_F(Source, ARunCanBeReadWhileItGoesOn)
{
    EXPECT_EQ(run_options.progress.report(), nullptr);
    auto work = planned().run(row_counts(rows), secrets, run_options);
    const auto report = run_options.progress.report();
    ASSERT_NE(report, nullptr);
    EXPECT_EQ(report->resources[0].state, resource_state::waiting);
    const corest::source::run_report returned = run(context, std::move(work));
    EXPECT_EQ(report->resources[0].rows, 3U);
    EXPECT_EQ(returned.resources[0].rows, 3U);
}

TEST_F(Source, TheReportOfACancelledRunIsInItsProgress)
{
    api->turns = 1000;
    corest::net::cancellation_signal stop;
    std::exception_ptr failure;
    corest::net::co_spawn(context, planned().run(row_counts(rows), secrets, run_options),
        corest::net::bind_cancellation_slot(
            stop.slot(), [&](std::exception_ptr e, const corest::source::run_report&) { failure = e; }));
    while (api->sent.empty()) {
        context.run_one();
    }
    stop.emit(corest::net::cancellation_type::terminal);
    context.run();
    EXPECT_THROW(std::rethrow_exception(failure), corest::system_error);
    EXPECT_EQ(run_options.progress.report()->resources[0].state, resource_state::interrupted);
}

TEST_F(Source, ChecksAPageOfEachResource)
{
    corest::source::connect_options options;
    options.transport = corest::any_transport(server);
    const auto found = run(context, planned().check(secrets, options));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].name, "children"); // of one parent
    EXPECT_EQ(found[0].name, "parents");
    EXPECT_EQ(found[0].records, 3U);
    EXPECT_EQ(found[0].failure, nullptr);
    EXPECT_EQ(api->sent.at(0).url, "http://api.test/acme/parents");
}

TEST_F(Source, MissingSecretsAreSaidByTheCallItself)
{
    const corest::source::secret_store none([](const std::string&) { return std::optional<std::string>(); });
    const auto source = planned();
    EXPECT_THAT(what_of(errc::missing_secret, [&] { (void)source.run(row_counts(rows), none); }),
        HasSubstr("the secret 'access_token' is missing"));
    EXPECT_THAT(what_of(errc::missing_secret, [&] { (void)source.check(none); }), HasSubstr("access_token"));
}

TEST_F(Source, SettingsChangeTheDictionary)
{
    auto source = corest::source::load_text(dictionary);
    source.set("client.base_url=http://other.test").set("resources.children.selected=false");
    EXPECT_EQ(source.plan(plan_options).resources().size(), 1U);
    EXPECT_THAT(source.plan(plan_options).to_text(), testing::StartsWith("http://other.test\n"));
    EXPECT_THAT(what_of(errc::invalid_source, [&] { source.set("client.bse_url=x"); }), HasSubstr("'base_url'"));
}

TEST_F(Source, APlanShowsItself)
{
    const auto source = planned();
    EXPECT_THAT(source.to_text(),
        HasSubstr("{parent_id} = parents.parent_id, else parents.id (inferred: parents is at the path before it)"));
    EXPECT_EQ(source.to_json().at("resources").as_array().size(), 2U);
    EXPECT_TRUE(source.warnings().empty());
}

TEST(SourceText, ProblemsNameTheText)
{
    EXPECT_THAT(what_of(errc::invalid_source, [] { (void)corest::source::load_text("{", "my source"); }),
        HasSubstr("my source"));
}

TEST(SourceText, WhatThePageOfDictionariesShowsIsUnderstood)
{
    const auto planned = corest::source::load(std::string(COREST_TESTS_DIR) + "/source/dictionary_page.json").plan();
    const std::string text = planned.to_text();
    for (const char* part :
        {"continuation: ", "max_pages 10", "response: status 404: ignore",
            "auth: session_login by POST login in the header Authorization, secret password",
            "response: status 403, header X-Left like '^0$': rate_limited", "step: filter @.archived == false",
            "step: expand $.lines.data, with the record, or the record",
            "columns: id bigint not null, price decimal(18, 4), created timestamp(3) not null",
            "contract: tables evolve, columns discard_value, data_type freeze",
            "columns: id bigint not null, sent timestamp", "contract: tables evolve, columns freeze, data_type evolve"})
    {
        EXPECT_NE(text.find(part), std::string::npos) << part << " is not in\n" << text;
    }
}
