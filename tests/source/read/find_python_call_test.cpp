#include <corest/error.hpp>
#include <corest/source/read/find_python_call.hpp>

#include <source/read/supported_python.hpp>
#include <support/what_of.hpp>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace {

namespace json = boost::json;
using corest::errc;

std::string read_call(std::string_view text)
{
    return json::serialize(corest::source::read_python_source(text, "f.py"));
}

std::string why_no_call(std::string_view text)
{
    return what_of(errc::invalid_source, [&] { (void)corest::source::read_python_source(text, "f.py"); });
}

TEST(PythonSource, FindsTheFirstCall)
{
    EXPECT_EQ(read_call("x = rest_api_source({'a': 1})\ny = rest_api_source({'a': 2})"), R"({"a":1})");
    EXPECT_EQ(read_call("from dlt.sources.rest_api import rest_api_source\n\nrest_api_source (\n  # the API\n  {'a': "
                        "1}, name='x')"),
        R"({"a":1})");
    EXPECT_EQ(read_call("rest_api_source(config={'a': 1})"), R"({"a":1})");
    EXPECT_EQ(read_call("yield from rest_api_resources({'a': 1})"), R"({"a":1})");
    EXPECT_EQ(read_call("dlt.sources.rest_api.rest_api_source({'a': 1})"), R"({"a":1})");
}

TEST(PythonSource, PassesOverProseCommentsAndDefinitions)
{
    EXPECT_EQ(
        read_call("Call `rest_api_source(...)`, or `rest_api_source()`.\n```python\nrest_api_source({'a': 1})\n```\n"),
        R"({"a":1})");
    EXPECT_EQ(read_call("# rest_api_source({'a': 0})\nrest_api_source({'a': 1})"), R"({"a":1})");
    EXPECT_EQ(
        read_call("def rest_api_source(config):\n    pass\nmy_rest_api_source({'a': 0})\nrest_api_source({'a': 1})"),
        R"({"a":1})");
}

TEST(PythonSource, FollowsAVariable)
{
    EXPECT_EQ(read_call("config = {'a': 1}\nrest_api_source(config)"), R"({"a":1})");
    EXPECT_EQ(
        read_call("config: RESTAPIConfig = {\n 'a': 1}\nsource = rest_api_source(config, name='x')"), R"({"a":1})");
    EXPECT_EQ(
        read_call("config = {'a': 0}\nconfig = {'a': 1}\nrest_api_source(config)\nconfig = {'a': 2}"), R"({"a":1})");
    EXPECT_EQ(
        read_call("def f():\n    c: RESTAPIConfig = {'a': 1}\n    yield from rest_api_resources(c)"), R"({"a":1})");
    EXPECT_EQ(read_call("config: RESTAPIConfig = {'a': 1}\n"), R"({"a":1})") << "a variable of that type needs no call";
    EXPECT_EQ(why_no_call("if config == {'a': 1}: pass\nrest_api_source(config)"),
        "f.py:2:17: the argument of this call is no dictionary literal. Write rest_api_source({...}), or assign the "
        "dictionary to a variable of this file: config = {...}; Python is not run.");
}

TEST(PythonSource, SaysWhatIsMissing)
{
    EXPECT_EQ(why_no_call("import dlt\n"),
        "f.py has no call rest_api_source({...}). Give a file with one, or the dictionary as JSON.");
    EXPECT_EQ(why_no_call("s = rest_api_source(load())"),
        "f.py:1:21: the argument of this call is no dictionary literal. Write rest_api_source({...}), or assign the "
        "dictionary to a variable of this file: config = {...}; Python is not run.");
    EXPECT_EQ(why_no_call("a\nb\nrest_api_source({\n  'a': x})"),
        "f.py:4:8: expected a value, found a name" + supported_python);
    EXPECT_EQ(why_no_call("rest_api_source("),
        "f.py:1:17: the argument of this call is no dictionary literal. Write "
        "rest_api_source({...}), or assign the dictionary to a variable of this file: "
        "config = {...}; Python is not run.");
    EXPECT_EQ(why_no_call("rest_api_source({"), "f.py:1:17: the '{' is never closed.");
}

TEST(PythonSource, SurvivesDamage)
{
    std::mt19937 random(11);
    const std::string whole =
        "c: RESTAPIConfig = {'a': 1}\n# x\nfrom d import rest_api_source\nx = rest_api_source(c)\n"
        "rest_api_resources(config={'b': dlt.secrets['x']})";
    const std::string_view bytes("()={}:#\n'c \0\\/", 14);
    for (int n = 0; n < 3000; ++n) {
        std::string text = whole.substr(0, random() % (whole.size() + 1));
        for (int changes = 0; changes < 3 && !text.empty(); ++changes) {
            text[random() % text.size()] = bytes[random() % bytes.size()];
        }
        (void)corest::source::has_python_source(text);
        try {
            (void)corest::source::read_python_source(text);
        } catch (const corest::error& e) {
            EXPECT_EQ(e.kind(), errc::invalid_source);
        }
    }
}

} // namespace
