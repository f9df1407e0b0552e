/// \file
/// Runs that stop at any request, and are run again: the tables are those of a run that was not, and no page that was
/// stored is asked for again.

#include <corest/destination/sqlite.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/manual_clock.hpp>
#include <support/scripted_transport.hpp>

#include COREST_ASIO(bind_cancellation_slot.hpp)
#include COREST_ASIO(cancellation_signal.hpp)
#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace net = corest::net;
using corest::request;
using corest::response;
using corest::source::resource_report;
using corest::source::resource_state;
using corest::source::run_report;

/// An API of three levels: projects, their samples, the tests of these. Pages of two records, each with the URL of the
/// next one.
class three_levels {
public:
    /// Where a request is for, without its query.
    static std::string path_of(const request& r)
    {
        const std::string path = r.url.substr(std::string("http://api.test").size());
        return path.substr(0, path.find('?'));
    }

    response operator()(const request& r)
    {
        ++requests[r.url];
        ++count;
        return page_of(path_of(r), r.url);
    }

    std::map<std::string, int> requests; ///< by URL
    int count = 0;
    int projects = 3;

private:
    response page_of(const std::string& path, const std::string& url) const
    {
        int records = 3;
        std::string id = path;
        std::replace(id.begin(), id.end(), '/', '-');
        if (path == "/projects") {
            records = projects;
        }
        const auto query = url.find("page=");
        const int page = query == std::string::npos ? 0 : std::stoi(url.substr(query + 5));
        std::string body = "{\"data\":[";
        for (int i = 2 * page; i < std::min(records, 2 * page + 2); ++i) {
            body += i == 2 * page ? "" : ",";
            body += "{\"id\":\"" + id.substr(1) + "-" + std::to_string(i) + "\",\"n\":" + std::to_string(i) + "}";
        }
        body += "],\"next\":";
        body += 2 * page + 2 < records ? "\"" + path + "?page=" + std::to_string(page + 1) + "\"}" : "null}";
        return respond(200, body);
    }
};

std::string dictionary(const std::string& disposition)
{
    return R"({"client": {"base_url": "http://api.test", "retry": {"max_retries": 0},
                          "paginator": {"type": "json_link", "next_url_path": "next"}},
        "resource_defaults": {"write_disposition": ")"
        + disposition + R"(", "primary_key": "id", "endpoint": {"data_selector": "data"}},
        "resources": [{"name": "projects", "endpoint": {"path": "/projects"}},
                      {"name": "samples", "endpoint": {"path": "/projects/{project_id}/samples"}},
                      {"name": "tests", "endpoint": {"path": "/samples/{sample_id}/tests"}}]})";
}

/// A run in a process that may come to a sudden end.
class process {
public:
    process(const std::string& dictionary_text, const std::string& file, std::function<response(const request&)> answer)
        : destination(corest::sqlite_destination(file)),
          server_(std::make_shared<scripted_transport>(std::move(answer)))
    {
        options.transport = corest::any_transport(server_);
        options.clock = std::make_shared<manual_clock>();
        options.concurrency = 2;
        text_ = dictionary_text;
    }

    void start()
    {
        const auto source = corest::source::load_text(text_).plan();
        net::co_spawn(context, source.run(destination, corest::source::secret_store(), options),
            net::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr failure, const run_report&) {
                ended = true;
                failed_with = failure;
            }));
    }
    /// Runs to its end. \return whether it is complete
    bool finish()
    {
        start();
        context.run();
        return !failed_with && report().complete();
    }
    const run_report& report() const { return *options.progress.report(); }
    const resource_report& of(const std::string& name) const
    {
        for (const resource_report& r : report().resources) {
            if (r.name == name) {
                return r;
            }
        }
        throw std::out_of_range(name);
    }

    corest::any_destination destination;
    corest::source::load_options options;
    net::cancellation_signal stop;
    net::io_context context;
    bool ended = false;
    std::exception_ptr failed_with;

private:
    std::shared_ptr<scripted_transport> server_;
    std::string text_;
};

corest::destination_state state_of(const std::string& file)
{
    net::io_context context;
    corest::destination_state state;
    const corest::sqlite_destination destination(file);
    net::co_spawn(context, destination.read_state(), [&](std::exception_ptr failure, corest::destination_state found) {
        if (failure) {
            std::rethrow_exception(failure);
        }
        state = std::move(found);
    });
    context.run();
    return state;
}

/// How many pages the run has that is not done.
std::uint64_t pages_stored(const std::string& file)
{
    std::uint64_t pages = 0;
    for (const corest::stored_run& run : state_of(file).runs) {
        for (const corest::stored_resource& r : run.resources) {
            pages += run.is_done ? 0 : r.pages;
        }
    }
    return pages;
}

std::multiset<std::string> rows_of(const std::string& file)
{
    std::multiset<std::string> rows;
    const database db(file);
    for (const char* const table : {"projects", "samples", "tests"}) {
        for (const std::string& row : db.rows("SELECT * FROM " + std::string(table))) {
            rows.insert(table + (": " + row));
        }
    }
    return rows;
}

enum class way_to_stop { killed, interrupted, failed };

class Resume : public testing::Test {
protected:
    /// Does a run that stops when a request is sent. \return the requests that it has sent
    int stop_at(const std::string& text, int last, way_to_stop way)
    {
        three_levels api;
        std::function<void()> interrupt = [] {};
        bool is_killed = false;
        process run(text, file, [&](const request& r) {
            if (api.count + 1 > last && way == way_to_stop::failed) {
                ++api.count;
                return respond(500);
            }
            response got = api(r);
            if (api.count == last && way == way_to_stop::interrupted) {
                interrupt();
            }
            is_killed = is_killed || (api.count == last && way == way_to_stop::killed);
            return got;
        });
        interrupt = [&] { run.stop.emit(net::cancellation_type::terminal); };
        run.start();
        while (!run.ended && !is_killed && run.context.run_one() != 0) {
        }
        return api.count;
    }

    void expect_walks_to_begin_anew(unsigned status, const std::string& disposition, const std::string& text);

    temporary_folder folder;
    std::string file = folder.file("data.db");
    int refused = 0; ///< runs whose server did not know a position
};

/// 1 page of projects and one more; of each of the 3 projects 2 pages of samples; of each of the 9 samples 2 of tests.
constexpr int all_pages = 2 + 3 * 2 + 9 * 2;

TEST_F(Resume, ARunThatStopsAtAnyRequestIsGoneOnWith)
{
    for (const char* const disposition : {"append", "replace", "merge"}) {
        file = folder.file(std::string(disposition) + ".db");
        const std::string text = dictionary(disposition);
        std::multiset<std::string> reference;
        {
            three_levels api;
            process run(text, file, std::ref(api));
            ASSERT_TRUE(run.finish());
            EXPECT_EQ(api.count, all_pages);
            EXPECT_FALSE(run.report().resumed.has_value());
            reference = rows_of(file);
            EXPECT_EQ(reference.size(), 3U + 9U + 27U);
        }
        for (const auto way : {way_to_stop::killed, way_to_stop::interrupted, way_to_stop::failed}) {
            for (int last = 1; last < all_pages; last += way == way_to_stop::killed ? 3 : 7) {
                SCOPED_TRACE(std::string(disposition) + ", way " + std::to_string(static_cast<int>(way)) + ", at "
                    + std::to_string(last));
                file = folder.file(
                    disposition + std::to_string(static_cast<int>(way)) + "_" + std::to_string(last) + ".db");
                stop_at(text, last, way);
                const std::uint64_t stored = pages_stored(file);
                three_levels api;
                process run(text, file, std::ref(api));
                ASSERT_TRUE(run.finish());
                EXPECT_EQ(api.count, all_pages - static_cast<int>(stored)) << "each page that is left, once";
                EXPECT_EQ(run.report().resumed.has_value(), stored != 0);
                ASSERT_EQ(rows_of(file), reference);
                std::uint64_t rows = 0;
                for (const resource_report& r : run.report().resources) {
                    rows += r.rows;
                }
                EXPECT_EQ(rows, reference.size());
                EXPECT_TRUE(state_of(file).runs.back().is_done);
                if (HasFailure()) {
                    return;
                }
            }
        }
    }
}

TEST_F(Resume, ARunWithGroupsOfParentsIsGoneOnWith)
{
    std::string text = dictionary("append");
    const std::string single = R"("/projects/{project_id}/samples"}})";
    text.replace(text.find(single), single.size(), R"("/projects/{resources.projects.id}/samples", "group_size": 2}})");
    constexpr int grouped_pages = 2 + 2 * 2 + 6 * 2; // the second page has one project
    std::multiset<std::string> reference;
    {
        three_levels api;
        process run(text, file, std::ref(api));
        ASSERT_TRUE(run.finish());
        EXPECT_EQ(api.count, grouped_pages);
        EXPECT_EQ(api.requests["http://api.test/projects/projects-0,projects-1/samples"], 1);
        reference = rows_of(file);
        EXPECT_EQ(reference.size(), 3U + 6U + 18U);
    }
    for (const auto way : {way_to_stop::killed, way_to_stop::interrupted, way_to_stop::failed}) {
        for (int last = 1; last < grouped_pages; last += 2) {
            SCOPED_TRACE("way " + std::to_string(static_cast<int>(way)) + ", at " + std::to_string(last));
            file = folder.file(std::to_string(static_cast<int>(way)) + "_" + std::to_string(last) + ".db");
            stop_at(text, last, way);
            const auto stored = static_cast<int>(pages_stored(file));
            three_levels api;
            process run(text, file, std::ref(api));
            ASSERT_TRUE(run.finish());
            EXPECT_EQ(api.count, grouped_pages - stored) << "each page that is left, once";
            ASSERT_EQ(rows_of(file), reference);
        }
    }
}

TEST_F(Resume, AParentThatComesAgainIsNoPartOfAnotherGroup)
{
    const std::string text = R"({"client": {"base_url": "http://api.test", "retry": {"max_retries": 0},
                                 "paginator": {"type": "json_link", "next_url_path": "next"}},
        "resource_defaults": {"write_disposition": "append", "endpoint": {"data_selector": "data"}},
        "resources": [{"name": "posts", "endpoint": {"path": "/posts"}},
                      {"name": "details", "endpoint": {"path": "/details", "group_size": 2,
                                                       "params": {"ids": "{resources.posts.id}"}}}]})";
    std::vector<std::string> asked;
    bool is_refused = true;
    const auto api = [&](const request& r) {
        const std::string target = r.url.substr(std::string("http://api.test").size());
        asked.push_back(target);
        if (target == "/posts") {
            return respond(200, R"({"data": [{"id": 1}, {"id": 2}], "next": "/posts?page=2"})");
        }
        if (target == "/posts?page=2") { // one has moved there
            return is_refused ? respond(500) : respond(200, R"({"data": [{"id": 2}, {"id": 3}], "next": null})");
        }
        const std::string ids = corest::find_query(r.url, "ids").value_or("");
        std::string rows;
        for (const char id : ids) {
            rows += id == ',' ? std::string(",") : std::string("{\"id\":") + id + "}";
        }
        return respond(200, "{\"data\":[" + rows + "],\"next\":null}");
    };
    EXPECT_FALSE(process(text, file, api).finish());
    is_refused = false;
    process again(text, file, api);
    ASSERT_TRUE(again.finish());
    EXPECT_EQ(asked,
        (std::vector<std::string>{"/posts", "/posts?page=2", "/details?ids=1%2C2", "/posts?page=2", "/details?ids=3"}));
    EXPECT_EQ(database(file).count("details"), 3U);
    EXPECT_EQ(again.of("details").duplicate_parents, 1U);
}

TEST_F(Resume, ARunThatStopsAgainAndAgainComesToItsEnd)
{
    const std::string text = dictionary("append");
    int sent = 0;
    for (int i = 0; i < 9; ++i) {
        sent += stop_at(text, 4, i % 2 == 0 ? way_to_stop::killed : way_to_stop::interrupted);
    }
    three_levels api;
    process run(text, file, std::ref(api));
    ASSERT_TRUE(run.finish());
    EXPECT_EQ(rows_of(file).size(), 39U);
    EXPECT_LE(sent + api.count, all_pages + 9 * 6) << "no more than what was under way is asked for again";
}

TEST_F(Resume, AnAppendWithAFailedSiblingIsPublishedByTheRunThatGoesOn)
{
    const std::string text = dictionary("append");
    {
        three_levels api;
        process run(text, file,
            [&](const request& r) { return r.url.find("/tests") != std::string::npos ? respond(500) : api(r); });
        EXPECT_FALSE(run.finish());
        EXPECT_EQ(run.of("projects").state, resource_state::staged);
        EXPECT_EQ(run.of("samples").state, resource_state::staged);
        EXPECT_EQ(run.of("samples").rows, 9U);
        EXPECT_EQ(run.of("tests").state, resource_state::failed);
        EXPECT_TRUE(rows_of(file).empty());
    }
    three_levels api;
    process run(text, file, std::ref(api));
    EXPECT_TRUE(run.finish());
    EXPECT_EQ(api.count, 18);
    EXPECT_EQ(run.of("projects").state, resource_state::done);
    EXPECT_EQ(run.of("projects").resumed_rows, 3U);
    EXPECT_EQ(rows_of(file).size(), 39U);
}

TEST_F(Resume, ADictionaryThatIsMendedLoadsEverythingOnce)
{
    stop_at(dictionary("append"), 9, way_to_stop::failed);
    std::string text = dictionary("append");
    text.replace(text.find("\"samples\""), 9, "\"samples\", \"include_from_parent\": [\"n\"]");
    three_levels api;
    process run(text, file, std::ref(api));
    ASSERT_TRUE(run.finish());
    EXPECT_FALSE(run.report().resumed.has_value());
    EXPECT_EQ(api.count, all_pages);
    EXPECT_EQ(rows_of(file).size(), 39U);
}

TEST_F(Resume, WhatDecidesNoRowsChangesNoPlan)
{
    stop_at(dictionary("append"), 9, way_to_stop::killed);
    std::string text = dictionary("append");
    text.replace(text.find("\"max_retries\": 0"), 16, "\"max_retries\": 1");
    three_levels api;
    process run(text, file, std::ref(api));
    run.options.concurrency = 7;
    ASSERT_TRUE(run.finish());
    EXPECT_TRUE(run.report().resumed.has_value());
}

TEST_F(Resume, ARestartReadsEverythingAnew)
{
    stop_at(dictionary("append"), 9, way_to_stop::killed);
    three_levels api;
    process run(dictionary("append"), file, std::ref(api));
    run.options.restart = true;
    ASSERT_TRUE(run.finish());
    EXPECT_EQ(api.count, all_pages);
    EXPECT_EQ(rows_of(file).size(), 39U);
}

TEST_F(Resume, ALimitHoldsForBothProcessesTogether)
{
    for (int last = 1; last < 7; ++last) {
        SCOPED_TRACE(last);
        file = folder.file("limit" + std::to_string(last) + ".db");
        for (const bool stops : {true, false}) {
            three_levels api;
            bool is_killed = false;
            process run(dictionary("append"), file, [&](const request& r) {
                response got = api(r);
                is_killed = is_killed || (stops && api.count == last);
                return got;
            });
            run.options.limit = 5;
            run.start();
            while (!run.ended && !is_killed && run.context.run_one() != 0) {
            }
        }
        const database db(file);
        EXPECT_EQ(db.count("projects"), 3U);
        EXPECT_EQ(db.count("samples"), 5U);
        EXPECT_EQ(db.count("tests"), 5U);
        EXPECT_EQ(db.value("SELECT count(DISTINCT id) FROM tests"), "5");
    }
}

/// What the runs after a stop do where the server does not know a position of another session.
void Resume::expect_walks_to_begin_anew(unsigned status, const std::string& disposition, const std::string& text)
{
    SCOPED_TRACE(disposition + " " + std::to_string(status));
    file = folder.file(disposition + std::to_string(status) + ".db");
    stop_at(text, 6 + static_cast<int>(status % 7), way_to_stop::killed);
    bool has_refused = false;
    three_levels api;
    std::set<std::string> begun; // in this process
    process run(text, file, [&](const request& r) {
        const std::string path = three_levels::path_of(r);
        if (r.url.find("page=") != std::string::npos && !begun.contains(path)) {
            has_refused = true; // a position of another session
            return respond(status);
        }
        begun.insert(path);
        return api(r);
    });
    ASSERT_TRUE(run.finish());
    refused += has_refused ? 1 : 0;
    EXPECT_EQ(rows_of(file).size(), 39U);
    std::uint64_t restarted = 0;
    std::uint64_t rows = 0;
    for (const resource_report& r : run.report().resources) {
        restarted += r.restarted;
        rows += r.rows;
    }
    EXPECT_EQ(restarted != 0, has_refused);
    // Merged children of parents that come again are read again; appended ones would be there twice.
    EXPECT_GE(rows, 39U);
    EXPECT_TRUE(rows == 39U || disposition == "merge");
}

TEST_F(Resume, APositionThatTheServerRefusesBeginsItsWalkAnew)
{
    for (const unsigned status : {400U, 404U, 410U, 422U}) {
        for (const char* const disposition : {"append", "merge"}) {
            expect_walks_to_begin_anew(status, disposition, dictionary(disposition));
        }
    }
    EXPECT_GE(refused, 1);
}

TEST_F(Resume, ARefusedPositionIsNoEndOfItsWalkWhereItsStatusIsIgnored)
{
    for (const unsigned status : {404U, 410U}) {
        for (const char* const disposition : {"append", "merge"}) {
            std::string text = dictionary(disposition);
            text.insert(text.find(R"("data_selector")"),
                R"("response_actions": [{"status_code": )" + std::to_string(status) + R"(, "action": "ignore"}], )");
            expect_walks_to_begin_anew(status, disposition, text);
        }
    }
    EXPECT_GE(refused, 1);
}

TEST_F(Resume, AWalkWhoseLastPageComesAgainBeginsAnew)
{
    const std::string text = R"({"client": {"base_url": "http://api.test", "retry": {"max_retries": 0}},
        "resource_defaults": {"write_disposition": "append", "endpoint": {"data_selector": "data"}},
        "resources": [{"name": "projects", "endpoint": {"path": "/projects", "paginator":
            {"type": "offset", "limit": 1, "total_path": "total", "concurrency": 1}}}]})";
    std::string rows = "abcd";
    const auto api = [&](const request& r) {
        const std::size_t first = std::stoul(corest::find_query(r.url, "offset").value_or("0"));
        if (rows.size() == 4 && first == 3) {
            return respond(500);
        }
        return respond(
            200, R"({"data":[{"id":")" + rows.substr(first, 1) + R"("}],"total":)" + std::to_string(rows.size()) + "}");
    };
    {
        process run(text, file, api);
        EXPECT_FALSE(run.finish());
    }
    const auto left = state_of(file).runs.back().walks;
    ASSERT_EQ(left.size(), 1U);
    ASSERT_NE(left[0].position.pages, 0U);
    rows = "z" + rows; // the position now stands for the record before
    process run(text, file, api);
    EXPECT_TRUE(run.finish());
    EXPECT_EQ(run.of("projects").restarted, 1U);
    EXPECT_EQ(run.of("projects").rows, 5U);
    EXPECT_EQ(database(file).value("SELECT group_concat(id, '') FROM (SELECT id FROM projects ORDER BY id)"), "abcdz");
}

TEST_F(Resume, AParentThatComesAgainAfterTheRestartIsNotReadTwice)
{
    const auto api = [](const request& r) {
        const std::string path = three_levels::path_of(r);
        if (path == "/projects") {
            return r.url.find("page=1") == std::string::npos
                ? respond(200, R"({"data":[{"id":"a"},{"id":"b"}],"next":"/projects?page=1"})")
                : respond(200, R"({"data":[{"id":"b"},{"id":"c"}],"next":null})");
        }
        return respond(200, R"({"data":[{"id":")" + path + R"("}],"next":null})");
    };
    for (int last = 1; last < 8; ++last) { // of 2, 3 and 3 requests
        SCOPED_TRACE(last);
        file = folder.file("seen" + std::to_string(last) + ".db");
        for (const bool stops : {true, false}) {
            int count = 0;
            bool is_killed = false;
            process run(dictionary("append"), file, [&](const request& r) {
                is_killed = is_killed || (stops && ++count == last);
                return api(r);
            });
            run.start();
            while (!run.ended && !is_killed && run.context.run_one() != 0) {
            }
        }
        const database db(file);
        EXPECT_EQ(db.count("samples"), 3U);
        EXPECT_EQ(db.value("SELECT count(DISTINCT id) FROM samples"), "3");
    }
}

TEST_F(Resume, AParentThatComesAgainBelowAFailedResourceIsNotReadTwice)
{
    const std::string parents = "abbccdda";
    std::map<std::string, int> asked;
    bool is_mended = false;
    const auto api = [&](const request& r) {
        const std::string path = three_levels::path_of(r);
        if (path == "/projects") {
            const auto query = r.url.find("page=");
            const std::size_t page = query == std::string::npos ? 0 : std::stoul(r.url.substr(query + 5));
            const std::string next =
                page + 1 == parents.size() ? "null" : "\"/projects?page=" + std::to_string(page + 1) + "\"";
            return respond(200,
                R"({"data":[{"id":")" + parents.substr(page, 1) + R"(","n":)" + std::to_string(page) + R"(}],"next":)"
                    + next + "}");
        }
        if (!is_mended) {
            return respond(500);
        }
        ++asked[path];
        return respond(200, R"({"data":[{"id":")" + path + R"("}],"next":null})");
    };
    {
        process run(dictionary("append"), file, api);
        EXPECT_FALSE(run.finish());
        EXPECT_EQ(run.of("projects").rows, 8U);
    }
    const auto left = state_of(file).runs.back().walks;
    EXPECT_EQ(left.size(), 4U) << "each collection once, though nothing of them was read";
    for (const corest::stored_walk& walk : left) {
        EXPECT_EQ(walk.bindings.size(), 1U);
        EXPECT_TRUE(walk.parents.empty());
    }
    is_mended = true;
    process run(dictionary("append"), file, api);
    EXPECT_TRUE(run.finish());
    for (const auto& [path, count] : asked) {
        EXPECT_EQ(count, 1) << path;
    }
    EXPECT_EQ(database(file).count("samples"), 4U);
}

TEST_F(Resume, APositionThatHoldsASecretIsNotKept)
{
    const std::string text = R"({"client": {"base_url": "http://api.test", "retry": {"max_retries": 0},
            "paginator": {"type": "json_link", "next_url_path": "next"}, "headers": {"X-Tenant": {"$secret": "tenant"}}},
        "resource_defaults": {"write_disposition": "append", "endpoint": {"data_selector": "data"}},
        "resources": [{"name": "projects", "endpoint": {"path": "/projects"}}]})";
    for (const bool stops : {true, false}) {
        int count = 0;
        bool is_killed = false;
        auto server = std::make_shared<scripted_transport>([&](const request& r) {
            is_killed = is_killed || (stops && ++count == 3);
            const auto query = r.url.find("page=");
            const int page = query == std::string::npos ? 0 : std::stoi(r.url.substr(query + 5));
            return respond(200,
                "{\"data\":[{\"n\":" + std::to_string(page) + "}],\"next\":"
                    + (page < 3 ? "\"/projects?key=TOPSECRET&page=" + std::to_string(page + 1) + "\"}" : "null}"));
        });
        corest::source::load_options options;
        options.transport = corest::any_transport(server);
        net::io_context context;
        bool ended = false;
        const corest::sqlite_destination destination(file);
        const corest::source::secret_store secrets(
            [](const std::string&) { return std::optional<std::string>("TOPSECRET"); });
        net::co_spawn(context, corest::source::load_text(text).plan().run(destination, secrets, options),
            [&](const std::exception_ptr&, const run_report&) { ended = true; });
        while (!ended && !is_killed && context.run_one() != 0) {
        }
    }
    EXPECT_EQ(read_file(file).find("TOPSECRET"), std::string::npos);
    EXPECT_EQ(database(file).count("projects"), 4U);
}

} // namespace
