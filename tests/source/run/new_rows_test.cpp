/// \file
/// How many rows of an incremental resource are new (`resource_report::new_rows`): right, or not said.

#include <corest/destination/sqlite.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace new_rows_test {

using corest::request;

/// Two runs, of which the second brings a row that is known, one that is new, and one that deletes another.
class new_rows_case {
public:
    std::string keys; ///< of the resource
    std::optional<std::uint64_t> first;
    std::optional<std::uint64_t> second;
};

std::optional<std::uint64_t> new_rows_of(const std::string& keys, const std::string& file, const std::string& body)
{
    corest::source::load_options how;
    how.clock = std::make_shared<manual_clock>();
    how.transport = corest::any_transport(
        std::make_shared<scripted_transport>([body](const request&) { return respond(200, body); }));
    const std::string text = R"({"client": {"base_url": "http://api.test"}, "resources": [{"name": "events",
        "endpoint": {"paginator": "single_page", "incremental": {"cursor_path": "at", "initial_value": 0,
        "start_param": "since"}}, )"
        + keys + "}]}";
    corest::net::io_context context;
    const auto report =
        run(context, corest::source::load_text(text).plan().run(corest::sqlite_destination(file), {}, how));
    EXPECT_TRUE(report.complete()) << testing::PrintToString(report.failures());
    return report.resources.at(0).new_rows;
}

TEST(NewRows, AreRightOrNotSaid)
{
    const std::string merge = R"("write_disposition": "merge", "primary_key": "id")";
    const std::vector<new_rows_case> cases = {
        {merge, 3, 1},
        {R"("write_disposition": "append")", 3, 3},
        {R"("write_disposition": "replace", "primary_key": "id")", {}, {}},
        {merge + R"(, "columns": {"gone": {"data_type": "bool", "hard_delete": true}})", {}, {}},
        {merge + R"(, "columns": {"at": {"dedup_sort": "desc"}})", {}, {}},
        {merge + R"(, "merge_key": "at")", {}, {}},
        {R"("write_disposition": "merge", "merge_key": "at")", {}, {}},
        {merge + R"(, "max_table_nesting": 1)", {}, {}},
    };
    for (const new_rows_case& one : cases) {
        SCOPED_TRACE(one.keys);
        const temporary_folder folder;
        const std::string file = folder.file("data.db");
        EXPECT_EQ(new_rows_of(one.keys, file, R"([{"id":1,"at":1},{"id":2,"at":2},{"id":3,"at":3}])"), one.first);
        EXPECT_EQ(new_rows_of(one.keys, file, R"([{"id":2,"at":4},{"id":4,"at":5},{"id":1,"at":6,"gone":true}])"),
            one.second);
    }
}

} // namespace new_rows_test
