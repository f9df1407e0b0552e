/// \file
/// The Parquet destination: what is in the files, with which types.

#include <corest/destination/parquet.hpp>

#include <support/command.hpp>
#include <support/duckdb_tables.hpp>
#include <support/load.hpp>
#include <support/make_page.hpp>

#include COREST_ASIO(io_context.hpp)

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace parquet_test {

using corest::errc;
using corest::error;
using corest::page;
using corest::parquet_destination;
using corest::table;
using corest::write_disposition;
using corest::schema::column;
using corest::schema::data_type;
using corest::schema::table_schema;
namespace net = corest::net;

using page_list = std::vector<page>;
using row_list = std::vector<std::map<std::string, std::string>>;

class Parquet : public testing::Test {
protected:
    [[nodiscard]] parquet_destination destination() const { return parquet_destination(directory); }
    void load_table(const table& t, page_list p) const { load(destination(), t, std::move(p)); }
    error failure(const table& t, page_list p) const { return failure_of_load(destination(), t, std::move(p)); }
    [[nodiscard]] static std::string from(const std::string& file) { return "read_parquet('" + file + "')"; }
    [[nodiscard]] row_list rows() const { return duckdb_reader(reader).rows_of(from(file)); }
    [[nodiscard]] std::string types() const { return duckdb_reader(reader).types_of(from(file)); }
    /// The names of all files, hidden ones too.
    [[nodiscard]] std::set<std::string> files() const
    {
        std::set<std::string> names;
        for (const auto& found : std::filesystem::directory_iterator(directory)) {
            names.insert(found.path().filename().string());
        }
        return names;
    }
    /// Makes the table's file with a statement of DuckDB's, as somebody else may.
    void make_file(const std::string& select) const
    {
        std::filesystem::create_directories(directory);
        duckdb_reader(reader).execute("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
    }

    temporary_folder folder;
    std::string reader = folder.file("reader.duckdb");
    std::string directory = folder.file("made/it's [for] it");
    std::string file = folder.file("made/samples.parquet"); ///< see SetUp
    const table append{"samples", write_disposition::append};
    const table replace{"samples", write_disposition::replace};
    const table merge{"samples", write_disposition::merge, {"id"}};

    void SetUp() override
    {
        std::filesystem::create_directories(directory);
        // DuckDB, which reads it in these tests, takes brackets for a pattern: another name for the same folder.
        std::filesystem::create_directory_symlink(directory, folder.file("seen"));
        file = folder.file("seen") + "/samples.parquet";
    }
};

TEST_F(Parquet, ColumnsHaveTheTypesThatAreDeclared)
{
    table t("samples", write_disposition::append);
    t.schema = table_schema(
        {column("text", data_type::text), column("double", data_type::floating), column("bool", data_type::boolean),
            column("moment", data_type::timestamp), column("local", data_type::timestamp).without_timezone(),
            column("bigint", data_type::bigint), column("bytes", data_type::binary), column("json", data_type::json),
            column("decimal", data_type::decimal), column("price", data_type::decimal).with_precision(6, 2),
            column("wei", data_type::wei), column("date", data_type::date), column("time", data_type::time)});
    load_table(t, {});
    EXPECT_EQ(types(),
        "text VARCHAR, double DOUBLE, bool BOOLEAN, moment TIMESTAMP WITH TIME ZONE, local TIMESTAMP, bigint BIGINT, "
        "bytes BLOB, json JSON, decimal DECIMAL(38,9), price DECIMAL(6,2), wei DECIMAL(38,0), date DATE, time TIME");
    EXPECT_EQ(rows(), row_list());
    load_table(t,
        {make_page(
            {R"({"text":7,"double":1.5,"bool":true,"moment":"2026-01-02T03:04:05+01:00","local":"2026-01-02T03:04:05.25Z",)"
             R"("bigint":"8","bytes":"AP8=","json":{ "a": [1.50] },"decimal":12345678901234567890.123456789,"price":1234.5,)"
             R"("wei":99999999999999999999999999999999999999,"date":"2026-01-02","time":"03:04:05"})"})});
    duckdb_reader(reader).execute("SET TimeZone = 'UTC'");
    EXPECT_EQ(rows(),
        (row_list{{{"text", "7"}, {"double", "1.5"}, {"bool", "true"}, {"moment", "2026-01-02 02:04:05+00"},
            {"local", "2026-01-02 03:04:05.25"}, {"bigint", "8"}, {"bytes", "\\x00\\xFF"}, {"json", R"({"a":[1.50]})"},
            {"decimal", "12345678901234567890.123456789"}, {"price", "1234.50"},
            {"wei", "99999999999999999999999999999999999999"}, {"date", "2026-01-02"}, {"time", "03:04:05"}}}));
}

TEST_F(Parquet, TheFirstPageDecidesOnTypesThatAreNotDeclared)
{
    load_table(append,
        {make_page({R"({"id":1,"n":null,"at":"2026-01-02T03:04:05Z"})", R"({"id":2.5,"o":{}})"}),
            make_page({R"({"id":3,"n":"x","at":"no time"})"}, 2)});
    EXPECT_EQ(types(), "id DOUBLE, at TIMESTAMP WITH TIME ZONE, o JSON, n VARCHAR, at__v_text VARCHAR");
    load_table(append, {make_page({R"({"id":"4","n":5,"at":"none"})"})}); // the file says what they are
    EXPECT_EQ(types(), "id DOUBLE, at TIMESTAMP WITH TIME ZONE, o JSON, n VARCHAR, at__v_text VARCHAR");
    EXPECT_EQ(rows().size(), 4U);
    EXPECT_EQ(rows()[3], (std::map<std::string, std::string>{{"id", "4.0"}, {"n", "5"}, {"at__v_text", "none"}}));
    load_table(replace, {make_page({R"({"id":"x"})"})});
    EXPECT_EQ(types(), "id VARCHAR") << "a replace begins anew";
}

TEST_F(Parquet, TypesAreKeptWhereARunIsGoneOnWith)
{
    const auto one_process = [&](std::string record, std::size_t page, bool is_last) -> net::awaitable<void> {
        const corest::any_destination into = destination();
        corest::run_identity run("source", "plan");
        run.roots.emplace_back(1, "samples");
        const bool is_resumed = (co_await into.begin(std::move(run))).is_resumed;
        EXPECT_EQ(is_resumed, page != 1);
        co_await into.open(append);
        corest::walk_position reached;
        reached.pages = page;
        corest::walk_progress progress("samples", 1, page - 1, std::move(reached), is_last);
        std::vector<std::string> records(1, std::move(record));
        co_await into.write("samples", make_page(records, page), std::move(progress));
        if (is_last) {
            co_await into.close("samples");
        }
        co_await into.finish(is_last);
    };
    net::io_context context;
    run(context, one_process(R"({"id":1,"n":1.5,"ID":true})", 1, false));
    run(context, one_process(R"({"n":2,"ID":false,"id":2})", 2, true));
    EXPECT_EQ(types(), "id BIGINT, n DOUBLE, ID_2 BOOLEAN");
    EXPECT_EQ(rows(),
        (row_list{{{"id", "1"}, {"n", "1.5"}, {"ID_2", "true"}}, {{"id", "2"}, {"n", "2.0"}, {"ID_2", "false"}}}));
}

TEST_F(Parquet, ADecimalIsNeverRounded)
{
    table t("samples", write_disposition::append);
    t.schema = table_schema({column("d", data_type::decimal), column("w", data_type::wei)});
    for (const auto& [record, found] : std::map<std::string, std::string>{
             {R"({"d":0.1234567891})", "the field 'd' is to be decimal(38, 9), found the number 0.1234567891"},
             {R"({"d":123456789012345678901234567890})",
                 "the field 'd' is to be decimal(38, 9), found the number 123456789012345678901234567890"},
             {R"({"w":100000000000000000000000000000000000000})",
                 "the field 'w' is to be decimal(38, 0), found the number 100000000000000000000000000000000000000"}})
    {
        const error e = failure(t, {make_page({R"({"d":1,"w":2})", record}, 3)});
        EXPECT_EQ(e.kind(), errc::wrong_type);
        EXPECT_EQ(e.what(),
            "resource 'samples', page 3: record 2: " + found
                + ". If such values are right, declare another type in table::schema.");
    }
    EXPECT_EQ(rows(), row_list());
}

TEST_F(Parquet, AFileOfOthersKeepsItsColumns)
{
    make_file("SELECT 1::INTEGER AS id, 'x' AS \"Name\", DATE '2026-01-02' AS day, [1, 2] AS list");
    load_table(append, {make_page({R"({"id":2,"Name":"y","day":"2026-02-03","new":true})"})});
    EXPECT_EQ(types(), "id INTEGER, Name VARCHAR, day DATE, list INTEGER[], new BOOLEAN");
    EXPECT_EQ(rows(),
        (row_list{{{"id", "1"}, {"Name", "x"}, {"day", "2026-01-02"}, {"list", "[1, 2]"}},
            {{"id", "2"}, {"Name", "y"}, {"day", "2026-02-03"}, {"new", "true"}}}));
    const error cast = failure(append, {make_page({R"({"list":"no list"})"})});
    EXPECT_EQ(cast.kind(), errc::destination_failed);
    EXPECT_NE(std::string(cast.what()).find("samples.parquet"), std::string::npos) << cast.what();
    EXPECT_EQ(rows().size(), 2U) << "the file is as it was";
    load_table(append, {make_page({R"({"id":5000000000})"})});
    EXPECT_EQ(rows()[2], (std::map<std::string, std::string>{{"id__v_bigint", "5000000000"}}));
}

TEST_F(Parquet, KeysOfAMergeAreComparedAsValues)
{
    make_file(
        "SELECT * FROM (VALUES (TIMESTAMPTZ '2026-01-02 03:04:05+00', 'old'), (NULL, 'no key'), "
        "(TIMESTAMPTZ '2026-01-03 00:00:00+00', 'once'), (TIMESTAMPTZ '2026-01-03 00:00:00+00', 'twice')) v(id, n)");
    load_table(merge,
        {make_page(
            {R"({"id":"2026-01-02T04:04:05+01:00","n":"first"})", R"({"id":"2026-01-02T03:04:05Z","n":"last"})"})});
    std::set<std::string> kept;
    for (const auto& one : rows()) {
        kept.insert(one.at("n"));
    }
    EXPECT_EQ(kept, (std::set<std::string>{"last", "no key", "twice"}));
    EXPECT_EQ(rows().size(), 3U);
}

TEST_F(Parquet, AFileThatIsNoneIsNamedAndStays)
{
    std::filesystem::create_directories(directory);
    std::ofstream(file) << "no Parquet";
    for (const table& t : {append, merge}) {
        const error e = failure(t, {make_page({R"({"id":9})"})});
        EXPECT_EQ(e.kind(), errc::destination_failed);
        EXPECT_NE(e.message().find("samples.parquet' could not be read as Parquet"), std::string::npos) << e.what();
        EXPECT_EQ(read_file(file), "no Parquet");
    }
    load_table(replace, {make_page({R"({"id":9})"})});
    EXPECT_EQ(rows(), (row_list{{{"id", "9"}}}));
}

TEST_F(Parquet, NothingIsLeftBesideTheFiles)
{
    load_table(append, {make_page({R"({"id":1})"})});
    load_table(merge, {make_page({R"({"id":1})", R"({"id":2})"})});
    EXPECT_EQ(files(), (std::set<std::string>{"samples.parquet"}));
}

TEST_F(Parquet, ItsOptionsAreChecked)
{
    corest::parquet_options options;
    options.compression = "zip";
    try {
        static_cast<void>(parquet_destination(directory, options));
        ADD_FAILURE() << "it was taken";
    } catch (const error& e) {
        EXPECT_EQ(e.kind(), errc::invalid_argument);
        EXPECT_NE(e.message().find("found 'zip'"), std::string::npos) << e.what();
    }
    options.compression = "snappy";
    load(parquet_destination(directory, options), append, {make_page({R"({"id":1})"})});
    EXPECT_EQ(duckdb_reader(reader)
                  .rows_of("(SELECT DISTINCT compression FROM parquet_metadata('" + file + "'))")
                  .front()
                  .at("compression"),
        "SNAPPY");
}

} // namespace parquet_test
