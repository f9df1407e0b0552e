/// \file
/// `max_table_nesting`: what the plan and `corest schema` say of it, and what it does beside other keys.

#include <corest/destination/sqlite.hpp>
#include <corest/source/source.hpp>

#include <support/command.hpp>
#include <support/database.hpp>
#include <support/manual_clock.hpp>
#include <support/run.hpp>
#include <support/scripted_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace nesting_test {

using corest::request;
using corest::source::load_text;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using texts = std::vector<std::string>;

/// A source of issues. \param keys of the resource, with a comma before them
std::string dictionary(const std::string& keys)
{
    return R"({"client": {"base_url": "http://api.test"}, "resource_defaults": {"endpoint": {"paginator":
        "single_page"}}, "resources": [{"name": "Issues")"
        + keys + "}]}";
}

class Nesting : public testing::Test {
protected:
    corest::source::load_options how() const
    {
        corest::source::load_options options;
        options.transport = corest::any_transport(server);
        options.clock = std::make_shared<manual_clock>();
        return options;
    }

    std::shared_ptr<scripted_transport> server = std::make_shared<scripted_transport>([](const request&) {
        return respond(
            200, R"([{"id":1,"userInfo":{"fullName":"a"},"Labels":[{"Name":"p"},{"Name":"q"}]},{"id":2,"Labels":[]}])");
    });
    corest::net::io_context context;
    temporary_folder folder;
    std::string file = folder.file("data.db");
};

TEST_F(Nesting, IsShownByThePlan)
{
    const auto plan = load_text(dictionary(R"(, "max_table_nesting": 2)")).plan();
    EXPECT_THAT(
        plan.to_text(), HasSubstr("nesting: lists are tables of their own, and objects columns, 2 levels deep"));
    EXPECT_EQ(plan.to_json().at("resources").at(0).at("max_table_nesting"), 2);
    EXPECT_THAT(load_text(dictionary("")).plan().to_text(), Not(HasSubstr("nesting:")));
    EXPECT_THAT(load_text(dictionary(R"(, "max_table_nesting": null)")).plan().to_text(), Not(HasSubstr("nesting:")));
}

TEST_F(Nesting, MayBeADefaultAndIsWithinBounds)
{
    auto source = load_text(dictionary(""));
    EXPECT_THAT(source.set("resource_defaults.max_table_nesting=1").plan().to_text(), HasSubstr("1 level deep"));
    for (const char* const value : {"-1", "1001", "\"2\"", "1.5"}) {
        EXPECT_THROW(static_cast<void>(load_text(dictionary(R"(, "max_table_nesting": )" + std::string(value))).plan()),
            corest::error)
            << value;
    }
}

TEST_F(Nesting, GoesWithNamesAndColumnsOfDlt)
{
    const auto report = run(context,
        load_text(dictionary(R"(, "max_table_nesting": 1, "naming": "snake_case", "load_columns": true)"))
            .plan()
            .run(corest::sqlite_destination(file), {}, how()));
    ASSERT_TRUE(report.complete()) << testing::PrintToString(report.failures());
    const database db(file);
    EXPECT_EQ(db.columns("issues"),
        (std::set<std::string>{"id", "user_info__full_name", "_dlt_id", "_dlt_load_id", "_corest_loaded_at"}));
    EXPECT_EQ(
        db.columns("issues__labels"), (std::set<std::string>{"name", "_dlt_parent_id", "_dlt_list_idx", "_dlt_id"}));
    EXPECT_THAT(db.rows("SELECT i.id, i.user_info__full_name, l._dlt_list_idx, l.name FROM issues i JOIN "
                        "issues__labels l ON l._dlt_parent_id = i._dlt_id ORDER BY 3"),
        ElementsAre("1|'a'|0|'p'", "1|'a'|1|'q'"));
    EXPECT_THAT(
        report.resources.at(0).table_changes, testing::Contains(HasSubstr("issues__labels: the table is new: ")));
}

TEST_F(Nesting, ItsRowsAreVerifiedToo)
{
    const auto load = [&] {
        corest::source::load_options options = how();
        options.verify = true;
        return run(context,
            load_text(dictionary(R"(, "max_table_nesting": 1, "write_disposition": "replace")"))
                .plan()
                .run(corest::sqlite_destination(file), {}, options));
    };
    const auto whole = load();
    ASSERT_EQ(whole.resources.at(0).nested.size(), 1U);
    EXPECT_EQ(whole.resources.at(0).nested.at(0).held, 2U);
    EXPECT_TRUE(whole.agrees()) << testing::PrintToString(whole.resources.at(0).verified->differences);
    EXPECT_EQ(corest::source::to_json(whole).at("resources").at(0).at("nested_tables").at(0).at("rows_in_table"), 2);

    database(file).execute(
        "CREATE TRIGGER thief AFTER INSERT ON \"Issues__Labels\" WHEN NEW.Name = 'q' BEGIN DELETE FROM "
        "\"Issues__Labels\" WHERE Name = 'q'; END");
    const auto robbed = load();
    EXPECT_FALSE(robbed.agrees());
    EXPECT_THAT(robbed.resources.at(0).verified->differences,
        ElementsAre("the run has stored 2 rows in Issues__Labels, and the table has 1"));
}

TEST_F(Nesting, ATableThatIsAResourcesOwnIsRefused)
{
    std::string both = dictionary(R"(, "max_table_nesting": 1)");
    both.replace(both.rfind("]}"), 2, R"(, {"name": "Issues__Labels"}]})");
    const auto report = run(context, load_text(both).plan().run(corest::sqlite_destination(file), {}, how()));
    EXPECT_THAT(report.failures(),
        ElementsAre(AllOf(HasSubstr("would be the table 'Issues__Labels', and there is a resource of that name"),
            HasSubstr("Give that resource another name"))));
}

TEST_F(Nesting, IsFoundInTheSchema)
{
    const auto found = run(context,
        load_text(dictionary(R"(, "max_table_nesting": 1, "naming": "snake_case")")).plan().find_schemas({}, how()));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].name, "Issues");
    EXPECT_EQ(found[0].schema.find("_dlt_id"), nullptr) << "it is not to be declared";
    EXPECT_NE(found[0].schema.find("user_info__full_name"), nullptr);
    EXPECT_EQ(found[0].schema.find("Labels"), nullptr);
    EXPECT_EQ(found[1].name, "issues__labels");
    EXPECT_EQ(found[1].records, 2U);
    EXPECT_EQ(found[1].schema.find("_dlt_list_idx")->type, corest::schema::data_type::bigint);
}

} // namespace nesting_test
