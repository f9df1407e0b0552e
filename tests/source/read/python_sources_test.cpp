#include <corest/error.hpp>
#include <corest/source/read/overrides.hpp>
#include <corest/source/read/python_sources.hpp>
#include <corest/source/schema/unknown_place.hpp>

#include <source/read/unread_python.hpp>
#include <support/what_of.hpp>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace json = boost::json;
using corest::errc;
using corest::source::read_options;

std::string read_call(std::string_view text, const read_options& options = {})
{
    const auto read = corest::source::read_python(text, "f.py", options);
    corest::source::detail::refuse_unknown(read.dictionary);
    return json::serialize(read.dictionary);
}

std::string why_no_call(std::string_view text, const read_options& options = {})
{
    return what_of(errc::invalid_source, [&] { (void)read_call(text, options); });
}

// A file's only call, whose dictionary has what was read as "a".
std::string read_in(const std::string& before, const std::string& value, const read_options& options = {})
{
    return read_call(before + "\nrest_api_source({'a': " + value + "})\n", options);
}

std::string why_not_in(const std::string& before, const std::string& value)
{
    return why_no_call(before + "\nrest_api_source({'a': " + value + "})\n");
}

read_options with_param(const std::string& name, const std::string& value)
{
    read_options out;
    out.params.emplace_back(name, value);
    return out;
}

read_options with_source(const std::string& which)
{
    read_options out;
    out.source = which;
    return out;
}

TEST(PythonSource, IsTheArgumentOfTheCall)
{
    EXPECT_EQ(read_call("from dlt.sources.rest_api import rest_api_source\n\nrest_api_source (\n  # the API\n  {'a': "
                        "1}, name='x')"),
        R"({"a":1})");
    EXPECT_EQ(read_call("rest_api_source(config={'a': 1})"), R"({"a":1})");
    EXPECT_EQ(read_call("rest_api_source(name='x', config={'a': 1})"), R"({"a":1})");
    EXPECT_EQ(read_call("rest_api_source(**{'config': {'a': 1}})"), R"({"a":1})");
    EXPECT_EQ(read_call("yield from rest_api_resources({'a': 1})"), R"({"a":1})");
    EXPECT_EQ(read_call("dlt.sources.rest_api.rest_api_source({'a': 1})"), R"({"a":1})");
    EXPECT_EQ(read_call("from dlt.sources.rest_api import rest_api_source as load\nload({'a': 1})"), R"({"a":1})");
    EXPECT_EQ(read_call("import dlt.sources.rest_api as r\nr.rest_api_source({'a': 1})"), R"({"a":1})");
    EXPECT_EQ(read_call("from dlt.sources import rest_api\np.run([rest_api.rest_api_source({'a': 1})])"), R"({"a":1})");
}

TEST(PythonSource, IsNeitherProseNorCommentNorDefinition)
{
    EXPECT_EQ(
        read_call("Call `rest_api_source(...)`, or `rest_api_source()`.\n```python\nrest_api_source({'a': 1})\n```\n"),
        R"({"a":1})");
    EXPECT_EQ(read_call("# rest_api_source({'a': 0})\nrest_api_source({'a': 1})"), R"({"a":1})");
    EXPECT_EQ(
        read_call("\"\"\"Docs.\n\n    rest_api_source({'a': 0})\n\"\"\"\nrest_api_source({'a': 1})"), R"({"a":1})")
        << "a text above";
    EXPECT_EQ(read_call("def f():\n    '''```python\n    rest_api_source({'a': 0})\n    ```'''\n"
                        "    return rest_api_source({'a': 1})\n"),
        R"({"a":1})");
    EXPECT_EQ(read_call("my_rest_api_source({'a': 0})\nrest_api_source({'a': 1})"), R"({"a":1})");
    EXPECT_EQ(why_no_call("def rest_api_source(config):\n    pass\nrest_api_source({'a': 0})\n"),
        "f.py has no call rest_api_source({...}). Give a file with one, or the dictionary as JSON.");
    EXPECT_EQ(read_call("# Title\n\nIt's (open.\n\n1. First\n\n   ```py\n   x = 1\n   rest_api_source({'a': x})\n   "
                        "```\n\n```json\n{\"b\": rest_api_source({})}\n```\n"),
        R"({"a":1})")
        << "a block in a list of a page";
    EXPECT_EQ(read_call("`x`\n```\nbase = 'b'\n```\nThen\n```\nrest_api_source({'a': base})\n```\n"), R"({"a":"b"})")
        << "a later block goes on where the last one ended";
}

TEST(PythonSource, SeveralAreListed)
{
    const std::string two = "x = rest_api_source({'a': 1})\ny = rest_api_source({'a': 2}, name='second')\n";
    const std::string list = "\n  1 'x' at f.py:1:5\n  2 'second' at f.py:2:5";
    EXPECT_EQ(why_no_call(two), "f.py has 2 sources:" + list + "\nChoose one by its number or name, as in --source 1.");
    EXPECT_EQ(read_call(two, with_source("1")), R"({"a":1})");
    EXPECT_EQ(read_call(two, with_source("2")), R"({"a":2})");
    EXPECT_EQ(read_call(two, with_source("x")), R"({"a":1})");
    EXPECT_EQ(read_call(two, with_source("second")), R"({"a":2})");
    EXPECT_EQ(
        why_no_call(two, with_source("3")), "--source 3: there is no such source; f.py has 2 sources:" + list + ".");
    EXPECT_EQ(why_no_call(two, with_source("secnd")),
        "--source secnd: there is no source of that name; the nearest known source is 'second'.");
    EXPECT_EQ(why_no_call("`x`\n```\nrest_api_source({'a': 1})\n```\n```\nrest_api_source({'a': 2})\n```"),
        "f.py has 2 sources:\n  1 at f.py:3:1\n  2 at f.py:6:1\nChoose one by its number or name, as in --source 1.");
    EXPECT_EQ(why_no_call("def f():\n  a = rest_api_source({})\n  return rest_api_source({})", with_source("f")),
        "--source f: several have that name; f.py has 2 sources:\n  1 'f' at f.py:2:7\n  2 'f' at f.py:3:10\n"
        "Choose one by its number.");
    EXPECT_EQ(read_call("@dlt.source\ndef f():\n  return rest_api_source({'a': 1})\n"
                        "@dlt.source\ndef g():\n  return rest_api_source({'a': 2})\n",
                  with_source("g")),
        R"({"a":2})");
}

TEST(PythonSource, MayBeAVariableOfItsType)
{
    EXPECT_EQ(read_call("config: RESTAPIConfig = {'a': 1}\n"), R"({"a":1})") << "a variable of that type needs no call";
    EXPECT_EQ(read_call("c: rest_api.RESTAPIConfig = {'a': 1}\nsource = rest_api_source(c)"), R"({"a":1})");
    EXPECT_EQ(read_call("c: 'RESTAPIConfig' = {'a': 1}\n"), R"({"a":1})");
    EXPECT_EQ(why_no_call("c: RESTAPIConfig = {'a': 1}\nd: RESTAPIConfig = {'a': 2}\nrest_api_source(d)"),
        "f.py has 2 sources:\n  1 'c' at f.py:1:1\n  2 at f.py:3:1\nChoose one by its number or name, as in --source "
        "1.");
    EXPECT_EQ(read_call("c: RESTAPIConfig = {'a': 1}\ndef load(config):\n  return rest_api_source(config)\nload(c)"),
        R"({"a":1})")
        << "through the only call of a function";
}

TEST(PythonSource, NamesAreThoseOfTheScope)
{
    EXPECT_EQ(read_in("x = 1", "x"), R"({"a":1})");
    EXPECT_EQ(
        read_call("def f():\n    c: RESTAPIConfig = {'a': 1}\n    yield from rest_api_resources(c)"), R"({"a":1})");
    EXPECT_EQ(read_call("c = {'a': 1}\ndef f():\n    c = {'a': 2}\n    return rest_api_source(c)"), R"({"a":2})");
    EXPECT_EQ(
        read_call("c = {'a': 1}\ndef g():\n    c = {'a': 2}\ndef f():\n    return rest_api_source(c)"), R"({"a":1})")
        << "another function's variable is not this one";
    EXPECT_EQ(read_call("class A:\n    c = 2\nc = 1\nclass B:\n    c = 3\n    def f(self):\n"
                        "        return rest_api_source({'a': c})"),
        R"({"a":1})")
        << "a class is no scope for its methods";
    EXPECT_EQ(read_call("if __name__ == '__main__':\n    c = {'a': 1}\n    rest_api_source(c)"), R"({"a":1})");
    EXPECT_EQ(read_call("with open('x') as f:\n    c = {'a': 1}\n    rest_api_source(c)"), R"({"a":1})");
    EXPECT_EQ(read_call("if x:\n    c = {'a': 1}\n    rest_api_source(c)"), R"({"a":1})") << "the same branch";
    EXPECT_EQ(read_in("x = y = [1]\nz = x", "z + [y]"), R"({"a":[1,[1]]})");
    EXPECT_EQ(read_in("def x(): pass\nclass Y: pass", "1"), R"({"a":1})");
}

TEST(PythonSource, ANameIsRefusedWhereItMayBeSomethingElse)
{
    const auto refused = [](const std::string& before, const std::string& reason) {
        const auto line = 2 + std::count(before.begin(), before.end(), '\n');
        EXPECT_EQ(why_not_in(before, "x"), unread_key("f.py:" + std::to_string(line) + ":23", "a", reason));
    };
    const std::string changed = "the variable 'x', which is changed at ";
    refused("x = [1]\nx.pop()", changed + "f.py:2:1");
    refused("x = [1]\nx.extend(y)", changed + "f.py:2:1");
    refused("x = [1]\nif y:\n  x.append(2)", changed + "f.py:3:3");
    refused("x = [1]\nx.sort()\nx.append(2)", changed + "f.py:2:1");
    refused("x = [1]\ny = x.append(2)", changed + "f.py:2:5");
    refused("x = 2\nx *= 3", changed + "f.py:2:1");
    refused("x = [[1]]\nx.pop().append(2)", changed + "f.py:2:1");
    refused("x = []\ny = x\ny.append(1)", changed + "f.py:3:1");
    refused("x = [{}]\nfor y in x:\n  y['b'] = 1", changed + "f.py:3:3");
    refused("x = 1\nx = 2", "the variable 'x', which is assigned again at f.py:2:1");
    refused("x = 1\ndef f():\n  global x\n  x = 2", "the variable 'x', which is assigned again at f.py:4:3");
    refused("if y:\n  x = 1", "the variable 'x', which is assigned in a branch or a loop at f.py:2:3");
    refused("if y:\n  x = 1\nelse:\n  x = 2", "the variable 'x', which is assigned again at f.py:4:3");
    refused("try:\n  x = 1\nexcept E as e:\n  pass",
        "the variable 'x', which is assigned in a branch or a loop at f.py:2:3");
    refused("for x in y:\n  pass", "the variable 'x', which is assigned in a branch or a loop at f.py:1:5");
    refused("x, y = 1, 2", "a value that is unpacked, 'x'");
    refused("with y as x: pass", "a variable of 'with', 'x'");
    EXPECT_EQ(why_not_in("x = x", "x"), unread_key("f.py:1:5", "a", "the variable 'x', which refers to itself"));
    refused("import x", "the imported name 'x'");
    refused("from y import x", "the imported name 'x'");
    refused("def x(): pass", "the function 'x'");
    refused("class x: pass", "the class 'x'");
    refused("from settings import *", "a name that may come from 'from settings import *'");
    refused("def f():\n  x = 1", "a name that this file does not assign");
    EXPECT_EQ(why_no_call("for x in [1]:\n    rest_api_source({'a': x})"),
        unread_key("f.py:2:27", "a", "a loop variable, 'x'"));
    EXPECT_EQ(why_not_in("creds = {'x': 1}", "creds['x']"), unread_key("f.py:2:23", "a", "an element of 'creds'"));
    EXPECT_EQ(why_no_call("r = []\nfor n in x:\n    r.append(n)\nrest_api_source({'resources': r})"),
        unread_key("f.py:4:31", "resources", "the variable 'r', which is changed at f.py:3:5"));
    EXPECT_EQ(why_no_call("rest_api_source(load())"), unread("f.py:1:17", "a call of 'load'"));
}

TEST(PythonSource, WhatIsChangedAfterItsAssignmentIsReadAsPythonDoes)
{
    const auto read = [](const std::string& before) { return read_in(before, "x"); };
    EXPECT_EQ(read("x = [1]\nx.append(2)"), R"({"a":[1,2]})");
    EXPECT_EQ(read("x = [1]\nx.extend([2, 3])\nx += (4,)\nx.insert(1, 5)\nx.insert(-9, 6)\nx[-1] = 7\ndel x[0]"),
        R"({"a":[1,5,2,3,7]})");
    EXPECT_EQ(
        read("x = {}\nx.update(b=1)\nx.update({'c': 2}, d=3)\nx |= {'e': 4}"), R"({"a":{"b":1,"c":2,"d":3,"e":4}})");
    EXPECT_EQ(
        read(
            "x = {'b': {}, 'n': 1}\nx['b']['c'] = 1\nx['b'].setdefault('c', 2)\nx['b'].setdefault('d', 3)\ndel x['n']"),
        R"({"a":{"b":{"c":1,"d":3}}})");
    EXPECT_EQ(read("x = 'b'\nx += 'c'"), R"({"a":"bc"})");
    EXPECT_EQ(read("k = 'b'\nx = {'b': []}\nx[k].append(k)\nx.get('b').append(1)"), R"({"a":{"b":["b",1]}})");
    EXPECT_EQ(read("x = y = [1]\nx.append(2)"), R"({"a":[1,2]})");
    EXPECT_EQ(read("y = [1]\ny.append(2)\nx = [y]\nx.append(y)"), R"({"a":[[1,2],[1,2]]})") << "the same list twice";
    EXPECT_EQ(read_call("x = [1]\nx.append(2)\ndef f():\n  return rest_api_source({'a': x})"), R"({"a":[1,2]})")
        << "a function runs after what stands above it";
    EXPECT_EQ(read_call("def f():\n  x = [1]\n  x.append(2)\n  return rest_api_source({'a': x})"), R"({"a":[1,2]})");
    EXPECT_EQ(read_call("c: RESTAPIConfig = {'a': []}\nc['a'].append(1)"), R"({"a":[1]})") << "no call at all";
    EXPECT_EQ(
        read_call("if __name__ == '__main__':\n  x = [1]\n  with y:\n    x.append(2)\n  rest_api_source({'a': x})"),
        R"({"a":[1,2]})");
}

TEST(PythonSource, OfWhatIsChangedOnlyThatPartIsUnknown)
{
    const auto why = [](const std::string& text) { return why_no_call(text); };
    const auto changed = [](const std::string& place, const std::string& key, const std::string& at) {
        return unread_key(place, key, "the variable 'c', which is changed at f.py:" + at);
    };
    const std::string config = "c = {'client': {'base_url': 'u'}, 'resources': []}\n";
    EXPECT_EQ(why(config + "for n in x:\n  c['resources'].append(n)\nrest_api_source(c)"),
        changed("f.py:4:17", "resources", "3:3"));
    EXPECT_EQ(why(config + "if x:\n  c['client']['auth'] = 1\nrest_api_source(c)"),
        changed("f.py:4:17", "client.auth", "3:3"));
    EXPECT_EQ(why(config + "def add():\n  c['resources'].append(1)\nadd()\nrest_api_source(c)"),
        changed("f.py:5:17", "resources", "3:3"));
    EXPECT_EQ(why(config + "def add(d):\n  d['resources'].append(1)\nadd(c)\nrest_api_source(c)"),
        changed("f.py:5:17", "resources", "3:3"));
    EXPECT_EQ(
        why(config + "r = c['resources']\nr.append(1)\nrest_api_source(c)"), changed("f.py:4:17", "resources", "3:1"));
    EXPECT_EQ(why(config + "rest_api_source(c)\nc['client']['headers']['x'] = 1"),
        changed("f.py:2:17", "client.headers", "3:1"))
        << "dlt may keep the headers themselves";
    EXPECT_EQ(why(config + "c['resources'].append(load())\nrest_api_source(c)"),
        unread_key("f.py:2:23", "resources[0]", "a call of 'load'"));
    EXPECT_EQ(
        why(config + "c['resources'].extend(load())\nrest_api_source(c)"), changed("f.py:3:17", "resources", "2:1"));
    EXPECT_EQ(why(config + "c['missing'].append(1)\nrest_api_source(c)"),
        unread("f.py:3:17", "the variable 'c', which is changed at f.py:2:1"));
    const auto read =
        corest::source::read_python(config + "for n in x:\n  c['resources'].append(n)\nrest_api_source(c)", "f.py", {});
    json::value given = read.dictionary;
    corest::source::apply_override(given, R"(resources=["a"])");
    EXPECT_EQ(json::serialize(given), R"({"client":{"base_url":"u"},"resources":["a"]})");
}

TEST(PythonSource, WhatIsDoneAfterTheCallDoesNotCountWhereItWasReadByThen)
{
    const std::string config = "c = {'client': {}, 'resources': ['a']}\n";
    const std::string read = R"({"client":{},"resources":["a"]})";
    EXPECT_EQ(read_call(config + "rest_api_source(c)\nc['resources'].append(1)"), read);
    EXPECT_EQ(read_call(config + "rest_api_source(c)\nc['client']['base_url'] = 'u'\nr = c['resources']\n"), read);
    EXPECT_EQ(read_call(config + "rest_api_source(c)\nif x:\n  c['resources'] = []"), read);
    const std::string two = config + "rest_api_source(c)\nc['resources'] = ['b']\nrest_api_source(c)";
    EXPECT_EQ(read_call(two, with_source("1")), read);
    EXPECT_EQ(read_call(two, with_source("2")), R"({"client":{},"resources":["b"]})");
    EXPECT_EQ(why_no_call(config + "d = c\nc['resources'] = ['b']\nrest_api_source(d)"),
        unread_key("f.py:2:5", "resources", "the variable 'c', which is changed at f.py:3:1"))
        << "before the call, after the other name";
    EXPECT_EQ(why_no_call(config + "for x in y:\n  rest_api_source(c)\n  c['resources'] = ['b']"),
        unread_key("f.py:3:19", "resources", "the variable 'c', which is changed at f.py:4:3"))
        << "the next time round";
    EXPECT_EQ(why_no_call(config + "def f():\n  c['resources'] = ['b']\nrest_api_source(c)"),
        unread_key("f.py:4:17", "resources", "the variable 'c', which is changed at f.py:3:3"));
}

TEST(PythonSource, WhatCodeThatIsNotReadMayChangeIsUnknown)
{
    const auto value_of = [](const std::string& name, const std::string& text) {
        return why_no_call("import mine, json, logging\nL = ['a', {}]\nT = ['a']\nU = 'u' + 'v'\n" + text
            + "\nrest_api_source({'a': " + name + "})");
    };
    const auto reason = [](const std::string& at, const std::string& line) {
        return unread_key("f.py:" + line + ":23", "a", "the variable 'L', which may be changed at f.py:" + at);
    };
    EXPECT_EQ(value_of("L", "mine.fix(L)"), reason("5:1", "6"));
    EXPECT_EQ(value_of("L", "mine.fix(1, x={'k': [L]})"), reason("5:1", "6"));
    EXPECT_EQ(value_of("L", "f = M.append\nf(L)"), reason("6:1", "7"));
    EXPECT_EQ(value_of("L", "for x in L: mine.fix(x)"), reason("5:13", "6"));
    EXPECT_EQ(value_of("x", "x = y = []\ny.append(1)"),
        unread_key("f.py:7:23", "a", "the variable 'x', which is changed at f.py:6:1"));
    EXPECT_EQ(value_of("L", "y = [mine.fix(x) for x in L]"), reason("5:5", "6"));
    EXPECT_EQ(value_of("L", "x, y = L, 1\nx.append(2)"), reason("6:1", "7"));
    EXPECT_EQ(value_of("L", "class C:\n  def f(self, x): x.append(1)\nC().f(L)"), reason("7:1", "8"));
    EXPECT_EQ(value_of("L", "class C:\n  x = L"), reason("6:7", "7"));
    EXPECT_EQ(value_of("L", "(lambda x: x.append(1))(L)"), reason("5:2", "6"));
    EXPECT_EQ(value_of("L", "sorted(L)[0]['k'] = 1"), reason("5:1", "6"));
    EXPECT_EQ(
        value_of("U", "globals()"), unread_key("f.py:6:23", "a", "the variable 'U', which may be changed at f.py:5:1"));
    const auto read = [](const std::string& name, const std::string& text) {
        return read_in("import mine, json, logging\nL = ['a', {}]\nT = ['a']\nU = 'u' + 'v'\n" + text, name);
    };
    EXPECT_EQ(read("U", "mine.fix(U)\nx = U\nx += '!'"), R"({"a":"uv"})") << "nobody changes a text";
    EXPECT_EQ(read("T", "for x in T: mine.fix(x)\ny = [mine.fix(x) for x in T]"), R"({"a":["a"]})");
    EXPECT_EQ(
        read("L", "print(L, json.dumps(L))\nlog = logging.getLogger()\nlog.info('x', L)\nlen(L)"), R"({"a":["a",{}]})");
    EXPECT_EQ(read("L", "p = dlt.pipeline('x')\np.run(s, L)\nx = sorted(L, key=len)"), R"({"a":["a",{}]})");
    EXPECT_EQ(read("L", "def f(x): return len(x)\nf(L)\nmap(lambda x: x['k'], L)"), R"({"a":["a",{}]})");
}

TEST(PythonSource, WhatOneFunctionReturnsIsTheSameForAll)
{
    const auto value_of = [](const std::string& text) {
        return why_no_call("L = ['a']\n" + text + "\nrest_api_source({'a': L})");
    };
    const auto reason = [](const std::string& at, const std::string& line) {
        return unread_key("f.py:" + line + ":23", "a", "the variable 'L', which is changed at f.py:" + at);
    };
    EXPECT_EQ(value_of("def f(): return L\nm = f()\nm.append('z')"), reason("4:1", "5"));
    EXPECT_EQ(value_of("def f():\n  if x:\n    return {'k': [L]}\nm = f()\nm['k'][0] += ['z']"), reason("6:1", "7"));
    EXPECT_EQ(value_of("def f(): return g()\ndef g(): return f() or L\nm = f()\nm.append('z')"), reason("5:1", "6"));
    EXPECT_EQ(value_of("def f(x): return x\nm = f(L)\nm.append('z')"), reason("4:1", "5"));
    EXPECT_EQ(value_of("def f():\n  yield L\nfor m in f(): m.append('z')"), reason("4:15", "5"));
    EXPECT_EQ(value_of("class C:\n  def f(self): return L\nm = C().f()\nm.append('z')"), reason("5:1", "6"));
    EXPECT_EQ(value_of("f = lambda: L\nm = f()\nm.append('z')"), reason("4:1", "5"));
    EXPECT_EQ(value_of("M = {}\nM['l'] = L\nM['l'].append('z')"), reason("4:1", "5"));
    EXPECT_EQ(value_of("M = []\nM.append(L)\nM[0].append('z')"), reason("4:1", "5"));
    EXPECT_EQ(read_in("L = ['a']\ndef f(): return list(L), [1]\nm = f()\nn = {}\nn['l'] = [1]\nn['l'].append(2)", "L"),
        R"({"a":["a"]})");
}

TEST(PythonSource, ParametersAreTheirDefaults)
{
    const std::string head = "@dlt.source\ndef f(";
    const auto tail = [](const std::string& value) { return "):\n    return rest_api_source({'a': " + value + "})\n"; };
    EXPECT_EQ(read_call(head + "token: str = dlt.secrets.value" + tail("token")), R"({"a":{"$secret":"token"}})");
    EXPECT_EQ(read_call(head + "token=dlt.config.value" + tail("token")), R"({"a":{"$secret":"token"}})");
    EXPECT_EQ(read_call(head + "x, *, n: int = 5, **more" + tail("n")), R"({"a":5})");
    EXPECT_EQ(read_call("D = 'y'\n" + head + "n=D" + tail("f'{n}/z'")), R"({"a":"y/z"})");
    EXPECT_EQ(read_call(head + "n" + tail("n"), with_param("n", "x")), R"({"a":"x"})");
    EXPECT_EQ(read_call(head + "n=5" + tail("n"), with_param("n", "7")), R"({"a":7})");
    EXPECT_EQ(read_call(head + "n" + tail("f'/{n}/'"), with_param("n", "x")), R"({"a":"/x/"})");
    EXPECT_EQ(why_no_call(head + "org" + tail("f'/{org}'")),
        "f.py:3:38: a cannot be read: the parameter 'org' of 'f', which has no default. Give --param org=VALUE, or let "
        "Python run the file with --python.");
    EXPECT_EQ(why_no_call(head + "n=1" + "):\n    n = n or 2\n    return rest_api_source({'a': n})\n"),
        unread_key("f.py:4:34", "a", "the parameter 'n', which is assigned again at f.py:3:5"));
    EXPECT_EQ(why_no_call(head + "**x" + tail("x")),
        unread_key("f.py:3:34", "a", "the parameter 'x', which collects arguments"));
    EXPECT_EQ(read_call(head + "n, m=1" + tail("[n, m]") + "f('x')"), R"({"a":["x",1]})") << "the only call gives it";
    EXPECT_EQ(read_call(head + "n, m=1" + tail("[n, m]") + "f(m='y', n=2)"), R"({"a":[2,"y"]})");
    EXPECT_EQ(why_no_call(head + "n" + tail("n") + "f(1)\nf(2)"),
        "f.py:4:3: a cannot be read: the parameter 'n', which several calls of 'f' give. Give --param n=VALUE, or let "
        "Python run the file with --python.");
}

// What is read of a function's `n`, where its file goes on like this.
std::string parameter_with(const std::string& before, const std::string& after)
{
    const std::string text = before + "def f(n=1): return rest_api_source({'a': n})\n" + after + "\n";
    try {
        return read_call(text);
    } catch (const corest::error& e) {
        return e.what();
    }
}

TEST(PythonSource, ParametersAreUnknownWhereTheFileMayGiveThemOtherwise)
{
    const auto unread = [](const std::string& place, const std::string& giver) {
        return "f.py:" + place + ": a cannot be read: the parameter 'n', which " + giver
            + " may give. Give --param n=VALUE, or let Python run the file with --python.";
    };
    const std::vector<std::pair<std::string, std::string>> uses = {{"g = f\ng(2)", "3:5"}, {"x = {'a': f}", "3:11"},
        {"from functools import partial\npartial(f, n=2)()", "4:9"}, {"list(map(f, [2]))", "3:10"},
        {"def g(x, *a): x(*a)\ng(f, 2)", "4:3"}, {"f.clone(name='q')(2)", "3:1"}, {"f.with_args(name='q')(2)", "3:1"},
        {"f.__defaults__ = (2,)", "3:1"}, {"f.__defaults__ += (2,)", "3:1"}, {"x[f(2)] += 1", "3:3"},
        {"del x[f(2)]", "3:7"}, {"f()\ng = f", "4:5"}, {"f(3)\ng = f", "4:5"}, {"[f(x) for x in y]", "3:2"},
        {"p = dlt.pipeline('p')\np.drop(f)", "4:8"}, {"def f(n=3): pass\nf(2)", "4:1"}, {"anyio.run(f, 2)", "3:11"},
        {"import threading\nthreading.Thread(target=f, args=(2,))", "4:25"}};
    for (const auto& [after, place] : uses) {
        EXPECT_EQ(parameter_with("import dlt\n", after), unread(place, "this use of 'f'")) << after;
    }
    EXPECT_EQ(parameter_with("", "globals()['f'](2)"), unread("2:1", "code that is not read"));
    EXPECT_EQ(parameter_with("@d\n", "def d(g): return lambda: g(2)"), unread("1:2", "this decorator of 'f'"));
    EXPECT_EQ(parameter_with("import click\n@click.option('--n', default=2)\n", "f()"),
        unread("2:2", "this decorator of 'f'"));
    EXPECT_EQ(parameter_with("class C:\n ", "C().f(2)"), unread("3:1", "this use of 'f'"));
    EXPECT_EQ(parameter_with("class C:\n ", "x = C().f"), unread("3:5", "this use of 'f'"));
    EXPECT_EQ(parameter_with("class C:\n ", "getattr(C(), 'f')(2)"), unread("3:1", "this use of 'getattr'"));
    EXPECT_EQ(why_no_call("class C:\n def __init__(self, n=1): rest_api_source({'a': n})\nC(2)\n"),
        unread("3:1", "this use of 'C'"));
    EXPECT_EQ(why_no_call("def f(n=dlt.secrets.value): rest_api_source({'a': n})\ng = f\n"),
        unread("2:5", "this use of 'f'"));
    EXPECT_EQ(read_call("def f(n=1): rest_api_source({'a': n})\ng = f\n", with_param("n", "7")), R"({"a":7})");
}

TEST(PythonSource, ParametersAreReadWhereAllUsesLeaveThemAlone)
{
    for (const std::string after :
        {"", "f()", "f()\nf()", "if x: f()", "print(f.__name__)", "list(map(lambda x: f(), y))",
            "import dlt\np = dlt.pipeline('p')\np.run(f)\np.run([f, f()])", "import dlt\ndlt.pipeline('p').run(f())",
            "import typer\ntyper.run(f)", "import threading\nthreading.Thread(target=f)",
            "from airflow import PythonOperator\nPythonOperator(task_id='f', python_callable=f)", "x = 'f'", "y.f(2)",
            "def g(f): f(2)", "class C:\n  def f(self): self.f(2)"})
    {
        EXPECT_EQ(parameter_with("", after), R"({"a":1})") << after;
    }
    for (const std::string before : {"@dlt.source\n", "@dlt.source(name='f')\n",
             "import dlt\n@dlt.resource(name='f', write_disposition='append')\n", "@asset\n", "@task(retries=2)\n",
             "import functools\n@functools.lru_cache\n", "import typer\napp = typer.Typer()\n@app.command()\n",
             "def d(g):\n  def w(*a, **k): return g(*a, **k)\n  return w\n@d\n",
             "def d(x):\n  def e(g):\n    def w(*a, **k): return g(*a, **k)\n    return w\n  return e\n@d(1)\n",
             "class C:\n ", "class C:\n @staticmethod\n "})
    {
        EXPECT_EQ(parameter_with(before, ""), R"({"a":1})") << before;
    }
    for (const std::string after : {"C().f()", "C().f(x=2)", "import requests\nrequests.f(2)",
             "import dlt\np = dlt.pipeline('p')\np.f(2)", "'x'.f(2)"})
    {
        EXPECT_EQ(parameter_with("class C:\n ", after), R"({"a":1})") << after;
    }
    EXPECT_EQ(parameter_with("", "f = f(2)"), R"({"a":2})");
    EXPECT_EQ(read_call("class C:\n  def f(self, x, n=1): rest_api_source({'a': n})\nC().f('y')\n"), R"({"a":1})");
    EXPECT_EQ(read_call("class C:\n  def __init__(self, n=1): rest_api_source({'a': n})\nC()\n"), R"({"a":1})");
    EXPECT_EQ(read_call("def f(*x, n=1): rest_api_source({'a': n})\nf(2, 3)\n"), R"({"a":1})");
}

TEST(PythonSource, SecretsAreReferences)
{
    EXPECT_EQ(read_in("import os\nKEY = os.getenv('K')", "KEY"), R"({"a":{"$secret":"K"}})");
    EXPECT_EQ(read_in("from os import environ\nKEY = environ['K']", "KEY"), R"({"a":{"$secret":"K"}})");
    EXPECT_EQ(read_in("from os import environ as e", "e.get('K', 'd')"), R"({"a":{"$secret":"K","default":"d"}})");
    EXPECT_EQ(read_in("NAME = 'K'\nKEY = dlt.secrets[NAME]", "'Bearer ' + KEY"),
        R"({"a":{"$secret":["Bearer ",{"$secret":"K"}]}})");
    EXPECT_EQ(read_in("from dlt import secrets", "secrets['x']['y']"), R"({"a":{"$secret":"x.y"}})");
    EXPECT_EQ(read_in("import os\nU = os.getenv('U')\nP = os.environ['P']", "f'{U}:{P}'"),
        R"({"a":{"$secret":[{"$secret":"U"},":",{"$secret":"P"}]}})");
}

TEST(PythonSource, ConditionsOnASecretAskWhetherItIsGiven)
{
    const std::string head = "@dlt.source\ndef f(token=dlt.secrets.value):\n    return rest_api_source({'a': ";
    read_options given;
    given.is_given = [](std::string_view name) { return name == "token"; };
    read_options missing;
    missing.is_given = [](std::string_view) { return false; };
    for (const char* condition : {"token", "token is not None"}) {
        const std::string text = head + "{'t': token} if " + condition + " else None})";
        EXPECT_EQ(read_call(text, given), R"({"a":{"t":{"$secret":"token"}}})");
        EXPECT_EQ(read_call(text, missing), R"({"a":null})");
        EXPECT_EQ(read_call(text), R"({"a":{"t":{"$secret":"token"}}})");
    }
    EXPECT_EQ(read_call(head + "None if token is None else {'t': token}})", missing), R"({"a":null})");
    EXPECT_EQ(read_call(head + "None if token is None else {'t': 1}})", given), R"({"a":{"t":1}})");
    EXPECT_EQ(why_no_call(head + "1 if debug else 2})"),
        unread_key("f.py:3:39", "a", "a condition whose value is not known"));
    EXPECT_EQ(why_no_call(head + "1 if not token else 2})"),
        unread_key("f.py:3:39", "a", "a condition whose value is not known"));
}

TEST(PythonSource, ClassesOfOthersAreRefused)
{
    EXPECT_EQ(why_not_in("class BearerTokenAuth(Base):\n    pass", "BearerTokenAuth('x')"),
        unread_key("f.py:3:23", "a", "a call of 'BearerTokenAuth'"));
    EXPECT_EQ(why_not_in("from mine.auth import BearerTokenAuth", "BearerTokenAuth('x')"),
        unread_key("f.py:2:23", "a", "a call of 'BearerTokenAuth'"));
    EXPECT_EQ(why_not_in("from my_rest_api.dlt_auth import BearerTokenAuth", "BearerTokenAuth('x')"),
        unread_key("f.py:2:23", "a", "a call of 'BearerTokenAuth'"));
    EXPECT_EQ(why_not_in("from mine import Endpoint", "Endpoint(path='x')"),
        unread_key("f.py:2:23", "a", "a call of 'Endpoint'"));
    EXPECT_EQ(read_in("from .rest_api.auth import BearerTokenAuth", "BearerTokenAuth('x')"),
        R"({"a":{"type":"bearer","token":"x"}})");
    EXPECT_EQ(read_in("from dlt.sources.helpers.rest_client.auth import BearerTokenAuth as B", "B('x')"),
        R"({"a":{"type":"bearer","token":"x"}})");
    EXPECT_EQ(read_in("from dlt.sources.helpers.rest_client import paginators",
                  "paginators.JSONLinkPaginator(next_url_path='n')"),
        R"({"a":{"type":"json_link","next_url_path":"n"}})");
    EXPECT_EQ(why_not_in("", "make()['x'].y"), unread_key("f.py:2:23", "a", "the attribute 'y'"));
}

TEST(PythonSource, DatesAreComputed)
{
    read_options at;
    at.now = [] {
        return std::chrono::system_clock::time_point(std::chrono::sys_days{std::chrono::year(2024) / 3 / 31}
            + std::chrono::hours(12) + std::chrono::minutes(5) + std::chrono::seconds(6));
    };
    const auto date = [&](const std::string& value) {
        const std::string all = read_in("import pendulum\nfrom datetime import datetime, date, timedelta, timezone\n"
                                        "week_ago = datetime.now(timezone.utc) - timedelta(days=7)",
            value, at);
        return all.substr(5, all.size() - 6);
    };
    EXPECT_EQ(date("pendulum.now('UTC').to_iso8601_string()"), R"("2024-03-31T12:05:06Z")");
    EXPECT_EQ(date("pendulum.now(tz='UTC').subtract(months=1).to_date_string()"), R"("2024-02-29")");
    EXPECT_EQ(date("pendulum.today('UTC').add(days=1, hours=-1).to_datetime_string()"), R"("2024-03-31 23:00:00")");
    EXPECT_EQ(date("pendulum.now('UTC').start_of('month').to_iso8601_string()"), R"("2024-03-01T00:00:00Z")");
    EXPECT_EQ(date("pendulum.yesterday('UTC').to_rfc3339_string()"), R"("2024-03-30T00:00:00+00:00")");
    EXPECT_EQ(date("pendulum.datetime(2024, 1, 2).to_iso8601_string()"), R"("2024-01-02T00:00:00Z")");
    EXPECT_EQ(date("pendulum.now('UTC').int_timestamp"), "1711886706");
    EXPECT_EQ(date("week_ago.isoformat()"), R"("2024-03-24T12:05:06+00:00")");
    EXPECT_EQ(date("week_ago.strftime('%Y-%m-%dT%H:%M:%SZ')"), R"("2024-03-24T12:05:06Z")");
    EXPECT_EQ(date("f'since {week_ago.date().isoformat()}'"), R"("since 2024-03-24")");
    EXPECT_EQ(date("(datetime(2024, 1, 1) + timedelta(weeks=1)).isoformat()"), R"("2024-01-08T00:00:00")");
    EXPECT_EQ(date("datetime.utcnow().strftime('%d.%m.%y %%')"), R"("31.03.24 %")");
    const auto refused = [&](const std::string& value) {
        return what_of(errc::invalid_source, [&] { (void)date(value); });
    };
    EXPECT_NE(refused("pendulum.now('Europe/Berlin').to_date_string()"), "no error");
    EXPECT_NE(refused("pendulum.now().subtract(days=n).to_date_string()"), "no error");
    EXPECT_NE(refused("pendulum.now().format('YYYY')"), "no error");
    EXPECT_NE(refused("datetime.now().strftime('%A')"), "no error");
    EXPECT_NE(refused("datetime(2024, 2, 30).isoformat()"), "no error");
}

TEST(PythonSource, WhatIsDoneToASourceCounts)
{
    const std::string resources = "rest_api_source({'resources': ['a', {'name': 'b'}]})";
    const std::string b = R"({"resources":[{"name":"a","selected":false},{"name":"b","selected":true}]})";
    EXPECT_EQ(read_call("p.run(" + resources + ".with_resources('b'))"), b);
    EXPECT_EQ(read_call("s = " + resources + "\np.run(s.with_resources('b'))"), b);
    EXPECT_EQ(read_call("@dlt.source\ndef f():\n    return " + resources + "\np.run(f().with_resources('b'))"), b);
    EXPECT_EQ(read_call("N = 'b'\ns = " + resources + "\nt = s.with_resources(N)"), b);
    EXPECT_EQ(why_no_call("s = " + resources + "\ns.add_limit(1)"),
        "f.py:2:1: .add_limit(...) changes what the source loads, which no dictionary says. Remove it from the file, "
        "and give --limit.");
    EXPECT_EQ(why_no_call("s = " + resources + "\ns.a.add_map(f)"),
        "f.py:2:1: .add_map(...) changes what the source loads, which no dictionary says. Remove it from the file.");
    EXPECT_EQ(why_no_call("s = " + resources + "\ns.resources['a'].apply_hints(primary_key='x')"),
        "f.py:2:1: .apply_hints(...) changes what the source loads, which no dictionary says. Remove it from the "
        "file.");
    EXPECT_EQ(why_no_call("s = " + resources + "\ns.with_resources(*names)"),
        "f.py:2:1: .with_resources(...) cannot be read: its arguments are no texts. Remove it from the file, and give "
        "--only.");
    EXPECT_EQ(read_call("s = " + resources + "\ns = s.with_resources('b')\np.run(s)"), b);
    EXPECT_EQ(read_call("s = " + resources + "\ns.with_resources('b')"), b);
    const auto doubtful = [&](const std::string& rest) { return why_no_call("s = " + resources + "\n" + rest); };
    const std::string start = " .with_resources(...) cannot be read: ";
    const std::string hint = ". Remove it from the file, and give --only.";
    EXPECT_EQ(doubtful("p.run(s.with_resources('b'))\np.run(s)"),
        "f.py:2:7:" + start + "the file runs the source more than once, and the copy that it makes perhaps once"
            + hint);
    EXPECT_EQ(doubtful("s.with_resources('b')\np.run(s)"),
        "f.py:2:1:" + start + "it makes a copy of the source, which is not used" + hint);
    EXPECT_EQ(doubtful("t = s.with_resources('b')\np.run(s)"),
        "f.py:2:5:" + start + "it makes a copy of the source, and another one is run" + hint);
    EXPECT_EQ(doubtful("t = s.with_resources('b') if x else s\np.run(t)"),
        "f.py:2:5:" + start + "it stands in a branch or a loop" + hint);
    EXPECT_EQ(doubtful("p.run(s.with_resources('b') if x else s)"),
        "f.py:2:7:" + start + "it stands in a branch or a loop" + hint);
    EXPECT_EQ(why_no_call("s = " + resources + "\ns.with_resources('a')\ns.with_resources('b')"),
        "f.py:3:1: .with_resources(...) selects resources a second time. Remove one of them, or both and give --only.");
    EXPECT_EQ(read_call("x.add_limit(1)\n" + resources), R"({"resources":["a",{"name":"b"}]})");
}

TEST(PythonSource, WhatAPipelineIsGivenCounts)
{
    const std::string s = "s = rest_api_source({'resources': ['a', {'name': 'b', 'write_disposition': 'merge'}]})\n";
    EXPECT_EQ(read_call(s + "p.run(s, write_disposition='replace', dataset_name='d', destination=d)"),
        R"({"resources":[{"name":"a","write_disposition":"replace"},{"name":"b","write_disposition":"replace"}]})");
    EXPECT_EQ(read_call(s + "p.run(s.a)\np.run(x)"),
        R"({"resources":[{"name":"a"},{"name":"b","write_disposition":"merge","selected":false}]})");
    EXPECT_EQ(read_call(s + "p.run([s.a, s.resources['b']])\np.run([s.a])"),
        R"({"resources":[{"name":"a"},{"name":"b","write_disposition":"merge"}]})");
    EXPECT_EQ(read_call(s + "s.resources['a'].selected = False\ns.b.max_table_nesting = 0"),
        R"({"resources":[{"name":"a","selected":false},{"name":"b","write_disposition":"merge","max_table_nesting":0}]})");
    EXPECT_EQ(read_call("rest_api_source({'a': 1}, max_table_nesting=0, schema_contract='freeze')"),
        R"({"a":1,"resource_defaults":{"max_table_nesting":0,"schema_contract":"freeze"}})");
    EXPECT_EQ(read_call("@dlt.source(max_table_nesting=3)\ndef f():\n  return rest_api_source({'a': 1})"),
        R"({"a":1,"resource_defaults":{"max_table_nesting":3}})");
    const std::string refused = " changes what the source loads, which no dictionary says. Remove it from the file";
    EXPECT_EQ(why_no_call(s + "p.run(s, table_name='t')"), "f.py:2:1: .run(table_name=...)" + refused + ".");
    EXPECT_EQ(why_no_call(s + "p.run(s, refresh='drop_data')"),
        "f.py:2:1: .run(refresh=...)" + refused + ", and give --full-refresh.");
    EXPECT_EQ(why_no_call(s + "s.name = 'x'"), "f.py:2:1: .name = ..." + refused + ".");
    EXPECT_EQ(why_no_call(s + "s.resources['a'] = x"), "f.py:2:1: .[...] = ..." + refused + ".");
    EXPECT_EQ(
        why_no_call("rest_api_source({'a': 1}, schema=x)"), "f.py:1:1: rest_api_source(schema=...)" + refused + ".");
    EXPECT_EQ(why_no_call(s + "p.run(s, write_disposition=how())"),
        "f.py:2:1: .run(write_disposition=...) cannot be read: f.py:2:28: a call of 'how'. Write the value itself in "
        "its "
        "place, or remove it from the file.");
    const auto read = corest::source::read_python("rest_api_source({'a': 1}, root_key=True)", "f.py", {});
    ASSERT_EQ(read.warnings.size(), 1U);
    EXPECT_EQ(read.warnings[0],
        "f.py:1:1: rest_api_source(root_key=...) has no effect: nested rows know the one at the top in a merge");
    const auto other = corest::source::read_python("rest_api_source({'a': 1}, parallelized=True)", "f.py", {});
    EXPECT_THAT(other.warnings,
        testing::ElementsAre(
            "f.py:1:1: rest_api_source(parallelized=...) has no effect: resources are read side by side"));
}

TEST(PythonSource, WhatIsDoneToASourceCountsWhereverItIsDone)
{
    const std::string s = "s = rest_api_source({'resources': ['a', 'b']})\n";
    const auto refused = [&](const std::string& at, const std::string& what) {
        return "f.py:" + at + ": " + what
            + " changes what the source loads, which no dictionary says. Remove it from the file";
    };
    const std::string limit = ", and give --limit.";
    EXPECT_EQ(
        why_no_call(s + "for r in s.resources.values():\n  r.add_limit(1)"), refused("3:3", ".add_limit(...)") + limit);
    EXPECT_EQ(why_no_call(s + "for k, r in list(s.resources.items()): r.add_limit(1)"),
        refused("2:40", ".add_limit(...)") + limit);
    EXPECT_EQ(
        why_no_call(s + "[r.add_limit(1) for r in s.resources.values()]"), refused("2:2", ".add_limit(...)") + limit);
    EXPECT_EQ(why_no_call("def f(x): x.add_limit(1)\n" + s + "f(s)"), refused("1:11", ".add_limit(...)") + limit);
    EXPECT_EQ(
        why_no_call("def f(x, y): y.a.add_filter(1)\n" + s + "f(1, y=s)"), refused("1:14", ".add_filter(...)") + ".");
    EXPECT_EQ(why_no_call(s + "f = s.a.apply_hints\nf(primary_key='id')"), refused("3:1", ".apply_hints(...)") + ".");
    EXPECT_EQ(why_no_call(s + "setattr(s.b, 'selected', False)"), refused("2:1", ".setattr(...)") + ".");
    EXPECT_EQ(why_no_call(s + "s.resources.pop('b')"), refused("2:1", ".pop(...)") + ".");
    EXPECT_EQ(why_no_call(s + "del s.resources['b']"), refused("2:5", ".[...] = ...") + ".");
    const std::string doubt = " cannot be read: it stands in a branch or a loop. Remove it from the file, ";
    EXPECT_EQ(why_no_call(s + "if x:\n  s.b.selected = False"),
        "f.py:3:3: .selected = ..." + doubt + "or from what surrounds it.");
    EXPECT_EQ(
        why_no_call(s + "if x: s.with_resources('a')"), "f.py:2:7: .with_resources(...)" + doubt + "and give --only.");
    EXPECT_EQ(why_no_call(s + "if x: p.run(s, write_disposition='replace')\nelse: p.run(s)"),
        "f.py:2:7: .run(write_disposition=...)" + doubt + "or from what surrounds it.");
    const std::string replaced =
        R"({"resources":[{"name":"a","write_disposition":"replace"},{"name":"b","write_disposition":"replace"}]})";
    EXPECT_EQ(read_call(s + "if x: p.run(s, write_disposition='replace')"), replaced) << "the only run";
    EXPECT_EQ(read_call(s + "try: p.run(s, write_disposition='replace')\nexcept E: p.run(s)"), replaced);
    EXPECT_EQ(read_call("if x:\n  " + s + "  s.b.selected = False"),
        R"({"resources":[{"name":"a"},{"name":"b","selected":false}]})");
    EXPECT_EQ(
        read_call("def f(p, x): p.run(x)\n" + s + "f(p, s)\nfor x in [1]: print(x)"), R"({"resources":["a","b"]})");
}

TEST(PythonSource, StandsInEachBlockOfAPage)
{
    const std::string call = "rest_api_source({'a': 1})\n";
    EXPECT_EQ(read_call("# A page's title\n~~~py\n" + call + "~~~\nText.\n"), R"({"a":1})");
    EXPECT_EQ(
        read_call("Text `x`.\n\n    from d import rest_api_source\n    " + call + "\n```sh\nls\n```\n"), R"({"a":1})");
    EXPECT_EQ(read_call("````py\n" + call + "```\n````\n`x`\n"), R"({"a":1})") << "a longer fence holds a shorter one";
    EXPECT_EQ(read_call("x = ~~~1\ny = \"\"\"\n~~~\n```\n\"\"\"\n" + call), R"({"a":1})") << "Python is no page";
    EXPECT_EQ(why_no_call("```py\n" + call + "```\n~~~python\n" + call + "~~~\n\n    " + call),
        "f.py has 3 sources:\n  1 at f.py:2:1\n  2 at f.py:5:1\n  3 at f.py:8:5\nChoose one by its number or name, as "
        "in "
        "--source 1.");
    const auto read = corest::source::read_python(
        "```json\n{\"client\": {\"base_url\": \"x\"}, \"resources\": []}\n```\n```py\n" + call + "```\n", "f.md", {});
    ASSERT_EQ(read.warnings.size(), 1U);
    EXPECT_EQ(read.warnings[0],
        "f.md:2:1: the dictionary in this block is not read: of a page only Python is. Save it as a file");
}

TEST(PythonSource, HasTheNameAndSectionOfItsDecorator)
{
    const auto named = [](const std::string& decorator, const std::string& options = {}) {
        const auto read = corest::source::read_python(
            "import dlt\nN = 'n'\n" + decorator + "\ndef f():\n  return rest_api_source({'a': 1}" + options + ")\n",
            "f.py", {});
        return read.section + "." + read.name;
    };
    EXPECT_EQ(named("@dlt.source"), ".f");
    EXPECT_EQ(named("@dlt.source(name='gh')"), ".gh");
    EXPECT_EQ(named("@dlt.source(name=N, section='hub')"), "hub.n");
    EXPECT_EQ(named("@dlt.source", ", name='x', section='hub'"), "hub.x");
    EXPECT_EQ(named("@dlt.source(name='gh')", ", name='x'"), ".gh");
    EXPECT_EQ(named("@dlt.resource(name='gh')"), ".f");
    const std::string two = "@dlt.source(name='a')\ndef f():\n  return rest_api_source({'a': 1})\n"
                            "@dlt.source(name='b')\ndef g():\n  return rest_api_source({'a': 2})\n";
    EXPECT_EQ(read_call(two, with_source("b")), R"({"a":2})");
}

TEST(PythonSource, ANameThatIsChangedBehindItsBackIsRefused)
{
    const auto value_of = [](const std::string& name, const std::string& text) {
        return why_no_call(
            "import random\nL = ['a']\nP = {'q': 1}\nU = 'u'\n" + text + "\nrest_api_source({'a': " + name + "})");
    };
    const auto reason = [](const std::string& name, const std::string& what, const std::string& line) {
        return unread_key("f.py:" + line + ":23", "a", "the variable '" + name + "', which is " + what);
    };
    EXPECT_EQ(value_of("U", "if (U := 'v'): pass"), reason("U", "assigned again at f.py:5:5", "6"));
    EXPECT_EQ(value_of("U", "match x:\n  case [U, *_]: pass"), reason("U", "assigned again at f.py:6:9", "7"));
    EXPECT_EQ(value_of("U", "match x:\n  case C(k=U) if U: pass"), reason("U", "assigned again at f.py:6:12", "7"));
    EXPECT_EQ(value_of("L", "f = L.append\nf('z')"), reason("L", "changed at f.py:5:5", "7"));
    EXPECT_EQ(value_of("L", "X = {'l': L}\nX['l'].append('z')"), reason("L", "changed at f.py:6:1", "7"));
    EXPECT_EQ(value_of("L", "X = (1, L)\nX[1].append('z')"), reason("L", "changed at f.py:6:1", "7"));
    EXPECT_EQ(value_of("L", "for l in [L]: l.append('z')"), reason("L", "changed at f.py:5:15", "6"));
    EXPECT_EQ(value_of("L", "for k, l in {'k': L}.items(): l.append('z')"), reason("L", "changed at f.py:5:31", "6"));
    EXPECT_EQ(value_of("L", "X = {'l': L}\nfor l in X.values(): l += ['z']"), reason("L", "changed at f.py:6:22", "7"));
    EXPECT_EQ(value_of("L", "[l.append('z') for l in [L]]"), reason("L", "changed at f.py:5:2", "6"));
    EXPECT_EQ(value_of("P", "def mk(d=P): d['x'] = 2\nmk()"),
        unread_key("f.py:7:23", "a.x", "the variable 'P', which is changed at f.py:5:14"));
    EXPECT_EQ(value_of("L", "def mk(d): d[0].append(2)\nmk([L])"), reason("L", "changed at f.py:5:12", "7"));
    EXPECT_EQ(value_of("L", "M = cast(list, L)\nM.append('z')"), reason("L", "changed at f.py:6:1", "7"));
    EXPECT_EQ(value_of("L", "M = L or []\nM.append('z')"), reason("L", "changed at f.py:6:1", "7"));
    EXPECT_EQ(value_of("L", "random.shuffle(L)"), reason("L", "changed at f.py:5:16", "6"));
    EXPECT_EQ(value_of("L", "list.append(L, 'z')"), reason("L", "changed at f.py:5:13", "6"));
    EXPECT_EQ(value_of("L", "L.__iadd__(['z'])"), reason("L", "changed at f.py:5:1", "6"));
    EXPECT_EQ(value_of("U", "globals()['U'] = 'v'"),
        unread_key("f.py:6:23", "a", "the variable 'U', which may be changed at f.py:5:1"));
    EXPECT_EQ(value_of("U", "exec('U = 1')"),
        unread_key("f.py:6:23", "a", "the variable 'U', which may be changed at f.py:5:1"));
}

TEST(PythonSource, ANameWhoseCopyIsChangedIsRead)
{
    const std::string before = "L = ['a']\nP = {'q': L}\nU = 'u'\n";
    EXPECT_EQ(read_in(before + "M = list(L)\nM.append('b')\nQ = dict(P)\nQ['x'] = 1", "[L, P]"),
        R"({"a":[["a"],{"q":["a"]}]})");
    EXPECT_EQ(read_in(before + "M = {'l': L, 'u': U}\nM['n'] = 1\nM['u'] += 'x'", "U"), R"({"a":"u"})");
    EXPECT_EQ(read_in(before + "V = U\nV += 'x'\nfor l in L: print(l)", "[U, L]"), R"({"a":["u",["a"]]})");
    EXPECT_EQ(read_in(before + "match = U\ncase = match\nmatch: str", "match"), R"({"a":"u"})");
}

TEST(PythonSource, StepsThatAreFunctionsAreRefusedOrSkipped)
{
    const std::string text = "def f(r): return r\nrest_api_source({'resources': [{'processing_steps': [\n"
                             "  {'filter': lambda r: r['x']}, {'map': f}, {'filter': '@.x'}]}, {'processing_steps': "
                             "[{'map': f}]}, {'processing_steps': f()}]})";
    EXPECT_EQ(why_no_call(text),
        "4 places cannot be read:\n"
        "  f.py:3:14: resources[0].processing_steps[0].filter: a lambda; give --skip-processing-steps\n"
        "  f.py:3:41: resources[0].processing_steps[1].map: the function 'f'; give --skip-processing-steps\n"
        "  f.py:3:96: resources[1].processing_steps[0].map: the function 'f'; give --skip-processing-steps\n"
        "  f.py:3:123: resources[2].processing_steps: a call of 'f'; give --set resources[2].processing_steps=VALUE\n"
        "Or let Python run the file with --python.");
    read_options skip;
    skip.skip_processing_steps = true;
    const auto read = corest::source::read_python(text, "f.py", skip);
    EXPECT_EQ(json::serialize(read.dictionary), R"({"resources":[{"processing_steps":[{"filter":"@.x"}]},{},{}]})");
    ASSERT_EQ(read.warnings.size(), 4U);
    EXPECT_EQ(read.warnings[0], "f.py:3:14: a lambda, the processing step 'filter', is skipped");
    EXPECT_EQ(read.warnings[3], "f.py:3:123: a call of 'f', in 'processing_steps', is skipped");
}

TEST(PythonSource, SaysWhatIsMissing)
{
    EXPECT_EQ(why_no_call("import dlt\n"),
        "f.py has no call rest_api_source({...}). Give a file with one, or the dictionary as JSON.");
    EXPECT_EQ(why_no_call("rest_api_source([1])"),
        "f.py:1:17: expected a dictionary as the argument of this call, found a list. Write rest_api_source({...}).");
    EXPECT_EQ(why_no_call("rest_api_source({"), "f.py:1:17: the '{' is never closed.");
    EXPECT_EQ(why_no_call("x = rest_api_source({'a': 1 'b': 2})\ny = 1"),
        "f.py:1:29: expected ',' or '}' after the value of 'a', found a text.");
    EXPECT_EQ(why_no_call("rest_api_source({'a': 'x\n'})"),
        "f.py:1:23: the text that begins here does not end on its line. Use triple quotes for several lines.");
}

TEST(PythonSource, OddStatementsDoNotHideTheSource)
{
    EXPECT_EQ(read_call("x = = 1\nprint 'a'\n!ls\nrest_api_source({'a': 1})"), R"({"a":1})");
    EXPECT_EQ(read_call("if x:\n  y(\ndef f():\n  return rest_api_source({'a': 1})"), R"({"a":1})");
    EXPECT_EQ(read_call("match x:\n  case 1:\n    rest_api_source({'a': 1})"), R"({"a":1})");
    EXPECT_EQ(read_call("async def f():\n  async with x as y, z:\n    async for i in q: pass\n"
                        "    await g(rest_api_source({'a': 1}))"),
        R"({"a":1})");
    EXPECT_EQ(read_call("a[0], (b, *c) = x\nassert y, 'z'\nraise E from F\nx: int\nlambda *a, **k: 1\n"
                        "while 1: break\nfor a, b in c: d()\nelse: pass\nwith (open(x) as f, g): pass\n"
                        "del a, b[1]\nimport a.b as c, d\nfrom . import e\nfrom .f import (g, h as i,)\n"
                        "@d(1)\n@e\nclass C(A, metaclass=M): x: int = 1; y = 2\n"
                        "def f(a, /, b=1, *, c: int = 2, **k) -> dict[str, int]: return a\n"
                        "x = yield\nx @= 1\nx = a if b else c\nz = {**a, 'b': 1, **c}\nprint(*a, sep='', **k)\n"
                        "if (n := 1) and not n or n in a and n not in b is not c: pass\nglobal a\n"
                        "try: pass\nexcept (A, B) as e: pass\nexcept* C: pass\nfinally: pass\n"
                        "rest_api_source({'a': 1})"),
        R"({"a":1})");
}

TEST(PythonSource, SmallFilesThatSayMuchAreRefused)
{
    std::string text = "a0 = ['x', 'x']\n";
    for (int i = 1; i < 40; ++i) {
        const std::string before = "a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + " = [" + before + ", " + before + "]\n";
    }
    EXPECT_NE(
        why_no_call(text + "rest_api_source({'a': a39})").find("the dictionary is too large to be read from Python"),
        std::string::npos);
    text = "a0 = 1\n";
    for (int i = 1; i < 2000; ++i) {
        text += "a" + std::to_string(i) + " = a" + std::to_string(i - 1) + "\n";
    }
    EXPECT_NE(why_no_call(text + "rest_api_source({'a': a1999})").find("nested too deep"), std::string::npos);
    for (const char* part : {"not ", "lambda: ", "1 if x else ", "x.", "f(", "yield ", "await ", "1 + ", "2 ** "}) {
        std::string repeated = "rest_api_source({'a': ";
        for (int i = 0; i < 20'000; ++i) {
            repeated += part;
        }
        EXPECT_NE(why_no_call(repeated + "1})"), "no error") << part;
    }
    std::string blocks;
    for (int i = 0; i < 3000; ++i) {
        blocks += std::string(static_cast<std::size_t>(i), ' ') + "if x:\n";
    }
    EXPECT_NE(why_no_call(blocks), "no error");
}

TEST(PythonSource, SurvivesDamage)
{
    std::mt19937 random(11);
    const std::string whole =
        "c: RESTAPIConfig = {'a': 1}\n# x\nfrom d import rest_api_source\nx = rest_api_source(c)\n"
        "@dlt.source\ndef f(t=dlt.secrets.value, n=1):\n  y = [*g, f'{t}a{n!r}']\n  if t:\n    y[0] = 1\n"
        "  for a, b in y: pass\n  rest_api_resources(config={'b': dlt.secrets['x'] if t else None, **{'d': y}})\n"
        "f().with_resources('a')\n```py\nx = (pendulum.now() - timedelta(days=1)).isoformat()\n```\n";
    const std::string_view bytes("()={}:#\n'c \0\\/[]*,.f`\"\t", 24);
    for (int n = 0; n < 3000; ++n) {
        std::string text = whole.substr(0, random() % (whole.size() + 1));
        for (int changes = 0; changes < 3 && !text.empty(); ++changes) {
            text[random() % text.size()] = bytes[random() % bytes.size()];
        }
        (void)corest::source::has_python_source(text);
        try {
            read_options options;
            options.source = "1";
            (void)corest::source::read_python(text, "f.py", options);
        } catch (const corest::error& e) {
            EXPECT_EQ(e.kind(), errc::invalid_source);
        }
    }
}

} // namespace
