#include <corest/schema/infer.hpp>

#include <corest/error.hpp>

#include <destination/contract_support.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using corest::schema::infer;
using corest::test::make_page;

namespace inferred {

BOOST_DEFINE_ENUM_CLASS(state, open, closed)

struct owner {
    std::string login;
};
BOOST_DESCRIBE_STRUCT(owner, (), (login))

struct issue {
    std::int64_t id = 0;
    std::optional<std::string> title;
    double score = 0;
    bool open = false;
    state is = state::open;
    std::chrono::sys_seconds created_at;
    std::chrono::sys_days due;
    owner by;
    std::vector<int> tags;
    std::optional<corest::json_text> extra;
    std::uint64_t serial = 0;
};
BOOST_DESCRIBE_STRUCT(issue, (), (id, title, score, open, is, created_at, due, by, tags, extra, serial))
constexpr auto corest_names(const issue*)
{
    return corest::rename(&issue::created_at, "createdAt");
}

} // namespace inferred

namespace {

TEST(Infer, AllOfThePageDecides)
{
    const auto found = infer(make_page({R"({"id":1,"n":1,"big":1,"mixed":1,"at":"2026-11-26T09:30:00Z","none":null})",
        R"({"id":2,"n":1.5,"big":18446744073709551616,"mixed":"a","at":"2026-11-26T10:30:00+01:00","nested":{}})",
        R"({"id":null,"text":"2026-11-26","flag":true})"}));
    EXPECT_EQ(found.columns_json(),
        R"({"id":{"data_type":"bigint"},"n":{"data_type":"double"},"big":{"data_type":"decimal"},)"
        R"("mixed":{"data_type":"text"},"at":{"data_type":"timestamp"},"none":{},"nested":{"data_type":"json"},)"
        R"("text":{"data_type":"text"},"flag":{"data_type":"bool"}})");
}

TEST(Infer, SaysWhichRecordIsNone)
{
    try {
        static_cast<void>(infer(make_page({R"({"a":1})", "7"})));
        FAIL();
    } catch (const corest::error& e) {
        EXPECT_NE(e.message().find("(record 2 of the page)"), std::string::npos) << e.what();
    }
}

TEST(SchemaOf, HasTheMembersOfAStruct)
{
    EXPECT_EQ(corest::schema::schema_of<inferred::issue>().columns_json(),
        R"({"id":{"data_type":"bigint","nullable":false},"title":{"data_type":"text"},)"
        R"("score":{"data_type":"double","nullable":false},"open":{"data_type":"bool","nullable":false},)"
        R"("is":{"data_type":"text","nullable":false},"createdAt":{"data_type":"timestamp","nullable":false},)"
        R"("due":{"data_type":"date","nullable":false},"by":{"data_type":"json","nullable":false},)"
        R"("tags":{"data_type":"json","nullable":false},"extra":{"data_type":"json"},)"
        R"("serial":{"data_type":"decimal","nullable":false,"precision":20,"scale":0}})");
}

} // namespace
