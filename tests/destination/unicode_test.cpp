/// \file
/// Texts that are none of Unicode - half of a surrogate pair - in every destination that needs no other program:
/// refused with their place, or kept as they came; two of them never become one.

#include <corest/destination/destination.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>

#include <destination/contract_support.hpp>
#include <destination/file_tables.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace corest::test {

namespace {

constexpr const char* broken = R"({"id":2,"v":"a\ud800b"})";

/// Where a page with a text that is none of Unicode stands.
const std::string half_pair_refusal =
    "resource 'samples', page 7: record 2: the field 'v' holds a text with half of a surrogate "
    "pair in it, which is no character. Load into ndjson without columns and contract, which "
    "keeps it as it came, or let data_type discard such values or rows in table::schema's "
    "contract.";

template <class Tables>
class unicode_load {
public:
    unicode_load() : into(tables.destination()) {}

    void open(table t) { run.run(into.open(std::move(t))); }
    /// \return the message where it is refused
    std::string write(const std::vector<std::string>& records, std::vector<binding> bindings = {})
    {
        try {
            run.run(into.write("samples", make_page(records, 7, std::move(bindings))));
        } catch (const error& e) {
            return e.what();
        }
        return {};
    }
    std::vector<row> close()
    {
        run.run(into.close("samples"));
        return tables.rows("samples").value_or(std::vector<row>());
    }

    Tables tables;
    any_destination into;
    calls run;
};

template <class Tables>
void expect_texts_to_be_refused()
{
    unicode_load<Tables> load;
    load.open(table("samples"));
    EXPECT_EQ(load.write({R"({"id":1})", broken}), half_pair_refusal);
    EXPECT_THAT(load.write({R"({"id":1,"a\uDC00":1})"}),
        testing::HasSubstr("record 1: the name of a field, 'a\xEF\xBF\xBD', has half of a surrogate pair in it"));
    EXPECT_THAT(load.write({R"({"id":1})"}, {make_binding("projects", "name", R"("\ud83d")")}),
        testing::HasSubstr("the field '_projects_name' holds a text with half of a surrogate pair in it"));
    EXPECT_EQ(load.write({R"({"id":3,"v":"\ud83d\ude00 \\ud800","w":["\ud800"]})"}), "");
    const std::vector<row> rows = load.close();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].at("v"), "😀 \\ud800");
    EXPECT_EQ(rows[0].at("w"), R"(["\ud800"])");
}

TEST(Unicode, HalfOfASurrogatePairIsNoTextOfSqlite)
{
    expect_texts_to_be_refused<sqlite_tables>();
}

TEST(Unicode, HalfOfASurrogatePairIsNoTextOfCsv)
{
    expect_texts_to_be_refused<file_tables<csv_files>>();
}

TEST(Unicode, LinesOfJsonKeepHalfOfASurrogatePairAndTellKeysApart)
{
    unicode_load<file_tables<ndjson_files>> load;
    table t("samples", write_disposition::merge);
    t.primary_key = {"v"};
    load.open(t);
    EXPECT_EQ(
        load.write({R"({"v":"a\ud800"})", R"({"v":"a\ud801"})", R"({"v":"a\\ud800"})", R"({"v":"a\ufffd"})"}), "");
    EXPECT_EQ(load.write({R"({"v":"a\ud801","n":2})"}), "");
    EXPECT_EQ(load.close().size(), 4U);
}

template <class Tables>
void expect_discards()
{
    for (const auto mode : {schema::contract_mode::discard_value, schema::contract_mode::discard_row}) {
        unicode_load<Tables> load;
        table t("samples");
        schema::schema_contract contract;
        contract.data_type = mode;
        t.schema = schema::table_schema({schema::column("id", schema::data_type::bigint)}, contract);
        load.open(t);
        EXPECT_EQ(load.write({R"({"id":1})", broken}), "");
        const std::vector<row> rows = load.close();
        const bool keeps_row = mode == schema::contract_mode::discard_value;
        ASSERT_EQ(rows.size(), keeps_row ? 2U : 1U);
        EXPECT_EQ(rows.back(), (row{{"id", keeps_row ? "2" : "1"}}));
    }
}

TEST(Unicode, AContractDiscardsHalvesOfSurrogatePairsInSqlite)
{
    expect_discards<sqlite_tables>();
}

TEST(Unicode, AContractDiscardsHalvesOfSurrogatePairsInFiles)
{
    expect_discards<file_tables<csv_files>>();
    expect_discards<file_tables<ndjson_files>>();
}

} // namespace

} // namespace corest::test
