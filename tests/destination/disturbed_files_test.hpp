#pragma once

/// \file
/// Destinations in files that cannot be written, are damaged, or are altered by hand: an error that names the file, or
/// a table that is right. For those whose files the process writes; used as contract_test.hpp, and their classes have
/// `folder()`, where all that they write is.

#include <destination/contract_test.hpp>
#include <support/command.hpp>
#include <support/read_only_folder.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace corest::test {

template <class Tables>
class DisturbedFiles : public DestinationContract<Tables> {
protected:
    /// Tries to load a row. \return what that fails with; empty where it says that all is in
    std::string try_load(const table& t)
    {
        std::string failure;
        this->begin_run();
        try {
            this->open(t);
            this->write(t.name, std::vector<std::string>{R"({"id":1,"name":"new"})"});
            this->close(t.name);
        } catch (const error& e) {
            EXPECT_EQ(e.kind(), errc::destination_failed) << e.what();
            failure = e.what();
            try {
                this->abandon(t.name);
            } catch (const error& again) {
                EXPECT_EQ(again.kind(), errc::destination_failed) << again.what();
            }
        }
        this->destination_ = any_destination();
        return failure;
    }

    /// The largest file: the one with the rows.
    [[nodiscard]] std::string file_of_rows() const
    {
        std::string found;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(this->tables_.folder())) {
            const bool is_larger =
                entry.is_regular_file() && (found.empty() || entry.file_size() > std::filesystem::file_size(found));
            found = is_larger ? entry.path().string() : found;
        }
        return found;
    }

    /// Nothing can be loaded where the file with the rows is damaged, and it stays as it is.
    template <class Function>
    void expect_refused_where(const Function& damage)
    {
        const table t("samples", this->merge, {"id"});
        this->load(t, records_);
        this->destination_ = any_destination();
        const std::string file = file_of_rows();
        const std::string damaged = damage(read_file(file));
        std::ofstream(file, std::ios::binary) << damaged;
        const std::string failure = try_load(t);
        EXPECT_NE(failure.find(this->tables_.folder()), std::string::npos) << failure;
        EXPECT_EQ(read_file(file), damaged) << "what can be saved of it can still be saved";
    }

    const std::vector<std::string> records_ = {R"({"id":1,"name":"old"})", R"({"id":2,"name":"old"})"};
};
TYPED_TEST_SUITE_P(DisturbedFiles);

TYPED_TEST_P(DisturbedFiles, WhatCannotBeWrittenIsAnErrorThatLosesNothing)
{
    for (const write_disposition mode : {this->append, this->merge, this->replace}) {
        const table t(std::string(to_string(mode)), mode, {"id"});
        SCOPED_TRACE(t.name);
        this->load(t, this->records_);
        this->destination_ = any_destination();
        const std::vector<row> before = this->read(t.name);
        {
            const read_only_folder locked(this->tables_.folder());
            const std::string failure = this->try_load(t);
            EXPECT_NE(failure.find(this->tables_.folder()), std::string::npos) << failure;
        }
        EXPECT_EQ(this->read(t.name), before);
        EXPECT_EQ(this->try_load(t), "") << "and now it can";
        EXPECT_EQ(this->read(t.name).size(), mode == this->append ? 3U : mode == this->merge ? 2U : 1U);
    }
}

TYPED_TEST_P(DisturbedFiles, WhatIsCutShortIsAnError)
{
    this->expect_refused_where([](const std::string& whole) { return whole.substr(0, whole.size() * 3 / 4); });
}

TYPED_TEST_P(DisturbedFiles, WhatIsOverwrittenIsAnError)
{
    // In CSV, too, no value is like that.
    this->expect_refused_where([](std::string whole) { return whole.replace(0, 16, 16, '"'); });
}

TYPED_TEST_P(DisturbedFiles, WhatIsRemovedIsMadeAgain)
{
    const table t("samples", this->merge, {"id"});
    this->load(t, this->records_);
    this->destination_ = any_destination();
    for (const auto& entry : std::filesystem::directory_iterator(this->tables_.folder())) {
        std::filesystem::remove_all(entry.path());
    }
    EXPECT_EQ(this->try_load(t), "");
    EXPECT_EQ(this->read(t.name), (std::vector<row>{{{"id", "1"}, {"name", "new"}}}));
}

REGISTER_TYPED_TEST_SUITE_P(DisturbedFiles, WhatCannotBeWrittenIsAnErrorThatLosesNothing, WhatIsCutShortIsAnError,
    WhatIsOverwrittenIsAnError, WhatIsRemovedIsMadeAgain);

} // namespace corest::test
