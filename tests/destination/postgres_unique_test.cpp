/// \file
/// The hint `unique` in PostgreSQL: an index that sees to it, and what is said of a row that breaks it.

#include <corest/destination/postgres.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>

#include <destination/postgres_schema.hpp>
#include <support/load.hpp>
#include <support/make_page.hpp>
#include <support/postgres_server.hpp>
#include <support/run.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace postgres_unique_test {

using corest::any_destination;
using corest::error;
using corest::table;
using corest::write_disposition;
using corest::schema::column;
using corest::schema::data_type;
using corest::schema::table_schema;
using testing::AllOf;
using testing::HasSubstr;

class PostgresUnique : public postgres_schema_test {
protected:
    /// A table whose column "mail" is unique. \param type none: the first page decides
    static table people(write_disposition mode, std::optional<data_type> type = data_type::text)
    {
        table t("people", mode, {"id"});
        column mail("mail", type);
        mail.unique = true;
        t.schema = table_schema({column("id", data_type::bigint), mail});
        return t;
    }
    void load_people(const table& t, const std::vector<std::string>& records) const
    {
        load(destination(), t, {make_page(records)});
    }
    /// The ids and addresses that are there: "1 a".
    std::vector<std::string> rows() const
    {
        std::vector<std::string> all;
        for (const auto& row : look->query("SELECT id::text || ' ' || coalesce(mail, '-') FROM people ORDER BY 1")) {
            all.push_back(*row[0]);
        }
        return all;
    }

    corest::net::io_context context;
};

TEST_F(PostgresUnique, TheColumnHasAnIndex)
{
    for (const write_disposition mode :
        {write_disposition::append, write_disposition::replace, write_disposition::merge})
    {
        SCOPED_TRACE(std::string(to_string(mode)));
        look->execute("DROP TABLE IF EXISTS people");
        load_people(people(mode), {R"({"id":1,"mail":"a"})", R"({"id":2,"mail":null})", R"({"id":3,"mail":null})"});
        EXPECT_THROW(look->execute("INSERT INTO people VALUES(4, 'a')"), std::runtime_error);
        look->execute("INSERT INTO people VALUES(4, NULL)");
        EXPECT_EQ(rows(), (std::vector<std::string>{"1 a", "2 -", "3 -", "4 -"}));
        load_people(people(mode), {R"({"id":5,"mail":"b"})"}); // the index is there already
    }
}

TEST_F(PostgresUnique, AColumnThatThePageMakesHasOneToo)
{
    const table t = people(write_disposition::merge, std::nullopt);
    load_people(t, {R"({"id":1})"});
    load_people(t, {R"({"id":2,"mail":"a"})"});
    EXPECT_THROW(look->execute("INSERT INTO people(id, mail) VALUES(4, 'a')"), std::runtime_error);
}

TEST_F(PostgresUnique, ARowThatBreaksItIsNamedAndTheOtherPagesAreStored)
{
    for (const write_disposition mode : {write_disposition::append, write_disposition::merge}) {
        SCOPED_TRACE(std::string(to_string(mode)));
        look->execute("DROP TABLE IF EXISTS people");
        const any_destination into = destination();
        const table t = people(mode);
        run(context, open(into, t));
        const error broken = failure_of(write(into, "people",
            make_page({R"({"id":1,"mail":"a"})", R"({"id":2,"mail":"b"})", R"({"id":3,"mail":"a"})"}, 7)));
        EXPECT_THAT(std::string(broken.what()),
            AllOf(HasSubstr("the field 'mail' is unique, and another row has the same value"), HasSubstr("people"),
                HasSubstr("page 7"), HasSubstr("record 3"), HasSubstr("Remove 'unique' of 'mail' in columns")));
        run(context, write(into, "people", make_page({R"({"id":4,"mail":"a"})"}, 8)));
        run(context, close(into, "people"));
        EXPECT_EQ(rows(), std::vector<std::string>{"4 a"}) << "nothing of the page, and all of the other one";
    }
}

TEST_F(PostgresUnique, AMergedRowTakesThePlaceOfItsOwnValue)
{
    const table t = people(write_disposition::merge);
    load_people(t, {R"({"id":1,"mail":"a"})", R"({"id":2,"mail":"b"})"});
    load_people(t, {R"({"id":1,"mail":"a"})", R"({"id":2,"mail":"c"})"});
    EXPECT_EQ(rows(), (std::vector<std::string>{"1 a", "2 c"}));
    const any_destination into = destination();
    run(context, open(into, t));
    EXPECT_THAT(std::string(failure_of(write(into, "people", make_page({R"({"id":3,"mail":"a"})"}))).what()),
        HasSubstr("the field 'mail' is unique"));
}

TEST_F(PostgresUnique, AppendedRowsThatAreThereAlreadyAreRefusedAsAWhole)
{
    const table t = people(write_disposition::append);
    load_people(t, {R"({"id":1,"mail":"a"})"});
    const any_destination into = destination();
    run(context, open_and_write(into, t, make_page({R"({"id":2,"mail":"b"})", R"({"id":3,"mail":"a"})"})));
    EXPECT_THAT(std::string(failure_of(close(into, "people")).what()), AllOf(HasSubstr("people"), HasSubstr("(mail)")));
    EXPECT_EQ(rows(), std::vector<std::string>{"1 a"});
}

TEST_F(PostgresUnique, ATableWithRepeatedValuesSaysSo)
{
    look->execute("CREATE TABLE people(id bigint, mail text); INSERT INTO people VALUES(1, 'a'), (2, 'a')");
    EXPECT_THAT(std::string(failure_of(open(destination(), people(write_disposition::append))).what()),
        AllOf(HasSubstr("the column 'mail' of the table 'people'"),
            HasSubstr("is to be unique, and several rows have the same value in it")));
}

} // namespace postgres_unique_test
