#include <corest/incremental/cursor_tracker.hpp>

#include <corest/select/json_reader.hpp>

#include <support/what_of.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using corest::cursor_rules;
using corest::cursor_state;
using corest::cursor_tracker;
using corest::cursor_use;
using corest::cursor_value;
using corest::errc;
using corest::window_step;

namespace {

cursor_value cursor_of_text(const std::string& value)
{
    return cursor_value("\"" + value + "\"");
}

/// Tracks rows of `{"id": .., "at": ..}`.
class tracked_rows {
public:
    explicit tracked_rows(cursor_rules rules, const std::string& kept = {})
        : tracker_(std::make_shared<const cursor_rules>((rules.check(), std::move(rules))))
    {
        tracker_.begin(kept.empty() ? std::nullopt : std::optional(cursor_state(kept)));
    }

    /// Takes in a page. \return the rows that are left, as JSON
    std::string take(const std::string& page, std::uint64_t room = 1000)
    {
        std::vector<corest::detail::slice> records;
        corest::json_reader reader(page);
        reader.begin_array();
        while (reader.next_element()) {
            const std::string_view row = reader.skip();
            records.push_back({static_cast<std::size_t>(row.data() - page.data()), row.size()});
        }
        last = tracker_.take(page, records, room);
        std::string out;
        for (const auto& row : records) {
            out += (out.empty() ? "" : ",") + page.substr(row.offset, row.size);
        }
        return "[" + out + "]";
    }
    std::string value(cursor_use use) const { return tracker_.value(use).value_or("none"); }
    std::string last_value() const
    {
        return tracker_.state().last_value ? tracker_.state().last_value->json() : "none";
    }
    std::string kept() const { return tracker_.text(); }
    cursor_tracker& tracker() { return tracker_; }

    corest::tracked_page last;

private:
    cursor_tracker tracker_;
};

cursor_rules follow(const std::string& field, const std::string& initial = {})
{
    cursor_rules rules(field);
    if (!initial.empty()) {
        rules.initial_value = cursor_value(initial);
    }
    return rules;
}

} // namespace

TEST(CursorTracker, TheFirstRunBeginsAtTheInitialValueAndTheNextOneWhereItHasStopped)
{
    tracked_rows first(follow("at", R"("2024-01-01")"));
    EXPECT_EQ(first.value(cursor_use::start), R"("2024-01-01")");
    EXPECT_EQ(first.take(R"([{"id":1,"at":"2023-12-31"},{"id":2,"at":"2024-01-01"},{"id":3,"at":"2024-01-28"}])"),
        R"([{"id":2,"at":"2024-01-01"},{"id":3,"at":"2024-01-28"}])");
    EXPECT_EQ(first.last.dropped, 1U);
    EXPECT_EQ(first.value(cursor_use::start), R"("2024-01-01")") << "it stays fixed for the run";
    EXPECT_EQ(first.last_value(), R"("2024-01-28")");

    tracked_rows second(follow("at", R"("2024-01-01")"), first.kept());
    EXPECT_EQ(second.value(cursor_use::initial), R"("2024-01-01")");
    EXPECT_EQ(second.value(cursor_use::start), R"("2024-01-28")");
    EXPECT_EQ(second.value(cursor_use::last), R"("2024-01-28")");
    EXPECT_EQ(second.value(cursor_use::end), "none");
    EXPECT_EQ(second.take(R"([{"id":2,"at":"2024-01-27"},{"id":3,"at":"2024-01-28"},{"id":4,"at":"2024-01-28"}])"),
        R"([{"id":4,"at":"2024-01-28"}])");

    tracked_rows third(follow("at", R"("2024-01-01")"), second.kept());
    EXPECT_EQ(third.take(R"([{"id":4,"at":"2024-01-28"},{"id":3,"at":"2024-01-28"},{"id":5,"at":"2024-01-28"}])"),
        R"([{"id":5,"at":"2024-01-28"}])")
        << "the rows of all earlier runs are known, as long as their value is the last one";
}

TEST(CursorTracker, AnInitialValueThatIsNoDateIsAnErrorWhereTheRecordsHaveDates)
{
    const auto why = [](const std::string& initial, const std::string& at) {
        tracked_rows rows(follow("at", initial));
        return what_of(errc::wrong_type, [&] { static_cast<void>(rows.take(R"([{"id":1,"at":)" + at + "}]")); });
    };
    EXPECT_EQ(why(R"("yesterday")", R"("2024-01-31T00:00:00Z")"),
        "the records have dates in at, as the text '2024-01-31T00:00:00Z', and initial_value is the text 'yesterday', "
        "which is none. Write initial_value as the records have it, or as a date: 2024-01-31.");
    EXPECT_NE(why(R"("2024-1-1")", R"("2024-01-31")"), "");
    tracked_rows texts(follow("at", R"("b")"));
    EXPECT_EQ(texts.take(R"([{"id":1,"at":"a"},{"id":2,"at":"c"}])"), R"([{"id":2,"at":"c"}])");
}

TEST(CursorTracker, WithoutAnInitialValueEverythingIsNew)
{
    tracked_rows run(follow("at"));
    EXPECT_EQ(run.value(cursor_use::start), "none");
    EXPECT_EQ(run.kept(), "{}");
    EXPECT_EQ(run.take(R"([{"at":3},{"at":1},{"at":2}])"), R"([{"at":3},{"at":1},{"at":2}])");
    EXPECT_EQ(run.last_value(), "3");
}

TEST(CursorTracker, WithMinWhatIsNewIsSmaller)
{
    cursor_rules rules = follow("at", "10");
    rules.last_value = corest::last_value_func::min;
    tracked_rows first(rules);
    EXPECT_EQ(first.take(R"([{"at":11},{"at":10},{"at":7},{"at":9}])"), R"([{"at":10},{"at":7},{"at":9}])");
    EXPECT_EQ(first.last_value(), "7");
    rules.lag = "2";
    tracked_rows second(rules, first.kept());
    EXPECT_EQ(second.value(cursor_use::start), "9");
}

TEST(CursorTracker, CasesOfTheTwoBounds)
{
    // 94, 95: an end value makes a backfill.
    cursor_rules rules = follow("at", "3");
    rules.end_value = cursor_value("6");
    tracked_rows open(rules, R"({"last_value":5})");
    EXPECT_EQ(open.value(cursor_use::start), "3") << "what is kept is not used";
    EXPECT_EQ(open.value(cursor_use::end), "6");
    EXPECT_EQ(open.take(R"([{"at":2},{"at":3},{"at":5},{"at":6},{"at":7}])"), R"([{"at":3},{"at":5}])");
    rules.range_end = corest::range_bound::closed;
    EXPECT_EQ(tracked_rows(rules).take(R"([{"at":2},{"at":3},{"at":6},{"at":7}])"), R"([{"at":3},{"at":6}])");
    rules.range_start = corest::range_bound::open;
    EXPECT_EQ(tracked_rows(rules).take(R"([{"at":2},{"at":3},{"at":4},{"at":6}])"), R"([{"at":4},{"at":6}])");
    rules.end_value.reset();
    tracked_rows first(rules);
    EXPECT_EQ(first.take(R"([{"at":3},{"at":4}])"), R"([{"at":4}])");
    EXPECT_EQ(tracked_rows(rules, first.kept()).take(R"([{"id":1,"at":4},{"at":5}])"), R"([{"at":5}])");
}

TEST(CursorTracker, RowsAtTheBoundaryAreKnownAgain)
{
    // 96: by the primary key, else by the whole row.
    cursor_rules rules = follow("at", "1");
    tracked_rows first(rules);
    (void)first.take(R"([{"id":1,"at":5,"n":0}])");
    EXPECT_EQ(tracked_rows(rules, first.kept()).take(R"([{"n":0,"id":1,"at":5},{"id":1,"at":5,"n":1}])"),
        R"([{"id":1,"at":5,"n":1}])");
    rules.primary_key = std::vector<corest::json_path>{"id"};
    tracked_rows keyed(rules);
    (void)keyed.take(R"([{"id":1,"at":5,"n":0}])");
    EXPECT_EQ(
        tracked_rows(rules, keyed.kept()).take(R"([{"id":1,"at":5,"n":1},{"id":2,"at":5}])"), R"([{"id":2,"at":5}])");
    rules.primary_key = std::vector<corest::json_path>{};
    tracked_rows without(rules);
    (void)without.take(R"([{"id":1,"at":5}])");
    EXPECT_EQ(without.kept().find("hashes"), std::string::npos);
    EXPECT_EQ(tracked_rows(rules, keyed.kept()).take(R"([{"id":1,"at":5}])"), R"([{"id":1,"at":5}])");
}

TEST(CursorTracker, WhatIsKeptIsBoundedHoweverManyRowsHaveOneValue)
{
    tracked_rows run(follow("at", "1"));
    std::string page = "[";
    for (std::size_t i = 0; i <= cursor_tracker::most_hashes; ++i) {
        page += (i == 0 ? "" : ",") + (R"({"id":)" + std::to_string(i) + R"(,"at":2})");
    }
    (void)run.take(page + "]", page.size());
    EXPECT_TRUE(run.last.is_crowded);
    EXPECT_EQ(run.tracker().state().unique_hashes.size(), cursor_tracker::most_hashes);
    (void)run.take(R"([{"id":1,"at":3}])");
    EXPECT_FALSE(run.last.is_crowded);
    EXPECT_EQ(run.tracker().state().unique_hashes.size(), 1U);
}

TEST(CursorTracker, CasesOfALag)
{
    // 97: never before the initial value.
    cursor_rules rules = follow("at", R"("2024-01-01")");
    rules.lag = "3";
    EXPECT_EQ(tracked_rows(rules, R"({"last_value":"2024-01-02"})").value(cursor_use::start), R"("2024-01-01")");
    tracked_rows later(rules, R"({"last_value":"2024-01-10","unique_hashes":["x"]})");
    EXPECT_EQ(later.value(cursor_use::start), R"("2024-01-07")");
    EXPECT_EQ(later.take(R"([{"at":"2024-01-06"},{"at":"2024-01-07"},{"at":"2024-01-09"}])"),
        R"([{"at":"2024-01-07"},{"at":"2024-01-09"}])");
    EXPECT_EQ(later.last_value(), R"("2024-01-10")") << "what is kept never goes back";
    EXPECT_EQ(tracked_rows(rules).value(cursor_use::start), R"("2024-01-01")");
    EXPECT_EQ(tracked_rows(rules, R"({"last_value":"2024-01-10T12:00:00Z"})").value(cursor_use::start),
        R"("2024-01-07T00:00:00Z")")
        << "the initial value is a date, so the lag counts days";
    rules.initial_value = cursor_of_text("2024-01-01T00:00:00Z");
    EXPECT_EQ(tracked_rows(rules, R"({"last_value":"2024-01-10T12:00:00Z"})").value(cursor_use::start),
        R"("2024-01-10T11:59:57Z")");
    rules.end_value = cursor_of_text("2024-02-01T00:00:00Z");
    EXPECT_EQ(tracked_rows(rules, R"({"last_value":"2024-01-10T12:00:00Z"})").value(cursor_use::start),
        R"("2024-01-01T00:00:00Z")")
        << "it is off with an end value";
}

TEST(CursorTracker, CasesOfAMissingCursor)
{
    // 98
    const std::string page = R"([{"id":1,"at":5},{"id":2},{"id":3,"at":null},{"id":4,"at":6}])";
    cursor_rules rules = follow("at", "1");
    tracked_rows raised(rules);
    EXPECT_EQ(what_of(errc::field_missing, [&] { (void)raised.take(page); }),
        "a record has no at, the cursor's field; it has id. Take a field that every record has, or set "
        "on_cursor_value_missing to include or exclude.");
    EXPECT_EQ(raised.last_value(), "1") << "a page that fails has moved nothing";
    rules.on_missing = corest::missing_cursor::include;
    tracked_rows included(rules);
    EXPECT_EQ(included.take(page), page);
    EXPECT_EQ(included.last_value(), "6");
    rules.on_missing = corest::missing_cursor::exclude;
    EXPECT_EQ(tracked_rows(rules).take(page), R"([{"id":1,"at":5},{"id":4,"at":6}])");
}

TEST(CursorTracker, PagingStopsAtTheFirstRowOutOfRange)
{
    cursor_rules rules = follow("at", "3");
    rules.end_value = cursor_value("6");
    rules.row_order = corest::row_order::ascending;
    tracked_rows up(rules);
    (void)up.take(R"([{"at":2},{"at":3}])");
    EXPECT_FALSE(up.last.is_past_range);
    (void)up.take(R"([{"at":5},{"at":6}])");
    EXPECT_TRUE(up.last.is_past_range);
    rules.end_value.reset();
    rules.row_order = corest::row_order::descending;
    tracked_rows down(rules);
    (void)down.take(R"([{"at":9},{"at":3}])");
    EXPECT_FALSE(down.last.is_past_range) << "further rows may have the start value";
    (void)down.take(R"([{"at":3},{"at":2}])");
    EXPECT_TRUE(down.last.is_past_range);
}

TEST(CursorTracker, RowsBehindALimitSayNothing)
{
    tracked_rows run(follow("at", "1"));
    EXPECT_EQ(run.take(R"([{"at":2},{"at":0},{"at":3},{"at":4}])", 2), R"([{"at":2},{"at":3}])");
    EXPECT_EQ(run.last.dropped, 1U);
    EXPECT_TRUE(run.last.is_cut);
    EXPECT_EQ(run.last_value(), "3");
    EXPECT_FALSE(run.tracker().may_stop_early());
}

TEST(CursorTracker, IncomparableValuesAreAnErrorThatNamesBoth)
{
    tracked_rows run(follow("at", R"("2024-01-01")"));
    EXPECT_NE(what_of(errc::wrong_type, [&] { (void)run.take(R"([{"at":5}])"); })
                  .find("the number 5 and the text '2024-01-01'"),
        std::string::npos);
    EXPECT_NE(what_of(errc::wrong_type, [&] { (void)run.take(R"([{"at":{"x":1}}])"); }), "no error");
    EXPECT_NE(what_of(errc::wrong_type, [&] { (void)run.take(R"([{"at":true}])"); }), "no error");
}

TEST(CursorTracker, WindowsAdjoin)
{
    // 100: P1D over 3 days, granularity 1 s.
    cursor_rules rules = follow("at", R"("2024-01-01T00:00:00Z")");
    rules.end_value = cursor_of_text("2024-01-04T00:00:00Z");
    rules.step = window_step("P1D");
    rules.cursor_granularity = window_step("PT1S");
    tracked_rows run(rules);
    std::string windows;
    do {
        windows += run.value(cursor_use::start) + " to " + run.value(cursor_use::end) + "\n";
    } while (run.tracker().next_window());
    EXPECT_EQ(windows, R"("2024-01-01T00:00:00Z" to "2024-01-01T23:59:59Z"
"2024-01-02T00:00:00Z" to "2024-01-02T23:59:59Z"
"2024-01-03T00:00:00Z" to "2024-01-03T23:59:59Z"
)");
    EXPECT_TRUE(tracked_rows(rules, run.kept()).tracker().is_done()) << "all of it has been read";

    // 101: what is kept after the first window is where the second one begins.
    tracked_rows cut(rules);
    EXPECT_EQ(cut.take(R"([{"at":"2024-01-01T18:00:00Z"},{"at":"2024-01-02T00:00:00Z"}])"),
        R"([{"at":"2024-01-01T18:00:00Z"}])")
        << "the other one comes with the next window";
    EXPECT_TRUE(cut.tracker().next_window());
    EXPECT_EQ(tracked_rows(rules, cut.kept()).value(cursor_use::start), R"("2024-01-02T00:00:00Z")");
    cursor_tracker resumed(std::make_shared<const cursor_rules>(rules));
    resumed.resume(cut.kept());
    EXPECT_EQ(resumed.value(cursor_use::end), R"("2024-01-02T23:59:59Z")");
}

TEST(CursorTracker, WindowsWithoutAnEndGoUpToNow)
{
    cursor_rules rules = follow("at", R"("2024-01-01")");
    rules.step = window_step("P2D");
    rules.cursor_granularity = window_step("P1D");
    rules.now = [] { return std::chrono::sys_days(std::chrono::year(2024) / 1 / 4) + std::chrono::hours(5); };
    tracked_rows run(rules);
    EXPECT_EQ(run.value(cursor_use::end), R"("2024-01-02")");
    EXPECT_TRUE(run.tracker().next_window());
    EXPECT_EQ(run.value(cursor_use::start), R"("2024-01-03")");
    EXPECT_EQ(run.value(cursor_use::end), R"("2024-01-04")");
    (void)run.take(R"([{"at":"2024-01-03"}])");
    EXPECT_FALSE(run.tracker().next_window());
    EXPECT_EQ(run.last_value(), R"("2024-01-03")") << "rows of today may still come";
}

TEST(CursorTracker, WindowsEndAtTheLatestNow)
{
    cursor_rules rules = follow("at", R"("2024-01-01")");
    rules.end_value = cursor_of_text("2024-12-31");
    rules.step = window_step("P30D");
    rules.cursor_granularity = window_step("P1D");
    rules.now = [] { return std::chrono::sys_days(std::chrono::year(2024) / 1 / 4) + std::chrono::hours(5); };
    tracked_rows run(rules);
    (void)run.take(R"([{"at":"2024-01-03"}])");
    EXPECT_FALSE(run.tracker().next_window());
    EXPECT_FALSE(tracked_rows(rules, run.kept()).tracker().is_done()) << "rows of later days may still come";
}

TEST(CursorTracker, WindowsOfADateMayEndBetweenDays)
{
    cursor_rules rules = follow("at", R"("2024-01-01")");
    rules.end_value = cursor_of_text("2024-01-03");
    rules.step = window_step("P1D");
    rules.cursor_granularity = window_step("PT1S");
    tracked_rows run(rules);
    EXPECT_EQ(run.value(cursor_use::end), R"("2024-01-01T23:59:59Z")");
    EXPECT_TRUE(run.tracker().next_window());
    EXPECT_EQ(run.value(cursor_use::start), R"("2024-01-02")");
    EXPECT_EQ(run.value(cursor_use::end), R"("2024-01-02T23:59:59Z")");
    EXPECT_FALSE(run.tracker().next_window());
    rules.end_value.reset();
    rules.now = [] { return std::chrono::sys_days(std::chrono::year(2024) / 1 / 1) + std::chrono::hours(5); };
    EXPECT_EQ(tracked_rows(rules).value(cursor_use::end), R"("2024-01-01T05:00:00Z")");
}

TEST(CursorTracker, WindowsOfNumbers)
{
    cursor_rules rules = follow("at", "0");
    rules.end_value = cursor_value("25");
    rules.range_end = corest::range_bound::closed;
    rules.step = window_step("10");
    rules.cursor_granularity = window_step("1");
    tracked_rows run(rules);
    std::string windows;
    do {
        windows += run.value(cursor_use::start) + "-" + run.value(cursor_use::end) + " ";
    } while (run.tracker().next_window());
    EXPECT_EQ(windows, "0-9 10-19 20-25 ");
    EXPECT_EQ(run.last_value(), "26");
}

TEST(CursorTracker, PagingBeginsAnewBehindTheLastCursor)
{
    // 47
    tracked_rows run(follow("at", "0"));
    (void)run.take(R"([{"id":1,"at":1},{"id":2,"at":2},{"id":3,"at":2}])");
    run.tracker().reset_paging();
    EXPECT_EQ(run.value(cursor_use::start), "0");
    EXPECT_EQ(run.value(cursor_use::last), "2");
    EXPECT_EQ(run.take(R"([{"id":2,"at":2},{"id":3,"at":2},{"id":4,"at":2},{"id":5,"at":3}])"),
        R"([{"id":4,"at":2},{"id":5,"at":3}])");
    run.tracker().reset_paging();
    EXPECT_NE(
        what_of(errc::no_progress, [&] { run.tracker().reset_paging(); }).find("the number 3"), std::string::npos);
}

TEST(CursorTracker, PagingBeginsAnewOnlyBehindRowsThatCameInOrder)
{
    tracked_rows run(follow("at", "0"));
    (void)run.take(R"([{"id":9,"at":9},{"id":8,"at":8}])");
    const std::string said = what_of(errc::pagination_failed, [&] { run.tracker().reset_paging(); });
    EXPECT_NE(said.find("the number 8 came behind the number 9"), std::string::npos) << said;
    EXPECT_NE(said.find("Have the server sort by at"), std::string::npos) << said;
    // Over the border of pages, too.
    tracked_rows pages(follow("at", "0"));
    (void)pages.take(R"([{"id":9,"at":9}])");
    (void)pages.take(R"([{"id":8,"at":8}])");
    EXPECT_NE(what_of(errc::pagination_failed, [&] { pages.tracker().reset_paging(); }), "");
    // The least value is the last one: that order is turned round.
    cursor_rules least = follow("at", "9");
    least.last_value = corest::last_value_func::min;
    tracked_rows down(least);
    (void)down.take(R"([{"id":9,"at":9},{"id":8,"at":8}])");
    down.tracker().reset_paging();
    EXPECT_EQ(down.value(cursor_use::last), "8");
    (void)down.take(R"([{"id":6,"at":6},{"id":7,"at":7}])");
    EXPECT_NE(what_of(errc::pagination_failed, [&] { down.tracker().reset_paging(); }), "");
}

TEST(CursorTracker, WithALagPagingBeginsAnewBehindWhatHasComeAndNotBehindWhatWasKept)
{
    cursor_rules rules = follow("at", "0");
    rules.lag = "5";
    tracked_rows run(rules, R"({"last_value":20})");
    EXPECT_EQ(run.value(cursor_use::start), "15");
    (void)run.take(R"([{"id":1,"at":15},{"id":2,"at":16}])");
    run.tracker().reset_paging();
    EXPECT_EQ(run.value(cursor_use::last), "16") << "17 to 19 have not come yet";
    EXPECT_EQ(run.last_value(), "20");
    (void)run.take(R"([{"id":3,"at":18},{"id":4,"at":17}])");
    EXPECT_NE(what_of(errc::pagination_failed, [&] { run.tracker().reset_paging(); }), "");
}

TEST(CursorTracker, AWalkThatGoesOnHasItsOwnStart)
{
    tracked_rows run(follow("at", "0"), R"({"last_value":5})");
    (void)run.take(R"([{"id":1,"at":7}])");
    const auto rules = std::make_shared<const cursor_rules>(follow("at", "0"));
    cursor_tracker resumed(rules);
    resumed.resume(run.kept());
    EXPECT_EQ(resumed.value(cursor_use::start), "5");
    EXPECT_EQ(resumed.text(), run.kept());
    EXPECT_EQ(cursor_state(run.kept()).text(), run.kept());
    for (const char* broken : {"", "[]", "{\"last_value\":true}", "{\"unique_hashes\":1}", "{} {}"}) {
        EXPECT_NE(what_of(errc::invalid_argument, [&] { (void)cursor_state(broken); }).find("no state of a cursor"),
            std::string::npos)
            << broken;
    }
}

TEST(CursorTracker, AfterAPauseTheNextRunBeginsAtWhatWasReachedBeforeIt)
{
    cursor_rules rules = follow("at", "0");
    rules.primary_key.emplace().emplace_back("id");
    rules.rows_change = true;
    tracked_rows run(rules);
    (void)run.take(R"([{"id":1,"at":3},{"id":2,"at":5}])");
    const auto shared = std::make_shared<const cursor_rules>(rules);
    cursor_tracker resumed(shared);
    resumed.resume(run.kept()); // 1 has changed to 6 meanwhile, and stands on the page that was read
    std::string page = R"({"id":3,"at":7})";
    std::vector<corest::detail::slice> records = {{0, page.size()}};
    (void)resumed.take(page, records, 1000);
    cursor_tracker twice(shared);
    twice.resume(resumed.text());
    EXPECT_EQ(twice.state().last_value->json(), "7");
    EXPECT_EQ(cursor_state(twice.text()).text(), twice.text());

    tracked_rows next(rules, twice.text());
    EXPECT_EQ(next.value(cursor_use::start), "5");
    EXPECT_EQ(next.take(R"([{"id":2,"at":5},{"id":1,"at":6},{"id":3,"at":7}])"), R"([{"id":1,"at":6},{"id":3,"at":7}])")
        << "what was stored with that value is known, what came behind it comes again";
    EXPECT_EQ(cursor_state(next.kept()).begin_value()->json(), "7") << "a walk without a pause ends as usual";

    rules.rows_change = false;
    cursor_tracker unchanging(std::make_shared<const cursor_rules>(rules));
    unchanging.resume(run.kept());
    EXPECT_EQ(unchanging.text(), run.kept());
}

TEST(CursorTracker, AWindowThatBeginsAfterAPauseHasNone)
{
    cursor_rules rules = follow("at", "0");
    rules.rows_change = true;
    rules.end_value = cursor_value("20");
    rules.step = window_step("10");
    rules.cursor_granularity = window_step("1");
    tracked_rows run(rules);
    (void)run.take(R"([{"id":1,"at":3}])");
    cursor_tracker resumed(std::make_shared<const cursor_rules>(rules));
    resumed.resume(run.kept());
    EXPECT_TRUE(resumed.state().was_paused);
    EXPECT_TRUE(resumed.next_window());
    EXPECT_FALSE(resumed.state().was_paused) << "what has changed since the pause belongs to a later window";
    EXPECT_EQ(resumed.state().begin_value()->json(), "10");
}

TEST(CursorRules, ContradictionsAreErrors)
{
    const auto fault = [](auto change) {
        cursor_rules rules = follow("at");
        change(rules);
        return what_of(errc::invalid_argument, [&] { rules.check(); });
    };
    EXPECT_NE(fault([](cursor_rules& r) { r.end_value = cursor_value("1"); }).find("end_value stands without"),
        std::string::npos);
    EXPECT_NE(fault([](cursor_rules& r) {
        r.initial_value = cursor_value("2");
        r.end_value = cursor_value("1");
    }).find("initial_value, the number 2, is higher than end_value, the number 1"),
        std::string::npos);
    EXPECT_NE(fault([](cursor_rules& r) { r.lag = "-3"; }).find("the lag is negative"), std::string::npos);
    EXPECT_NE(fault([](cursor_rules& r) { r.cursor_granularity = window_step("PT1S"); }), "no error");
    EXPECT_NE(fault([](cursor_rules& r) { r.step = window_step("P1D"); }).find("without cursor_granularity"),
        std::string::npos);
    const auto windows = [](cursor_rules& r, const char* step, const char* granularity) {
        r.initial_value = cursor_of_text("2024-01-01");
        r.step = window_step(step);
        r.cursor_granularity = window_step(granularity);
    };
    EXPECT_EQ(fault([&](cursor_rules& r) { windows(r, "PT1H", "PT1S"); }), "no error");
    EXPECT_NE(fault([&](cursor_rules& r) { windows(r, "P1D", "P2D"); }), "no error");
    EXPECT_NE(fault([&](cursor_rules& r) {
        windows(r, "P1D", "P1D");
        r.last_value = corest::last_value_func::min;
    }),
        "no error");
    EXPECT_NE(fault([](cursor_rules& r) {
        r.initial_value = cursor_of_text("abc");
        r.lag = "1";
    }),
        "no error");
}
