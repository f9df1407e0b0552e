/// \file
/// Lists as rows of tables of their own (`max_table_nesting`), compared with what dlt's normalizer makes of the same
/// records.

#include <corest/destination/destination.hpp>
#include <corest/error.hpp>
#include <corest/source/plan/nested_columns.hpp>
#include <corest/source/run/row_nesting.hpp>

#include <support/make_page.hpp>
#include <support/what_of.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace row_nesting_test {

using corest::schema::naming;
using corest::source::detail::nested_rows;
using corest::source::detail::row_nesting;
using testing::AllOf;
using testing::HasSubstr;

using texts = std::vector<std::string>;

/// The table of the resource. \param json columns that are declared so
corest::table root_table(bool is_merge = false, const texts& json = {})
{
    corest::table root("t", is_merge ? corest::write_disposition::merge : corest::write_disposition::append, {"id"});
    root.schema.emplace();
    for (const std::string& name : json) {
        root.schema->columns.emplace_back(name, corest::schema::data_type::json);
    }
    corest::source::detail::nested_column::add_to(root);
    return root;
}

/// Each row with its table before it, a table after the other.
texts lines_of(const nested_rows& rows)
{
    texts lines;
    const auto add = [&](const std::string& table, const corest::page& of) {
        for (std::size_t i = 0; i < of.size(); ++i) {
            lines.push_back(table + " " + std::string(of.json(i)));
        }
    };
    add("t", rows.rows);
    for (const corest::nested_page& below : rows.nested) {
        add(below.table, below.rows);
        EXPECT_EQ(below.parents.size(), below.rows.size());
    }
    return lines;
}

/// A record, and the rows that dlt makes of it. Where a table has rows of several parents they stand together here.
class nesting_case {
public:
    std::size_t levels;
    std::size_t longest; ///< bytes of a name; 0: any
    texts json;
    bool is_merge;
    std::string record;
    texts rows;
};

// Made by dlt's own code (1.26, dlt/common/normalizers/json/relational.py), for a resource `t` and rows with the id
// ROOT.
const std::vector<nesting_case> cases = {
    {0, 0, texts{}, false,
        R"({"id":1,"user":{"login":"a","plan":{"name":"x"}},"labels":[{"n":"p"},{"n":"q"}],"_dlt_id":"ROOT"})",
        texts{
            R"(t {"id":1,"user":{"login":"a","plan":{"name":"x"}},"labels":[{"n":"p"},{"n":"q"}],"_dlt_id":"ROOT"})"}},
    {1, 0, texts{}, false,
        R"({"id":1,"user":{"login":"a","plan":{"name":"x"}},"labels":[{"n":"p","o":{"z":[1]}},{"n":"q"}],"_dlt_id":"ROOT"})",
        texts{R"(t {"id":1,"user__login":"a","user__plan":{"name":"x"},"_dlt_id":"ROOT"})",
            R"(t__labels {"n":"p","o":{"z":[1]},"_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"TtCoZ6euJk6pTw"})",
            R"(t__labels {"n":"q","_dlt_parent_id":"ROOT","_dlt_list_idx":1,"_dlt_id":"8tGqGwBB75DaMA"})"}},
    {2, 0, texts{}, false,
        R"({"id":1,"user":{"login":"a","plan":{"name":"x"}},"labels":[{"n":"p","o":{"z":[1]}},{"n":"q"}],"_dlt_id":"ROOT"})",
        texts{R"(t {"id":1,"user__login":"a","user__plan__name":"x","_dlt_id":"ROOT"})",
            R"(t__labels {"n":"p","o__z":[1],"_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"TtCoZ6euJk6pTw"})",
            R"(t__labels {"n":"q","_dlt_parent_id":"ROOT","_dlt_list_idx":1,"_dlt_id":"8tGqGwBB75DaMA"})"}},
    {3, 0, texts{}, false, R"({"id":1,"labels":[{"n":"p","o":{"z":[1]}},{"l":[{"m":[7]}]}],"_dlt_id":"ROOT"})",
        texts{R"(t {"id":1,"_dlt_id":"ROOT"})",
            R"(t__labels {"n":"p","_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"TtCoZ6euJk6pTw"})",
            R"(t__labels {"_dlt_parent_id":"ROOT","_dlt_list_idx":1,"_dlt_id":"8tGqGwBB75DaMA"})",
            R"(t__labels__o__z {"value":1,"_dlt_parent_id":"TtCoZ6euJk6pTw","_dlt_list_idx":0,"_dlt_id":"HGdCrjKpQuF78A"})",
            R"(t__labels__l {"_dlt_parent_id":"8tGqGwBB75DaMA","_dlt_list_idx":0,"_dlt_id":"7ZBI25wVgLPprw"})",
            R"(t__labels__l__m {"value":7,"_dlt_parent_id":"7ZBI25wVgLPprw","_dlt_list_idx":0,"_dlt_id":"J7ShQHMeAHghEw"})"}},
    {1000, 0, texts{}, false, R"({"id":1,"labels":[{"n":"p","o":{"z":[1]}},{"l":[{"m":[7]}]}],"_dlt_id":"ROOT"})",
        texts{R"(t {"id":1,"_dlt_id":"ROOT"})",
            R"(t__labels {"n":"p","_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"TtCoZ6euJk6pTw"})",
            R"(t__labels {"_dlt_parent_id":"ROOT","_dlt_list_idx":1,"_dlt_id":"8tGqGwBB75DaMA"})",
            R"(t__labels__o__z {"value":1,"_dlt_parent_id":"TtCoZ6euJk6pTw","_dlt_list_idx":0,"_dlt_id":"HGdCrjKpQuF78A"})",
            R"(t__labels__l {"_dlt_parent_id":"8tGqGwBB75DaMA","_dlt_list_idx":0,"_dlt_id":"7ZBI25wVgLPprw"})",
            R"(t__labels__l__m {"value":7,"_dlt_parent_id":"7ZBI25wVgLPprw","_dlt_list_idx":0,"_dlt_id":"J7ShQHMeAHghEw"})"}},
    {1, 0, texts{}, false, R"({"tags":["a",1,null,true,{"k":1}],"_dlt_id":"ROOT"})",
        texts{R"(t {"_dlt_id":"ROOT"})",
            R"(t__tags {"value":"a","_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"17bgkoj3n7YJSw"})",
            R"(t__tags {"value":1,"_dlt_parent_id":"ROOT","_dlt_list_idx":1,"_dlt_id":"mqZ7tvx+a4o1DA"})",
            R"(t__tags {"_dlt_parent_id":"ROOT","_dlt_list_idx":2,"_dlt_id":"LS0bK7swo+NYpA"})",
            R"(t__tags {"value":true,"_dlt_parent_id":"ROOT","_dlt_list_idx":3,"_dlt_id":"uXyFhJn8EMTePQ"})",
            R"(t__tags {"k":1,"_dlt_parent_id":"ROOT","_dlt_list_idx":4,"_dlt_id":"uM1OZJzWqOFBDw"})"}},
    {1, 0, texts{}, false, R"({"grid":[[1,2],[3]],"_dlt_id":"ROOT"})",
        texts{R"(t {"_dlt_id":"ROOT"})",
            R"(t__grid {"list":[1,2],"_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"LXS0bdWyVtEc7Q"})",
            R"(t__grid {"list":[3],"_dlt_parent_id":"ROOT","_dlt_list_idx":1,"_dlt_id":"sucISNDaeRimgg"})"}},
    {2, 0, texts{}, false, R"({"grid":[[1,2],[3]],"_dlt_id":"ROOT"})",
        texts{R"(t {"_dlt_id":"ROOT"})",
            R"(t__grid {"list":[1,2],"_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"LXS0bdWyVtEc7Q"})",
            R"(t__grid {"list":[3],"_dlt_parent_id":"ROOT","_dlt_list_idx":1,"_dlt_id":"sucISNDaeRimgg"})"}},
    {3, 0, texts{}, false, R"({"grid":[[1,2],[3]],"_dlt_id":"ROOT"})",
        texts{R"(t {"_dlt_id":"ROOT"})",
            R"(t__grid {"_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"LXS0bdWyVtEc7Q"})",
            R"(t__grid {"_dlt_parent_id":"ROOT","_dlt_list_idx":1,"_dlt_id":"sucISNDaeRimgg"})",
            R"(t__grid__list {"value":1,"_dlt_parent_id":"LXS0bdWyVtEc7Q","_dlt_list_idx":0,"_dlt_id":"u+GgJaZw2hKKEw"})",
            R"(t__grid__list {"value":2,"_dlt_parent_id":"LXS0bdWyVtEc7Q","_dlt_list_idx":1,"_dlt_id":"JdjzAMLDoxWl7w"})",
            R"(t__grid__list {"value":3,"_dlt_parent_id":"sucISNDaeRimgg","_dlt_list_idx":0,"_dlt_id":"wT6TFCDkD76fMA"})"}},
    {1000, 0, texts{}, false, R"({"grid":[[[1]],[{"a":[2]}]],"_dlt_id":"ROOT"})",
        texts{R"(t {"_dlt_id":"ROOT"})",
            R"(t__grid {"_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"LXS0bdWyVtEc7Q"})",
            R"(t__grid {"_dlt_parent_id":"ROOT","_dlt_list_idx":1,"_dlt_id":"sucISNDaeRimgg"})",
            R"(t__grid__list {"_dlt_parent_id":"LXS0bdWyVtEc7Q","_dlt_list_idx":0,"_dlt_id":"u+GgJaZw2hKKEw"})",
            R"(t__grid__list {"_dlt_parent_id":"sucISNDaeRimgg","_dlt_list_idx":0,"_dlt_id":"wT6TFCDkD76fMA"})",
            R"(t__grid__list__list {"value":1,"_dlt_parent_id":"u+GgJaZw2hKKEw","_dlt_list_idx":0,"_dlt_id":"gYiTMvUPY9v8Bw"})",
            R"(t__grid__list__a {"value":2,"_dlt_parent_id":"wT6TFCDkD76fMA","_dlt_list_idx":0,"_dlt_id":"zHsWxv0BnONWtw"})"}},
    {1, 0, texts{}, false, R"({"user":{"tags":["x"],"a":{"b":[1]}},"_dlt_id":"ROOT"})",
        texts{R"(t {"user__tags":["x"],"user__a":{"b":[1]},"_dlt_id":"ROOT"})"}},
    {2, 0, texts{}, false, R"({"user":{"tags":["x"],"a":{"b":[1]}},"_dlt_id":"ROOT"})",
        texts{R"(t {"user__a__b":[1],"_dlt_id":"ROOT"})",
            R"(t__user__tags {"value":"x","_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"+KjKDTfTS+Z7KA"})"}},
    {3, 0, texts{}, false, R"({"user":{"tags":["x"],"a":{"b":[{"c":[1]}]}},"_dlt_id":"ROOT"})",
        texts{R"(t {"_dlt_id":"ROOT"})",
            R"(t__user__tags {"value":"x","_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"+KjKDTfTS+Z7KA"})",
            R"(t__user__a__b {"_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"n1oWK2N6/TPH8w"})",
            R"(t__user__a__b__c {"value":1,"_dlt_parent_id":"n1oWK2N6/TPH8w","_dlt_list_idx":0,"_dlt_id":"wpeh1wRJRqtlkQ"})"}},
    {3, 0, texts{"meta", "list"}, false, R"({"meta":{"a":[1]},"list":[1],"n":{"meta":{"a":1}},"_dlt_id":"ROOT"})",
        texts{R"(t {"meta":{"a":[1]},"list":[1],"n__meta__a":1,"_dlt_id":"ROOT"})"}},
    {2, 0, texts{}, false, R"({"a":[],"b":{},"c":null,"_dlt_id":"ROOT"})", texts{R"(t {"_dlt_id":"ROOT"})"}},
    {2, 0, texts{}, true, R"({"id":1,"l":[{"m":[{"x":1}]}],"_dlt_id":"ROOT"})",
        texts{R"(t {"id":1,"_dlt_id":"ROOT"})",
            R"(t__l {"_dlt_root_id":"ROOT","_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"/zvLU4sYp9ObLQ"})",
            R"(t__l__m {"x":1,"_dlt_root_id":"ROOT","_dlt_parent_id":"/zvLU4sYp9ObLQ","_dlt_list_idx":0,"_dlt_id":"vfi56abtkixxWg"})"}},
    {1, 0, texts{}, false, R"({"l":[{"value":5},6],"_dlt_id":"ROOT"})",
        texts{R"(t {"_dlt_id":"ROOT"})",
            R"(t__l {"value":5,"_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"/zvLU4sYp9ObLQ"})",
            R"(t__l {"value":6,"_dlt_parent_id":"ROOT","_dlt_list_idx":1,"_dlt_id":"ba+bg/46+cwJtQ"})"}},
    {9, 30, texts{}, false,
        R"({"a_very_long_field_name":{"with_another_long_name":[{"and_a_third_long_name":{"x":1}}]},"_dlt_id":"ROOT"})",
        texts{R"(t {"_dlt_id":"ROOT"})",
            R"(t__a_very_loicobiwer_long_name {"and_a_third_long_name__x":1,"_dlt_parent_id":"ROOT","_dlt_list_idx":0,"_dlt_id":"JEJxBsQHhwPB/A"})"}},
};

TEST(RowNesting, MakesTheRowsThatDltMakes)
{
    for (const nesting_case& one : cases) {
        SCOPED_TRACE(one.record + ", " + std::to_string(one.levels) + " levels");
        row_nesting nesting(root_table(one.is_merge, one.json), naming::snake_case, one.longest, one.levels);
        EXPECT_EQ(lines_of(nesting.apply(make_page({one.record}), nullptr)), one.rows);
    }
}

TEST(RowNesting, SaysInWhichRowEachIs)
{
    row_nesting nesting(root_table(), naming::direct, 0, 5);
    const nested_rows rows = nesting.apply(
        make_page({R"({"l":[{"m":[1,2]},{"m":[3]}]})", "{}", R"({"l":[{"m":[4]}],"Other Name":[5]})"}), nullptr);
    ASSERT_EQ(rows.nested.size(), 3U);
    EXPECT_EQ(rows.rows.size(), 3U);
    EXPECT_EQ(rows.nested[0].table, "t__l");
    EXPECT_EQ(rows.nested[0].parent, 0U);
    EXPECT_EQ(rows.nested[0].parents, (std::vector<std::size_t>{0, 0, 2}));
    EXPECT_EQ(rows.nested[1].table, "t__l__m");
    EXPECT_EQ(rows.nested[1].parent, 1U);
    EXPECT_EQ(rows.nested[1].parents, (std::vector<std::size_t>{0, 0, 1, 2}));
    EXPECT_EQ(rows.nested[2].table, "t__Other Name");
    EXPECT_EQ(rows.nested[2].parents, (std::vector<std::size_t>{2}));
}

TEST(RowNesting, RowsAtTheTopHaveIdsOfTheirOwn)
{
    row_nesting nesting(root_table(), naming::direct, 0, 1);
    const nested_rows rows = nesting.apply(make_page({R"({"l":[1]})", R"({"l":[1]})"}), nullptr);
    EXPECT_NE(rows.rows.json(0), rows.rows.json(1));
    EXPECT_NE(rows.nested.at(0).rows.json(0), rows.nested.at(0).rows.json(1));
}

TEST(RowNesting, ANameThatWouldBeThereTwiceIsAnError)
{
    const auto fails = [](const std::string& record) {
        return what_of(corest::errc::wrong_type, [&] {
            row_nesting nesting(root_table(), naming::snake_case, 0, 3);
            static_cast<void>(nesting.apply(make_page({R"({"id":1})", record}), nullptr));
        });
    };
    EXPECT_THAT(fails(R"({"a":{"b":1},"a__b":2})"),
        AllOf(HasSubstr("the fields 'a__b' and 'a__b' of a record would both be the column 'a__b'"),
            HasSubstr("record 2"), HasSubstr("max_table_nesting")));
    EXPECT_THAT(fails(R"({"aB":[1],"a_b":[2]})"),
        HasSubstr("the fields 'aB' and 'a_b' of a record would both be the table 'a_b'"));
    EXPECT_THAT(fails(R"({"l":[{"_dlt_parent_id":1}]})"),
        AllOf(HasSubstr("the record has a field '_dlt_parent_id'"), HasSubstr("max_table_nesting adds a column")));
    EXPECT_THAT(fails(R"({"_dlt_id":5})"), HasSubstr("the record has a field '_dlt_id'"));
    EXPECT_EQ(fails(R"({"a":[1],"a":[2],"b":1,"b":2})"), "no error") << "of the same member the last one counts";
}

TEST(RowNesting, ARecordThatIsNoObjectIsAnError)
{
    row_nesting nesting(root_table(), naming::direct, 0, 1);
    EXPECT_THAT(what_of(corest::errc::wrong_type, [&] { static_cast<void>(nesting.apply(make_page({"5"}), nullptr)); }),
        HasSubstr("expected an object"));
}

TEST(NestedRowId, IsTheOneOfDlt)
{
    using corest::source::detail::nested_row_id;
    EXPECT_EQ(nested_row_id("ROOT", "t__labels", 0), "TtCoZ6euJk6pTw");
    EXPECT_EQ(nested_row_id("TtCoZ6euJk6pTw", "t__labels__o__z", 0), "HGdCrjKpQuF78A");
    EXPECT_EQ(nested_row_id("ROOT", "t__l", 1), "ba+bg/46+cwJtQ");
}

} // namespace row_nesting_test
