#include <corest/source/source.hpp>

#include <corest/error.hpp>
#include <corest/source/read/read_source.hpp>

#include <support/what_of.hpp>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace {
namespace configuration_values_test {

namespace source = corest::source;
using corest::errc;
using values = std::map<std::string, std::string>;

source::definition configured(const std::string& text, const values& known)
{
    source::definition out = source::load_text("import os\nimport dlt\n" + text, "f.py");
    out.configure([known](const std::string& name) {
        const auto found = known.find(name);
        return found == known.end() ? std::nullopt : std::optional<std::string>(found->second);
    });
    return out;
}

// A source of one resource, "a", with these keys beside its name.
std::string source_with(const std::string& keys, const std::string& before = {})
{
    return before + "rest_api_source({'client': {'base_url': 'https://a.example'}, 'resources': [{'name': 'a', " + keys
        + "}]})\n";
}

std::string dictionary_with(const std::string& keys, const values& known, const std::string& before = {})
{
    const source::definition made = configured(source_with(keys, before), known);
    (void)made.plan();
    return boost::json::serialize(made.dictionary().at("resources").at(0));
}

std::string why_no_plan(const std::string& keys, const values& known, const std::string& before = {})
{
    return what_of(errc::invalid_source, [&] { (void)configured(source_with(keys, before), known).plan(); });
}

TEST(ConfigurationValues, StandWhereAPlanNeedsTheValue)
{
    const values known = {{"org", "acme"}, {"ORG", "Acme"}, {"limit", "5"}, {"flag", "True"}, {"sources.t", "things"}};
    EXPECT_EQ(dictionary_with("'endpoint': {'path': f'orgs/{org}/repos'}", known, "org = dlt.config['org']\n"),
        R"({"name":"a","endpoint":{"path":"orgs/acme/repos"}})");
    EXPECT_EQ(dictionary_with("'endpoint': {'path': f'orgs/{ORG}/repos'}", known, "ORG = os.environ['ORG']\n"),
        R"({"name":"a","endpoint":{"path":"orgs/Acme/repos"}})");
    EXPECT_EQ(dictionary_with("'endpoint': {'path': os.getenv('NONE', 'x')}", known),
        R"({"name":"a","endpoint":{"path":"x"}})");
    EXPECT_EQ(dictionary_with("'table_name': dlt.config.get('sources.t', str)", known),
        R"({"name":"a","table_name":"things"})");
    EXPECT_EQ(dictionary_with("'primary_key': [os.environ['ORG'], 'b'], 'write_disposition': 'merge'", known),
        R"({"name":"a","primary_key":["Acme","b"],"write_disposition":"merge"})");
}

TEST(ConfigurationValues, AreNumbersAndTruthValuesWhereSuchAreNeeded)
{
    const values known = {{"limit", "5"}, {"flag", "True"}};
    EXPECT_EQ(
        dictionary_with("'selected': dlt.config['flag'], 'endpoint': {'path': 'x', 'paginator': {'type': 'offset', "
                        "'limit': dlt.config['limit'], 'total_path': None}}",
            known),
        R"({"name":"a","selected":true,"endpoint":{"path":"x","paginator":)"
        R"({"type":"offset","limit":5,"total_path":null}}})");
}

TEST(ConfigurationValues, StayReferencesWhereTheRunLooksThemUp)
{
    EXPECT_EQ(dictionary_with("'endpoint': {'path': 'x', 'params': {'q': dlt.config['q'], 'r': os.environ['R']}}", {}),
        R"({"name":"a","endpoint":{"path":"x","params":{"q":{"$secret":"q"},"r":{"$secret":"R"}}}})");
}

TEST(ConfigurationValues, ThatAreNotThereAreNamedWithTheirPlace)
{
    EXPECT_EQ(why_no_plan("'endpoint': {'path': dlt.config['org']}", {}),
        "f.py:3:112: resources[0].endpoint.path cannot be read: the configuration value 'org', which is not there. "
        "Give "
        "--set resources[0].endpoint.path=VALUE, or set the environment variable ORG.");
    EXPECT_EQ(why_no_plan("'table_name': os.environ['T']", {}),
        "f.py:3:105: resources[0].table_name cannot be read: the environment variable 'T', which is not there. Give "
        "--set resources[0].table_name=VALUE, or set the environment variable T.");
    source::definition filled = source::load_text(source_with("'table_name': os.environ['T']", "import os\n"), "f.py");
    filled.set("resources[0].table_name=t");
    filled.configure([](const std::string&) { return std::optional<std::string>(); });
    EXPECT_EQ(filled.plan().resources().front().destination_table().name, "t");
}

TEST(ConfigurationValues, AreNoSecrets)
{
    const values known = {{"token", "hush"}, {"API_TOKEN", "hush"}, {"KEY", "id"}};
    EXPECT_EQ(why_no_plan("'endpoint': {'path': 'x/' + dlt.secrets['token']}", known),
        "f.py:3:119: resources[0].endpoint.path cannot be read: the secret 'token', which cannot stand here: plans and "
        "messages show this value. Give --set resources[0].endpoint.path=VALUE, or fetch it from dlt.config.");
    EXPECT_EQ(why_no_plan("'endpoint': {'path': f\"x/{os.environ['API_TOKEN']}\"}", known),
        "f.py:3:117: resources[0].endpoint.path cannot be read: the environment variable 'API_TOKEN', which is a "
        "credential by its name, and cannot stand here: plans and messages show this value. Give --set "
        "resources[0].endpoint.path=VALUE.");
    EXPECT_EQ(dictionary_with("'primary_key': os.environ['KEY'], 'write_disposition': 'merge'", known),
        R"({"name":"a","primary_key":"id","write_disposition":"merge"})");
}

TEST(ConfigurationValues, AreTold)
{
    const source::definition made = configured(
        source_with("'table_name': dlt.config['t'], 'endpoint': {'path': os.getenv('P', 'p')}"), {{"t", "x"}});
    ASSERT_EQ(made.configuration().size(), 2U);
    EXPECT_EQ(made.configuration()[0].name, "t");
    EXPECT_EQ(made.configuration()[0].path, "resources[0].table_name");
    EXPECT_TRUE(made.configuration()[0].is_there);
    EXPECT_FALSE(made.configuration()[0].has_default);
    EXPECT_FALSE(made.configuration()[1].is_there);
    EXPECT_TRUE(made.configuration()[1].has_default);
}

} // namespace configuration_values_test
} // namespace
