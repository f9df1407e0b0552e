#include <corest/error.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/schema/authenticators.hpp>
#include <corest/source/schema/field.hpp>
#include <corest/source/schema/json_schema.hpp>
#include <corest/source/schema/paginators.hpp>
#include <corest/source/schema/source_config.hpp>
#include <corest/source/schema/source_keys.hpp>

#include <support/json_schema_check.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace json = boost::json;
namespace detail = corest::source::detail;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

const json::value& schema()
{
    static const json::value made = corest::source::json_schema();
    return made;
}

std::string fault(const std::string& dictionary)
{
    return json_schema_check(schema()).fault(json::parse(dictionary));
}

/// Why the reader refuses a dictionary; empty where it does not.
std::string refusal(const json::value& dictionary)
{
    try {
        (void)corest::source::check_source(dictionary);
        return {};
    } catch (const corest::error& e) {
        return e.what();
    }
}

/// Calls `visit(definition's name, shape, choice)` once for each object and list of the dictionary. \c choice is true
/// for one kind of several, which has the key `type` too.
class shape_walk {
public:
    using visitor = std::function<void(const std::string& name, const detail::shape&, bool choice)>;
    explicit shape_walk(visitor visit) : visit_(std::move(visit)) {}

    void walk(const detail::shape& one) { walk(std::string(one.name), one, false); }

private:
    void walk(const std::string& name, const detail::shape& one, bool choice)
    {
        if (!seen_.insert(name).second) {
            return;
        }
        visit_(name, one, choice);
        for (const detail::field& key : one.fields) {
            if (const detail::shape* nested = key.nested()) {
                walk(*nested);
            }
        }
        if (one.kinds != nullptr) {
            for (const detail::kind& kind : one.kinds()) {
                walk(name + "." + std::string(kind.names.front()), *kind.keys, true);
            }
        }
        if (one.elements != nullptr) {
            walk(*one.elements);
        }
    }

    visitor visit_;
    std::set<std::string> seen_;
};

/// The object of a definition, which may be one choice among several.
const json::object* object_of(const json::value& definition)
{
    if (const auto* choices = definition.as_object().if_contains("anyOf")) {
        for (const json::value& one : choices->as_array()) {
            if (one.as_object().contains("properties")) {
                return &one.get_object();
            }
        }
        return nullptr;
    }
    return definition.get_object().contains("properties") ? &definition.get_object() : nullptr;
}

TEST(JsonSchema, HasEachKeyOfTheTablesAndNoOther)
{
    std::size_t objects = 0;
    shape_walk([&](const std::string& name, const detail::shape& one, bool choice) {
        if (one.fields.empty() && !choice) {
            return;
        }
        std::vector<std::string> expected;
        for (const detail::field& key : one.fields) {
            expected.emplace_back(key.name);
            if (!key.alias.empty()) {
                expected.emplace_back(key.alias);
            }
        }
        for (const detail::other_key& other : one.others) {
            expected.emplace_back(other.name);
        }
        if (choice) {
            expected.emplace_back("type");
            if (name.starts_with("auth.")) {
                expected.emplace_back("session");
            }
        }
        const auto* definition = schema().at("$defs").as_object().if_contains(name);
        ASSERT_NE(definition, nullptr) << name;
        const auto* object = object_of(*definition);
        ASSERT_NE(object, nullptr) << name;
        EXPECT_EQ(object->at("additionalProperties"), json::value(false)) << name;
        std::vector<std::string> found;
        for (const auto& property : object->at("properties").as_object()) {
            found.emplace_back(property.key());
            EXPECT_TRUE(property.value().as_object().contains("description")) << name << "." << property.key();
        }
        EXPECT_THAT(found, UnorderedElementsAreArray(expected)) << name;
        ++objects;
    }).walk(detail::shape_of<detail::source_keys>);
    EXPECT_GT(objects, 20U);
}

/// Where an object of the dictionary may stand, so that its keys can be tried: a dictionary with `object` in that
/// place.
std::string dictionary_with(const std::string& name, const std::string& object)
{
    const std::string base = R"("base_url":"https://a.test")";
    const auto with_client = [&](const std::string& more) {
        return R"({"client":{)" + base + "," + more + R"(},"resources":["x"]})";
    };
    const auto with_resource = [&](const std::string& more) {
        return R"({"client":{)" + base + R"(},"resources":[{"name":"x",)" + more + "}]}";
    };
    return name == "source" ? object
        : name == "client"  ? R"({"resources":["x"],"client":)" + object + "}"
        : name == "retry" || name == "timeout" || name == "rate_limit" || name == "limits" || name == "tls"
        ? with_client("\"" + name + "\":" + object)
        : name == "rate_weight"         ? with_client(R"("rate_limit":{"weights":[)" + object + "]}")
        : name.starts_with("auth")      ? with_client("\"auth\":" + object)
        : name == "login"               ? with_client(R"("auth":{"type":"session_login","login":)" + object + "}")
        : name.starts_with("paginator") ? with_client("\"paginator\":" + object)
        : name == "resource_defaults"
        ? R"({"client":{)" + base + R"(},"resources":["x"],"resource_defaults":)" + object + "}"
        : name == "resource" ? R"({"client":{)" + base + R"(},"resources":[)" + object + "]}"
        : name == "endpoint" || name == "write_disposition" ? with_resource("\"" + name + "\":" + object)
        : name == "response_action"  ? with_resource(R"("endpoint":{"response_actions":[)" + object + "]}")
        : name == "processing_step"  ? with_resource(R"("processing_steps":[)" + object + "]")
        : name == "decoder"          ? with_resource(R"("endpoint":{"decoder":)" + object + "}")
        : name == "poll"             ? with_resource(R"("endpoint":{"poll":)" + object + "}")
        : name == "pagination_reset" ? with_resource(R"("endpoint":{"pagination_reset":)" + object + "}")
        : name.starts_with("endpoint_incremental") ? with_resource(R"("endpoint":{"incremental":)" + object + "}")
        : name.starts_with("param.")               ? with_resource(R"("endpoint":{"params":{"p":)" + object + "}}")
                                                   : "no place for " + name;
}

TEST(JsonSchema, HasOnlyKeysThatTheReaderKnows)
{
    for (const auto& definition : schema().at("$defs").as_object()) {
        const std::string name(definition.key());
        const auto* object = object_of(definition.value());
        if (object == nullptr || name == "secret") {
            continue;
        }
        for (const auto& property : object->at("properties").as_object()) {
            const std::string key(property.key());
            json::object tried;
            if (const auto dot = name.find('.'); dot != std::string::npos) {
                tried["type"] = json::string_view(name).substr(dot + 1);
            }
            if (name == "resource") {
                tried["name"] = "x";
            }
            if (key != "type" && !(name == "resource" && key == "name")) {
                tried[key] = nullptr;
            }
            const std::string text = refusal(json::parse(dictionary_with(name, json::serialize(tried))));
            EXPECT_EQ(text.find("unknown key"), std::string::npos) << name << "." << key << ": " << text;
            tried["no_such_key"] = nullptr;
            EXPECT_NE(refusal(json::parse(dictionary_with(name, json::serialize(tried)))).find("no_such_key"),
                std::string::npos)
                << name << ": the key would have been looked at";
        }
    }
}

TEST(JsonSchema, AcceptsTheSeedsAndTheDemo)
{
    const auto check = [](const std::string& path) {
        const json::value dictionary = corest::source::read_source_file(path);
        EXPECT_EQ(json_schema_check(schema()).fault(dictionary), "") << path;
    };
    check(COREST_SOURCE_DIR "/examples/demo/source.json");
    check(COREST_SOURCE_DIR "/examples/incremental/source.json");
    if (!std::filesystem::is_directory(COREST_SEEDS_DIR)) {
        GTEST_SKIP() << "no seed documents at " COREST_SEEDS_DIR;
    }
    std::size_t seeds = 0;
    for (const auto& file : std::filesystem::directory_iterator(COREST_SEEDS_DIR)) {
        check(file.path().string());
        ++seeds;
    }
    EXPECT_EQ(seeds, 5U);
}

TEST(JsonSchema, AgreesWithTheReader)
{
    const auto client = [](const std::string& more) {
        return R"({"client":{"base_url":"https://a.test",)" + more + R"(},"resources":["x"]})";
    };
    const auto resource = [](const std::string& more) {
        return R"({"client":{"base_url":"https://a.test"},"resources":[{"name":"x",)" + more + "}]}";
    };
    for (const std::string& good : {
             client(R"("auth":null,"paginator":null,"retry":null,"timeout":5,"verify":false,"proxy":{"$secret":"p"})"),
             client(R"("auth":{"token":"t"},"timeout":{"total":0},"headers":{"a":1,"b":null,"c":{"$secret":"s"}})"),
             client(R"("auth":{"type":"oauth2","client_id":"i","client_secret":"s","access_token_url":"https://b"})"),
             client(R"("rate_limit":{"requests":2,"per":0.5,"weights":[{"path":"^/a","weight":0}],"learn":false})"),
             client(R"("paginator":"auto","concurrency":3,"allowed_origins":"https://b")"),
             client(R"("paginator":{"type":"page_number","start_from_page":1,"total_path":null,"max_pages":2})"),
             resource(R"("endpoint":"/x","write_disposition":"merge","primary_key":["a","b"],"columns":{"a":{}})"),
             resource(R"("columns":[{"name":"a"}],"schema_contract":{"tables":"freeze"},"merge_key":"a")"),
             resource(R"("endpoint":{"path":"","method":"post","json":[1],"data_selector":["a","b"]},"selected":true)"),
             resource(R"("endpoint":{"path":"/{id}","params":{"id":{"type":"resolve","resource":"x","field":"f"},
                         "a":[1,"b",null],"c":true}},"write_disposition":{"disposition":"merge","strategy":"upsert"})"),
             resource(R"("endpoint":{"response_actions":[{"status_code":404,"action":"ignore"}]},"incremental":null)"),
             resource(
                 R"("endpoint":{"params":{"since":{"type":"incremental","cursor_path":"u","initial_value":"2024"}}})"),
             resource(R"("endpoint":{"incremental":{"cursor_path":"u","initial_value":1,"end_value":9,"start_param":"s",
                         "end_param":"e","primary_key":[],"lag":1.5,"row_order":"asc","range_start":"open"}})"),
             resource(R"("endpoint":{"incremental":{"type":"incremental","cursor_path":"u","initial_value":"2024-01-01",
                         "step":"P1D","cursor_granularity":"PT1S","convert":"%Y","partition_limit":3,"lag":1,
                         "on_cursor_value_missing":"include"},"pagination_reset":{"after_pages":2}})"),
             std::string(R"({"$schema":"corest.schema.json","client":{"base_url":"https://a"},"resources":["x"]})"),
         })
    {
        EXPECT_EQ(fault(good), "") << good;
        EXPECT_EQ(refusal(json::parse(good)), "") << good;
    }
    for (const std::string& bad : {
             std::string(R"({"client":{},"resources":["x"]})"),
             std::string(R"({"client":{"base_url":"https://a"},"resources":[]})"),
             std::string(R"({"client":{"base_url":"https://a"},"resources":["x"],"resource_defaults":{"name":"y"}})"),
             client(R"("auth":"bearer")"),
             client(R"("auth":{"type":"none","token":"t"})"),
             client(R"("auth":{"type":"api_key","api_key":"k","location":"body"})"),
             client(R"("auth":{"type":"oauth2","client_id":"i","client_secret":"s"})"),
             client(R"("paginator":{"limit":5})"),
             client(R"("paginator":{"type":"offset"})"),
             client(R"("paginator":{"type":"offset","limit":0})"),
             client(R"("retry":{"max_retries":101})"),
             client(R"("timeout":{"conect":1})"),
             client(R"("rate_limit":{"requests":0})"),
             client(R"("rate_limit":{"weights":[{"path":"a"}]})"),
             client(R"("rate_limit":5)"),
             client(R"("session":1)"),
             resource(R"("endpoint":{"method":"PUT"})"),
             resource(R"("write_disposition":"skip")"),
             resource(R"("primary_key":[""])"),
             resource(R"("endpoint":{"params":{"a":{"type":"incremental"}}})"),
             resource(R"("endpoint":{"incremental":{"cursor_path":"u","row_order":"up"}})"),
             resource(R"("endpoint":{"incremental":{"cursor_path":"u","initial_value":[1]}})"),
             resource(R"("endpoint":{"pagination_reset":{"after_pages":0}})"),
             resource(R"("endpoint":{"response_actions":[{"status_code":404}]})"),
         })
    {
        EXPECT_NE(fault(bad), "") << bad;
        EXPECT_NE(refusal(json::parse(bad)), "") << bad;
    }
}

TEST(JsonSchema, StatesTheDefaultsThatTheReaderHas)
{
    const json::value& definitions = schema().at("$defs");
    const auto usual = [&](const char* definition, const char* key) {
        return json::serialize(object_of(definitions.at(definition))->at("properties").at(key).at("default"));
    };
    EXPECT_EQ(usual("retry", "max_retries"), "3");
    EXPECT_EQ(usual("retry", "backoff_factor"), "2");
    EXPECT_EQ(usual("timeout", "first_byte"), "60");
    EXPECT_EQ(usual("client", "verify"), "true");
    EXPECT_EQ(usual("endpoint", "method"), R"("GET")");
    EXPECT_EQ(usual("resource", "write_disposition"), R"("append")");
    EXPECT_EQ(usual("paginator.json_link", "next_url_path"), R"("$.next")");
    EXPECT_EQ(usual("auth.api_key", "location"), R"("header")");
    EXPECT_EQ(usual("auth.oauth2_client_credentials", "default_token_expiration"), "3600");
}

} // namespace
