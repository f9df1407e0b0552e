/// \file
/// Every type with every kind of value, in PostgreSQL: with `json` and with `jsonb`.

#include <destination/postgres_schema_tables.hpp>
#include <destination/value_cases.hpp>

#include <map>
#include <string>

namespace corest::test {

namespace {

class postgres_json_values : public postgres_tables {
public:
    static std::map<std::string, std::string> differences()
    {
        return {{"text, NUL",
                    "!record 2: the text in the field 'v' holds the character U+0000, which no text of PostgreSQL can "
                    "hold. Leave such records out (processing_steps), or load into sqlite, duckdb or ndjson, which "
                    "keep it."},
            {"decimal, very fine",
                "!record 2: the field 'v': the rows could not be stored in the table 'samples 36' in 'postgresql://"},
            {"bool", "t"}, {"timestamp", "2026-01-02 02:04:05.5+00"},
            {"timestamp, the first year", "0001-01-01 00:00:00+00"},
            {"timestamp, the last second", "9999-12-31 23:59:59+00"}, {"timestamp without zone", "2026-01-02 02:04:05"},
            {"binary", "\\x00ff"}, {"decimal with precision", "1234.50"}};
    }
};

class postgres_jsonb_values : public postgres_tables {
public:
    postgres_jsonb_values() : postgres_tables("jsonb") {}

    static std::map<std::string, std::string> differences()
    {
        std::map<std::string, std::string> all = postgres_json_values::differences();
        const auto refused = [](const std::string& what) {
            return "!record 2: the value of the field 'v' holds " + what
                + ", which PostgreSQL's jsonb does not take. Load with ?json=json into a new table, which keeps the "
                  "text as it is.";
        };
        all["json"] = R"({"a": [1.50, "é"]})";
        all["json, NUL"] = refused("the character U+0000 (\\u0000)");
        all["json, lone surrogate"] = refused("half of a surrogate pair");
        return all;
    }
};

} // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(PostgresJson, Values, postgres_json_values);
INSTANTIATE_TYPED_TEST_SUITE_P(PostgresJsonb, Values, postgres_jsonb_values);

} // namespace corest::test
