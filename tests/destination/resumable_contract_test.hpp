#pragma once

/// \file
/// The contract of destinations that a run can be gone on with (`resumable_destination`) as tests, one of your own too.
/// Used as contract_test.hpp is, with the same class that makes the destination and reads its tables back:
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Mine, ResumableContract, my_tables);
///
/// It may say that its database is made for many rows at a time:
///
///         /// The tests have fewer statements of a single row.
///         static constexpr bool is_slow_by_the_row = true;

#include <corest/destination/destination.hpp>
#include <corest/error.hpp>
#include <corest/net.hpp>

#include "contract_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::test {

/// What the tests of a destination that keeps progress share. \tparam Tables see contract_test.hpp
template <class Tables>
class ResumableContract : public testing::Test {
protected:
    static constexpr write_disposition append = write_disposition::append;
    static constexpr write_disposition replace = write_disposition::replace;
    static constexpr write_disposition merge = write_disposition::merge;

    /// A table with the primary key "id", which an append takes no notice of.
    static table samples(write_disposition mode) { return table("samples", mode, {"id"}); }

    /// A run that begins with a walk of `samples`, number 1, and one of `projects`, number 2.
    static run_identity run_of(const std::string& plan = "plan")
    {
        run_identity run("https://api.example.com", plan);
        run.roots.emplace_back(1, "samples");
        run.roots.emplace_back(2, "projects");
        run.date = std::chrono::system_clock::time_point(std::chrono::seconds(1800000000));
        return run;
    }

    /// What a page of a walk means, in a paginator whose position is the number of pages.
    static walk_progress at(
        std::uint64_t walk, std::uint64_t before, bool last = false, const std::string& resource = "samples")
    {
        walk_position position;
        position.pages = before + 1;
        position.records = (before + 1) * 2;
        position.largest_page = 2;
        position.fingerprint = 0xfedcba9876543210U + before;
        if (!last) {
            position.paginator = "page " + std::to_string(before + 1);
        }
        position.is_end = last;
        walk_progress progress(resource, walk, before, position, last);
        progress.records = 2;
        return progress;
    }

    static binding_list bound(const std::string& id)
    {
        return std::make_shared<const std::vector<binding>>(1, binding("projects_id", "projects", "id", id, id));
    }

    static std::vector<std::string> two(int first)
    {
        return {"{\"id\":" + std::to_string(first) + "}", "{\"id\":" + std::to_string(first + 1) + "}"};
    }
    static std::vector<row> ids(const std::vector<int>& numbers)
    {
        std::vector<row> rows;
        for (const int n : numbers) {
            rows.push_back({{"id", std::to_string(n)}});
        }
        return rows;
    }

    static constexpr bool is_slow_by_the_row()
    {
        if constexpr (requires { Tables::is_slow_by_the_row; }) {
            return Tables::is_slow_by_the_row;
        } else {
            return false;
        }
    }

    /// The process ends here, and another one begins.
    void restart_process()
    {
        destination_ = any_destination();
        destination_ = tables_.destination();
    }

    template <class T>
    T result_of(net::awaitable<T> call)
    {
        std::optional<T> result;
        calls_.run(keep(std::move(call), result));
        return std::move(*result);
    }

    stored_run begin(run_identity run) { return result_of(destination_.begin(std::move(run))); }
    void open(table t) { calls_.run(destination_.open(std::move(t))); }
    void write(const std::string& name, const std::vector<std::string>& records, walk_progress progress)
    {
        page rows = make_page(records, progress.pages_before + 1, {}, progress.resource);
        calls_.run(destination_.write(name, std::move(rows), std::move(progress)));
    }
    void close(const std::string& name) { calls_.run(destination_.close(name)); }
    void abandon(const std::string& name) { calls_.run(destination_.abandon(name)); }
    void finish(bool whole) { calls_.run(destination_.finish(whole)); }
    destination_state state() { return result_of(destination_.read_state()); }

    /// What a call fails with.
    error failure_of(net::awaitable<void> call)
    {
        try {
            calls_.run(std::move(call));
        } catch (const error& e) {
            return e;
        }
        ADD_FAILURE() << "the call did not fail";
        return error(errc::limit_exceeded, "nothing failed");
    }
    error failure_of_begin(run_identity run)
    {
        std::optional<stored_run> begun;
        return failure_of(keep(destination_.begin(std::move(run)), begun));
    }

    /// The rows of a table, in an order that depends on their values only.
    std::vector<row> read(const std::string& name)
    {
        std::optional<std::vector<row>> found = tables_.rows(name);
        EXPECT_TRUE(found.has_value()) << "there is no table '" << name << "'";
        std::vector<row> all = found.value_or(std::vector<row>());
        std::sort(all.begin(), all.end());
        return all;
    }

    /// How a resource of a run stands.
    static stored_resource resource_of(const stored_run& run, const std::string& name)
    {
        for (const stored_resource& r : run.resources) {
            if (r.name == name) {
                return r;
            }
        }
        return stored_resource();
    }

    Tables tables_;
    any_destination destination_ = tables_.destination();
    calls calls_;
};

TYPED_TEST_SUITE_P(ResumableContract);

// ---- what is handed back ----

TYPED_TEST_P(ResumableContract, ANewRunHasItsRootsOpen)
{
    ASSERT_TRUE(this->destination_.is_resumable());
    const stored_run run = this->begin(this->run_of());
    EXPECT_FALSE(run.is_resumed);
    EXPECT_FALSE(run.id.empty());
    EXPECT_EQ(run.source, "https://api.example.com");
    EXPECT_EQ(run.plan_hash, "plan");
    EXPECT_EQ(run.began, this->run_of().date);
    ASSERT_EQ(run.walks.size(), 2U);
    EXPECT_EQ(run.walks[0].walk, 1U);
    EXPECT_EQ(run.walks[0].resource, "samples");
    EXPECT_EQ(run.walks[0].position, walk_position());
    EXPECT_TRUE(run.walks[0].bindings.empty());
    EXPECT_EQ(run.walks[1].resource, "projects");
    this->finish(false);
}

TYPED_TEST_P(ResumableContract, ARunThatIsNotFinishedIsGoneOnWith)
{
    for (const bool is_killed : {false, true}) {
        const std::string plan = is_killed ? "killed" : "failed";
        const stored_run first = this->begin(this->run_of(plan));
        this->open(this->samples(this->append));
        this->write("samples", this->two(1), this->at(1, 0));
        walk_progress second = this->at(1, 1);
        started_walk child(7, "tests", this->bound("\"a/b\\n\""));
        second.opened.push_back(child);
        started_walk unbound(8, "tests");
        unbound.parents = {R"({"id":null})", R"({"id":"above"})"};
        second.opened.push_back(unbound);
        this->write("samples", this->two(3), second);
        if (!is_killed) {
            this->abandon("samples");
            this->finish(false);
        }
        this->restart_process();
        const stored_run again = this->begin(this->run_of(plan));
        EXPECT_TRUE(again.is_resumed);
        EXPECT_EQ(again.id, first.id);
        EXPECT_EQ(again.began, first.began);
        ASSERT_EQ(again.walks.size(), 4U);
        walk_position position = second.position;
        EXPECT_EQ(again.walks[0].position, position);
        EXPECT_EQ(again.walks[2].walk, 7U);
        EXPECT_EQ(again.walks[2].resource, "tests");
        ASSERT_EQ(again.walks[2].bindings.size(), 1U);
        EXPECT_EQ(again.walks[2].bindings[0].json, "\"a/b\\n\"");
        EXPECT_EQ(again.walks[2].bindings[0].column(), "_projects_id");
        EXPECT_TRUE(again.walks[3].bindings.empty());
        EXPECT_EQ(again.walks[3].parents, unbound.parents);
        const stored_resource samples = this->resource_of(again, "samples");
        EXPECT_EQ(samples.state, stored_resource_state::loading);
        EXPECT_EQ(samples.pages, 2U);
        EXPECT_EQ(samples.rows, 4U);
        EXPECT_EQ(samples.largest_page, 2U);
        this->finish(false);
        this->restart_process();
    }
}

TYPED_TEST_P(ResumableContract, AWalkIsForgottenWithItsLastPage)
{
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    this->write("samples", this->two(1), this->at(1, 0));
    this->write("samples", this->two(3), this->at(1, 1, true));
    this->restart_process();
    const stored_run again = this->begin(this->run_of());
    ASSERT_EQ(again.walks.size(), 1U);
    EXPECT_EQ(again.walks[0].walk, 2U);
    EXPECT_EQ(this->resource_of(again, "samples").walks_done, 1U);
}

TYPED_TEST_P(ResumableContract, AWalkWithoutAPositionKeepsItsPages)
{
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    walk_progress silent = this->at(1, 0);
    silent.position.paginator.reset();
    this->write("samples", this->two(1), silent);
    this->restart_process();
    const stored_run again = this->begin(this->run_of());
    EXPECT_EQ(again.walks[0].position.pages, 1U);
    EXPECT_EQ(again.walks[0].position.paginator, std::nullopt);
}

TYPED_TEST_P(ResumableContract, RowsThatAreNotKeptHaveProgressAllTheSame)
{
    this->begin(this->run_of());
    this->write("", this->two(1), this->at(2, 0, false, "projects"));
    this->restart_process();
    const stored_run again = this->begin(this->run_of());
    EXPECT_EQ(again.walks[1].position.pages, 1U);
    EXPECT_EQ(this->resource_of(again, "projects").rows, 2U);
    EXPECT_FALSE(this->tables_.rows("projects").has_value());
}

TYPED_TEST_P(ResumableContract, AResponseThatIsIgnoredHasProgressAllTheSame)
{
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    walk_progress none = this->at(1, 0, true);
    none.records = 0;
    this->calls_.run(this->destination_.write("samples", page(), none));
    this->restart_process();
    const stored_run again = this->begin(this->run_of());
    EXPECT_EQ(again.walks.size(), 1U);
    EXPECT_EQ(this->resource_of(again, "samples").rows, 0U);
}

// ---- rows and progress together ----

TYPED_TEST_P(ResumableContract, TheRowsOfBothProcessesAreThereOnce)
{
    for (const auto mode : {this->append, this->replace, this->merge}) {
        SCOPED_TRACE(to_string(mode));
        const std::string plan(to_string(mode));
        this->restart_process();
        this->begin(this->run_of(plan));
        table t(plan, mode, {"id"});
        t.resource = "samples";
        t.binding_columns = {"_projects_id"};
        this->open(t);
        this->write(plan, this->two(1), this->at(1, 0));
        this->write(plan, {R"({"id":3,"later":1})", R"({"id":4})"}, this->at(1, 1));
        this->restart_process(); // killed
        const stored_run again = this->begin(this->run_of(plan));
        ASSERT_TRUE(again.is_resumed);
        this->open(t);
        this->write(plan, {R"({"id":5,"latest":1})", R"({"id":6})"}, this->at(1, 2, true));
        this->close(plan);
        this->write("", {}, this->at(2, 0, true, "projects"));
        this->finish(true);
        EXPECT_EQ(this->read(plan),
            (std::vector<row>{{{"id", "1"}}, {{"id", "2"}}, {{"id", "3"}, {"later", "1"}}, {{"id", "4"}},
                {{"id", "5"}, {"latest", "1"}}, {{"id", "6"}}}));
        EXPECT_TRUE(this->state().runs.back().is_done);
        EXPECT_TRUE(this->state().runs.back().walks.empty());
    }
}

TYPED_TEST_P(ResumableContract, APageThatCannotBeStoredMovesNothing)
{
    this->begin(this->run_of());
    this->open(this->samples(this->merge));
    const auto write = [&](walk_progress progress, const std::vector<std::string>& records) {
        return this->destination_.write("samples", make_page(records), std::move(progress));
    };
    calls::outcome& first = this->calls_.start(write(this->at(1, 0), this->two(1)));
    calls::outcome& bad = this->calls_.start(write(this->at(1, 1), {R"({"id":3})", R"({"x":4})"}));
    calls::outcome& behind = this->calls_.start(write(this->at(1, 2), this->two(5)));
    this->calls_.run();
    EXPECT_FALSE(first.failure);
    EXPECT_TRUE(bad.failure);
    EXPECT_TRUE(behind.failure); // the page before it is not there
    this->abandon("samples");
    EXPECT_EQ(this->read("samples"), this->ids({1, 2}));
    this->restart_process();
    EXPECT_EQ(this->begin(this->run_of()).walks[0].position.pages, 1U);
}

TYPED_TEST_P(ResumableContract, APageIsStoredOnce)
{
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    this->write("samples", this->two(1), this->at(1, 0));
    const error twice = this->failure_of(this->destination_.write("samples", make_page(this->two(1)), this->at(1, 0)));
    EXPECT_EQ(twice.kind(), errc::destination_failed);
    const error unknown =
        this->failure_of(this->destination_.write("samples", make_page(this->two(1)), this->at(99, 0)));
    EXPECT_EQ(unknown.kind(), errc::destination_failed);
    this->close("samples");
    this->finish(true);
    EXPECT_EQ(this->read("samples"), this->ids({1, 2}));
}

TYPED_TEST_P(ResumableContract, AWalkThatBeginsAnewLosesWhatItHas)
{
    for (const auto mode : {this->append, this->replace, this->merge}) {
        SCOPED_TRACE(to_string(mode));
        const std::string name(to_string(mode));
        this->restart_process();
        run_identity run = this->run_of(name);
        run.roots.emplace_back(3, "samples");
        this->begin(run);
        table t(name, mode, mode == this->merge ? std::vector<std::string>{"id"} : std::vector<std::string>());
        t.resource = "samples";
        this->open(t);
        this->write(name, this->two(1), this->at(1, 0));
        this->write(name, this->two(11), this->at(3, 0));
        this->write(name, this->two(3), this->at(1, 1));
        this->write(name, this->two(13), this->at(3, 1));
        this->restart_process();
        this->begin(run);
        this->open(t);
        this->write(name, this->two(15), this->at(3, 2));
        walk_progress anew = this->at(1, 0);
        anew.is_restarted = true;
        this->write(name, this->two(1), anew);
        this->write(name, this->two(3), this->at(1, 1, true));
        EXPECT_EQ(this->resource_of(this->state().runs.back(), "samples").rows, 10U);
        EXPECT_EQ(this->resource_of(this->state().runs.back(), "samples").pages, 5U);
        this->close(name);
        this->finish(true);
        EXPECT_EQ(this->read(name), this->ids({1, 11, 12, 13, 14, 15, 16, 2, 3, 4}));
    }
}

// ---- what becomes visible ----

TYPED_TEST_P(ResumableContract, AppendedRowsBecomeVisibleWithTheRun)
{
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    this->write("samples", this->two(1), this->at(1, 0, true));
    this->close("samples");
    EXPECT_EQ(this->read("samples"), this->ids({}));
    this->write("", {}, this->at(2, 0, true, "projects"));
    this->finish(true);
    EXPECT_EQ(this->read("samples"), this->ids({1, 2}));
}

TYPED_TEST_P(ResumableContract, ARunWithAFailedSiblingAddsNothingThatItsRerunAddsAgain)
{
    for (const bool is_mended : {false, true}) {
        const std::string name = is_mended ? "mended" : "again";
        this->restart_process();
        this->begin(this->run_of(name));
        table t(name);
        t.resource = "samples";
        table failing(name + "_failing");
        failing.resource = "projects";
        this->open(t);
        this->open(failing);
        this->write(name, this->two(1), this->at(1, 0, true));
        this->close(name);
        this->write(failing.name, this->two(5), this->at(2, 0, false, "projects"));
        this->abandon(failing.name);
        this->finish(false);
        EXPECT_EQ(this->read(name), this->ids({}));
        EXPECT_EQ(this->read(failing.name), this->ids({}));
        this->restart_process();
        const stored_run again = this->begin(this->run_of(is_mended ? "another plan" : name));
        EXPECT_EQ(again.is_resumed, !is_mended);
        if (is_mended) { // all is read anew
            this->open(t);
            this->open(failing);
            this->write(name, this->two(1), this->at(1, 0, true));
            this->close(name);
            this->write(failing.name, this->two(5), this->at(2, 0, false, "projects"));
        } else {
            EXPECT_EQ(this->resource_of(again, "samples").state, stored_resource_state::complete);
            this->open(failing);
        }
        this->write(failing.name, this->two(7), this->at(2, 1, true, "projects"));
        this->close(failing.name);
        this->finish(true);
        EXPECT_EQ(this->read(name), this->ids({1, 2}));
        EXPECT_EQ(this->read(failing.name), this->ids({5, 6, 7, 8}));
    }
}

TYPED_TEST_P(ResumableContract, WhatIsInterruptedIsGoneOnWith)
{
    for (const write_disposition mode : {this->append, this->merge, this->replace}) {
        const std::string name = "rows_" + std::to_string(static_cast<int>(mode));
        table t(name, mode, {"id"});
        t.resource = "samples";
        const auto run = this->run_of(name);
        this->begin(run);
        this->open(t);
        this->write(name, this->two(1), this->at(1, 0));
        this->destination_.interrupt();
        this->destination_.interrupt();
        bool is_written = true; // one that has nothing to wait for may be done all the same
        for (const bool is_write : {true, false}) {
            try {
                if (is_write) {
                    this->write(name, this->two(3), this->at(1, 1, true));
                } else {
                    this->abandon(name);
                }
            } catch (const error& e) {
                EXPECT_EQ(e.kind(), errc::destination_failed) << e.what();
                is_written = is_written && !is_write;
            }
        }
        try {
            this->finish(false);
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::destination_failed) << e.what();
        }
        this->destination_.end_interrupt();
        EXPECT_TRUE(this->begin(run).is_resumed); // in the same process: it is as it was before
        this->open(t);
        if (!is_written) {
            this->write(name, this->two(3), this->at(1, 1, true));
        }
        this->close(name);
        this->finish(true);
        EXPECT_EQ(this->read(name), this->ids({1, 2, 3, 4}));
    }
}

TYPED_TEST_P(ResumableContract, AReplacedTableIsVisibleWhenItIsClosed)
{
    this->begin(this->run_of());
    this->open(this->samples(this->replace));
    this->write("samples", this->two(1), this->at(1, 0, true));
    this->close("samples");
    EXPECT_EQ(this->read("samples"), this->ids({1, 2}));
    this->restart_process();
    const stored_run again = this->begin(this->run_of());
    EXPECT_EQ(this->resource_of(again, "samples").state, stored_resource_state::published);
    this->finish(false);
    EXPECT_EQ(this->read("samples"), this->ids({1, 2}));
}

TYPED_TEST_P(ResumableContract, WhatALimitHasLeftIsForgottenWithItsTable)
{
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    this->write("samples", this->two(1), this->at(1, 0));
    this->close("samples"); // its walk is open still
    this->restart_process();
    const stored_run again = this->begin(this->run_of());
    ASSERT_EQ(again.walks.size(), 1U);
    EXPECT_EQ(again.walks[0].resource, "projects");
}

// ---- which run is gone on with ----

TYPED_TEST_P(ResumableContract, ADoneRunIsNotGoneOnWith)
{
    for (int i = 0; i < 3; ++i) {
        this->restart_process();
        EXPECT_FALSE(this->begin(this->run_of()).is_resumed);
        this->open(this->samples(this->append));
        this->write("samples", this->two(1), this->at(1, 0, true));
        this->close("samples");
        this->finish(true);
    }
    EXPECT_EQ(this->read("samples"), this->ids({1, 1, 1, 2, 2, 2}));
}

TYPED_TEST_P(ResumableContract, ARunBeginsAnewWhereItIsToldTo)
{
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    this->write("samples", this->two(1), this->at(1, 0));
    this->restart_process();
    run_identity anew = this->run_of();
    anew.restart = true;
    const stored_run again = this->begin(anew);
    EXPECT_FALSE(again.is_resumed);
    EXPECT_EQ(again.walks[0].position.pages, 0U);
    this->open(this->samples(this->append));
    this->write("samples", this->two(11), this->at(1, 0, true));
    this->close("samples");
    this->finish(true);
    EXPECT_EQ(this->read("samples"), this->ids({11, 12}));
    EXPECT_EQ(this->state().runs.size(), 1U);
}

TYPED_TEST_P(ResumableContract, AnotherPlanBeginsAnew)
{
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    this->write("samples", this->two(1), this->at(1, 0));
    this->restart_process();
    EXPECT_FALSE(this->begin(this->run_of("another plan")).is_resumed);
    this->open(this->samples(this->append));
    this->close("samples");
    this->finish(true);
    EXPECT_EQ(this->read("samples"), this->ids({}));
    EXPECT_FALSE(this->begin(this->run_of()).is_resumed); // what it had is gone
    this->finish(false);
}

TYPED_TEST_P(ResumableContract, AnotherSourceLeavesWhatIsNotItsOwn)
{
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    this->write("samples", this->two(1), this->at(1, 0));
    this->restart_process();
    run_identity other("https://other.example.com", "plan");
    other.roots.emplace_back(1, "others");
    EXPECT_FALSE(this->begin(other).is_resumed);
    this->open(table("others"));
    this->write("others", this->two(5), this->at(1, 0, true, "others"));
    this->close("others");
    this->finish(true);
    EXPECT_TRUE(this->begin(this->run_of()).is_resumed);
    this->open(this->samples(this->append));
    this->write("samples", this->two(3), this->at(1, 1, true));
    this->close("samples");
    this->finish(true);
    EXPECT_EQ(this->read("samples"), this->ids({1, 2, 3, 4}));
    EXPECT_EQ(this->read("others"), this->ids({5, 6}));
}

TYPED_TEST_P(ResumableContract, ARunIsGoneOnWithWithinADay)
{
    using std::chrono::hours;
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    this->write("samples", this->two(1), this->at(1, 0));
    this->finish(false);
    run_identity later = this->run_of();
    later.date += hours(23);
    EXPECT_TRUE(this->begin(later).is_resumed);
    this->open(this->samples(this->append));
    this->write("samples", this->two(3), this->at(1, 1));
    this->finish(false);
    later.date += hours(23); // since it last stored something
    EXPECT_TRUE(this->begin(later).is_resumed);
    this->finish(false);
    later.date += hours(2); // what stores nothing does not keep it young
    const stored_run anew = this->begin(later);
    EXPECT_FALSE(anew.is_resumed);
    EXPECT_EQ(anew.walks[0].position.pages, 0U);
    this->open(this->samples(this->append));
    this->close("samples");
    this->finish(true);
    EXPECT_EQ(this->read("samples"), this->ids({}));
}

TYPED_TEST_P(ResumableContract, ASecondRunIsRefusedAndTheFirstFinishes)
{
    run_identity first = this->run_of();
    first.program = "the first program";
    this->begin(first);
    this->open(this->samples(this->append));
    this->write("samples", this->two(1), this->at(1, 0));
    const any_destination holder = this->destination_;
    this->destination_ = this->tables_.destination();
    for (const char* const plan : {"plan", "another plan"}) {
        const error refused = this->failure_of_begin(this->run_of(plan));
        EXPECT_EQ(refused.kind(), errc::destination_failed);
        EXPECT_NE(std::string(refused.what()).find("the first program"), std::string::npos) << refused.what();
    }
    this->destination_ = holder;
    this->write("samples", this->two(3), this->at(1, 1, true));
    this->close("samples");
    this->finish(true);
    EXPECT_EQ(this->read("samples"), this->ids({1, 2, 3, 4}));
    this->destination_ = this->tables_.destination();
    EXPECT_FALSE(this->begin(this->run_of()).is_resumed);
    this->finish(false);
}

TYPED_TEST_P(ResumableContract, ARunBeginsOnceUntilItIsFinished)
{
    this->begin(this->run_of());
    EXPECT_EQ(this->failure_of_begin(this->run_of()).kind(), errc::invalid_argument);
    this->finish(false);
    EXPECT_TRUE(this->begin(this->run_of()).is_resumed);
    this->finish(false);
    this->finish(false); // nothing is under way
}

// ---- cursors ----

TYPED_TEST_P(ResumableContract, ACursorIsKeptWithTheWalkUntilItIsFinal)
{
    const auto cursor = [&](const std::string& partition) {
        return this->result_of(this->destination_.cursor("samples", "updated_at", partition));
    };
    this->begin(this->run_of());
    this->open(this->samples(this->merge));
    EXPECT_EQ(cursor(""), std::nullopt);
    walk_progress progress = this->at(1, 0);
    progress.cursor = walk_cursor("updated_at", "", "{\"last\":1}", false);
    this->write("samples", this->two(1), progress);
    EXPECT_EQ(cursor(""), std::nullopt);
    this->restart_process();
    const stored_run again = this->begin(this->run_of());
    EXPECT_EQ(again.walks[0].cursor, "{\"last\":1}");
    this->open(this->samples(this->merge));
    progress = this->at(1, 1); // a window has ended, and the walk goes on
    progress.cursor = walk_cursor("updated_at", "", "{\"last\":2}", true);
    this->write("samples", this->two(3), progress);
    EXPECT_EQ(cursor(""), "{\"last\":2}");
    progress = this->at(1, 2, true);
    progress.cursor = walk_cursor("updated_at", "", "{\"last\":3}", true);
    this->write("samples", this->two(5), progress);
    EXPECT_EQ(cursor(""), "{\"last\":3}");
    EXPECT_EQ(cursor("[1]"), std::nullopt);
    this->close("samples");
    this->finish(true);
    this->restart_process();
    this->begin(this->run_of("another plan"));
    EXPECT_EQ(cursor(""), "{\"last\":3}");
    this->finish(false);
    const destination_state state = this->state();
    ASSERT_EQ(state.cursors.size(), 1U);
    EXPECT_EQ(state.cursors[0].source, "https://api.example.com");
    EXPECT_EQ(state.cursors[0].resource, "samples");
    EXPECT_EQ(state.cursors[0].field, "updated_at");
    EXPECT_EQ(state.cursors[0].state, "{\"last\":3}");
}

TYPED_TEST_P(ResumableContract, ACursorThatIsHeldIsKeptWithTheRun)
{
    const auto cursor = [&](const std::string& partition) {
        return this->result_of(this->destination_.cursor("samples", "updated_at", partition));
    };
    const auto load = [&](const std::string& plan) {
        this->begin(this->run_of(plan));
        this->open(this->samples(this->append));
        walk_progress progress = this->at(1, 0, true);
        progress.cursor = walk_cursor("updated_at", "[1]", "1", true);
        progress.holds_cursor = true;
        this->write("samples", this->two(1), progress);
        walk_progress alone("samples", 0, 0, walk_position(), false); // of all walks together
        alone.cursor = walk_cursor("updated_at", "", "2", true);
        alone.holds_cursor = true;
        this->calls_.run(this->destination_.write("", page(), alone));
    };
    load("plan");
    this->restart_process();
    this->begin(this->run_of("another plan")); // its rows are dropped, and so are its cursors
    EXPECT_EQ(cursor("[1]"), std::nullopt);
    this->finish(true);
    this->restart_process();
    load("plan");
    this->restart_process();
    EXPECT_TRUE(this->begin(this->run_of()).is_resumed);
    this->finish(true);
    this->begin(this->run_of());
    EXPECT_EQ(cursor("[1]"), "1");
    EXPECT_EQ(cursor(""), "2");
    this->finish(false);
}

TYPED_TEST_P(ResumableContract, CursorsThatARunForgetsAreNotKept)
{
    const auto cursor = [&](const std::string& resource, const std::string& partition) {
        return this->result_of(this->destination_.cursor(resource, "updated_at", partition));
    };
    const auto load = [&](const std::string& state) {
        for (const std::string resource : {"samples", "projects"}) {
            for (const std::string partition : {"[1]", ""}) {
                walk_progress one(resource, 0, 0, walk_position(), false);
                one.cursor = walk_cursor("updated_at", partition, state, true);
                one.holds_cursor = true;
                this->calls_.run(this->destination_.write("", page(), one));
            }
        }
    };
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    load("1");
    this->close("samples");
    this->finish(true);
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    load("2");
    walk_progress forgets("samples", 0, 0, walk_position(), false);
    forgets.forgets_cursors = true;
    this->calls_.run(this->destination_.write("", page(), forgets));
    this->restart_process(); // they are forgotten on the disk too
    EXPECT_TRUE(this->begin(this->run_of()).is_resumed);
    this->open(this->samples(this->append));
    this->close("samples");
    this->finish(true);
    this->begin(this->run_of());
    EXPECT_EQ(cursor("samples", "[1]"), "1");
    EXPECT_EQ(cursor("samples", ""), "1");
    EXPECT_EQ(cursor("projects", "[1]"), "2");
    EXPECT_EQ(cursor("projects", ""), "2");
    this->finish(false);
}

TYPED_TEST_P(ResumableContract, ARunKnowsOfHowManyWalksThereIsMore)
{
    this->begin(this->run_of());
    this->open(this->samples(this->append));
    walk_progress progress = this->at(1, 0);
    progress.says_more = true; // a window of it
    this->write("samples", this->two(1), progress);
    progress = this->at(1, 1, true);
    progress.says_more = true;
    this->write("samples", this->two(3), progress);
    this->restart_process();
    stored_run known = this->begin(this->run_of());
    ASSERT_EQ(known.resources.size(), 1U);
    EXPECT_EQ(known.resources[0].incomplete, 2U);
    this->open(this->samples(this->append));
    this->close("samples");
    this->finish(false);
    this->restart_process();
    known = this->begin(this->run_of());
    EXPECT_EQ(known.resources[0].incomplete, 2U);
    this->finish(true);
}

TYPED_TEST_P(ResumableContract, ARunThatIsDroppedTakesTheCursorsOfRowsThatAreNotVisible)
{
    this->begin(this->run_of());
    this->open(this->samples(this->merge));
    walk_progress progress = this->at(1, 0, true);
    progress.cursor = walk_cursor("updated_at", "", "1", true);
    this->write("samples", this->two(1), progress);
    this->restart_process();
    this->begin(this->run_of("another plan"));
    const std::optional<std::string> kept = this->result_of(this->destination_.cursor("samples", "updated_at", ""));
    this->finish(false);
    if (kept) {
        EXPECT_EQ(this->read("samples"), this->ids({1, 2})) << "nobody asks for them again";
    }
}

TYPED_TEST_P(ResumableContract, AReplacedTableForgetsTheCursorsOfItsRows)
{
    const auto cursor = [&](const std::string& partition) {
        return this->result_of(this->destination_.cursor("samples", "updated_at", partition));
    };
    const auto load = [&](write_disposition disposition, const std::string& partition, const std::string& state) {
        this->begin(this->run_of(std::string(to_string(disposition))));
        this->open(this->samples(disposition));
        walk_progress progress = this->at(1, 0, true);
        progress.cursor = walk_cursor("updated_at", partition, state, true);
        progress.holds_cursor = disposition != this->merge;
        this->write("samples", this->two(1), progress);
        this->close("samples");
        this->finish(true);
    };
    load(this->merge, "[1]", "5");
    load(this->merge, "[2]", "6");
    load(this->replace, "[2]", "2");
    this->begin(this->run_of("a run that looks"));
    EXPECT_EQ(cursor("[1]"), std::nullopt) << "its rows are gone";
    EXPECT_EQ(cursor("[2]"), "2");
    this->finish(false);
    load(this->merge, "[1]", "7");
    this->begin(this->run_of("a run that looks"));
    EXPECT_EQ(cursor("[1]"), "7");
    EXPECT_EQ(cursor("[2]"), "2");
    this->finish(false);
}

// ---- walks that were seen ----

TYPED_TEST_P(ResumableContract, WalksThatWereOpenedAreKnownAfterARestart)
{
    const std::uint64_t many = this->is_slow_by_the_row() ? 4000 : 12000;
    this->begin(this->run_of());
    for (std::uint64_t i = 0; i < many; i += 2000) {
        walk_progress progress = this->at(2, i / 2000, false, "projects");
        for (std::uint64_t k = i; k < i + 2000; ++k) {
            started_walk child(100 + k, "tests", this->bound(std::to_string(k)));
            child.digests.emplace_back(k * 0x9e3779b97f4a7c15U, ~k);
            progress.opened.push_back(child);
        }
        this->write("", {}, progress);
    }
    for (std::uint64_t k = 0; k < many; ++k) { // those that have ended are known too
        walk_progress ended = this->at(100 + k, 0, true, "tests");
        this->calls_.start(this->destination_.write("", page(), ended));
    }
    this->calls_.run();
    this->restart_process();
    EXPECT_EQ(this->begin(this->run_of()).walks.size(), 2U);
    std::vector<std::uint64_t> found;
    std::optional<walk_digest> last;
    for (;;) {
        const auto digests = this->result_of(this->destination_.seen("tests", last));
        if (digests.empty()) {
            break;
        }
        for (const walk_digest& d : digests) {
            EXPECT_EQ(d.a, ~d.b * 0x9e3779b97f4a7c15U);
            found.push_back(~d.b);
        }
        last = digests.back();
        ASSERT_LE(found.size(), many);
    }
    std::sort(found.begin(), found.end());
    ASSERT_EQ(found.size(), many);
    EXPECT_EQ(found.front(), 0U);
    EXPECT_EQ(found.back(), many - 1);
    EXPECT_TRUE(this->result_of(this->destination_.seen("projects", std::nullopt)).empty());
    this->finish(true);
    this->begin(this->run_of());
    EXPECT_TRUE(this->result_of(this->destination_.seen("tests", std::nullopt)).empty());
    this->finish(false);
}

// ---- the state, from outside ----

TYPED_TEST_P(ResumableContract, TheStateOfNothingIsEmpty)
{
    EXPECT_TRUE(this->state().runs.empty());
    EXPECT_TRUE(this->state().cursors.empty());
    this->calls_.run(this->destination_.reset(std::nullopt));
}

TYPED_TEST_P(ResumableContract, AResetForgetsWhatHasToDoWithAResource)
{
    const auto load = [&] {
        this->begin(this->run_of()); // is done
        this->open(this->samples(this->replace));
        walk_progress progress = this->at(1, 0, true);
        progress.cursor = walk_cursor("id", "", "2", true);
        progress.holds_cursor = true; // the rows of a table that is replaced are not visible before
        this->write("samples", {}, progress);
        this->close("samples");
        this->finish(true);
        this->begin(this->run_of());
        this->open(this->samples(this->append));
        this->write("samples", this->two(1), this->at(1, 0));
        this->finish(false);
        this->restart_process();
    };
    const auto unfinished = [&] {
        const destination_state state = this->state();
        return std::count_if(state.runs.begin(), state.runs.end(), [](const stored_run& r) { return !r.is_done; });
    };
    load();
    this->calls_.run(this->destination_.reset("others"));
    EXPECT_EQ(unfinished(), 1);
    EXPECT_EQ(this->state().cursors.size(), 1U);
    this->calls_.run(this->destination_.reset("samples"));
    EXPECT_EQ(unfinished(), 0);
    EXPECT_TRUE(this->state().cursors.empty());
    load();
    this->calls_.run(this->destination_.reset(std::nullopt));
    EXPECT_EQ(unfinished(), 0);
    EXPECT_TRUE(this->state().cursors.empty());
    this->restart_process();
    EXPECT_FALSE(this->begin(this->run_of()).is_resumed);
    this->open(this->samples(this->append));
    this->close("samples");
    this->finish(true);
    EXPECT_EQ(this->read("samples"), this->ids({}));
}

TYPED_TEST_P(ResumableContract, AResetIsRefusedWhileARunGoesOn)
{
    this->begin(this->run_of());
    const any_destination holder = this->destination_;
    this->destination_ = this->tables_.destination();
    EXPECT_EQ(this->failure_of(this->destination_.reset(std::nullopt)).kind(), errc::destination_failed);
    EXPECT_EQ(this->state().runs.size(), 1U); // looking is not
}

REGISTER_TYPED_TEST_SUITE_P(ResumableContract, ANewRunHasItsRootsOpen, ARunThatIsNotFinishedIsGoneOnWith,
    AWalkIsForgottenWithItsLastPage, AWalkWithoutAPositionKeepsItsPages, RowsThatAreNotKeptHaveProgressAllTheSame,
    AResponseThatIsIgnoredHasProgressAllTheSame, TheRowsOfBothProcessesAreThereOnce,
    APageThatCannotBeStoredMovesNothing, APageIsStoredOnce, AWalkThatBeginsAnewLosesWhatItHas,
    AppendedRowsBecomeVisibleWithTheRun, ARunWithAFailedSiblingAddsNothingThatItsRerunAddsAgain,
    WhatIsInterruptedIsGoneOnWith, AReplacedTableIsVisibleWhenItIsClosed, WhatALimitHasLeftIsForgottenWithItsTable,
    ADoneRunIsNotGoneOnWith, ARunBeginsAnewWhereItIsToldTo, AnotherPlanBeginsAnew, AnotherSourceLeavesWhatIsNotItsOwn,
    ARunIsGoneOnWithWithinADay, ASecondRunIsRefusedAndTheFirstFinishes, ARunBeginsOnceUntilItIsFinished,
    ACursorIsKeptWithTheWalkUntilItIsFinal, ACursorThatIsHeldIsKeptWithTheRun, CursorsThatARunForgetsAreNotKept,
    ARunKnowsOfHowManyWalksThereIsMore, ARunThatIsDroppedTakesTheCursorsOfRowsThatAreNotVisible,
    AReplacedTableForgetsTheCursorsOfItsRows, WalksThatWereOpenedAreKnownAfterARestart, TheStateOfNothingIsEmpty,
    AResetForgetsWhatHasToDoWithAResource, AResetIsRefusedWhileARunGoesOn);

} // namespace corest::test
