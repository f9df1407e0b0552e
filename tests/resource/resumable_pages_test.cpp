/// \file
/// A flow that goes on where an earlier reading stopped: at every page, nothing twice and nothing lost.

#include <corest/resource/resumable_pages.hpp>

#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/paginate/cursor.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/resource/resource.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

using corest::client;
using corest::errc;
using corest::error;
using corest::request;
using corest::resource;
using corest::response;
using corest::resumable_pages;
using testing::HasSubstr;

namespace {

/// Five projects on pages of two, by offset; each has up to three samples on pages of one, by cursor; each sample two
/// files on pages of one, by number.
class ResumablePages : public testing::Test {
protected:
    static std::string numbered(std::size_t first, std::size_t last, const std::string& prefix = "")
    {
        std::string list = "[";
        for (std::size_t i = first; i < last; ++i) {
            list += (i == first ? "" : ",") + (R"({"id":")" + prefix + std::to_string(i) + "\"}");
        }
        return list + "]";
    }
    response answer(const request& r) const
    {
        const auto parameter = [&](const char* name) {
            return static_cast<std::size_t>(std::stoul(corest::find_query(r.url, name).value_or("0")));
        };
        const std::string path = r.url.substr(std::string("http://api.test").size());
        if (path.starts_with("/projects?")) {
            const std::size_t first = parameter("offset");
            return respond(200, R"({"data":)" + numbered(first, std::min<std::size_t>(5, first + 2), "p") + "}");
        }
        const bool is_sample = path.starts_with("/projects/");
        const std::string id =
            path.substr(is_sample ? 10 : 9, path.find('/', is_sample ? 10 : 9) - (is_sample ? 10 : 9));
        if (is_sample) {
            const std::size_t count = static_cast<std::size_t>(id.back() - '0') % 4;
            const std::size_t first = parameter("cursor");
            const std::string more = first + 1 < count ? std::to_string(first + 1) : "";
            return respond(200,
                R"({"data":)" + numbered(first, std::min(count, first + 1), id + "s") + R"(,"next":")" + more + "\"}");
        }
        const std::size_t page = parameter("page");
        return respond(200, R"({"data":)" + numbered(page, std::min<std::size_t>(2, page + 1), id + "f") + "}");
    }
    client api() { return {context.get_executor(), corest::any_transport(server), "http://api.test"}; }
    resource projects()
    {
        return corest::get(api(), "/projects") | corest::paginate(corest::offset(2)) | corest::select("data")
            | corest::named("projects");
    }
    resource samples()
    {
        return projects() | corest::expand("/projects/<id>/samples").concurrency(concurrency)
            | corest::paginate(corest::cursor("next")) | corest::select("data") | corest::named("samples");
    }
    resource files()
    {
        return samples() | corest::expand("/samples/<id>/files").concurrency(concurrency)
            | corest::paginate(corest::page_number().base_page(0)) | corest::select("data") | corest::named("files");
    }

    /// Reads so many pages, or all of them. \return the state after the last one
    std::string read(const resource& flow, const std::string& state, std::size_t most, std::vector<std::string>& rows)
    {
        std::string reached;
        const auto body = [&]() -> corest::net::awaitable<void> {
            resumable_pages pages(flow, state);
            reached = pages.state();
            for (std::size_t i = 0; i < most; ++i) {
                const auto page = co_await pages.next();
                reached = pages.state();
                if (!page) {
                    EXPECT_TRUE(pages.is_complete());
                    break;
                }
                for (const corest::record& r : *page) {
                    std::string row = r.get<std::string>("id");
                    for (corest::record above = r; above.has_parent();) {
                        above = above.parent();
                        row += " of " + above.get<std::string>("id");
                    }
                    rows.push_back(std::move(row));
                }
            }
            co_await pages.close();
        };
        context.restart();
        run(context, body());
        return reached;
    }

    corest::net::io_context context;
    std::size_t concurrency = 1;
    std::shared_ptr<scripted_transport> server =
        std::make_shared<scripted_transport>([this](const request& r) { return answer(r); });
};

constexpr std::size_t every_page = 1'000'000;

TEST_F(ResumablePages, GoOnAfterAnyPageWithoutLossOrRepetition)
{
    std::vector<std::string> whole;
    read(files(), "", every_page, whole);
    ASSERT_EQ(whole.size(), 12U);
    EXPECT_THAT(whole, testing::Contains("p3s2f1 of p3s2 of p3"));
    std::sort(whole.begin(), whole.end());
    for (const std::size_t at_once : {std::size_t{1}, std::size_t{4}}) {
        concurrency = at_once;
        for (std::size_t stop = 0; stop <= whole.size() + 5; ++stop) {
            std::vector<std::string> rows;
            const std::string state = read(files(), "", stop, rows);
            read(files(), state, every_page, rows);
            std::sort(rows.begin(), rows.end());
            EXPECT_EQ(rows, whole) << "stopped after " << stop << " pages, " << at_once << " at once";
        }
    }
}

TEST_F(ResumablePages, GoOnFromPageToPage)
{
    std::vector<std::string> whole;
    read(files(), "", every_page, whole);
    std::vector<std::string> rows;
    std::string state;
    for (std::size_t i = 0; i < 100; ++i) {
        state = read(files(), state, 1, rows);
    }
    EXPECT_THAT(rows, testing::UnorderedElementsAreArray(whole));
}

TEST_F(ResumablePages, AskForNoPageAgainThatWasTaken)
{
    std::vector<std::string> rows;
    const std::string state = read(projects(), "", 1, rows);
    server->sent.clear();
    read(projects(), state, every_page, rows);
    for (const request& r : server->sent) {
        EXPECT_NE(corest::find_query(r.url, "offset"), "0");
    }
    EXPECT_EQ(rows.size(), 5U);
}

TEST_F(ResumablePages, WhatCouldNotBeOpenedIsNotForgotten)
{
    bool mended = false;
    server = std::make_shared<scripted_transport>([&](const request& r) {
        if (r.url.find("/projects?") != std::string::npos && r.url.find("offset=2") != std::string::npos && !mended) {
            return respond(200, R"({"data":[{"id":"p2"},{"name":"p3"}]})");
        }
        return answer(r);
    });
    std::vector<std::string> rows;
    std::string state;
    const auto body = [&]() -> corest::net::awaitable<void> {
        resumable_pages pages(samples(), state);
        bool failed = false;
        try {
            while (true) {
                const auto page = co_await pages.next();
                state = pages.state();
                if (!page) {
                    break;
                }
                for (const corest::record& r : *page) {
                    rows.push_back(r.get<std::string>("id"));
                }
            }
        } catch (const error& e) {
            failed = e.kind() == errc::field_missing;
        }
        EXPECT_TRUE(failed);
        EXPECT_FALSE(pages.is_complete());
        state = pages.state();
    };
    run(context, body());
    context.restart();
    run(context, body()); // it fails again, and loses nothing
    EXPECT_THAT(state, HasSubstr("p3"));
    EXPECT_LE(rows.size(), 3U) << "p1s0, p2s0 and p2s1";
}

TEST_F(ResumablePages, WhatCouldNotBeOpenedKeepsWhatItsParentIsBoundTo)
{
    server = std::make_shared<scripted_transport>([&](const request& r) {
        const bool is_sample = r.url.find("/samples") != std::string::npos && r.url.find("/files") == std::string::npos;
        return is_sample ? respond(200, R"({"data":[{"name":"without an id"}]})") : answer(r);
    });
    const auto flow = [&] {
        return samples() | corest::expand("/projects/{resources.projects.id}/samples/<id>/files")
            | corest::paginate(corest::page_number().base_page(0)) | corest::select("data") | corest::named("files");
    };
    const corest::tree all = flow().as_tree();
    corest::frontier rest(all, true);
    const auto read_all = [&]() -> corest::net::awaitable<void> {
        auto events = all.events({}, context.get_executor(), &rest);
        while (auto event = co_await events.next()) {
            rest.take(*event);
        }
    };
    run(context, read_all());
    const corest::frontier again = corest::read_frontier(all, corest::frontier_text(rest));
    std::size_t unbound = 0;
    for (const auto& [number, walk] : rest.walks()) {
        const corest::open_walk& read = again.walks().at(number);
        unbound += walk.bindings.empty() && walk.node == 2 ? 1 : 0;
        EXPECT_EQ(read.parents, walk.parents);
        ASSERT_EQ(read.parent_bindings.size(), walk.parent_bindings.size());
        for (std::size_t i = 0; i < walk.parent_bindings.size(); ++i) {
            EXPECT_EQ(read.parent_bindings[i].column(), walk.parent_bindings[i].column());
            EXPECT_EQ(read.parent_bindings[i].text, walk.parent_bindings[i].text);
        }
        EXPECT_FALSE(walk.node == 2 && walk.bindings.empty() && walk.parent_bindings.empty());
    }
    EXPECT_NE(unbound, 0U);
}

TEST_F(ResumablePages, GoOnInTheOrderOfTheParents)
{
    const auto flow = [&] {
        return projects() | corest::expand("/projects/<id>/samples").concurrency(1).ordered()
            | corest::paginate(corest::cursor("next")) | corest::select("data") | corest::named("samples");
    };
    std::vector<std::string> whole;
    read(flow(), "", every_page, whole);
    for (std::size_t stop = 0; stop <= whole.size() + 1; ++stop) {
        std::vector<std::string> rows;
        const std::string state = read(flow(), "", stop, rows);
        read(flow(), state, every_page, rows);
        EXPECT_EQ(rows, whole) << "stopped after " << stop;
    }
}

TEST_F(ResumablePages, KeepOnlyWhatIsOpen)
{
    std::vector<std::string> rows;
    EXPECT_THAT(read(files(), "", every_page, rows), HasSubstr(R"("walks":[])"));
}

TEST_F(ResumablePages, RefuseTheStateOfAnotherFlow)
{
    std::vector<std::string> rows;
    const std::string state = read(projects(), "", 1, rows);
    for (const std::string& wrong : {state, std::string("nonsense"), std::string("{}")}) {
        try {
            resumable_pages pages(samples(), wrong);
            ADD_FAILURE() << "accepted " << wrong;
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::invalid_argument);
            EXPECT_THAT(e.what(), HasSubstr("cannot go on from this state"));
        }
    }
}

/// A paginator without a position.
class counting {
public:
    void prepare(request&) {}
    bool advance(const corest::page_info&) { return false; }
};

TEST_F(ResumablePages, RefuseAPaginatorThatCannotGoOn)
{
    const resource flow = corest::get(api(), "/projects") | corest::paginate(counting()) | corest::named("projects");
    try {
        resumable_pages pages(flow);
        ADD_FAILURE() << "accepted";
    } catch (const error& e) {
        EXPECT_THAT(e.what(), HasSubstr("paginator of projects"));
        EXPECT_THAT(e.what(), HasSubstr("position() and resume(position)"));
    }
}

TEST_F(ResumablePages, ThePositionOfAPageIsAValue)
{
    const auto body = [&]() -> corest::net::awaitable<void> {
        auto pages = projects().pages();
        const auto first = co_await pages.next();
        const corest::walk_position& reached = first->position();
        EXPECT_EQ(reached.pages, 1U);
        EXPECT_EQ(reached.records, 2U);
        EXPECT_EQ(reached.paginator, "2");
        EXPECT_FALSE(reached.is_end);
        co_await pages.close();
    };
    run(context, body());
}

} // namespace
