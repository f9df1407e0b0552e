/// \file
/// Which values become which: each cell of the table, and values at the edges.

#include <corest/schema/coerce.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

using corest::schema::column;
using corest::schema::data_type;

namespace {

/// A value as text with its kind before it; "-" where it is none of the type.
std::string coerced(const column& target, std::string_view json)
{
    std::string scratch;
    scratch.reserve(json.size());
    corest::json_reader reader(json);
    corest::schema::text_store texts;
    const auto value = corest::schema::coerce(target, corest::schema::read_json_value(reader, scratch), texts);
    if (!value) {
        return "-";
    }
    constexpr const char* kinds[] = {
        "null", "bool ", "int ", "real ", "decimal ", "text ", "json ", "at ", "date ", "time ", "bytes "};
    std::string out = kinds[static_cast<std::size_t>(value->kind())];
    if (!value->is_null()) {
        append_text(out, *value);
    }
    return out;
}

class coercion_case {
public:
    const char* name;
    column target;
    std::string json;
    std::string expected;
};

std::ostream& operator<<(std::ostream& out, const coercion_case& c)
{
    return out << c.name;
}

class Coercion : public testing::TestWithParam<coercion_case> {};

TEST_P(Coercion, IsAsTheTableHasIt)
{
    EXPECT_EQ(coerced(GetParam().target, GetParam().json), GetParam().expected);
}

column of(data_type type)
{
    return column("x", type);
}

INSTANTIATE_TEST_SUITE_P(Table, Coercion,
    testing::Values(coercion_case{"TextFromText", of(data_type::text), R"("a\nb")", "text a\nb"},
        coercion_case{"TextFromBigint", of(data_type::text), "7", "text 7"},
        coercion_case{"TextFromDouble", of(data_type::text), "1.50", "text 1.50"},
        coercion_case{"TextFromBool", of(data_type::text), "true", "text true"},
        coercion_case{"TextFromJson", of(data_type::text), R"({"a" : [1]})", R"(text {"a":[1]})"},
        coercion_case{"TextFromNull", of(data_type::text), "null", "null"},
        coercion_case{"TextThatIsTooLong", column("x", data_type::text).with_precision(2), R"("abc")", "-"},
        coercion_case{"TextThatFits", column("x", data_type::text).with_precision(2), R"("éé")", "text éé"},
        coercion_case{"BigintFromBigint", of(data_type::bigint), "-9223372036854775808", "int -9223372036854775808"},
        coercion_case{"BigintFromText", of(data_type::bigint), R"(" 200 ")", "int 200"},
        coercion_case{"BigintFromHex", of(data_type::bigint), R"("0xC8")", "int 200"},
        coercion_case{"BigintFromWords", of(data_type::bigint), R"("two")", "-"},
        coercion_case{"BigintFromWholeDouble", of(data_type::bigint), "1.5e1", "int 15"},
        coercion_case{"BigintFromDouble", of(data_type::bigint), "1.5", "-"},
        coercion_case{"BigintFromWholeDecimal", of(data_type::bigint), R"("12.00")", "int 12"},
        coercion_case{"BigintTooLarge", of(data_type::bigint), "9223372036854775808", "-"},
        coercion_case{"BigintOf16Bits", column("x", data_type::bigint).with_precision(16), "32768", "-"},
        coercion_case{"BigintFromBool", of(data_type::bigint), "true", "-"},
        coercion_case{"BigintFromJson", of(data_type::bigint), "[1]", "-"},
        coercion_case{"DoubleFromDouble", of(data_type::floating), "1.25", "real 1.25"},
        coercion_case{"DoubleFromBigint", of(data_type::floating), "3", "real 3"},
        coercion_case{
            "DoubleFromDecimal", of(data_type::floating), "36893488147419103232", "real 36893488147419103232"},
        coercion_case{"DoubleFromText", of(data_type::floating), R"("-1.5e3")", "real -1500"},
        coercion_case{"DoubleFromWords", of(data_type::floating), R"("nan")", "-"},
        coercion_case{"DoubleTooLarge", of(data_type::floating), "1e999", "-"},
        coercion_case{"DoubleFromBool", of(data_type::floating), "false", "-"},
        coercion_case{"BoolFromBool", of(data_type::boolean), "false", "bool false"},
        coercion_case{"BoolFromYes", of(data_type::boolean), R"("Yes")", "bool true"},
        coercion_case{"BoolFromNo", of(data_type::boolean), R"("f")", "bool false"},
        coercion_case{"BoolFromWords", of(data_type::boolean), R"("maybe")", "-"},
        coercion_case{"BoolFromBigint", of(data_type::boolean), "2", "bool true"},
        coercion_case{"BoolFromDouble", of(data_type::boolean), "0.0", "bool false"},
        coercion_case{"BoolFromDecimal", of(data_type::boolean), "1e400", "bool true"},
        coercion_case{"BoolFromJson", of(data_type::boolean), "{}", "-"},
        coercion_case{"JsonFromJson", of(data_type::json), "[1, 2]", "json [1,2]"},
        coercion_case{"JsonFromText", of(data_type::json), R"("{\"a\": 1}")", R"(json {"a":1})"},
        coercion_case{"JsonFromWords", of(data_type::json), R"("a")", "-"},
        coercion_case{"JsonFromBigint", of(data_type::json), "1", "-"}));

INSTANTIATE_TEST_SUITE_P(Exact, Coercion,
    testing::Values(coercion_case{"DecimalFromBigint", of(data_type::decimal), "12", "decimal 12"},
        coercion_case{"DecimalFromDouble", of(data_type::decimal), "0.10", "decimal 0.1"},
        coercion_case{"DecimalKeepsItsDigits", of(data_type::decimal), "12345678901234567890.123456789",
            "decimal 12345678901234567890.123456789"},
        coercion_case{"DecimalFromExponent", of(data_type::decimal), "-1.25e-3", "decimal -0.00125"},
        coercion_case{"DecimalFromText", of(data_type::decimal), R"("1e3")", "decimal 1000"},
        coercion_case{"DecimalFromHex", of(data_type::decimal), R"("0xffffffffffffffffffff")",
            "decimal 1208925819614629174706175"},
        coercion_case{"DecimalFromWords", of(data_type::decimal), R"("1,5")", "-"},
        coercion_case{"DecimalFromBool", of(data_type::decimal), "true", "-"},
        coercion_case{
            "DecimalThatFits", column("x", data_type::decimal).with_precision(5, 2), "-999.99", "decimal -999.99"},
        coercion_case{"DecimalWithTooLargeAWhole", column("x", data_type::decimal).with_precision(5, 2), "1000", "-"},
        coercion_case{
            "DecimalWithTooLongAFraction", column("x", data_type::decimal).with_precision(5, 2), "1.005", "-"},
        coercion_case{"DecimalThatWouldNeedAGigabyte", of(data_type::decimal), "1e999999999", "-"},
        coercion_case{"DecimalOfNegativeZero", of(data_type::decimal), "-0.0", "decimal 0"},
        coercion_case{"WeiFromBigNumber", of(data_type::wei),
            "115792089237316195423570985008687907853269984665640564039457584007913129639935",
            "decimal 115792089237316195423570985008687907853269984665640564039457584007913129639935"},
        coercion_case{"WeiFromFraction", of(data_type::wei), "1.5", "-"},
        coercion_case{"BinaryFromBase64", of(data_type::binary), R"("aGk=")", "bytes hi"},
        coercion_case{"BinaryFromHex", of(data_type::binary), R"("0x6869")", "bytes hi"},
        coercion_case{"BinaryFromBigint", of(data_type::binary), "26984", "bytes hi"},
        coercion_case{"BinaryFromWords", of(data_type::binary), R"("a b")", "-"},
        coercion_case{"BinaryFromDouble", of(data_type::binary), "1.5", "-"},
        coercion_case{"AnyTypeFromAnything", column("x"), R"({"a": 1})", R"(json {"a":1})"}));

INSTANTIATE_TEST_SUITE_P(Times, Coercion,
    testing::Values(coercion_case{"TimestampFromText", of(data_type::timestamp), R"("2026-11-26T10:30:00.25+01:00")",
                        "at 2026-11-26T09:30:00.25Z"},
        coercion_case{
            "TimestampWithoutOffset", of(data_type::timestamp), R"("2026-11-26 09:30:00")", "at 2026-11-26T09:30:00Z"},
        coercion_case{"TimestampFromDate", of(data_type::timestamp), R"("2026-11-26")", "at 2026-11-26T00:00:00Z"},
        coercion_case{"TimestampFromBigint", of(data_type::timestamp), "-1", "at 1969-12-31T23:59:59Z"},
        coercion_case{"TimestampFromDouble", of(data_type::timestamp), "1.5", "at 1970-01-01T00:00:01.5Z"},
        coercion_case{"TimestampFromBool", of(data_type::timestamp), "true", "-"},
        coercion_case{"TimestampFromWords", of(data_type::timestamp), R"("yesterday")", "-"},
        coercion_case{"TimestampBeforeTheYearZero", of(data_type::timestamp), R"("0000-01-01T00:00:00+01:00")", "-"},
        coercion_case{"TimestampTooLate", of(data_type::timestamp), "253402300800", "-"},
        coercion_case{"TimestampToTheMillisecond", column("x", data_type::timestamp).with_precision(3),
            R"("2026-11-26T09:30:00.123456Z")", "at 2026-11-26T09:30:00.123Z"},
        coercion_case{"TimestampWithoutZone", column("x", data_type::timestamp).without_timezone(),
            R"("2026-11-26T10:30:00+01:00")", "at 2026-11-26T09:30:00"},
        coercion_case{"DateFromText", of(data_type::date), R"("2026-11-26")", "date 2026-11-26"},
        coercion_case{"DateFromMidnight", of(data_type::date), R"("2026-11-26T00:00:00+01:00")", "date 2026-11-26"},
        coercion_case{"DateFromMoment", of(data_type::date), R"("2026-11-26T09:30:00Z")", "-"},
        coercion_case{"DateThatTheCalendarLacks", of(data_type::date), R"("2026-02-29")", "-"},
        coercion_case{"DateFromBigint", of(data_type::date), "20261126", "-"},
        coercion_case{"TimeFromText", of(data_type::time), R"("09:30:00.5")", "time 09:30:00.5"},
        coercion_case{"TimeToTheMinute", of(data_type::time), R"("09:30")", "time 09:30:00"},
        coercion_case{"TimeInAZone", of(data_type::time), R"("09:30:00+01:00")", "-"},
        coercion_case{"TimeFromBigint", of(data_type::time), "930", "-"}));

TEST(TypeOfValues, IsWhatTheyAreByThemselves)
{
    const auto found = [](std::string_view json) -> std::string {
        std::string scratch;
        scratch.reserve(json.size());
        corest::json_reader reader(json);
        const auto type = corest::schema::type_of(corest::schema::read_json_value(reader, scratch));
        return type ? std::string(to_string(*type)) : "none";
    };
    EXPECT_EQ(found("null"), "none");
    EXPECT_EQ(found("true"), "bool");
    EXPECT_EQ(found("7"), "bigint");
    EXPECT_EQ(found("18446744073709551616"), "decimal");
    EXPECT_EQ(found("1e3"), "double");
    EXPECT_EQ(found("{}"), "json");
    EXPECT_EQ(found(R"("2026-11-26T09:30:00Z")"), "timestamp");
    EXPECT_EQ(found(R"("2026-11-26T09:30:00")"), "text");
    EXPECT_EQ(found(R"("2026-11-26")"), "text");
}

TEST(CommonType, HoldsTheValuesOfBoth)
{
    using corest::schema::common_type;
    EXPECT_EQ(common_type(data_type::bigint, data_type::bigint), data_type::bigint);
    EXPECT_EQ(common_type(data_type::bigint, data_type::floating), data_type::floating);
    EXPECT_EQ(common_type(data_type::decimal, data_type::floating), data_type::decimal);
    EXPECT_EQ(common_type(data_type::timestamp, data_type::text), data_type::text);
    EXPECT_EQ(common_type(data_type::boolean, data_type::bigint), data_type::text);
}

TEST(TypedValue, IsWrittenAsJson)
{
    const auto json = [](const corest::schema::typed_value& value) {
        std::string out;
        append_json(out, value);
        return out;
    };
    using corest::schema::typed_value;
    using corest::schema::value_kind;
    EXPECT_EQ(json(typed_value()), "null");
    EXPECT_EQ(json(typed_value(value_kind::text, "a\"b")), R"("a\"b")");
    EXPECT_EQ(json(typed_value(value_kind::decimal, "1.10")), "1.10");
    EXPECT_EQ(json(typed_value(value_kind::binary, "h")), R"("aA==")");
    EXPECT_EQ(json(typed_value(value_kind::binary, "hi")), R"("aGk=")");
    EXPECT_EQ(json(typed_value(value_kind::binary, "hip")), R"("aGlw")");
    EXPECT_EQ(json(typed_value(value_kind::date, std::int64_t{-1})), R"("1969-12-31")");
    EXPECT_EQ(json(typed_value(0.1)), "0.1");
}

} // namespace
