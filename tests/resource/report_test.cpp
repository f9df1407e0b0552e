/// \file
/// Reports that must be waited for, in flows: `poll`.

#include <corest/error.hpp>
#include <corest/http/observe.hpp>
#include <corest/http/observer.hpp>
#include <corest/http/padded_buffer.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/single_page.hpp>
#include <corest/resource/resource.hpp>
#include <corest/retry/retry.hpp>

#include <api_server/gzip.hpp>
#include <support/manual_clock.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)
#include COREST_ASIO(post.hpp)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace waited_reports {

namespace {

namespace net = corest::net;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

/// A server that makes reports, and who reads them.
class Report : public testing::Test {
protected:
    using script = std::function<corest::response(const corest::request&)>;

    corest::client client_of(script answers)
    {
        server = std::make_shared<scripted_transport>(std::move(answers));
        return corest::client(context.get_executor(), corest::any_transport(server), "https://api.test");
    }

    /// The records that a walk brings; it ends with `failure` set where it failed.
    std::vector<std::string> read(const corest::resource& report)
    {
        std::vector<std::string> found;
        net::co_spawn(
            context,
            [](corest::resource all, std::vector<std::string>* to) -> net::awaitable<void> {
                auto records = all.records();
                while (const auto record = co_await records.next()) {
                    to->emplace_back(record->json());
                }
            }(report, &found),
            [this](std::exception_ptr e) { failure = e; });
        context.run();
        context.restart();
        return found;
    }

    std::string said() const { return failure ? corest::describe(failure) : "no failure"; }

    std::vector<std::string> asked() const
    {
        std::vector<std::string> all;
        for (const corest::request& r : server->sent) {
            all.push_back(r.method + " " + r.url.substr(r.url.find('/', 8)) + (r.body.empty() ? "" : " " + r.body));
        }
        return all;
    }

    net::io_context context;
    std::shared_ptr<scripted_transport> server;
    std::shared_ptr<manual_clock> clock = std::make_shared<manual_clock>();
    std::exception_ptr failure;
};

/// Makes report 7, which is done at the question of that number.
class report_server {
public:
    explicit report_server(int done_at, std::vector<std::pair<std::string, std::string>> headers = {})
        : done_at_(done_at),
          headers_(std::move(headers))
    {
    }

    corest::response operator()(const corest::request& r)
    {
        if (r.method == "POST") {
            return respond(202, R"({"job":{"id":"a/7"}})", headers_);
        }
        if (r.url.find("/rows") != std::string::npos) {
            return respond(
                200, r.url.ends_with("offset=2&limit=2") ? R"({"rows":[{"n":3}]})" : R"({"rows":[{"n":1},{"n":2}]})");
        }
        ++questions_;
        return questions_ < done_at_ ? respond(200, R"({"status":"running"})", headers_)
                                     : respond(200, R"({"status":"done","url":"a%2F7/rows?sign=x%2By"})");
    }

private:
    int done_at_;
    std::vector<std::pair<std::string, std::string>> headers_;
    int questions_ = 0;
};

TEST_F(Report, IsBegunAskedForAndRead)
{
    const auto rows = corest::post(client_of(report_server(3)), "/reports", R"({"year":2026})")
        | corest::poll("/reports/{response.job.id}")
              .until("$.status == 'done'")
              .download("/reports/{response.job.id}/rows")
              .clock(clock)
        | corest::paginate(corest::offset(2)) | corest::select("rows");
    EXPECT_THAT(read(rows), ElementsAre(R"({"n":1})", R"({"n":2})", R"({"n":3})"));
    EXPECT_EQ(said(), "no failure");
    EXPECT_THAT(asked(),
        ElementsAre("POST /reports {\"year\":2026}", "GET /reports/a%2F7", "GET /reports/a%2F7", "GET /reports/a%2F7",
            "GET /reports/a%2F7/rows?offset=0&limit=2", "GET /reports/a%2F7/rows?offset=2&limit=2"));
    EXPECT_EQ(clock->elapsed, 15s);
    EXPECT_EQ(rows.statistics().requests, 6U);
    EXPECT_FALSE(server->sent[1].headers.contains("Content-Type"));
}

TEST_F(Report, MayBeWhereItsResponseSays)
{
    const auto rows = corest::post(client_of(report_server(1)), "/reports", "{}")
        | corest::poll("/reports/{response.job.id}").until("$.status == 'done'").download_url_path("url").clock(clock)
        | corest::paginate(corest::single_page()) | corest::select("rows");
    EXPECT_EQ(read(rows).size(), 2U);
    EXPECT_EQ(asked().back(), "GET /reports/a%2F7/rows?sign=x%2By");
}

TEST_F(Report, IsAskedForWhereLocationSays)
{
    int questions = 0;
    const auto rows = corest::post(client_of([&](const corest::request& r) {
        return r.method == "POST" ? respond(202, "", {{"Location", "../jobs/3"}})
            : ++questions < 3     ? respond(202, "")
                                  : respond(200, R"([{"n":1}])");
    }),
                          "/reports/new", "{}")
        | corest::poll().clock(clock) | corest::paginate(corest::single_page());
    EXPECT_THAT(read(rows), ElementsAre(R"({"n":1})"));
    EXPECT_EQ(said(), "no failure");
    EXPECT_THAT(asked(), ElementsAre("POST /reports/new {}", "GET /jobs/3", "GET /jobs/3", "GET /jobs/3"));
}

TEST_F(Report, ThatNobodyNamesIsAskedForAgainByTheSameGet)
{
    int questions = 0;
    const auto answer = [&](const corest::request&) {
        return ++questions < 4 ? respond(202, R"({"state":"busy"})") : respond(200, R"([{"n":1}])");
    };
    const auto rows = corest::get(client_of(answer) | corest::retry().clock(clock), "/report")
        | corest::poll().interval(1500ms).clock(clock) | corest::paginate(corest::single_page());
    EXPECT_THAT(read(rows), ElementsAre(R"({"n":1})"));
    EXPECT_EQ(clock->elapsed, 4500ms); // and not the waits of retry, for which a 202 is no answer
    const auto lost =
        corest::post(client_of([](const corest::request&) { return respond(202, "{}"); }), "/report", "{}")
        | corest::poll().clock(clock);
    EXPECT_TRUE(read(lost).empty());
    EXPECT_THAT(said(), HasSubstr("nothing says where to ask how far the report is: there is no Location header"));
}

TEST_F(Report, WaitsAsLongAsTheServerAsks)
{
    const auto rows = corest::post(client_of(report_server(2, {{"Retry-After", "60"}})), "/reports", "{}")
        | corest::poll("/reports/1").until("$.status == 'done'").download("/rows").clock(clock)
        | corest::paginate(corest::single_page()) | corest::select("rows");
    EXPECT_EQ(read(rows).size(), 2U);
    EXPECT_EQ(clock->elapsed, 120s);
}

#if COREST_WITH_LIBDEFLATE
TEST_F(Report, MayBeToldOfInBodiesThatAreCompressedThoughNoHeaderSaysSo)
{
    const auto plain = std::make_shared<report_server>(3);
    const auto compressed = [plain](const corest::request& r) {
        corest::response got = (*plain)(r);
        got.body = corest::padded_buffer(example_api::gzip_compressed(std::string(got.body.view())));
        return got;
    };
    const auto rows = corest::post(client_of(compressed), "/reports", R"({"year":2026})")
        | corest::poll("/reports/{response.job.id}")
              .until("$.status == 'done'")
              .download("/reports/{response.job.id}/rows")
              .clock(clock)
        | corest::paginate(corest::single_page()) | corest::select("rows");
    EXPECT_THAT(read(rows), ElementsAre(R"({"n":1})", R"({"n":2})"));
    EXPECT_EQ(said(), "no failure");
}
#endif

/// Keeps what is waited for.
class report_waits {
public:
    void on_wait(const corest::wait_event& e)
    {
        if (e.reason == corest::wait_event::cause::report) {
            waits.push_back(std::chrono::duration_cast<std::chrono::seconds>(e.duration));
        }
    }
    std::vector<std::chrono::seconds> waits;
};

TEST_F(Report, WhoWatchesIsToldThatItIsWaitedFor)
{
    const auto watching = std::make_shared<report_waits>();
    const auto rows = corest::post(client_of(report_server(3)) | corest::observe(watching), "/reports", "{}")
        | corest::poll("/reports/{response.job.id}")
              .until("$.status == 'done'")
              .download("/reports/{response.job.id}/rows")
              .interval(7s)
              .clock(clock)
        | corest::paginate(corest::single_page()) | corest::select("rows");
    EXPECT_EQ(read(rows).size(), 2U);
    EXPECT_THAT(watching->waits, ElementsAre(7s, 7s, 7s));
}

TEST_F(Report, ThatHasFailedIsAnErrorWithWhatTheServerSays)
{
    const auto answer = [](const corest::request& r) {
        return r.method == "POST" ? respond(200, "{}")
                                  : respond(200, R"({"status":"failed","error":{"why":"no such year"}})");
    };
    const auto settings =
        corest::poll("/reports/1").until("$.status == 'done'").failed("$.status == 'failed'").clock(clock);
    const auto begun = corest::post(client_of(answer), "/reports", "{}");
    EXPECT_TRUE(read(begun | corest::poll(settings).message_path("error.why")).empty());
    EXPECT_THAT(said(), HasSubstr("the report has failed, and the server says: no such year"));
    EXPECT_THAT(said(), HasSubstr("GET https://api.test/reports/1"));
    EXPECT_TRUE(read(begun | settings).empty());
    EXPECT_THAT(said(), HasSubstr(R"(and the server says: {"status":"failed")"));
}

TEST_F(Report, ThatTakesTooLongIsAnError)
{
    const auto rows = corest::post(client_of(report_server(1000)), "/reports", "{}")
        | corest::poll("/reports/1").until("$.status == 'done'").timeout(12s).clock(clock);
    EXPECT_TRUE(read(rows).empty());
    EXPECT_THAT(said(),
        HasSubstr("the report was not done after 12 s; it was asked for 3 times, and the last response, of status 200, "
                  R"(says: {"status":"running"})"));
    EXPECT_THAT(said(), HasSubstr("raise poll::timeout"));
    EXPECT_EQ(clock->elapsed, 12s);
}

TEST_F(Report, AResponseThatLacksWhatAPathNeedsIsNamed)
{
    const auto rows = corest::post(client_of(report_server(1)), "/reports", "{}")
        | corest::poll("/reports/{response.id}").until("$.status == 'done'").clock(clock);
    EXPECT_TRUE(read(rows).empty());
    EXPECT_THAT(
        said(), HasSubstr(R"(no response has a value at $.id, which a path of poll needs; the last one says: {"job")"));
    const auto elsewhere = corest::post(client_of(report_server(1)), "/reports", "{}")
        | corest::poll("/reports/1").until("$.status == 'done'").download_url_path("link").clock(clock);
    EXPECT_TRUE(read(elsewhere).empty());
    EXPECT_THAT(said(), HasSubstr("no URL stands at $.link in the response"));
}

TEST_F(Report, AtAnotherOriginIsRefused)
{
    const auto rows =
        corest::post(client_of([](const corest::request&) { return respond(200, R"({"at":"https://evil.test/1"})"); }),
            "/reports", "{}")
        | corest::poll().url_path("at").until("$.done").clock(clock);
    EXPECT_TRUE(read(rows).empty());
    EXPECT_THAT(said(), HasSubstr("https://evil.test"));
    EXPECT_EQ(asked().size(), 1U);
}

TEST_F(Report, OfEachParentIsItsOwn)
{
    const auto answer = [](const corest::request& r) {
        const bool is_first = r.url.find("/p/1") != std::string::npos;
        return r.url.ends_with("/p")     ? respond(200, R"([{"id":1},{"id":2}])")
            : r.url.ends_with("/export") ? respond(200, R"({"job":9})")
            : r.url.find("/jobs/9") != r.url.npos
            ? respond(200, std::string(R"([{"of":)") + (is_first ? "1" : "2") + "}]")
            : respond(404, "");
    };
    const auto api = client_of(answer);
    const auto rows = corest::get(api, "/p") | corest::paginate(corest::single_page())
        | corest::expand("/p/<id>/export").ordered() | corest::paginate(corest::single_page())
        | corest::poll("/p/{id}/jobs/{response.job}").clock(clock);
    EXPECT_THAT(read(rows), ElementsAre(R"({"of":1})", R"({"of":2})"));
    EXPECT_EQ(said(), "no failure");
}

TEST_F(Report, AResponseThatIsIgnoredEndsTheWalk)
{
    const auto rows = corest::post(client_of([](const corest::request&) { return respond(404, ""); }), "/reports", "{}")
        | corest::poll("/reports/1").clock(clock) | corest::ignore_status({404});
    EXPECT_TRUE(read(rows).empty());
    EXPECT_EQ(said(), "no failure");
    EXPECT_EQ(rows.statistics().ignored, 1U);
}

TEST_F(Report, AWaitIsCancelled)
{
    net::cancellation_signal stop;
    const auto answer = [&](const corest::request& r) {
        if (r.method == "GET") { // the wait for the next question begins
            net::post(context, [&] { stop.emit(net::cancellation_type::terminal); });
        }
        return respond(200, "{}");
    };
    const auto rows = corest::post(client_of(answer), "/reports", "{}")
        | corest::poll("/reports/1").until("$.done").interval(20ms).timeout(1h);
    net::co_spawn(
        context,
        [](corest::resource all) -> net::awaitable<void> {
            auto pages = all.pages();
            co_await pages.next();
        }(rows),
        net::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr e) { failure = e; }));
    context.run();
    EXPECT_TRUE(corest::is_cancellation(failure));
    EXPECT_LE(server->sent.size(), 3U);
}

TEST_F(Report, WhatNothingFillsIsRefused)
{
    const auto refusal = [](auto compose) {
        try {
            compose();
        } catch (const corest::error& e) {
            return std::string(e.what());
        }
        return std::string("none");
    };
    const auto api = client_of([](const corest::request&) { return respond(200, "{}"); });
    EXPECT_THAT(refusal([&] { static_cast<void>(corest::get(api, "/r") | corest::poll("/r/{id}")); }),
        HasSubstr("nothing fills {id} in poll's path /r/{id}. Write {response.id} for a field of a response"));
    EXPECT_THAT(refusal([&] { static_cast<void>(corest::get(api, "/r/{response.id}")); }),
        HasSubstr("has the placeholder {response.id} and no parent"));
    EXPECT_THAT(refusal([&] { static_cast<void>(corest::get(api, "/r") | corest::expand("/r/{response.id}")); }),
        HasSubstr("no response comes before the one that {response.id} is a part of"));
}

} // namespace

} // namespace waited_reports
