/// \file
/// Rows of lists in tables of SQLite.

#include <destination/file_tables.hpp>
#include <destination/nested_tables_test.hpp>

#include <support/run_source.hpp>

namespace corest::test {

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, NestedTables, sqlite_tables);

TEST(NestedTablesOf, FilesAreRefused)
{
    const temporary_folder folder;
    source::load_options how;
    how.transport = any_transport(
        std::make_shared<scripted_transport>([](const request&) { return respond(200, R"([{"id":1,"l":[1]}])"); }));
    const auto plan = source::load_text(R"({"client": {"base_url": "http://api.test"}, "resources": [{"name": "a",
        "max_table_nesting": 1, "endpoint": {"paginator": "single_page"}}, {"name": "b", "endpoint": {"paginator":
        "single_page"}}]})")
                          .plan();
    for (const any_destination& into :
        {any_destination(ndjson_destination(folder.file("n"))), any_destination(csv_destination(folder.file("c")))})
    {
        net::io_context context;
        const source::run_report report = run(context, plan.run(into, {}, how));
        EXPECT_THAT(report.failures(),
            testing::ElementsAre(testing::AllOf(testing::HasSubstr("does not nest the rows of tables"),
                testing::HasSubstr("Load into SQLite, PostgreSQL or DuckDB, or set max_table_nesting to 0"))));
        EXPECT_EQ(report.resources.at(1).rows, 1U) << "the others go on";
    }
}

} // namespace corest::test
