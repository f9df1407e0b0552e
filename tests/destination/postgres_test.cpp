/// \file
/// The PostgreSQL destination beyond the contract: types, tables of a user's own, and servers, connections and writers
/// that go wrong.

#include <corest/destination/postgres.hpp>
#include <corest/source/plan/load_columns.hpp>
#include <corest/source/run/load_stamp.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>

#include COREST_ASIO(co_spawn.hpp)
#include COREST_ASIO(io_context.hpp)

#include <destination/postgres_schema.hpp>
#include <support/load.hpp>
#include <support/make_page.hpp>
#include <support/postgres_relay.hpp>
#include <support/postgres_server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace net = corest::net;
using corest::any_destination;
using corest::errc;
using corest::error;
using corest::page;
using corest::table;
using corest::write_disposition;
using corest::schema::column;
using corest::schema::data_type;
using corest::schema::table_schema;
using testing::HasSubstr;
using testing::Not;

class Postgres : public postgres_schema_test {
protected:
    static std::string error_of(any_destination into, const table& t, std::vector<page> pages)
    {
        return failure_of_load(std::move(into), t, std::move(pages)).what();
    }
    std::string type_of(const std::string& name) const
    {
        return look->value(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'samples'::regclass "
            "AND attname = '"
            + name + "'");
    }
    /// Ends the connections of destinations, as an administrator does.
    void end_connections() const
    {
        look->execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'corest'");
    }

    /// Appends 80 rows, and loses the answer to a message. \param text, number see `postgres_relay`
    void load_through_a_relay(const std::string& text, int number) const;

    const table merge{"samples", write_disposition::merge, {"id"}};
};

/// Pages with rows {"id": n, "v": version}.
std::vector<page> numbered(int pages, int rows, int version = 1)
{
    std::vector<page> all;
    for (int p = 0; p < pages; ++p) {
        std::vector<std::string> records;
        for (int r = 0; r < rows; ++r) {
            records.push_back("{\"id\":" + std::to_string(p * rows + r) + ",\"v\":" + std::to_string(version) + "}");
        }
        all.push_back(make_page(records, static_cast<std::uint64_t>(p) + 1));
    }
    return all;
}

void Postgres::load_through_a_relay(const std::string& text, int number) const
{
    const postgres_relay relay(postgres_server::find()->folder(), text, number);
    load(corest::postgres("postgres:host=" + relay.folder() + " user=tester dbname=postgres?schema=" + schema),
        table("samples"), numbered(4, 20));
    EXPECT_TRUE(relay.has_hung_up()) << text << " " << number;
    EXPECT_EQ(look->value("SELECT count(*) || ' ' || count(DISTINCT id) FROM samples"), "80 80") << text << number;
    look->execute("DROP TABLE samples");
}

// ---- types ----

TEST_F(Postgres, SaysWhichLibraryItWorksWith)
{
    EXPECT_THAT(any_destination(corest::postgres("postgres:")).library_version(),
        testing::MatchesRegex("libpq [0-9]+[.][0-9]+"));
}

TEST_F(Postgres, FoundColumnsHaveTheTypesOfTheirFirstValues)
{
    load(destination(), merge,
        {make_page({R"({"id":1,"b":true,"r":1.5,"t":"x","o":{"b":1, "a":[2.50]},"big":18446744073709551616,"n":null,
                "at":"2026-01-31T12:00:00+02:00"})"})});
    EXPECT_EQ(type_of("id"), "bigint");
    EXPECT_EQ(type_of("b"), "boolean");
    EXPECT_EQ(type_of("r"), "double precision");
    EXPECT_EQ(type_of("t"), "text");
    EXPECT_EQ(type_of("o"), "jsonb");
    EXPECT_EQ(type_of("big"), "numeric");
    EXPECT_EQ(type_of("at"), "timestamp with time zone");
    EXPECT_EQ(look->value("SELECT b::text || r || t || o || big || (at = '2026-01-31T10:00:00Z') FROM samples"),
        "true1.5x{\"a\": [2.50], \"b\": 1}18446744073709551616true");
    EXPECT_EQ(
        look->value("SELECT count(*) FROM pg_attribute WHERE attrelid = 'samples'::regclass AND attname = 'n'"), "0");
}

TEST_F(Postgres, DeclaredColumnsHaveTheirTypes)
{
    table t("samples", write_disposition::replace);
    t.schema = table_schema(
        {column("txt", data_type::text).with_precision(5), column("small", data_type::bigint).with_precision(16),
            column("dec", data_type::decimal).with_precision(18, 4).not_null(), column("bin", data_type::binary),
            column("d", data_type::date), column("tm", data_type::time), column("w", data_type::wei),
            column("ts", data_type::timestamp).without_timezone(), column("j", data_type::json)});
    load(destination(), t,
        {make_page(
            {R"({"txt":"abcde","small":-7,"dec":"12345678901234.5678","bin":"AP8=","d":"2026-02-28","tm":"23:59:59.5",
                "w":1000000000000000000000,"ts":"2026-01-31T12:00:00Z","j":[1]})"})});
    EXPECT_EQ(type_of("txt"), "character varying(5)");
    EXPECT_EQ(type_of("small"), "smallint");
    EXPECT_EQ(type_of("dec"), "numeric(18,4)");
    EXPECT_EQ(type_of("ts"), "timestamp without time zone");
    EXPECT_EQ(look->value("SELECT txt || small || dec || bin || d || tm || w || ts || j FROM samples"),
        "abcde-712345678901234.5678\\x00ff2026-02-2823:59:59.510000000000000000000002026-01-31 12:00:00[1]");
}

TEST_F(Postgres, LoadColumnsHaveTheirTypes)
{
    table t("samples");
    corest::source::detail::load_column::add_to(t);
    const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1764234567));
    load(destination(), t,
        {corest::source::detail::load_stamp("1764234567.000001").add_to(make_page({R"({"id":1})"}), now)});
    EXPECT_EQ(type_of("_dlt_load_id") + ", " + type_of("_dlt_id"), "text, text");
    EXPECT_EQ(type_of("_corest_loaded_at"), "timestamp with time zone");
    EXPECT_EQ(look->value("SELECT _dlt_load_id || ' ' || extract(epoch FROM _corest_loaded_at)::bigint FROM samples"),
        "1764234567.000001 1764234567");
}

TEST_F(Postgres, ValuesOfAnotherTypeHaveAColumnOfTheirOwn)
{
    load(destination(), merge, {make_page({R"({"id":1,"v":1})"}), make_page({R"({"id":2,"v":"x"})"}, 2)});
    EXPECT_EQ(
        look->value("SELECT string_agg(concat_ws('|', id, v, v__v_text), ' ' ORDER BY id) FROM samples"), "1|1 2|x");
}

TEST_F(Postgres, ATableOfAUsersOwnKeepsItsColumnsTypes)
{
    look->execute(
        "CREATE TABLE samples(id uuid PRIMARY KEY, day date, count integer, name varchar(8), doc jsonb, "
        "price numeric(10,2), made timestamptz DEFAULT now(), twice integer GENERATED ALWAYS AS (count * 2) STORED)");
    const std::string id = "6f1b2c3d-0000-4000-8000-000000000001";
    load(destination(), merge,
        {make_page(
            {"{\"id\":\"" + id + R"(","day":"2026-01-02","count":7,"name":"short","doc":{"a":1},"price":1.25})"})});
    EXPECT_EQ(
        look->value("SELECT concat_ws('|', id, day, count, name, doc, price, twice, made IS NOT NULL) FROM samples"),
        id + "|2026-01-02|7|short|{\"a\": 1}|1.25|14|t");
    EXPECT_EQ(type_of("count"), "integer");
    const std::string too_long =
        error_of(destination(), merge, {make_page({"{\"id\":\"" + id + R"(","name":"much too long"})"}, 3)});
    EXPECT_THAT(too_long, HasSubstr("resource 'samples', page 3: record 1: the field 'name': "));
    EXPECT_THAT(too_long, HasSubstr("value too long for type character varying(8)"));
}

TEST_F(Postgres, ColumnsThatRowsDoNotFillHaveTheirDefaults)
{
    for (const auto mode : {write_disposition::append, write_disposition::replace, write_disposition::merge}) {
        look->execute(
            "DROP TABLE IF EXISTS samples; CREATE TABLE samples(number serial, identity bigint GENERATED BY DEFAULT AS "
            "IDENTITY, fixed bigint GENERATED ALWAYS AS IDENTITY, id bigint UNIQUE, state text NOT NULL DEFAULT 'new', "
            "twice bigint GENERATED ALWAYS AS (id * 2) STORED, plain text)");
        const table t("samples", mode, {"id"});
        load(destination(), t, {make_page({R"({"id":5})", R"({"id":6,"extra":"x"})"})});
        EXPECT_EQ(look->value("SELECT string_agg(concat_ws('|', number, identity, fixed, id, state, twice, plain, "
                              "extra), ' ' ORDER BY id) FROM samples"),
            "1|1|1|5|new|10 2|2|2|6|new|12|x")
            << to_string(mode);
    }
}

TEST_F(Postgres, AMergedRowKeepsWhatTheDatabaseHasGivenIt)
{
    look->execute("CREATE TABLE samples(number serial, id bigint UNIQUE, state text DEFAULT 'new', plain text)");
    load(destination(), merge, {make_page({R"({"id":5,"v":1})"})});
    look->execute("UPDATE samples SET state = 'seen', plain = 'mine'");
    load(destination(), merge, {make_page({R"({"id":5,"v":2})", R"({"id":6,"v":3})"})});
    EXPECT_EQ(
        look->value("SELECT string_agg(concat_ws('|', id, state, plain, v, number = 1), ' ' ORDER BY id) FROM samples"),
        "5|seen|2|t 6|new|3|f")
        << "a column without a default is NULL where the row does not have it";
}

TEST_F(Postgres, ARowWithoutAnyFieldHasTheDefaults)
{
    look->execute("CREATE TABLE samples(id serial, state text DEFAULT 'new')");
    load(destination(), table("samples"), {make_page({"{}", "{}"})});
    EXPECT_EQ(look->value("SELECT string_agg(id || state, ' ' ORDER BY id) FROM samples"), "1new 2new");
}

TEST_F(Postgres, TheYearZeroIsOneBeforeChrist)
{
    table t("samples");
    t.schema =
        table_schema({column("at", data_type::timestamp), column("plain", data_type::timestamp).without_timezone(),
            column("day", data_type::date), column("text", data_type::text)});
    const std::string moment = "0000-03-01T12:00:00.5Z";
    load(destination(), t,
        {make_page({"{\"at\":\"" + moment + "\",\"plain\":\"" + moment
            + "\",\"day\":\"0000-03-01\",\"text\":\"0000-03-01\"}"})});
    EXPECT_EQ(look->value("SELECT concat_ws('|', at AT TIME ZONE 'UTC', plain, day, text) FROM samples"),
        "0001-03-01 12:00:00.5 BC|0001-03-01 12:00:00.5 BC|0001-03-01 BC|0000-03-01");
}

TEST_F(Postgres, AKeyOfAnotherTypeThanInEarlierRunsIsAnError)
{
    load(destination(), merge, {make_page({R"({"id":1})"})});
    EXPECT_THAT(error_of(destination(), merge, {make_page({R"({"id":"one"})"})}),
        HasSubstr("record 1: the key 'id' is \"one\", and was of another type before, bigint:"));
}

TEST_F(Postgres, AKeyThatIsNotOfItsDeclaredTypeIsNotCalledNull)
{
    table t = merge;
    t.schema = table_schema({column("id", data_type::bigint)});
    EXPECT_THAT(error_of(destination(), t, {make_page({R"({"id":"one"})"})}),
        HasSubstr(
            "the value \"one\" of the field 'id', which is in the primary key of the table 'samples', is not of its "
            "column's type"));
}

TEST_F(Postgres, ARecordThatIsRefusedIsNamedAndItsPageIsNotStored)
{
    look->execute("CREATE TABLE samples(id bigint PRIMARY KEY, day date)");
    const std::string message = error_of(destination(), merge,
        {make_page({R"({"id":1,"day":"2026-01-01"})"}),
            make_page({R"({"id":2,"day":"2026-01-02"})", R"({"id":3,"day":"tomorrow, perhaps"})"}, 2)});
    EXPECT_THAT(message, HasSubstr("resource 'samples', page 2: record 2: the field 'day': the rows could not"));
    EXPECT_THAT(message, HasSubstr("invalid input syntax for type date"));
    EXPECT_EQ(look->value("SELECT string_agg(id::text, ' ') FROM samples"), "1");
}

TEST_F(Postgres, WhatJsonbDoesNotKeepIsNamed)
{
    const table append("samples");
    for (const char* const value : {R"({"a":"x\u0000"})", R"(["\ud800 alone"])", R"(["\udc00"])", R"([{"k":1,"k":2}])"})
    {
        const std::string record = std::string("{\"o\":") + value + "}";
        const std::string message = error_of(destination(), append, {make_page({R"({"id":1})", record}, 4)});
        EXPECT_THAT(message, HasSubstr("resource 'samples', page 4: record 2: the value of the field 'o' ")) << value;
        EXPECT_THAT(message, HasSubstr("?json=json")) << value;
    }
    load(destination(), append, {make_page({R"({"o":{"pair":"\ud83d\ude00","esc":"\\u0000"}})"})});
    EXPECT_EQ(look->value("SELECT o FROM samples"), "{\"esc\": \"\\\\u0000\", \"pair\": \"\xF0\x9F\x98\x80\"}");
    look->execute("DROP TABLE samples; DROP TABLE _corest_schema");
    load(destination("&json=json"), append, {make_page({R"({"o":{"b":1,"a":"\u0000","b":2}})"})});
    EXPECT_EQ(type_of("o"), "json");
    EXPECT_EQ(look->value("SELECT o FROM samples"), R"({"b":1,"a":"\u0000","b":2})");
}

TEST_F(Postgres, ATextWithANulIsNamed)
{
    EXPECT_THAT(error_of(destination(), table("samples"), {make_page({R"({"t":"a"})", R"({"t":"a\u0000b"})"}, 2)}),
        HasSubstr("resource 'samples', page 2: record 2: the text in the field 't' holds the character U+0000"));
}

// ---- names ----

TEST_F(Postgres, NamesThatTheDatabaseCannotHaveAreFoundAnother)
{
    const std::string longest(70, 'x');
    load(destination(), table("samples"),
        {make_page({"{\"ctid\":1,\"Id\":2,\"id\":3,\"" + longest + "\":4,\"" + longest + "y\":5}"})});
    for (int again = 0; again < 2; ++again) {
        EXPECT_EQ(look->value("SELECT concat_ws('|', \"ctid_2\", \"Id\", id, \"" + longest.substr(0, 63) + "\", \""
                      + longest.substr(0, 61) + "_2\") FROM samples LIMIT 1"),
            "1|2|3|4|5");
        load(destination(), table("samples"), {make_page({"{\"" + longest + "y\":5,\"ctid\":1}"})});
    }
    EXPECT_THAT(error_of(destination(), table(std::string(64, 't')), {}), HasSubstr("its name has 64 bytes"));
    EXPECT_THAT(error_of(destination(), table("pg_class"), {}), HasSubstr("'pg_'"));
    load(destination(), table(std::string(63, 't'), write_disposition::append), {make_page({R"({"a":1})"})});
    EXPECT_EQ(look->value("SELECT a FROM " + std::string(63, 't')), "1");
}

// ---- tables that others depend on ----

TEST_F(Postgres, AReplaceKeepsViewsIndexesAndRights)
{
    const table replace("samples", write_disposition::replace);
    load(destination(), replace, {make_page({R"({"id":1})"})});
    look->execute(
        "CREATE INDEX own ON samples(id); CREATE VIEW seen AS SELECT id FROM samples; GRANT SELECT ON samples TO "
        "public");
    load(destination(), replace, {make_page({R"({"id":2,"more":3})"})});
    EXPECT_EQ(look->value("SELECT id FROM seen"), "2");
    EXPECT_EQ(
        look->value("SELECT count(*) FROM pg_indexes WHERE indexname = 'own' AND schemaname = '" + schema + "'"), "1");
    EXPECT_EQ(look->value("SELECT relacl IS NOT NULL FROM pg_class WHERE oid = 'samples'::regclass"), "t");
}

TEST_F(Postgres, AViewOnATableThatIsStillEmptyStays)
{
    const any_destination d = destination();
    net::io_context context;
    run(context, open_and_write(d, table("samples"), make_page({R"({"id":1})"})));
    look->execute("CREATE VIEW seen AS SELECT 1 AS one FROM samples");
    run(context, close(d, "samples"));
    EXPECT_EQ(look->value("SELECT count(*) FROM seen"), "1");
}

// ---- what goes wrong ----

TEST_F(Postgres, AConnectionThatIsEndedIsMadeAnewAndNothingIsLost)
{
    int step = 0;
    net::io_context context;
    std::vector<table_load> tables;
    tables.emplace_back(merge, numbered(40, 50));
    tables.emplace_back(table("added"), numbered(40, 50));
    run(context, load(destination(), tables, [&] {
        if (++step % 17 == 5) {
            end_connections();
        }
    }));
    EXPECT_EQ(look->value("SELECT count(*) || ' ' || count(DISTINCT id) FROM samples"), "2000 2000");
    EXPECT_EQ(look->value("SELECT count(*) || ' ' || count(DISTINCT id) FROM added"), "2000 2000");
}

TEST_F(Postgres, ACommitThatWasTakenThoughItsAnswerWasLostIsNotRepeated)
{
    for (int number = 1; number <= 9; ++number) {
        load_through_a_relay("COMMIT", number);
    }
}

TEST_F(Postgres, AConnectionThatIsLostInTheMiddleOfATransactionIsMadeAnew)
{
    for (const char* const text : {"COPY", "CREATE TABLE \"samples\"", "_corest_progress", "ALTER TABLE"}) {
        load_through_a_relay(text, 1);
    }
}

TEST_F(Postgres, AServerThatCrashesAndStartsAgainLosesNothing)
{
    int step = 0;
    net::io_context context;
    std::vector<table_load> tables;
    tables.emplace_back(table("samples"), numbered(30, 20));
    run(context, load(destination(), tables, [&] {
        if (++step == 12) {
            look.reset();
            postgres_server::find()->restart();
        }
    }));
    look.emplace(postgres_server::find()->connect());
    EXPECT_EQ(look->value("SELECT count(*) || ' ' || count(DISTINCT id) FROM " + schema + ".samples"), "600 600");
}

TEST_F(Postgres, WritersOfTheSameRowsDoNotWaitForOneAnotherInCircles)
{
    constexpr int writers = 4;
    std::vector<std::thread> threads;
    std::vector<std::string> failures(writers);
    for (int w = 0; w < writers; ++w) {
        threads.emplace_back([&, w] {
            std::vector<page> pages = numbered(20, 100, w);
            if (w % 2 == 1) {
                std::reverse(pages.begin(), pages.end());
            }
            try {
                load(destination(), merge, std::move(pages));
            } catch (const std::exception& e) {
                failures[static_cast<std::size_t>(w)] = e.what();
            }
        });
    }
    for (std::thread& t : threads) {
        t.join();
    }
    for (const std::string& f : failures) {
        EXPECT_EQ(f, "");
    }
    EXPECT_EQ(look->value("SELECT count(*) FROM samples"), "2000");
}

TEST_F(Postgres, ATransactionThatTheServerRefusesForNowIsTriedAgain)
{
    load(destination(), merge, {make_page({R"({"id":1,"v":1})"})});
    look->execute("CREATE SEQUENCE tries; CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                  "IF nextval('"
        + schema
        + ".tries') <= 3 THEN RAISE EXCEPTION 'not now' USING ERRCODE = '40001'; END IF; "
          "RETURN NEW; END $$; CREATE TRIGGER refuse BEFORE INSERT ON samples FOR EACH ROW EXECUTE FUNCTION refuse()");
    load(destination(), merge, {make_page({R"({"id":2,"v":1})"})});
    EXPECT_EQ(look->value("SELECT count(*) FROM samples"), "2");
    EXPECT_EQ(look->value("SELECT last_value >= 4 FROM tries"), "t");
}

TEST_F(Postgres, AColumnThatIsDroppedMeanwhileIsMadeAgain)
{
    const any_destination d = destination();
    net::io_context context;
    run(context, open_and_write(d, merge, make_page({R"({"id":1,"v":1})"})));
    look->execute("ALTER TABLE samples DROP COLUMN v");
    run(context, write(d, "samples", make_page({R"({"id":2,"v":2})"}, 2)));
    run(context, close(d, "samples"));
    EXPECT_EQ(look->value("SELECT string_agg(concat_ws('|', id, v), ' ' ORDER BY id) FROM samples"), "1 2|2");
}

TEST_F(Postgres, ADestinationThatGoesAwayDoesNotWaitForALock)
{
    load(destination(), merge, {make_page({R"({"id":1})"})});
    look->execute("BEGIN; LOCK TABLE samples");
    const auto began = std::chrono::steady_clock::now();
    {
        net::io_context context;
        const any_destination d = destination();
        net::co_spawn(context, open(d, merge), [](std::exception_ptr) {});
        context.run_for(std::chrono::milliseconds(300));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
    look->execute("ROLLBACK");
}

// ---- addresses ----

TEST_F(Postgres, NoMessageHoldsThePassword)
{
    for (const char* const address :
        {"postgresql://someone:s3cret@127.0.0.1:1/shop?connect_timeout=2",
            "postgres:host=127.0.0.1 port=1 password=s3cret", "postgresql://someone:s3cret%zz@host/shop",
            "postgres:password='s3cret", "postgres:host=x password=s3cret?mode=1",
            "postgresql://someone:a?s3cret@host/shop", "postgres:host=x password=a?s3cret",
            "postgresql://someone:s3cret@host/shop?json=s3", "postgresql://someone:s3cret@127.0.0.1:1/shop?sslmode=s3"})
    {
        std::string message;
        try {
            load(corest::postgres(address), table("samples"), {});
        } catch (const error& e) {
            message = e.what();
        }
        EXPECT_THAT(message, Not(HasSubstr("s3cret"))) << address;
        EXPECT_NE(message, "") << address;
    }
}

TEST_F(Postgres, AnAddressThatCannotBeMeantIsNotTaken)
{
    const auto message_of = [](const std::string& address) {
        try {
            load(corest::postgres(address), table("samples"), {});
        } catch (const error& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    EXPECT_THAT(message_of("postgresql://host/shop?shema=raw"),
        HasSubstr("the option 'shema' of the PostgreSQL database's address is not known; the nearest known option is "
                  "'schema'"));
    EXPECT_THAT(message_of("postgresql://host/shop?sslmod=require"), HasSubstr("'sslmode'"));
    EXPECT_THAT(message_of("postgres:host=x?jsn=json"), HasSubstr("the nearest known option is 'json'"));
    EXPECT_THAT(message_of("postgresql://host/shop?schema=" + std::string(64, 'x')),
        HasSubstr("its name has 64 bytes, and PostgreSQL takes 63"));
}

TEST_F(Postgres, ASchemaIsMadeWhereItDoesNotExist)
{
    schema += " new";
    load(corest::postgres(postgres_server::find()->address() + "?schema=" + postgres_server::new_schema() + "%20new"),
        table("samples"), {make_page({R"({"id":1})"})});
    EXPECT_EQ(
        look->value("SELECT count(*) FROM pg_tables WHERE schemaname LIKE '% new' AND tablename = 'samples'"), "1");
}

} // namespace
