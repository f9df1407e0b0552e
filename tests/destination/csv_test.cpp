/// \file
/// The CSV destination: what is in the files, and that other programs read the same out of them.

#include <corest/destination/csv.hpp>
#include <corest/destination/csv_line.hpp>
#include <corest/destination/ndjson.hpp>

#include COREST_ASIO(io_context.hpp)

#include <support/command.hpp>
#include <support/csv_file.hpp>
#include <support/load.hpp>
#include <support/make_page.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace csv_test {

using corest::csv_destination;
using corest::errc;
using corest::error;
using corest::page;
using corest::table;
using corest::write_disposition;
using corest::schema::column;
using corest::schema::data_type;
using corest::schema::table_schema;
namespace csv_line = corest::detail::csv_line;
namespace net = corest::net;

using page_list = std::vector<page>;

class Csv : public testing::Test {
protected:
    void load_table(const table& t, page_list p) { load(csv_destination(directory), t, std::move(p)); }
    error failure(const table& t, page_list p) { return failure_of_load(csv_destination(directory), t, std::move(p)); }
    [[nodiscard]] std::string content(const std::string& name = "samples.csv") const
    {
        return read_file(directory + "/" + name);
    }
    /// The names of all files, hidden ones too.
    [[nodiscard]] std::set<std::string> files() const
    {
        std::set<std::string> names;
        for (const auto& found : std::filesystem::directory_iterator(directory)) {
            names.insert(found.path().filename().string());
        }
        return names;
    }
    void write_file(const std::string& text, const std::string& name = "samples.csv") const
    {
        std::filesystem::create_directories(directory);
        std::ofstream(directory + "/" + name, std::ios::binary) << text;
    }

    temporary_folder folder;
    std::string directory = folder.file("made/for it");
    const table append{"samples", write_disposition::append};
    const table replace{"samples", write_disposition::replace};
    const table merge{"samples", write_disposition::merge, {"id"}};
};

TEST_F(Csv, WritesAFileForEachResource)
{
    std::vector<table_load> tables;
    tables.emplace_back(table("a"), page_list{make_page({R"({"x":1,"y":"a b"})"}), make_page({R"({"y":null})"}, 2)});
    table b("b");
    b.binding_columns = {"_a_x"};
    tables.emplace_back(b, page_list{make_page({R"({"y":1.50})"}, 1, {make_binding("a", "x", "1")})});
    tables.emplace_back(table("empty"));
    load(csv_destination(directory), std::move(tables));
    EXPECT_EQ(content("a.csv"), "x,y\r\n1,a b\r\n,\r\n");
    EXPECT_EQ(content("b.csv"), "_a_x,y\r\n1,1.50\r\n");
    EXPECT_EQ(content("empty.csv"), "");
    EXPECT_EQ(files(), (std::set<std::string>{"a.csv", "b.csv", "empty.csv"}));
}

TEST_F(Csv, QuotesOnlyWhereItMust)
{
    load_table(append,
        {make_page(
            {R"({"a":"x,y","b":"say \"no\"","c":"1\n2\r\n3","d":"","e":null,"f":" x ","g":{ "k": [1, "é"] },"h":true,"i":"\\."})"})});
    EXPECT_EQ(content(),
        "a,b,c,d,e,f,g,h,i\r\n\"x,y\",\"say \"\"no\"\"\",\"1\n2\r\n3\",\"\",, x "
        ",\"{\"\"k\"\":[1,\"\"é\"\"]}\",true,\"\\.\"\r\n");
}

TEST_F(Csv, ColumnsThatComeUpLaterAreAddedAtTheEnd)
{
    load_table(append, {make_page({R"({"id":1,"a":"x"})"})});
    load_table(append, {make_page({R"({"b":2,"id":2})", R"({"c":3})"})});
    EXPECT_EQ(content(), "id,a,b,c\r\n1,x,,\r\n2,,2,\r\n,,,3\r\n");
    load_table(merge, {make_page({R"({"id":1,"d":true})"})});
    EXPECT_EQ(content(), "id,a,b,c,d\r\n2,,2,,\r\n,,,3,\r\n1,,,,true\r\n");
    load_table(replace, {make_page({R"({"z":1})"})});
    EXPECT_EQ(content(), "z\r\n1\r\n") << "a replace begins anew";
}

TEST_F(Csv, OneColumnAndNone)
{
    load_table(append, {make_page({"{}", "{}"})});
    EXPECT_EQ(content(), "\r\n\r\n\r\n") << "no columns, two rows";
    load_table(append, {make_page({R"({"a":null})", R"({"a":""})"})});
    EXPECT_EQ(content(), "a\r\n\r\n\r\n\r\n\"\"\r\n");
    load_table(append, {make_page({R"({"b":1})"})});
    EXPECT_EQ(content(), "a,b\r\n,\r\n,\r\n,\r\n\"\",\r\n,1\r\n");
}

TEST_F(Csv, DeclaredColumnsComeFirstAndAreThereWithoutRows)
{
    table t("samples", write_disposition::append);
    t.schema = table_schema({column("when", data_type::timestamp), column("n", data_type::bigint)});
    t.binding_columns = {"_p_id"};
    load_table(t, {});
    EXPECT_EQ(content(), "when,n,_p_id\r\n");
    load_table(
        t, {make_page({R"({"x":1,"n":"7","when":"2026-01-02T03:04:05+01:00"})"}, 1, {make_binding("p", "id", "3")})});
    EXPECT_EQ(content(), "when,n,_p_id,x\r\n2026-01-02T02:04:05Z,7,3,1\r\n");
}

TEST_F(Csv, KeysAreComparedAsTheyStandInTheFile)
{
    write_file("id,v\r\n1,old\r\n\"1\",later\r\n,none\r\n\"\",empty\r\n");
    load_table(merge, {make_page({R"({"id":"x,y","v":1})", R"({"id":"2","v":1})", R"({"id":"2","v":2})"})});
    EXPECT_EQ(content(), "id,v\r\n\"1\",later\r\n,none\r\n\"\",empty\r\n\"x,y\",1\r\n2,2\r\n");
    load_table(merge, {make_page({R"({"id":"","v":3})", R"({"id":"x,y","v":3})"})});
    EXPECT_EQ(content(), "id,v\r\n\"1\",later\r\n,none\r\n2,2\r\n\"\",3\r\n\"x,y\",3\r\n");
}

TEST_F(Csv, FilesOfOthersAreTakenOver)
{
    write_file("\xEF\xBB\xBF\"id\",text\n1,\"two\nlines, \"\"quoted\"\"\"\n\n2,last"); // a mark, line feeds, no end
    load_table(append, {make_page({R"({"id":3})"})});
    EXPECT_EQ(content(), "id,text\r\n1,\"two\nlines, \"\"quoted\"\"\"\r\n2,last\r\n3,\r\n");
}

TEST_F(Csv, AFileThatIsNoCsvIsNamedAndStays)
{
    const std::string hint = " Mend or remove that line, or load with the write disposition replace.";
    const auto said_of = [&](const std::string& old) -> std::string {
        write_file(old);
        for (const table& t : {append, merge}) {
            const error e = failure(t, {make_page({R"({"id":9})"})});
            EXPECT_EQ(e.kind(), errc::destination_failed);
            EXPECT_EQ(content(), old);
        }
        return failure(append, {make_page({R"({"id":9})"})}).what();
    };
    const std::string of = " of '" + directory + "/samples.csv' cannot be taken over: ";
    EXPECT_EQ(said_of("id,a\n1,2\n3,4,5\n"),
        "resource 'samples': line 3" + of + "expected 2 values, as the first line has columns, found 3." + hint);
    EXPECT_EQ(
        said_of("id,a\n1,\"2\n3\n"), "resource 'samples': line 2" + of + "a value in quotes does not end." + hint);
    EXPECT_EQ(said_of("id,a,id\n"), "resource 'samples': line 1" + of + "two columns are named 'id'." + hint);
    EXPECT_EQ(said_of("id,a\n1,x\"y\"\n"),
        "resource 'samples': line 2" + of
            + "expected a value with a quote in it to stand in quotes, and that quote twice, found one before or "
              "behind other characters."
            + hint);
    load_table(replace, {make_page({R"({"id":9})"})});
    EXPECT_EQ(content(), "id\r\n9\r\n");
}

TEST_F(Csv, WhatCsvCannotHoldIsRefusedByName)
{
    for (const table& t : {append, replace, merge}) {
        const error e = failure(t, {make_page({R"({"id":1,"ok":"\\u0000"})", R"({"id":2,"bad":"a\u0000b"})"}, 3)});
        EXPECT_EQ(e.kind(), errc::wrong_type);
        EXPECT_EQ(e.what(),
            std::string(
                "resource 'samples', page 3: record 2: the field 'bad' holds a text with the character U+0000 in "
                "it, which CSV cannot hold. Leave the field out, declare it as binary if it is one, or load "
                "into another destination."));
        EXPECT_EQ(failure(t, {make_page({"[1]"})}).kind(), errc::wrong_type) << "no object";
        const error named = failure(t, {make_page({R"({"id":1,"a\u0000b":2})"})});
        EXPECT_EQ(named.kind(), errc::wrong_type);
        EXPECT_NE(std::string(named.what()).find("record 1: the name of a field, 'a?b', has the character U+0000"),
            std::string::npos)
            << named.what();
    }
    EXPECT_EQ(content(), "");
}

TEST_F(Csv, ARunThatWasKilledWhileFilesGrewIsTakenBack)
{
    write_file("id\r\n0\r\n1\r\n", "a.csv"); // has grown
    write_file("id\r\n0\r\n", "b.csv");
    write_file("id\r\n0\r\n", ".corest.csv-before-a.csv");
    write_file("id\r\n0\r\n", ".corest.csv-before-b.csv");
    write_file("\"a.csv\"\n\"b.csv\"\n", ".corest.csv-journal");
    std::vector<table_load> tables;
    for (const char* name : {"a", "b"}) {
        tables.emplace_back(table(name), page_list{make_page({R"({"id":1})"})});
    }
    load(csv_destination(directory), std::move(tables));
    EXPECT_EQ(content("a.csv"), "id\r\n0\r\n1\r\n");
    EXPECT_EQ(content("b.csv"), "id\r\n0\r\n1\r\n");
    EXPECT_EQ(files(), (std::set<std::string>{"a.csv", "b.csv"}));
}

TEST_F(Csv, SharesADirectoryWithLinesOfJsonButNoRuns)
{
    const auto begin = [&](const corest::any_destination& d) -> net::awaitable<void> {
        corest::run_identity run("source", "plan");
        run.roots.emplace_back(1, "samples");
        EXPECT_FALSE((co_await d.begin(std::move(run))).is_resumed);
        co_await d.open(table("samples"));
        co_await d.finish(false);
    };
    net::io_context context;
    const corest::any_destination lines = corest::ndjson_destination(directory);
    const corest::any_destination csv = csv_destination(directory);
    run(context, begin(lines));
    run(context, begin(csv));
    load(corest::ndjson_destination(directory), append, {make_page({R"({"id":1})"})});
    EXPECT_TRUE(std::filesystem::exists(directory + "/.corest.csv-state")) << "nobody removes what the other one keeps";
    load_table(append, {make_page({R"({"id":1})"})});
    EXPECT_TRUE(std::filesystem::exists(directory + "/.corest-state"));
    EXPECT_EQ(content(), "id\r\n1\r\n");
    EXPECT_EQ(content("samples.ndjson"), "{\"id\":1}\n");
}

/// Rows with all that a reader may stumble over; `texts` is their JSON.
class CsvReadByOthers : public Csv {
protected:
    CsvReadByOthers()
    {
        const std::vector<std::string> values = {
            "plain", "a,b", "\\\"q\\\"", "1\\n2", "\\r\\n", "", "größe", " x ", "'", "\\\\."};
        std::vector<std::string> records;
        for (const std::string& value : values) {
            records.push_back("{\"id\":" + std::to_string(records.size()) + ",\"text\":\"" + value + "\"}");
            texts += (texts.empty() ? "[\"" : ",\"") + value + "\"";
        }
        texts += "]\n";
        load_table(append, {make_page(records)});
    }

    std::string texts;
    std::string file = directory + "/samples.csv";
};

TEST_F(CsvReadByOthers, ByPythonsModule)
{
    const finished_command python = run_command({"/usr/bin/env", "python3", "-c",
        "import csv, json, sys\n"
        "rows = list(csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8')))\n"
        "assert [r['id'] for r in rows] == [str(i) for i in range(len(rows))]\n"
        "sys.stdout.buffer.write(json.dumps([r['text'] for r in rows], ensure_ascii=False, separators=(',', "
        "':')).encode())\n"
        "print()\n",
        file});
    EXPECT_EQ(python.err, "");
    EXPECT_EQ(python.out, texts);
}

TEST_F(CsvReadByOthers, BySqlitesImport)
{
    const finished_command sqlite =
        run_command({"/usr/bin/env", "sqlite3", ":memory:", ".import --csv '" + file + "' t",
            "SELECT json_group_array(text) FROM (SELECT text FROM t ORDER BY CAST(id AS INTEGER))"});
    if (sqlite.status == 127) {
        GTEST_SKIP() << "the program sqlite3 is not installed";
    }
    EXPECT_EQ(sqlite.err, "");
    EXPECT_EQ(sqlite.out, texts);
}

TEST(CsvLine, SplitsWhatItHasWritten)
{
    const csv_line::cells values = {"a", std::nullopt, "", "x,y", "\"", "1\r\n2", "\\."};
    std::string record;
    for (std::size_t i = 0; i < values.size(); ++i) {
        record += i == 0 ? "" : ",";
        csv_line::append_value(record, values[i] ? std::optional<std::string_view>(*values[i]) : std::nullopt);
    }
    EXPECT_EQ(record, "a,,\"\",\"x,y\",\"\"\"\",\"1\r\n2\",\"\\.\"");
    EXPECT_TRUE(csv_line::is_whole(record));
    EXPECT_FALSE(csv_line::is_whole(record.substr(0, 8)));
    EXPECT_EQ(csv_line::split(record), values);
    EXPECT_EQ(csv_line::split(""), csv_line::cells(1));
    EXPECT_EQ(csv_line::split(","), csv_line::cells(2));
    for (const char* broken : {"\"a", "\"a\"b", "a\"b", "\"a\" ,b"}) {
        EXPECT_THROW(static_cast<void>(csv_line::split(broken)), error) << broken;
    }
}

} // namespace csv_test
