#pragma once

/// \file
/// Keys that differ in their type of JSON only: refused alike by every destination. Used as contract_test.hpp is:
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Mine, KeyTypes, my_tables);

#include <corest/destination/destination.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>

#include "contract_support.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace corest::test {

/// \tparam Tables see contract_test.hpp
template <class Tables>
class KeyTypes : public testing::Test {
protected:
    static std::string record(const std::string& id) { return R"({"id":)" + id + R"(,"v":"x"})"; }

    /// Loads a page after the other into a table of that name. \return what the last one fails with; empty: nothing
    std::string load(table t, const std::vector<std::vector<std::string>>& pages)
    {
        const std::string name = t.name;
        std::string failure;
        calls_.run(destination_.open(std::move(t)));
        for (const std::vector<std::string>& rows : pages) {
            try {
                calls_.run(destination_.write(name, make_page(rows)));
                failure.clear();
            } catch (const error& e) {
                EXPECT_EQ(e.code(), make_error_code(errc::wrong_type));
                failure = e.what();
            }
        }
        calls_.run(destination_.close(name));
        return failure;
    }

    std::size_t count(const std::string& name) { return tables_.rows(name).value_or(std::vector<row>()).size(); }

    Tables tables_;
    any_destination destination_ = tables_.destination();
    calls calls_;
};

TYPED_TEST_SUITE_P(KeyTypes);

TYPED_TEST_P(KeyTypes, OfSeveralTypesAreRefused)
{
    const std::vector<std::string> values = {"1", "1.0", "true", "\"1\""};
    std::vector<std::string> others = values;
    others.insert(others.end(), {"[1]", R"({"a":1})"});
    int number = 0;
    for (const std::string& first : values) {
        for (const std::string& second : others) {
            SCOPED_TRACE(first + " and " + second);
            const bool are_same = first == second;
            const std::string told = "the key 'id' is " + second + ", and was of another type before, " + first + ":";
            for (const write_disposition how : {write_disposition::merge, write_disposition::replace}) {
                const std::string name = "t" + std::to_string(++number);
                const std::string failure =
                    this->load(table(name, how, {"id"}), {{this->record(first)}, {this->record(second)}});
                EXPECT_EQ(failure.empty(), are_same) << failure;
                EXPECT_TRUE(are_same || failure.find(told) != failure.npos) << failure;
            }
        }
    }
    this->destination_ = any_destination();
    for (int i = 1; i <= number; ++i) {
        EXPECT_EQ(this->count("t" + std::to_string(i)), 1U) << "table " << i;
    }
}

TYPED_TEST_P(KeyTypes, OnOnePageAreRefusedWithIt)
{
    const std::string failure = this->load(table("t", write_disposition::merge, {"id"}),
        {{this->record("1")}, {this->record("1"), this->record("2"), this->record("\"1\"")}});
    EXPECT_NE(failure.find("record 3: the key 'id' is \"1\""), failure.npos) << failure;
}

TYPED_TEST_P(KeyTypes, OfADeclaredTypeAreOneKey)
{
    table t("t", write_disposition::merge, {"id"});
    t.schema = schema::table_schema({schema::column("id", schema::data_type::text).not_null()});
    EXPECT_EQ(this->load(t, {{this->record("1"), this->record("\"1\"")}, {this->record("1")}}), "");
    this->destination_ = any_destination();
    EXPECT_EQ(this->count("t"), 1U);
}

REGISTER_TYPED_TEST_SUITE_P(KeyTypes, OfSeveralTypesAreRefused, OnOnePageAreRefusedWithIt, OfADeclaredTypeAreOneKey);

} // namespace corest::test
