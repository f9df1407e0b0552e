/// \file
/// Bodies that are no JSON, through dictionaries and flows: `endpoint.decoder`, `read_body(...)`, and what
/// `Content-Type` says.

#include <corest/resource/resource.hpp>
#include <corest/source/plan/show_text.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/run_source.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(detached.hpp)
#include COREST_ASIO(io_context.hpp)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace net = corest::net;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// \param keys of the endpoint, with a comma before them
std::string report_source(const std::string& keys)
{
    return R"({"client":{"base_url":"https://api.test"},"resources":[{"name":"rows","columns":
        {"n":{"data_type":"bigint"}},"endpoint":{"path":"report")"
        + keys + "}}]}";
}

class Decoder : public testing::Test {
protected:
    /// \return what failed
    std::vector<std::string> run_source(const std::string& keys, const std::string& body, const std::string& type)
    {
        return failures_of_run(report_source(keys), folder.file("out.db"),
            [&](const corest::request&) { return respond(200, body, {{"Content-Type", type}}); });
    }
    std::vector<std::string> rows() const { return database(folder.file("out.db")).rows("SELECT n, t FROM rows"); }

    temporary_folder folder;
};

} // namespace

TEST_F(Decoder, ABodyIsReadAsItsTypeSays)
{
    EXPECT_THAT(run_source("", "n,t\r\n1,a\r\n2,\"b, c\"\r\n", "text/csv; charset=utf-8"), IsEmpty());
    EXPECT_THAT(rows(), ElementsAre("1|'a'", "2|'b, c'"));
}

TEST_F(Decoder, ADictionarySaysWhatTheServerDoesNot)
{
    EXPECT_THAT(
        run_source(R"(,"decoder":{"type":"csv","delimiter":";","null_values":["-"]})", "n;t\n1;-\n", "text/plain"),
        IsEmpty());
    EXPECT_THAT(rows(), ElementsAre("1|NULL"));
    EXPECT_THAT(
        run_source(R"(,"decoder":"jsonl")", "{\"n\":2,\"t\":\"x\"}\n{\"n\":3,\"t\":\"y\"}\n", "text/plain"), IsEmpty());
    EXPECT_THAT(rows(), ElementsAre("1|NULL", "2|'x'", "3|'y'"));
    EXPECT_THAT(run_source(R"(,"decoder":"json")", R"([{"n":4,"t":"z"}])", "text/csv"), IsEmpty());
    EXPECT_EQ(rows().size(), 4U);
}

TEST_F(Decoder, WhatCannotBeReadIsAnErrorThatNamesTheLine)
{
    EXPECT_THAT(run_source(R"(,"decoder":"csv")", "n,t\n1\n", "text/plain"),
        ElementsAre(HasSubstr("the row at line 2 has 1 value, and the header 2")));
}

TEST_F(Decoder, MistakesInItAreNamed)
{
    const auto problem = [](const std::string& decoder) {
        try {
            static_cast<void>(
                corest::source::load_text(report_source(",\"decoder\":" + decoder), "source.json").plan());
        } catch (const corest::error& e) {
            return std::string(e.what());
        }
        return std::string("none");
    };
    EXPECT_THAT(problem(R"("cvs")"), HasSubstr("unknown decoder 'cvs'"));
    EXPECT_THAT(problem(R"({"type":"csv","delimiter":"ab"})"), HasSubstr("the delimiter is one character"));
    EXPECT_THAT(problem(R"({"type":"csv","delimeter":";"})"), HasSubstr("delimiter"));
    EXPECT_THAT(problem(R"({"type":"csv","null_values":[1]})"), HasSubstr("expected a list of texts"));
}

TEST_F(Decoder, AFlowSaysItByReadBody)
{
    net::io_context context;
    const corest::client api(context.get_executor(),
        corest::any_transport(std::make_shared<scripted_transport>(
            [](const corest::request&) { return respond(200, "a|b\n1|x\n", {{"Content-Type", "text/plain"}}); })),
        "https://api.test");
    std::vector<std::string> found;
    net::co_spawn(
        context,
        [](corest::resource report, std::vector<std::string>* to) -> net::awaitable<void> {
            auto records = report.records();
            while (const auto record = co_await records.next()) {
                to->emplace_back(record->json());
            }
        }(corest::get(api, "report") | corest::read_body(corest::csv_rows().delimiter('|')), &found),
        net::detached);
    context.run();
    EXPECT_THAT(found, ElementsAre(R"({"a":"1","b":"x"})"));
}

TEST_F(Decoder, ThePlanSaysIt)
{
    const auto plan =
        corest::source::load_text(report_source(R"(,"decoder":{"type":"csv","delimiter":"|"})"), "source.json").plan();
    EXPECT_THAT(corest::source::to_text(plan.details()), HasSubstr("body: csv, delimiter '|'"));
}
