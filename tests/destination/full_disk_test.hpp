#pragma once

/// \file
/// Destinations whose disk is full at any moment: nothing that was there is lost, nothing is claimed that is not there,
/// and the same load succeeds when there is room. For those whose files the process writes; used as contract_test.hpp.

#include <destination/contract_test.hpp>
#include <support/file_size_limit.hpp>

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace corest::test {

template <class Tables>
class FullDisk : public DestinationContract<Tables> {
protected:
    /// Rows that do not become smaller by compression.
    static std::vector<std::string> records(int first, int count, const std::string& version)
    {
        std::mt19937 engine(static_cast<unsigned>(first));
        std::uniform_int_distribution<int> letter('a', 'z');
        std::vector<std::string> all;
        for (int i = first; i < first + count; ++i) {
            std::string text;
            for (int c = 0; c < 200; ++c) {
                text += static_cast<char>(letter(engine));
            }
            all.push_back(
                "{\"id\":" + std::to_string(i) + ",\"version\":\"" + version + "\",\"text\":\"" + text + "\"}");
        }
        return all;
    }

    static std::vector<rlim_t> limits()
    {
        if constexpr (requires { Tables::is_slow_by_the_row; }) {
            return {30000, 80000};
        } else {
            return {2000, 30000, 70000, 80000, 110000};
        }
    }

    /// Tries a load. \return whether it says that all is in
    bool try_load(const table& t, const std::vector<std::string>& rows, rlim_t most)
    {
        bool is_in = true;
        const file_size_limit limit(most);
        this->begin_run();
        try {
            this->open(t);
            this->write(t.name, rows);
            this->close(t.name);
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::destination_failed) << e.what();
            is_in = false;
            try {
                this->abandon(t.name);
            } catch (const error& again) {
                EXPECT_EQ(again.kind(), errc::destination_failed) << again.what();
            }
        }
        this->destination_ = any_destination();
        return is_in;
    }

    /// The version of each row by its key; each key is there once.
    std::map<std::string, std::string> versions(const std::string& name)
    {
        std::map<std::string, std::string> found;
        for (const row& r : this->read(name)) {
            EXPECT_TRUE(found.emplace(r.at("id"), r.at("version")).second) << r.at("id") << " is there twice";
        }
        return found;
    }
};
TYPED_TEST_SUITE_P(FullDisk);

TYPED_TEST_P(FullDisk, LosesNothingAndClaimsNothing)
{
    constexpr int count = 300;
    for (const write_disposition mode : {this->merge, this->replace}) {
        const table t(std::string(to_string(mode)), mode, {"id"});
        this->load(t, this->records(0, count, "old"));
        const std::vector<std::string> fresh = this->records(count / 2, count, "new");
        std::size_t failures = 0;
        for (const rlim_t most : this->limits()) {
            SCOPED_TRACE(most);
            const bool is_in = this->try_load(t, fresh, most);
            const std::map<std::string, std::string> found = this->versions(t.name);
            const auto all = static_cast<std::size_t>(mode == this->merge ? count + count / 2 : count);
            if (is_in) {
                EXPECT_EQ(found.size(), all);
            } else {
                ++failures;
                for (int i = 0; i < count && mode == this->merge; ++i) {
                    EXPECT_TRUE(found.contains(std::to_string(i))) << i << " is lost";
                }
                EXPECT_TRUE(mode == this->merge || found.at("0") == "old");
            }
        }
        EXPECT_NE(failures, 0U);
        this->load(t, fresh);
        const std::map<std::string, std::string> found = this->versions(t.name);
        for (int i = mode == this->merge ? 0 : count / 2; i < count + count / 2; ++i) {
            EXPECT_EQ(found.at(std::to_string(i)), i < count / 2 ? "old" : "new");
        }
    }
}

REGISTER_TYPED_TEST_SUITE_P(FullDisk, LosesNothingAndClaimsNothing);

} // namespace corest::test
