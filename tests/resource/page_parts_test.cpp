/// \file
/// Pages that are too large to be handed out at once: parts, and going on within such a page.

#include <corest/resource/page_walk.hpp>

#include <corest/http/detail/spilled_memory.hpp>
#include <corest/incremental/cursor_rules.hpp>
#include <corest/paginate/offset.hpp>
#include <corest/paginate/page_number.hpp>
#include <corest/resource/detail/page_parts.hpp>
#include <corest/resource/detail/part_position.hpp>
#include <corest/resource/walk.hpp>
#include <corest/select/record.hpp>

#include <support/run.hpp>
#include <support/scripted_transport.hpp>
#include <support/what_of.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace page_parts_tests {

namespace {

using corest::walk_position;
using corest::detail::part_position;
using corest::detail::spilled_memory;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t page_records = 20'000;
constexpr std::size_t record_bytes = 900;
static_assert(page_records * record_bytes > spilled_memory::least);

/// The records from `first` on, in an envelope.
std::string large_body(std::size_t first, std::size_t count)
{
    const std::string filler(record_bytes, 'x');
    std::string body = R"({"data": [)";
    for (std::size_t i = first; i < first + count; ++i) {
        body += (i == first ? "" : ",\n") + (R"({"id":)" + std::to_string(i) + R"(,"text":")" + filler + "\"}");
    }
    return body + R"(], "total": )" + std::to_string(2 * page_records + 3) + "}";
}

/// What came with one step of a walk.
class step_seen {
public:
    std::vector<std::int64_t> ids;
    walk_position position;
    std::optional<std::string> cursor;
    std::uint64_t number = 0;
    std::uint64_t first_record = 0;
    bool last = false;
};

/// A server of three pages: two large ones, and one of three records.
class PageParts : public testing::Test {
protected:
    PageParts()
    {
        server = std::make_shared<scripted_transport>([this](const corest::request& r) {
            const std::size_t page = r.url.ends_with("page=0") || r.url.find('?') == std::string::npos ? 0
                : r.url.ends_with("page=1")                                                            ? 1
                                                                                                       : 2;
            if (bodies[page].empty()) {
                bodies[page] = large_body(page * page_records, page == 2 ? 3 : page_records);
            }
            return respond(200, page == 2 && r.url.ends_with("page=3") ? std::string(R"({"data": []})") : bodies[page]);
        });
    }

    void SetUp() override
    {
        char* const memory = spilled_memory::map(spilled_memory::least);
        if (memory == nullptr) {
            GTEST_SKIP() << "there is no room for temporary files, or the file system cannot reserve it";
        }
        spilled_memory::unmap(memory, spilled_memory::least);
    }

    [[nodiscard]] std::shared_ptr<corest::collection> things(corest::any_paginator paging)
    {
        const corest::client api(context.get_executor(), corest::any_transport(server), "http://api.test");
        auto made = std::make_shared<corest::collection>(
            api, corest::request_template(corest::request("GET", "http://api.test/things")));
        made->paginator = std::move(paging);
        made->selector = "data";
        made->name = "things";
        return made;
    }

    static corest::net::awaitable<std::vector<step_seen>> read(corest::page_walk walk)
    {
        std::vector<step_seen> all;
        auto steps = corest::walk_steps(std::move(walk));
        while (auto step = co_await steps.next()) {
            step_seen one;
            for (const corest::record& r : step->page) {
                one.ids.push_back(r.get<std::int64_t>("id"));
            }
            one.position = step->position;
            one.cursor = step->cursor ? std::optional(step->cursor->state) : std::nullopt;
            one.number = step->page.number();
            one.first_record = step->page.first_record();
            one.last = step->last;
            EXPECT_EQ(step->page.position(), step->position);
            all.push_back(std::move(one));
        }
        co_return all;
    }
    std::vector<step_seen> read_all(const std::shared_ptr<corest::collection>& what,
        const walk_position& from = walk_position(), const std::optional<std::string>& cursor = std::nullopt)
    {
        corest::page_walk walk(what);
        EXPECT_TRUE(walk.resume(from, cursor));
        return run(context, read(std::move(walk)));
    }

    static std::vector<std::int64_t> ids_of(const std::vector<step_seen>& steps, std::size_t first = 0)
    {
        std::vector<std::int64_t> all;
        for (std::size_t i = first; i < steps.size(); ++i) {
            all.insert(all.end(), steps[i].ids.begin(), steps[i].ids.end());
        }
        return all;
    }
    static std::vector<std::int64_t> numbers_from(std::int64_t first)
    {
        std::vector<std::int64_t> all;
        for (std::int64_t i = first; i < static_cast<std::int64_t>(2 * page_records + 3); ++i) {
            all.push_back(i);
        }
        return all;
    }
    static corest::any_paginator numbered()
    {
        corest::page_number paging;
        paging.max_pages(3).concurrency(1);
        return paging;
    }

    corest::net::io_context context;
    std::string bodies[3];
    std::shared_ptr<scripted_transport> server;
};

TEST_F(PageParts, ALargePageComesInPartsThatCountAsPages)
{
    const auto steps = read_all(things(numbered()));
    EXPECT_GT(steps.size(), 30U);
    EXPECT_EQ(server->sent.size(), 3U);
    EXPECT_EQ(ids_of(steps), numbers_from(0));
    std::uint64_t records = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        EXPECT_EQ(steps[i].number, i + 1);
        EXPECT_EQ(steps[i].first_record, records);
        records += steps[i].ids.size();
        EXPECT_EQ(steps[i].position.pages, i + 1);
        EXPECT_EQ(steps[i].position.records, records);
        EXPECT_EQ(steps[i].last, i + 1 == steps.size());
    }
}

TEST_F(PageParts, AWalkGoesOnBehindEachOfThem)
{
    const auto what = things(numbered());
    const auto steps = read_all(what);
    for (const std::size_t after : {std::size_t{0}, std::size_t{9}, steps.size() / 2 + 3, steps.size() - 2}) {
        const auto rest = read_all(what, steps[after].position);
        ASSERT_EQ(ids_of(rest), ids_of(steps, after + 1)) << "behind part " << after;
        ASSERT_EQ(rest.back().position, steps.back().position) << "behind part " << after;
        ASSERT_EQ(rest.front().number, after + 2);
        ASSERT_EQ(rest.front().first_record, steps[after + 1].first_record);
        // Once more, from where that one was left.
        const auto again = read_all(what, rest.front().position);
        ASSERT_EQ(ids_of(again), ids_of(rest, 1)) << "behind part " << after << " and another one";
    }
}

TEST_F(PageParts, ALimitCutsInTheMiddleOfOne)
{
    const auto what = things(numbered());
    what->limit = page_records + 5'000;
    const auto steps = read_all(what);
    EXPECT_EQ(ids_of(steps).size(), page_records + 5'000);
    EXPECT_TRUE(steps.back().last);
    const auto rest = read_all(what, steps[3].position);
    EXPECT_EQ(ids_of(rest), ids_of(steps, 4));
}

TEST_F(PageParts, OfAnIncrementalWalkTheCursorStaysBeforeThePageUntilItsEnd)
{
    const auto what = things(numbered());
    what->incremental = std::make_shared<const corest::cursor_rules>("id");
    const auto steps = read_all(what);
    ASSERT_EQ(ids_of(steps), numbers_from(0));
    for (const std::size_t after : {std::size_t{0}, steps.size() / 2 + 3}) {
        const auto rest = read_all(what, steps[after].position, steps[after].cursor);
        ASSERT_EQ(ids_of(rest), ids_of(steps, after + 1)) << "behind part " << after;
        ASSERT_EQ(rest.back().cursor, steps.back().cursor);
    }
}

TEST_F(PageParts, ASmallPageIsOnePart)
{
    bodies[0] = R"({"data": [{"id": 0}, {"id": 1}]})";
    corest::page_number paging;
    paging.max_pages(1);
    const auto steps = read_all(things(paging));
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_TRUE(steps.front().last);
}

TEST(PackedSlices, ComeBackAsTheyWere)
{
    std::vector<corest::detail::slice> all;
    for (std::size_t i = 0; i < 2'000; ++i) {
        all.push_back({i * i * 1'000, i * 37 % 5'000});
    }
    all.push_back({5, 3}); // not in their order
    all.push_back({std::size_t{1} << 40U, 1});
    corest::detail::packed_slices packed(all);
    ASSERT_EQ(packed.size(), all.size());
    for (const corest::detail::slice& expected : all) {
        const corest::detail::slice got = packed.next();
        ASSERT_EQ(got.offset, expected.offset);
        ASSERT_EQ(got.size, expected.size);
    }
}

TEST(PartPosition, IsThePaginatorsOwnWhereThereAreNoParts)
{
    EXPECT_EQ(part_position(std::string("40"), 0).text(), "40");
    EXPECT_EQ(part_position(std::string(), 0).text(), "");
    EXPECT_EQ(part_position(std::string("40")).paginator, "40");
}

TEST(PartPosition, ComesBackAsItWas)
{
    for (const std::optional<std::string>& own :
        {std::optional<std::string>(), std::optional<std::string>(""), std::optional<std::string>("40"),
            std::optional<std::string>("@parts 1 2 x"), std::optional<std::string>(" a b ")})
    {
        for (const std::uint64_t parts : {0U, 7U}) {
            part_position made(own, parts);
            made.rows = parts * 1000;
            if (!own && parts == 0) {
                continue; // a walk that has not begun has no position
            }
            const part_position read(made.text());
            EXPECT_EQ(read.paginator, own);
            EXPECT_EQ(read.parts, parts);
            EXPECT_EQ(read.rows, made.rows);
        }
    }
    EXPECT_THAT(what_of(corest::errc::invalid_argument, [] { (void)part_position(std::string("@parts many")); }),
        HasSubstr("a walk's position is not understood"));
}

TEST(SpilledMemory, KeepsWhatWasWrittenThoughItWasLetGoOf)
{
    corest::padded_buffer body;
    std::string expected;
    for (int i = 0; expected.size() < 3 * spilled_memory::least; ++i) {
        const std::string some = std::to_string(i) + std::string(100'000, static_cast<char>('a' + i % 26));
        expected += some;
        body.append(some);
    }
    EXPECT_TRUE(body.view() == expected);
    spilled_memory::release(body.view());
    EXPECT_TRUE(body.view() == expected);
    for (std::size_t i = 0; i < corest::padded_buffer::padding; ++i) {
        EXPECT_EQ(body.data()[body.size() + i], '\0');
    }
}

TEST(SpilledMemory, OtherMemoryIsLeftAlone)
{
    const std::string text(2 * spilled_memory::stretch, 'x');
    spilled_memory::release(text);
    EXPECT_EQ(text.find_first_not_of('x'), std::string::npos);
}

} // namespace

} // namespace page_parts_tests
