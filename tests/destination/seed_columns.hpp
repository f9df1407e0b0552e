#pragma once

/// \file
/// The five seed documents with columns that a JSON Schema declares in an override, loaded from the example API into
/// one destination after the other. A class says how its tables are read (as for contract_test.hpp):
///
///     class my_tables {
///     public:
///         corest::any_destination destination() const;
///         std::optional<std::vector<corest::test::row>> rows(const std::string& table) const;
///         /// Of each column of a table its type; left out where there are none.
///         std::map<std::string, std::string> types(const std::string& table) const;
///         /// Of each type of a schema that of a column.
///         static std::map<corest::schema::data_type, std::string> type_names();
///     };

#include <corest/schema/data_type.hpp>
#include <corest/select/rfc3339.hpp>
#include <corest/source/source.hpp>

#include <api_server/server.hpp>

#include <destination/contract_support.hpp>
#include <support/run.hpp>
#include <support/seeds.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace corest::test {

/// What the columns of the example API's records are.
class seed_schema {
public:
    /// \param id whether keys are texts, and whether there is a token beside them
    seed_schema(bool text_ids, bool has_token)
    {
        using schema::data_type;
        add("id", text_ids ? R"({"type": "string"})" : R"({"type": "integer"})",
            text_ids ? data_type::text : data_type::bigint);
        if (has_token) {
            add("token", R"({"type": "string"})", data_type::text);
        }
        add("name", R"({"type": "string"})", data_type::text);
        add("revision", R"({"type": "integer"})", data_type::bigint);
        add("date_created", R"({"type": "string", "format": "date-time"})", data_type::timestamp);
        add("date_modified", R"({"type": "string", "format": "date-time"})", data_type::timestamp);
        add("details", R"({"type": "object"})", data_type::json);
        add("tags", R"({"type": "array"})", data_type::json);
        add("active", R"({"type": "boolean"})", data_type::boolean);
        add("deleted_at", R"({"type": ["string", "null"], "format": "date-time"})", data_type::timestamp);
        add("score", R"({"type": "number"})", data_type::floating);
        add("size_bytes", R"({"type": "integer"})", data_type::bigint);
    }

    /// What an override gives: fields that are not declared are refused.
    std::string json_schema() const
    {
        return "{\"type\": \"object\", \"properties\": {" + properties_
            + "}, \"required\": [\"id\", \"name\"], \"additionalProperties\": false}";
    }
    const std::map<std::string, schema::data_type>& types() const { return types_; }

private:
    void add(const std::string& name, const std::string& property, schema::data_type type)
    {
        properties_ += (properties_.empty() ? "\"" : ", \"") + name + "\": " + property;
        types_[name] = type;
    }

    std::string properties_;
    std::map<std::string, schema::data_type> types_;
};

/// What the tests share. \tparam Tables see the file
template <class Tables>
class SeedColumns : public testing::Test {
protected:
    using index = example_api::dataset::index;

    void SetUp() override
    {
        if (!has_seeds()) {
            GTEST_SKIP() << "the seed documents are not at " << COREST_SEEDS_DIR;
        }
    }

    seed_schema schema_of(index c) const
    {
        const auto& described = api_.data().collections()[c];
        const bool has_token = described.api == "seed004";
        return {described.odd_keys && !has_token, has_token};
    }

    /// The collections of a seed's API.
    std::vector<index> collections_of(const std::string& number) const
    {
        std::vector<index> all;
        for (index c = 0; c < api_.data().collections().size(); ++c) {
            if (api_.data().collections()[c].api == "seed" + number) {
                all.push_back(c);
            }
        }
        return all;
    }

    void load(const std::string& number, const Tables& tables)
    {
        source::definition seed = source::load(seed_file(number));
        seed.set("client.base_url=" + api_.base_url("seed" + number));
        if (number == "000" || number == "002") {
            seed.set("client.auth.token_url=" + api_.token_url("seed" + number));
        }
        for (const index c : collections_of(number)) {
            seed.set("resources[" + api_.data().collections()[c].name + "].columns=" + schema_of(c).json_schema());
        }
        source::plan_options options;
        if (number == "004") {
            options.params.emplace_back("workspace", "acme");
        }
        const source::secret_store secrets([known = seed_secrets(api_)](const std::string& name) {
            const auto found = known.find(name);
            return found == known.end() ? std::nullopt : std::optional(found->second);
        });
        const source::planned_source planned = seed.plan(options);
        net::io_context context;
        const source::run_report report = run(context, planned.run(tables.destination(), secrets));
        EXPECT_TRUE(report.complete());
        for (const std::string& failure : report.failures()) {
            ADD_FAILURE() << failure;
        }
    }

    /// Whether a text that is read back is the value that the server sent.
    static bool is_same(schema::data_type type, const std::string& found, const boost::json::value& sent)
    {
        switch (type) {
        case schema::data_type::boolean:
            return sent.get_bool() ? found == "true" || found == "t" || found == "1"
                                   : found == "false" || found == "f" || found == "0";
        case schema::data_type::timestamp: {
            const std::string text = found.ends_with("+00") ? found + ":00" : found;
            const auto moment = parse_date_time(text);
            const auto expected = parse_date_time(std::string(sent.get_string()));
            return moment && moment->seconds == expected->seconds && moment->fraction == expected->fraction;
        }
        case schema::data_type::floating:
            return std::stod(found) == sent.to_number<double>();
        case schema::data_type::json:
            return boost::json::parse(found) == sent;
        default:
            return found == (sent.is_string() ? std::string(sent.get_string()) : boost::json::serialize(sent));
        }
    }

    void expect_rows(const Tables& tables, index c) const
    {
        const auto& data = api_.data();
        const std::string& name = data.collections()[c].name;
        std::map<std::string, row> by_id;
        for (const row& r : tables.rows(name).value_or(std::vector<row>())) {
            EXPECT_TRUE(by_id.emplace(r.at("id"), r).second) << name << " has " << r.at("id") << " twice";
        }
        ASSERT_EQ(by_id.size(), data.size(c)) << name;
        const seed_schema declared = schema_of(c);
        for (index i = 0; i < data.size(c); ++i) {
            const boost::json::object sent = data.record(c, i);
            const auto& id = sent.at("id");
            const auto found = by_id.find(id.is_string() ? std::string(id.get_string()) : boost::json::serialize(id));
            ASSERT_NE(found, by_id.end()) << name << " lacks " << id;
            for (const auto& [field, type] : declared.types()) {
                const bool is_null = sent.at(field).is_null();
                ASSERT_EQ(found->second.contains(field), !is_null) << name << "." << field << " of " << id;
                EXPECT_TRUE(is_null || is_same(type, found->second.at(field), sent.at(field)))
                    << name << "." << field << " of " << id << " is " << found->second.at(field) << ", the server sent "
                    << sent.at(field);
            }
        }
    }

    void expect_types(const Tables& tables, index c) const
    {
        if constexpr (requires { Tables::type_names(); }) {
            const std::string& name = api_.data().collections()[c].name;
            const seed_schema declared = schema_of(c);
            std::map<std::string, std::string> expected;
            for (const auto& [field, type] : declared.types()) {
                expected[field] = Tables::type_names().at(type);
            }
            std::map<std::string, std::string> found = tables.types(name);
            std::erase_if(found, [](const auto& one) { return one.first.starts_with("_"); }); // taken over from parents
            EXPECT_EQ(found, expected) << name;
        }
    }

    example_api::server api_;
};

TYPED_TEST_SUITE_P(SeedColumns);

TYPED_TEST_P(SeedColumns, AreThoseOfTheJsonSchemaAndRowsThoseOfTheServer)
{
    for (const char* const number : {"000", "001", "002", "003", "004"}) {
        SCOPED_TRACE(number);
        const TypeParam tables;
        this->load(number, tables);
        for (const auto c : this->collections_of(number)) {
            this->expect_types(tables, c);
            this->expect_rows(tables, c);
        }
    }
}

REGISTER_TYPED_TEST_SUITE_P(SeedColumns, AreThoseOfTheJsonSchemaAndRowsThoseOfTheServer);

} // namespace corest::test
