#include <corest/error.hpp>
#include <corest/source/read/overrides.hpp>

#include <support/what_of.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

namespace json = boost::json;
using corest::errc;

constexpr const char* small =
    R"({"client":{"base_url":"https://a","auth":{"token":{"$secret":"t"}}},)"
    R"("resources":[{"name":"projects","endpoint":{"path":"/p"}},"samples",{"name":"x.y","endpoint":"/x"}]})";

/// The dictionary after a setting.
std::string after(std::string_view setting, const char* before = small)
{
    json::value v = json::parse(before);
    corest::source::apply_override(v, setting);
    return json::serialize(v);
}

/// One value of it.
std::string value_after(std::string_view setting, const char* pointer, const char* before = small)
{
    json::value v = json::parse(before);
    corest::source::apply_override(v, setting);
    json::error_code ec;
    const json::value* at = v.find_pointer(pointer, ec);
    return at == nullptr ? "nothing" : json::serialize(*at);
}

std::string why_not_set(std::string_view setting, const char* before = small)
{
    return what_of(errc::invalid_source, [&] {
        json::value v = json::parse(before);
        corest::source::apply_override(v, setting);
    });
}

TEST(Overrides, SetAValueByItsPath)
{
    EXPECT_EQ(value_after("client.base_url=http://127.0.0.1:8080/x?y=z", "/client/base_url"),
        R"("http://127.0.0.1:8080/x?y=z")");
    EXPECT_EQ(value_after("client.auth.token_url=https://b/token", "/client/auth/token_url"), R"("https://b/token")");
    EXPECT_EQ(value_after("resources[0].endpoint.path=/q", "/resources/0/endpoint/path"), R"("/q")");
}

TEST(Overrides, MakeObjectsOnTheWayWhereTheKeyIsKnown)
{
    EXPECT_EQ(value_after("client.retry.backoff_factor=0.5", "/client/retry"), R"({"backoff_factor":5E-1})");
    EXPECT_EQ(value_after("resource_defaults.endpoint.params.workspace=acme", "/resource_defaults"),
        R"({"endpoint":{"params":{"workspace":"acme"}}})");
    EXPECT_EQ(value_after("client.headers.X-Any=1", "/client/headers"), R"({"X-Any":1})");
    EXPECT_EQ(value_after("client.base_url=http://x", "/client", "{}"), R"({"base_url":"http://x"})");
    EXPECT_EQ(value_after("client.retry.jitter=false", "/client/retry", R"({"client":{"retry":null}})"),
        R"({"jitter":false})");
}

TEST(Overrides, RoundNoInteger)
{
    boost::json::value v = boost::json::parse(R"({"client":{"base_url":"https://a.test"},"resources":[{"name":"r"}]})");
    try {
        corest::source::apply_override(v, "resources.r.endpoint.params.id=18446744073709551616");
        ADD_FAILURE() << "no error";
    } catch (const corest::error& e) {
        EXPECT_EQ(e.message(), "--set resources.r.endpoint.params.id: the number does not fit into 64 bits");
    }
    corest::source::apply_override(v, R"(resources.r.endpoint.params.id="18446744073709551616")");
    EXPECT_EQ(v.at("resources").at(0).at("endpoint").at("params").at("id").as_string(), "18446744073709551616");
    corest::source::apply_override(v, "resources.r.endpoint.params.id=18446744073709551617");
    EXPECT_EQ(v.at("resources").at(0).at("endpoint").at("params").at("id").as_string(), "18446744073709551617")
        << "where a text stood it stays one";
}

TEST(Overrides, FindResourcesByName)
{
    EXPECT_EQ(value_after("resources.projects.endpoint.paginator.limit=10", "/resources/0/endpoint/paginator"),
        R"({"limit":10})");
    EXPECT_EQ(value_after("resources[projects].selected=false", "/resources/0/selected"), "false");
    EXPECT_EQ(value_after("resources[x.y].selected=false", "/resources/2/selected"), "false");
}

TEST(Overrides, WriteOutShortForms)
{
    EXPECT_EQ(
        value_after("resources.samples.selected=false", "/resources/1"), R"({"name":"samples","selected":false})");
    EXPECT_EQ(value_after("resources[x.y].endpoint.method=POST", "/resources/2/endpoint"),
        R"({"path":"/x","method":"POST"})");
    const char* text =
        R"({"client":{"auth":"bearer","paginator":"offset"},"resource_defaults":{"write_disposition":"merge"}})";
    EXPECT_EQ(value_after("client.auth.token=t", "/client/auth", text), R"({"type":"bearer","token":"t"})");
    EXPECT_EQ(value_after("client.paginator.limit=5", "/client/paginator", text), R"({"type":"offset","limit":5})");
    EXPECT_EQ(value_after(
                  "resource_defaults.write_disposition.strategy=upsert", "/resource_defaults/write_disposition", text),
        R"({"disposition":"merge","strategy":"upsert"})");
}

TEST(Overrides, ReadTheValueAsJsonWhereItIsJson)
{
    EXPECT_EQ(value_after("client.retry.status_codes=[429, 503]", "/client/retry/status_codes"), "[429,503]");
    EXPECT_EQ(value_after("resource_defaults.primary_key=null", "/resource_defaults/primary_key",
                  R"({"resource_defaults":{"primary_key":"id"}})"),
        "null");
    EXPECT_EQ(value_after("client.base_url=\"quoted\"", "/client/base_url"), R"("quoted")");
    EXPECT_EQ(value_after("client.auth={\"type\":\"none\"}", "/client/auth"), R"({"type":"none"})");
    EXPECT_EQ(value_after("client.base_url=", "/client/base_url"), R"("")");
    EXPECT_EQ(value_after("client.base_url=[1,", "/client/base_url"), R"("[1,")");
    EXPECT_EQ(value_after("client.base_url=a=b", "/client/base_url"), R"("a=b")");
}

TEST(Overrides, KeepANumberAsTextWhereTextOrASecretWas)
{
    EXPECT_EQ(value_after("client.auth.token=0123456789", "/client/auth/token"), R"("0123456789")");
    EXPECT_EQ(value_after("client.auth.token=42", "/client/auth/token"), R"("42")");
    EXPECT_EQ(value_after("client.base_url=42", "/client/base_url"), R"("42")");
}

TEST(Overrides, AreErrorsWhereThePathIsWrong)
{
    EXPECT_EQ(why_not_set("clint.base_url=x"),
        "--set clint.base_url: unknown key 'clint'; the nearest known key is 'client'.");
    EXPECT_EQ(why_not_set("client.bas_url=x"),
        "--set client.bas_url: unknown key 'bas_url'; the nearest known key is 'base_url'.");
    EXPECT_EQ(why_not_set("client.retry.zzz=x"),
        "--set client.retry.zzz: unknown key 'zzz'; known here are status_codes, max_retries, backoff_factor, "
        "max_wait, "
        "retry_after_limit, budget and jitter.");
    EXPECT_EQ(why_not_set("resources.sampels.selected=x"),
        "--set resources.sampels.selected: there is no resource 'sampels'; the nearest known resource is 'samples'.");
    EXPECT_EQ(why_not_set("resources[3].selected=x"),
        "--set resources[3].selected: there is no element 3: the list has 3, counted from 0.");
    EXPECT_EQ(why_not_set("resources[-1].selected=x"),
        "--set resources[-1].selected: there is no resource '-1'; known here are projects, samples and x.y.");
    EXPECT_EQ(why_not_set("resources[99999999999999999999].selected=x")
                  .find("--set resources[99999999999999999999].selected: there is "
                        "no resource"),
        0U);
    EXPECT_EQ(why_not_set("client.base_url.x=1"),
        "--set client.base_url.x: what stands before 'x' is text, which has no parts.");
    EXPECT_EQ(why_not_set("client.auth.token.x=1"),
        "--set client.auth.token.x: what stands before 'x' is a secret, which has no parts.");
    EXPECT_EQ(why_not_set("client.timeout.total.x=1", R"({"client":{"timeout":{"total":424242}}})"),
        "--set client.timeout.total.x: what stands before 'x' is a number, which has no parts.");
    EXPECT_EQ(
        why_not_set("a.b=1", R"({"a":[1]})"), "--set a.b: expected an element's number in place of 'b', as in [0].");
    EXPECT_EQ(why_not_set("client..x=1"), "--set client..x: a part of the path is empty.");
    EXPECT_EQ(why_not_set("client.=1"), "--set client.: a part of the path is empty.");
    EXPECT_EQ(why_not_set("resources[]=1"), "--set resources[]: a part of the path is empty.");
    EXPECT_EQ(why_not_set("resources[0=1"), "--set resources[0: the '[' is never closed.");
    EXPECT_EQ(why_not_set("resources[0]x=1"), "--set resources[0]x: expected '.' or '[' after ']'.");
    EXPECT_EQ(why_not_set("=x"),
        "--set expects PATH=VALUE, and there is no path in it. Write --set "
        "client.base_url=https://api.example.com.");
}

TEST(Overrides, NeverShowTheValue)
{
    EXPECT_EQ(why_not_set("client.auth.token:CANARY"),
        "--set expects PATH=VALUE, and there is no '=' in it. Write --set "
        "client.base_url=https://api.example.com.");
    EXPECT_EQ(why_not_set("client.auth.tokn=CANARY").find("CANARY"), std::string::npos);
}

TEST(Overrides, ChangeNothingElse)
{
    EXPECT_EQ(after("client.base_url=https://a"), small);
}

} // namespace
