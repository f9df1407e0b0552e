#pragma once

/// \file
/// What a destination tells of a table that it makes, or gives columns (`table::changes`). Used as contract_test.hpp
/// is, with destinations whose tables have columns, and that a run can be gone on with:
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Mine, TableChanges, my_tables);

#include <corest/destination/destination.hpp>
#include <corest/error.hpp>
#include <corest/schema/change_log.hpp>

#include "contract_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::test {

/// \tparam Tables see contract_test.hpp
template <class Tables>
class TableChanges : public testing::Test {
protected:
    using sentences = std::vector<std::string>;

    /// A table of which is kept what becomes of it in this load.
    static table watched(write_disposition mode, const std::string& name = "samples")
    {
        table t(name, mode, {"id"});
        t.changes = std::make_shared<schema::change_log>();
        return t;
    }

    void begin_process() { destination_ = any_destination(), destination_ = tables_.destination(); }

    /// A run of its own. \param pages the records of each page \return what was told
    sentences load(const table& t, const std::vector<sentences>& pages, const std::vector<binding>& bound = {})
    {
        begin_process();
        calls_.run(destination_.open(t));
        for (const sentences& rows : pages) {
            calls_.run(destination_.write(t.name, make_page(rows, 1, bound)));
        }
        calls_.run(destination_.close(t.name));
        return t.changes->sentences();
    }

    void begin_run(bool is_resumed)
    {
        run_identity run("https://api.example.com", "plan");
        run.roots.emplace_back(1, "samples");
        run.date = std::chrono::system_clock::time_point(std::chrono::seconds(1800000000));
        std::optional<stored_run> begun;
        calls_.run(keep(destination_.begin(std::move(run)), begun));
        EXPECT_EQ(begun->is_resumed, is_resumed);
    }
    /// A page of walk 1 of such a run.
    void write_in_run(std::uint64_t before, const std::string& record, bool last)
    {
        walk_position position;
        position.pages = before + 1;
        position.records = before + 1;
        position.is_end = last;
        if (!last) {
            position.paginator = "page " + std::to_string(before + 1);
        }
        walk_progress progress("samples", 1, before, position, last);
        progress.records = 1;
        calls_.run(destination_.write("samples", make_page({record}, before + 1), std::move(progress)));
    }

    Tables tables_;
    any_destination destination_ = tables_.destination();
    calls calls_;
};

TYPED_TEST_SUITE_P(TableChanges);

TYPED_TEST_P(TableChanges, ATableAndItsNewColumnsAreTold)
{
    using testing::AllOf;
    using testing::ElementsAre;
    using testing::HasSubstr;
    using testing::IsEmpty;
    using testing::StartsWith;
    for (const write_disposition mode :
        {write_disposition::append, write_disposition::replace, write_disposition::merge})
    {
        const std::string name(to_string(mode));
        SCOPED_TRACE(name);
        const auto load = [&](const std::vector<std::vector<std::string>>& pages) {
            return this->load(this->watched(mode, name), pages);
        };
        EXPECT_THAT(load({{R"({"id":1,"a":"x"})"}, {R"({"id":2,"late":true})"}}),
            ElementsAre(AllOf(StartsWith("the table is new: id"), HasSubstr(", a"), HasSubstr(", late"))));
        EXPECT_THAT(load({{R"({"id":3,"a":"x","late":true})"}}), IsEmpty()) << "all of it is there";
        EXPECT_THAT(
            load({{R"({"id":4,"a":"x","late":true,"b":1})"}}), ElementsAre(StartsWith("the column 'b' is new, ")));
    }
}

TYPED_TEST_P(TableChanges, AColumnOfABindingIsTold)
{
    const std::string record = R"({"id":1,"v":"x"})";
    static_cast<void>(this->load(this->watched(write_disposition::append), {{record}}));
    EXPECT_THAT(this->load(this->watched(write_disposition::append), {{record}},
                    {binding("projects_id", "projects", "id", "7", "7")}),
        testing::ElementsAre(testing::StartsWith("the column '_projects_id' is new, ")));
}

TYPED_TEST_P(TableChanges, WhatIsNotStoredIsNotTold)
{
    static_cast<void>(this->load(this->watched(write_disposition::merge), {{R"({"id":1,"v":"x"})"}}));
    this->begin_process();
    const table t = this->watched(write_disposition::merge);
    this->calls_.run(this->destination_.open(t));
    EXPECT_THROW(
        this->calls_.run(this->destination_.write("samples", make_page({R"({"id":2,"new":1})", R"({"new":2})"}))),
        error);
    this->calls_.run(this->destination_.write("samples", make_page({R"({"id":3,"v":"y"})"})));
    this->calls_.run(this->destination_.close("samples"));
    EXPECT_THAT(t.changes->sentences(), testing::IsEmpty());
}

TYPED_TEST_P(TableChanges, ARunThatIsGoneOnWithTellsWhatBothProcessesHaveMade)
{
    static_cast<void>(this->load(this->watched(write_disposition::append), {{R"({"id":1,"v":"x"})"}}));
    this->begin_process();
    this->begin_run(false);
    this->calls_.run(this->destination_.open(this->watched(write_disposition::append)));
    this->write_in_run(0, R"({"id":2,"v":"y","b":1})", false);
    this->calls_.run(this->destination_.abandon("samples"));
    this->calls_.run(this->destination_.finish(false));

    this->begin_process();
    this->begin_run(true);
    const table t = this->watched(write_disposition::append);
    this->calls_.run(this->destination_.open(t));
    this->write_in_run(1, R"({"id":3,"v":"z","c":1})", true);
    this->calls_.run(this->destination_.close("samples"));
    this->calls_.run(this->destination_.finish(true));
    EXPECT_THAT(t.changes->sentences(),
        testing::ElementsAre(
            testing::StartsWith("the column 'b' is new, "), testing::StartsWith("the column 'c' is new, ")));
}

REGISTER_TYPED_TEST_SUITE_P(TableChanges, ATableAndItsNewColumnsAreTold, AColumnOfABindingIsTold,
    WhatIsNotStoredIsNotTold, ARunThatIsGoneOnWithTellsWhatBothProcessesHaveMade);

} // namespace corest::test
