/// \file
/// What is said of a page that could not be stored.

#include <corest/destination/store_error.hpp>
#include <corest/destination/worker.hpp>
#include <corest/error.hpp>

#include <support/make_page.hpp>

#include <gtest/gtest.h>

#include <exception>
#include <stdexcept>
#include <string>

namespace {

namespace store_error = corest::detail::store_error;

using corest::errc;
using corest::error;
using corest::detail::table_work;

TEST(StoreError, SaysWhichKeyARecordLacks)
{
    EXPECT_STREQ(store_error::missing_key("samples", "uuid", R"({"project": 1, "name": "x", "id": 7})").what(),
        "no field 'uuid', which is in the primary key of the table 'samples'; the record has project, name, id. Name a "
        "primary_key that every record has, or use the write disposition append.");
    EXPECT_STREQ(store_error::missing_key("samples", "project", R"({"project": null, "uuid": 2})").what(),
        "null in the field 'project', which is in the primary key of the table 'samples'; the record has project, "
        "uuid. Name a primary_key that every record has, or use the write disposition append.");
    EXPECT_EQ(store_error::missing_key("samples", "id", "{}").kind(), errc::field_missing);
    EXPECT_STREQ(store_error::missing_key("samples", "id", R"({"id": {"a": 1}})").what(),
        "the value {\"a\": 1} of the field 'id', which is in the primary key of the table 'samples', is not of its "
        "column's type. Declare a type for the field that all values have, as text (columns), or name another "
        "primary_key.");
}

TEST(StoreError, CountsRecordsFromOne)
{
    try {
        store_error::for_each_record(3, [](std::size_t i) {
            if (i == 1) {
                throw error(errc::wrong_type, "it is odd", "Make it even");
            }
        });
        FAIL();
    } catch (const error& e) {
        EXPECT_STREQ(e.what(), "record 2: it is odd. Make it even.");
        EXPECT_EQ(e.kind(), errc::wrong_type);
    }
}

TEST(StoreError, NamesTableAndPage)
{
    table_work work(table_work::operation::write, "samples", make_page({"{}"}, 7));
    store_error::attempt(work, [] { throw error(errc::not_json, "it is broken"); });
    EXPECT_EQ(corest::describe(work.failure), "resource 'samples', page 7: it is broken.");
    store_error::attempt(work, [] { throw std::runtime_error("out of luck"); });
    EXPECT_EQ(
        corest::describe(work.failure), "resource 'samples', page 7: the table could not be written: out of luck.");
}

} // namespace
