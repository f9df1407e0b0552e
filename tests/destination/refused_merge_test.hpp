#pragma once

/// \file
/// Destinations that refuse merges which are made of all rows together. Used as contract_test.hpp is:
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Mine, RefusedMergeHints, my_tables);

#include <corest/destination/destination.hpp>
#include <corest/error.hpp>

#include "contract_support.hpp"
#include "merge_tables.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace corest::test {

/// \tparam Tables see contract_test.hpp
template <class Tables>
class RefusedMergeHints : public testing::Test {
protected:
    std::string why_refused(table t)
    {
        try {
            calls_.run(destination_.open(std::move(t)));
            return "it was opened";
        } catch (const error& e) {
            return e.what();
        }
    }

    Tables tables_;
    any_destination destination_ = tables_.destination();
    calls calls_;
};

TYPED_TEST_SUITE_P(RefusedMergeHints);

TYPED_TEST_P(RefusedMergeHints, NameTheHintAndWhoCanDoIt)
{
    const std::string hint = ". Load into sqlite, postgresql or duckdb, or leave the hint out.";
    const std::string files = ", which files cannot do";
    EXPECT_EQ(this->why_refused(merge_with({deleting("gone")})),
        "resource 'samples': the table 'samples' is to be merged with rows deleted (hard_delete)" + files + hint);
    EXPECT_EQ(this->why_refused(merge_with({sorting("seq", "asc")})),
        "resource 'samples': the table 'samples' is to be merged with rows sorted (dedup_sort)" + files + hint);
    EXPECT_EQ(this->why_refused(merge_by_day()),
        "resource 'samples': the table 'samples' is to be merged by a merge_key" + files + hint);
}

REGISTER_TYPED_TEST_SUITE_P(RefusedMergeHints, NameTheHintAndWhoCanDoIt);

} // namespace corest::test
