#pragma once

/// \file
/// Every type with every kind of value, for one destination after the other: what is stored, or which message refuses
/// it. A class says how its tables are read (as for contract_test.hpp), and what it stores in another way:
///
///     class my_tables {
///     public:
///         corest::any_destination destination();
///         std::optional<std::vector<corest::test::row>> rows(const std::string& table);
///         /// By the name of a case: the text that is read back, or, behind "!", the message, or it up to an address.
///         static std::map<std::string, std::string> differences();
///     };

#include <corest/destination/destination.hpp>
#include <corest/error.hpp>
#include <corest/schema/table_schema.hpp>

#include <destination/contract_support.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace corest::test {

/// A value for a column that is declared.
class value_case {
public:
    value_case(std::string its_name, schema::column its_column, std::string its_json, std::string its_outcome)
        : name(std::move(its_name)),
          declared(std::move(its_column)),
          json(std::move(its_json)),
          outcome(std::move(its_outcome))
    {
    }
    std::string name;
    schema::column declared;
    std::string json;    ///< of the value
    std::string outcome; ///< the text that is read back, or, behind "!", how the message goes on behind the page
};

/// The table of them. Values that are not of their column's type are to be refused.
inline std::vector<value_case> value_cases()
{
    using schema::column;
    using schema::data_type;
    const column text("v", data_type::text);
    const column real("v", data_type::floating);
    const column boolean("v", data_type::boolean);
    const column moment("v", data_type::timestamp);
    const column local = moment.without_timezone();
    const column bigint("v", data_type::bigint);
    const column binary("v", data_type::binary);
    const column json("v", data_type::json);
    const column decimal("v", data_type::decimal);
    const column price = decimal.with_precision(6, 2);
    const column wei("v", data_type::wei);
    const column date("v", data_type::date);
    const column time("v", data_type::time);
    const auto refused = [](const std::string& type, const std::string& found) {
        return "!the field 'v' is to be " + type + ", found " + found
            + " (record 2 of the page) (GET https://api.example.com/items). If such values are right, declare another "
              "type in table::schema.";
    };
    return {
        {"text", text, R"("a b")", "a b"},
        {"text from a number", text, "1.50", "1.50"},
        {"text, too large", text.with_precision(3), R"("abcd")", refused("text(3)", "the text 'abcd'")},
        {"text, unicode", text, R"("größe \u00e9 \ud83d\ude00")", "größe é 😀"},
        {"text, NUL", text, R"("a\u0000b")", std::string("a\0b", 3)},
        {"text, lone surrogate", text, R"("a\ud800b")",
            "!the field 'v' holds a text with half of a surrogate pair in it, which is no character (record 2 of the "
            "page) (GET https://api.example.com/items). Load into ndjson without columns and contract, which keeps it "
            "as it came, or let data_type discard such values or rows in table::schema's contract."},
        {"double", real, "1.5", "1.5"},
        {"double, wrong type", real, R"("x")", refused("double", "the text 'x'")},
        {"double, too large", real, "1e400", refused("double", "the number 1e400")},
        {"bool", boolean, "true", "true"},
        {"bool, wrong type", boolean, R"("perhaps")", refused("bool", "the text 'perhaps'")},
        {"timestamp", moment, R"("2026-01-02T03:04:05.5+01:00")", "2026-01-02T02:04:05.5Z"},
        {"timestamp, wrong type", moment, R"("soon")", refused("timestamp", "the text 'soon'")},
        {"timestamp, too large", moment, R"("12026-01-02T03:04:05Z")",
            refused("timestamp", "the text '12026-01-02T03:04:05Z'")},
        {"timestamp, the first year", moment, R"("0001-01-01T00:00:00Z")", "0001-01-01T00:00:00Z"},
        {"timestamp, the last second", moment, R"("9999-12-31T23:59:59Z")", "9999-12-31T23:59:59Z"},
        {"timestamp without zone", local, R"("2026-01-02T03:04:05+01:00")", "2026-01-02T02:04:05"},
        {"bigint", bigint, "-9223372036854775808", "-9223372036854775808"},
        {"bigint from a text", bigint, R"("0xFF")", "255"},
        {"bigint, wrong type", bigint, "1.5", refused("bigint", "the number 1.5")},
        {"bigint, too large", bigint, "9223372036854775808", refused("bigint", "the number 9223372036854775808")},
        {"binary", binary, R"("AP8=")", std::string("\0\xFF", 2)},
        {"binary, wrong type", binary, R"("é")", refused("binary", "the text 'é'")},
        {"json", json, R"({ "a": [1.50, "é"] })", R"({"a":[1.50,"é"]})"},
        {"json, wrong type", json, "1", refused("json", "the number 1")},
        {"json, NUL", json, R"(["a\u0000b"])", R"(["a\u0000b"])"},
        {"json, lone surrogate", json, R"(["a\ud800b"])", R"(["a\ud800b"])"},
        {"decimal", decimal, "12345678901234567890.123456789", "12345678901234567890.123456789"},
        {"decimal with precision", price, "1234.5", "1234.5"},
        {"decimal, wrong type", decimal, "true", refused("decimal", "true")},
        {"decimal, too large", price, "12345.67", refused("decimal(6, 2)", "the number 12345.67")},
        {"decimal, too fine", price, "0.125", refused("decimal(6, 2)", "the number 0.125")},
        {"decimal of many digits", decimal, "0.1234567890123", "0.1234567890123"},
        {"decimal of 20,000 digits", decimal, "1" + std::string(19'999, '0'), "1" + std::string(19'999, '0')},
        {"decimal, beyond all digits", decimal, "1" + std::string(20'000, '0'),
            refused("decimal", "the number 1" + std::string(39, '0') + "...")},
        {"decimal, very fine", decimal, "0." + std::string(16'383, '0') + "1", "0." + std::string(16'383, '0') + "1"},
        {"wei", wei, "99999999999999999999999999999999999999", "99999999999999999999999999999999999999"},
        {"wei, wrong type", wei, "0.5", refused("wei", "the number 0.5")},
        {"wei of 78 digits", wei, "1" + std::string(77, '0'), "1" + std::string(77, '0')},
        {"date", date, R"("2026-01-02")", "2026-01-02"},
        {"date, wrong type", date, R"("2026-02-30")", refused("date", "the text '2026-02-30'")},
        {"time", time, R"("03:04:05.25")", "03:04:05.25"},
        {"time, wrong type", time, R"("25:00:00")", refused("time", "the text '25:00:00'")},
    };
}

/// What the tests share. \tparam Tables see the file
template <class Tables>
class Values : public testing::Test {
protected:
    table typed(const std::string& name, schema::column declared) const
    {
        table t(name, write_disposition::append);
        t.schema = schema::table_schema({schema::column("id", schema::data_type::bigint), std::move(declared)},
            schema::schema_contract(schema::contract_mode::freeze));
        return t;
    }

    /// Loads one row that is right, and another one. \return "!" and the message where it is refused, else what is
    /// read back of it; nothing where it is NULL
    std::optional<std::string> outcome(const schema::column& declared, const std::string& second)
    {
        const std::string name = "samples " + std::to_string(++tables_made_);
        const any_destination& into = destination_;
        calls_.run(into.open(typed(name, declared)));
        std::string refusal;
        try {
            calls_.run(into.write(name, make_page({R"({"id":1})", second}, 7, {}, name)));
        } catch (const error& e) {
            refusal = e.what();
        }
        calls_.run(into.close(name));
        const std::vector<row> found = tables_.rows(name).value_or(std::vector<row>());
        if (!refusal.empty()) {
            EXPECT_TRUE(found.empty()) << name << ": of a page that is refused nothing is stored";
            const std::string where = "resource '" + name + "', page 7: ";
            EXPECT_EQ(refusal.substr(0, where.size()), where);
            return "!" + refusal.substr(std::min(where.size(), refusal.size()));
        }
        for (const row& r : found) {
            if (r.at("id") == "2") {
                return r.contains("v") ? std::optional(r.at("v")) : std::nullopt;
            }
        }
        ADD_FAILURE() << name << ": the row is lost";
        return std::nullopt;
    }

    Tables tables_;
    any_destination destination_ = tables_.destination();
    calls calls_;
    int tables_made_ = 0;
};

TYPED_TEST_SUITE_P(Values);

TYPED_TEST_P(Values, AreStoredOrRefusedByName)
{
    std::map<std::string, std::string> differences = TypeParam::differences();
    for (const value_case& one : value_cases()) {
        std::string expected = one.outcome;
        if (const auto other = differences.find(one.name); other != differences.end()) {
            expected = other->second;
            differences.erase(other);
        }
        std::string found = this->outcome(one.declared, "{\"id\":2,\"v\":" + one.json + "}").value_or("NULL");
        if (expected.starts_with("!") && expected.ends_with("://")) { // an address follows, which is the test's own
            found.resize(std::min(found.size(), expected.size()));
        }
        EXPECT_EQ(found, expected) << one.name;
    }
    EXPECT_TRUE(differences.empty()) << differences.begin()->first << " is no case";
}

TYPED_TEST_P(Values, MayBeNullOrMissingWhereThatIsDeclared)
{
    for (const schema::data_type type : schema::data_types) {
        const schema::column declared("v", type);
        EXPECT_EQ(this->outcome(declared, R"({"id":2,"v":null})"), std::nullopt);
        EXPECT_EQ(this->outcome(declared, R"({"id":2})"), std::nullopt);
    }
    const schema::column needed = schema::column("id", schema::data_type::bigint).not_null();
    for (const auto& [record, found] : std::map<std::string, std::string>{
             {R"({"v":1})", "no field 'id'"}, {R"({"id":null})", "null in the field 'id'"}})
    {
        TypeParam tables;
        const any_destination into = tables.destination();
        table t("samples");
        t.schema = schema::table_schema({needed});
        this->calls_.run(into.open(t));
        std::string refusal;
        try {
            this->calls_.run(into.write("samples", make_page({R"({"id":1})", record}, 7)));
        } catch (const error& e) {
            refusal = e.what();
        }
        EXPECT_EQ(refusal.substr(0, refusal.find(", which may not be null")), "resource 'samples', page 7: " + found);
        EXPECT_NE(refusal.find("(record 2 of the page)"), std::string::npos) << refusal;
    }
}

REGISTER_TYPED_TEST_SUITE_P(Values, AreStoredOrRefusedByName, MayBeNullOrMissingWhereThatIsDeclared);

} // namespace corest::test
