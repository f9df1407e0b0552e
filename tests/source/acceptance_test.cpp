/// \file
/// The acceptance cases: what users of dlt and Airbyte rely on, by number, each through a dictionary and, where there
/// is one, a flow. Those that another test shows are named, and the test must be there.

#include <source/acceptance/acceptance_case.hpp>
#include <source/acceptance/servers.hpp>

#include <corest/error.hpp>
#include <corest/resource/response_rule.hpp>
#include <corest/retry/backoff.hpp>
#include <corest/retry/retry.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <set>

namespace acceptance {

namespace {

/// How many cases there are.
constexpr int case_count = 131;

/// Keeps the pages of one table.
class leaf_keeper {
public:
    leaf_keeper(std::string table, std::shared_ptr<result> into) : table_(std::move(table)), into_(std::move(into)) {}
    corest::net::awaitable<void> open(corest::table) { co_return; }
    corest::net::awaitable<void> write(std::string name, corest::page p)
    {
        if (name == table_) {
            keep(p, *into_);
        }
        co_return;
    }
    corest::net::awaitable<void> close(std::string) { co_return; }
    corest::net::awaitable<void> abandon(std::string) { co_return; }

    static void keep(const corest::page& p, result& into)
    {
        for (std::size_t i = 0; i < p.size(); ++i) {
            into.records.emplace_back(p.json(i));
        }
        for (const corest::binding& b : p.bindings()) {
            into.bound.push_back(b.column() + "=" + b.json);
        }
    }

private:
    std::string table_;
    std::shared_ptr<result> into_;
};

std::shared_ptr<scripted_transport> transport_of(const acceptance_case& c)
{
    return std::make_shared<scripted_transport>([&c](const corest::request& r) { return c.answers(r); });
}

void keep_requests(const scripted_transport& server, result& into)
{
    for (const corest::request& r : server.sent) {
        into.requests.push_back(target_of(r.url) + (r.body.empty() ? "" : " " + r.body));
    }
}

result by_dictionary(const acceptance_case& c)
{
    const auto server = transport_of(c);
    const auto got = std::make_shared<result>();
    corest::net::io_context context;
    try {
        const auto source = corest::source::load_text(R"({"client": {"base_url": "http://api.test")"
            + (c.client_keys.empty() ? "" : ", " + c.client_keys) + R"(}, "resources": )" + c.dictionary + "}");
        const auto planned = source.plan();
        corest::source::load_options options;
        options.transport = corest::any_transport(server);
        options.clock = std::make_shared<manual_clock>();
        options.concurrency = 1;
        const corest::source::secret_store secrets([](const std::string&) { return std::optional<std::string>(); });
        const auto report =
            run(context, planned.run(leaf_keeper(planned.resources().back().config.name, got), secrets, options));
        for (const std::string& text : report.failures()) {
            got->failure += text + "\n";
        }
        for (const auto& each : report.resources) {
            for (const std::string& text : each.statistics->incomplete.texts()) {
                got->incomplete += text + "\n";
            }
        }
    } catch (const corest::error& e) {
        got->failure = e.what();
    }
    keep_requests(*server, *got);
    return *got;
}

corest::net::awaitable<void> read_flow(corest::resource flow, std::shared_ptr<result> into)
{
    auto pages = flow.pages();
    while (auto p = co_await pages.next()) {
        leaf_keeper::keep(*p, *into);
    }
}

result by_flow(const acceptance_case& c)
{
    const auto server = transport_of(c);
    const auto got = std::make_shared<result>();
    corest::net::io_context context;
    try {
        const auto api = corest::client(context.get_executor(), corest::any_transport(server), "http://api.test")
            | corest::response_rules(c.flow_rules)
            | corest::retry(corest::backoff().max_retries(2)).clock(std::make_shared<manual_clock>());
        const corest::resource flow = c.by_flow(api);
        run(context, read_flow(flow, got));
        for (const std::string& text : flow.statistics().incomplete.texts()) {
            got->incomplete += text + "\n";
        }
    } catch (const corest::error& e) {
        got->failure = e.what();
    }
    keep_requests(*server, *got);
    return *got;
}

void expect_result(const acceptance_case& c, const result& got)
{
    if (c.failure.empty()) {
        EXPECT_EQ(got.failure, "");
    }
    for (const std::string& part : c.failure) {
        EXPECT_THAT(got.failure, testing::HasSubstr(part));
    }
    EXPECT_THAT(got.failure, testing::Not(testing::HasSubstr("s3cr3t")));
    if (c.stated.empty()) {
        EXPECT_EQ(got.incomplete, "");
    }
    EXPECT_THAT(got.incomplete, testing::HasSubstr(c.stated));
    if (c.expected_requests) {
        const bool one_resource = c.dictionary.find("\"name\"") == c.dictionary.rfind("\"name\"");
        if (one_resource) {
            EXPECT_EQ(got.requests, *c.expected_requests);
        } else { // of several resources the order is theirs
            EXPECT_THAT(got.requests, testing::UnorderedElementsAreArray(*c.expected_requests));
        }
    }
    if (c.expected_records) {
        EXPECT_EQ(std::multiset<std::string>(got.records.begin(), got.records.end()),
            std::multiset<std::string>(c.expected_records->begin(), c.expected_records->end()));
    }
    if (c.expected_bound) {
        EXPECT_THAT(got.bound, testing::IsSupersetOf(*c.expected_bound));
    }
}

/// The names of all tests, `Suite.Name`.
std::set<std::string> names_of_tests()
{
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(COREST_TESTS_DIR)) {
        if (!entry.path().filename().string().ends_with("_test.cpp")) {
            continue;
        }
        const std::string text = read_file(entry.path().string());
        for (std::size_t at = text.find("\nTEST"); at != std::string::npos; at = text.find("\nTEST", at + 1)) {
            const std::size_t open = text.find('(', at);
            const std::size_t comma = text.find(',', open);
            const std::size_t close = text.find(')', comma);
            const std::size_t name = text.find_first_not_of(" \n", comma + 1);
            names.insert(text.substr(open + 1, comma - open - 1) + "." + text.substr(name, close - name));
        }
    }
    return names;
}

} // namespace

TEST(Acceptance, EveryCaseHolds)
{
    std::set<int> tried;
    std::set<int> failed;
    const auto attempt = [&](int number, const std::string& title, const auto& check) {
        SCOPED_TRACE("case " + std::to_string(number) + ", " + title);
        const auto* result = testing::UnitTest::GetInstance()->current_test_info()->result();
        const int before = result->total_part_count();
        check();
        tried.insert(number);
        if (result->total_part_count() != before) {
            failed.insert(number);
        }
    };
    for (const auto& cases : {paging_cases(), record_cases(), parent_cases()}) {
        for (const acceptance_case& c : cases) {
            if (!c.dictionary.empty()) {
                attempt(c.number, c.title + ", by a dictionary", [&] { expect_result(c, by_dictionary(c)); });
            }
            if (c.by_flow) {
                attempt(c.number, c.title + ", by a flow", [&] { expect_result(c, by_flow(c)); });
            }
        }
    }
    const std::set<std::string> tests = names_of_tests();
    for (const shown_elsewhere& c : cases_of_other_tests()) {
        attempt(c.number, c.test, [&] { EXPECT_EQ(tests.count(c.test), 1U) << "there is no such test"; });
    }
    for (int number = 1; number <= case_count; ++number) {
        EXPECT_EQ(tried.count(number), 1U) << "case " << number << " is shown by no test";
    }
    std::cout << "acceptance cases: " << tried.size() - failed.size() << " of " << case_count << " hold\n";
    for (const int number : failed) {
        std::cout << "case " << number << " does not hold\n";
    }
}

} // namespace acceptance
