/// \file
/// The static reader against Python itself: files are read by the one, and run by the other with the stand-in for dlt.
/// Both must find the same dictionary.

#include <corest/error.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/read/source_steps.hpp>

#include <support/command.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {
namespace python_files_test {

namespace json = boost::json;

// The interpreter itself, where `python3` is a script that looks for it; empty where there is none.
const std::string& python_path()
{
    static const std::string path = [] {
        const auto done = run_command({"/usr/bin/env", "python3", "-c",
            "import sys; print(sys.executable, end='') if sys.version_info >= (3, 9) else sys.exit(1)"});
        return done.status == 0 ? done.out : std::string();
    }();
    return path;
}

// With the keys of each object in their order: which of the things that are done to a source comes first counts for
// nothing.
json::value in_order(const json::value& v)
{
    if (const auto* list = v.if_array()) {
        json::array out;
        for (const json::value& one : *list) {
            out.push_back(in_order(one));
        }
        return out;
    }
    if (!v.is_object()) {
        return v;
    }
    std::map<std::string, json::value> members;
    for (const auto& member : v.get_object()) {
        members.emplace(member.key(), in_order(member.value()));
    }
    json::object out;
    for (auto& [key, value] : members) {
        out.emplace(key, std::move(value));
    }
    return out;
}

// Something that a file does to its source, as the stand-in has written it.
corest::source::detail::source_step step_in(const json::object& written)
{
    using kind = corest::source::detail::source_step::kind;
    corest::source::detail::source_step out;
    const std::string type(written.at("type").as_string());
    out.type = type == "call" ? kind::call
        : type == "run"       ? kind::run
        : type == "options"   ? kind::options
                              : kind::assignment;
    out.method = std::string(written.at("method").as_string());
    out.is_plain = written.at("is_plain").as_bool();
    out.named = written.at("named").as_object();
    for (const json::value& argument : written.at("arguments").as_array()) {
        out.arguments.emplace_back(argument.as_string());
    }
    if (written.at("resources").is_array()) {
        out.resources.emplace();
        for (const json::value& name : written.at("resources").as_array()) {
            out.resources->emplace_back(name.as_string());
        }
    }
    return out;
}

// The dictionary that Python makes of a file, as text; else why there is none.
std::string run_by_python(const std::string& file, const temporary_folder& folder)
{
    const std::string out = folder.file("out.json");
    std::filesystem::remove(out);
    const auto done = run_command({python_path(), COREST_SOURCE_DIR "/tools/corest/python/dlt_stand_in.py", file, out,
        R"({"secrets":["access_token"]})"});
    json::error_code ec;
    const json::value result = json::parse(read_file(out), ec);
    if (ec || done.status != 0) {
        return "Python ended with " + std::to_string(done.status) + ": " + done.err;
    }
    const json::array& sources = result.at("sources").as_array();
    if (sources.size() != 1 || result.as_object().contains("failure")) {
        return "not one source: " + json::serialize(result);
    }
    json::value made = sources[0].at("dictionary");
    // What the file does to the source is done by who reads what the stand-in has written.
    std::vector<corest::source::detail::source_step> steps;
    for (const json::value& one : sources[0].at("steps").as_array()) {
        steps.push_back(step_in(one.as_object()));
    }
    (void)corest::source::detail::apply_source_steps(made, steps);
    return json::serialize(in_order(made)) + " of " + json::serialize(sources[0].at("section")) + " "
        + json::serialize(sources[0].at("name"));
}

std::string read_without_python(const std::string& file)
{
    corest::source::read_options options;
    options.is_given = [](std::string_view name) { return name == "access_token"; };
    try {
        const auto reading =
            corest::source::read_source(corest::source::detail::read_text_file(file, "source"), file, options);
        return json::serialize(in_order(reading.dictionary)) + " of \"" + reading.section + "\" \"" + reading.name
            + "\"";
    } catch (const corest::error& e) {
        return e.what();
    }
}

TEST(PythonFiles, AreReadAsPythonReadsThem)
{
    if (python_path().empty()) {
        GTEST_SKIP() << "no python3";
    }
    const temporary_folder folder;
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(COREST_TESTS_DIR "/source/read/python_files")) {
        files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    EXPECT_GE(files.size(), 40U);
    for (const std::string& file : files) {
        EXPECT_EQ(read_without_python(file), run_by_python(file, folder)) << file;
    }
}

// What stands for a text; `access_token` and its like are defined in the file below.
const std::vector<std::string> python_texts = {"'x'", "\"it's\"", "r'\\d'", "'a' 'b'", "TEXT", "NESTED",
    "f'{TEXT}/{{id}}'", "TEXT + '/' + NESTED", "dlt.secrets['s']", "dlt.secrets['s']['t']", "SECRET",
    "f'Bearer {SECRET}'", "'B ' + SECRET", "os.environ['E']", "os.getenv('E', 'd')", "VARIABLE",
    "f'{VARIABLE}:{access_token}'", "access_token", "given", "literal", "START.isoformat()",
    "f'{START:%Y}'[0:0] + 'x'"};

// What may stand around one.
const std::vector<std::pair<std::string, std::string>> python_contexts = {{"", ""}, {"f'<{", "}>'"},
    {"'<' + ", " + '>'"}, {"[", ", 1]"}, {"[*[", "], 2]"}, {"{'k': ", "}"}, {"{**{'k': 1}, 'k': ", "}"},
    {"{'k': 1} | {'k': ", "}"}, {"dict(k=", ")"}, {"BearerTokenAuth(token=", ")"}, {"BearerTokenAuth(", ")"},
    {"OffsetPaginator(5, offset_param=", ")"}, {"dlt.sources.incremental('c', initial_value=", ")"},
    {"(", " if access_token else None)"}, {"(None if access_token is None else ", ")"}, {"cast(str, ", ")"}};

TEST(PythonFiles, EachConstructInEachOtherIsReadAsPythonReadsIt)
{
    if (python_path().empty()) {
        GTEST_SKIP() << "no python3";
    }
    const temporary_folder folder;
    for (const auto& [before, after] : python_contexts) {
        std::string file = "import os\nfrom datetime import datetime\nfrom typing import cast\nimport dlt\n"
                           "from dlt.sources.rest_api import rest_api_resources\n"
                           "from dlt.sources.helpers.rest_client.auth import BearerTokenAuth\n"
                           "from dlt.sources.helpers.rest_client.paginators import OffsetPaginator\n"
                           "TEXT = 'text'\nNESTED = TEXT + '!'\nSECRET = dlt.secrets['secret']\n"
                           "VARIABLE = os.getenv('V')\nSTART = datetime(2024, 1, 2)\n"
                           "@dlt.source\ndef make(given, access_token=dlt.secrets.value, literal='l'):\n"
                           "  yield from rest_api_resources({\n";
        for (std::size_t i = 0; i + 1 < python_texts.size(); ++i) {
            // Quotes of a kind cannot be nested in the fields of an f-string.
            const bool in_field = before.starts_with("f'");
            if (in_field && python_texts[i].find_first_of("'\\") != std::string::npos) {
                continue;
            }
            file += "    'v" + std::to_string(i) + "': " + before + python_texts[i] + after + ",\n";
        }
        const std::string path = folder.write("file.py", file + "  })\nmake('given')\n");
        EXPECT_EQ(read_without_python(path), run_by_python(path, folder)) << before << after;
    }
}

// Ways to change what `D` holds: by other names, in functions and classes, by what Python's library does.
const std::vector<std::string> python_changes = {
    R"(f = D['r'].append
f('b'))",
    R"(L = []
f = L.append
f(D)
L[0]['r'] = ['b'])",
    R"(f = {'add': D['r'].append}
f['add']('b'))",
    R"(getattr(D['r'], 'append')('b'))",
    R"(from functools import partial
partial(list.append, D['r'])('b'))",
    R"(from functools import reduce
reduce(lambda d, x: d['r'].append(x) or d, ['b'], D))",
    R"(import operator
operator.methodcaller('update', r=['b'])(D))",
    R"(f = list.append
f(D['r'], 'b'))",
    R"(list(map(D['r'].append, ['b'])))", R"(type(D['r']).append(D['r'], 'b'))", R"(dict.update(D, r=['b']))",
    R"(D['r'][:] = ['b'])", R"(del D['r'][:1])",
    R"(f = lambda x: D['r'].append(x)
f('b'))",
    R"(f = lambda x: x['r'].append('b')
f(D))",
    R"(f = lambda x=D: x['r'].append('b')
f())",
    R"(f = lambda x: x
f(D)['r'].append('b'))",
    R"((lambda x: x['r'].append('b'))(D))", R"(list(map(lambda x: x.update(n=2), D['d'])))",
    R"(sorted(D['d'], key=str)[0]['n'] = 2)", R"(next(iter(D['d']))['n'] = 2)",
    R"(next(x for x in D['d'] if x)['n'] = 2)",
    R"(x = [x for x in D['d']]
x[0]['n'] = 2)",
    R"(x = {x['n']: x for x in D['d']}
x[1]['n'] = 2)",
    R"(x = list(filter(None, D['d']))[0]
x['n'] = 2)",
    R"(x = list(D['d'])
y = x.pop()
y['n'] = 2)",
    R"(x = D['d'][:]
x[0]['n'] = 2)",
    R"(x = [D] * 2
x[0]['r'].append('b'))",
    R"(x = D if os.path.exists('/') else {}
x['r'].append('b'))",
    R"(x = D and D['r']
x.append('b'))",
    R"((D or {})['r'] = ['b'])", R"(dict(D)['r'].append('b'))",
    R"(x = copy.copy(D)
x['r'].append('b'))",
    R"(x, y = D['r'], 1
x.append('b'))",
    R"((x, *y) = [D, 1]
x['r'].append('b'))",
    R"(x = {}
y, x = x, D
x['r'].append('b'))",
    R"(print(x := D['r'])
x.append('b'))",
    R"(from collections import ChainMap
ChainMap(D)['r'].append('b'))",
    R"(from collections import namedtuple
x = namedtuple('T', 'd')(D)
x.d['r'].append('b'))",
    R"py(e = exec
e("D['r'].append('b')"))py",
    R"py(eval("D['r'].append('b')"))py",
    R"py(import builtins
builtins.exec("D['r'].append('b')"))py",
    R"(import sys
sys.modules[__name__].D['r'].append('b'))",
    R"(import __main__
__main__.D['r'].append('b'))",
    R"(globals().get('D')['r'].append('b'))",
    R"(g = globals()
g['D'] = {'r': ['b']})",
    R"(D['r'] += [x for x in ['b']])", R"(for x in D['d']: x['n'] = 2)", R"(for i, x in enumerate(D['d']): x['n'] = 2)",
    R"(for x, y in zip(D['d'], [2]): x['n'] = y)", R"(for x, y in [(D, 1)]: x['r'].append('b'))",
    R"(for k in D: D[k] = [])", R"(while len(D['r']) < 2: D['r'].append('b'))", R"(if D: D['r'].append('b'))",
    R"(with contextlib.nullcontext(D) as x: x['r'].append('b'))",
    R"(def f(x): x['r'].append('b')
f(D))",
    R"(def f(x): x['r'].append('b')
g = f
g(D))",
    R"(def f(x): x['r'].append('b')
for y in map(f, [D]): pass)",
    R"(def f(x): x['n'] = 2
y = [f(x) for x in D['d']])",
    R"(def f(*x):
    for y in x: y['r'].append('b')
f(D))",
    R"(def f(**x): x['d']['r'].append('b')
f(d=D))",
    R"(def f(x, y): y['r'].append('b')
f(*(1, D)))",
    R"(def f(x, y): y['r'].append('b')
f(**{'x': 1, 'y': D}))",
    R"(def f(x, *, y): y['r'].append('b')
f(1, y=D))",
    R"(def f(x=D): x['r'].append('b')
f())",
    R"(def f(x): x['d']['r'].append('b')
f({'d': D}))",
    R"(def f(x): return x
y = f(D)
y['r'].append('b'))",
    R"(def f(): return D
f().get('r').append('b'))",
    R"(def f(): yield D['r']
for x in f(): x.append('b'))",
    R"(def f(): yield from [D['r']]
x = list(f())
x[0].append('b'))",
    R"(def f(x):
    if isinstance(x, dict):
        for y in x.values(): f(y)
    elif isinstance(x, list): x.append('b')
f(D))",
    R"(def f(g):
    D['r'].append('b')
    return g
@f
def h(): pass)",
    R"(def f():
    global D
    D = {'r': ['b']}
f())",
    R"(class C:
    def f(self, x): x['r'].append('b')
C().f(D))",
    R"(class C:
    @staticmethod
    def f(x): x['r'].append('b')
C.f(D))",
    R"(class C:
    def __init__(self, x): self.x = x
    def f(self): self.x['r'].append('b')
C(D).f())",
    R"(class C:
    def __call__(self, x): x['r'].append('b')
C()(D))",
    R"(class C:
    def f(self, x): return x
C().f(D)['r'].append('b'))",
    R"(class C:
    x = D
    def f(self): self.x['r'].append('b')
C().f())",
    R"(class C: x = D
C.x['r'].append('b'))",
    R"(class C: pass
c = C()
c.x = D
c.x['r'].append('b'))",
    R"(class C: pass
c = C()
setattr(c, 'x', D)
c.x['r'].append('b'))",
    R"(class C: pass
c = C()
c.__dict__.update(x=D)
c.x['r'].append('b'))",
    R"(class C: pass
c = C()
for c.x in [D]: c.x['r'].append('b'))",
    R"(@contextlib.contextmanager
def f():
    D['r'].append('b')
    yield
with f(): pass)",
    R"(import threading
def f(x): x['r'].append('b')
t = threading.Thread(target=f, args=(D,))
t.start()
t.join())"};

TEST(PythonFiles, WhatIsChangedBehindTheReadersBackIsNeverMisread)
{
    if (python_path().empty()) {
        GTEST_SKIP() << "no python3";
    }
    const temporary_folder folder;
    const auto file_with = [&](const std::string& change) {
        return folder.write("file.py",
            "import contextlib, copy, os\nfrom dlt.sources.rest_api import rest_api_source\n"
            "D = {'r': ['a'], 'd': [{'n': 1}]}\n"
                + change + "\nrest_api_source(D)\n");
    };
    const std::string unchanged = run_by_python(file_with(""), folder);
    EXPECT_EQ(read_without_python(file_with("")), unchanged);
    for (const std::string& change : python_changes) {
        const std::string path = file_with(change);
        const std::string run = run_by_python(path, folder);
        EXPECT_NE(run, unchanged) << "it changes nothing:\n" << change;
        const std::string read = read_without_python(path);
        const bool is_unknown = read.find("changed at " + path) != std::string::npos
            || read.find("assigned again at " + path) != std::string::npos
            || read.find("a list comprehension") != std::string::npos;
        EXPECT_TRUE(is_unknown || read == run) << change << "\nread: " << read << "\nrun:  " << run;
    }
}

// Ways to call a function that makes a source of its `n`, with another value than its default: of `f` above them, and
// of functions, methods and classes of their own. MAKE stands for what makes it.
const std::vector<std::string> python_calls_of_f = {R"(g = f
g(2))",
    "{'a': f}['a'](2)", "[f][0](2)", "(f,)[0](2)", "globals()['f'](2)", "vars()['f'](2)", "eval('f(2)')", R"(import sys
getattr(sys.modules[__name__], 'f')(2))",
    R"(import __main__
__main__.f(2))",
    R"(import types
x = types.SimpleNamespace(f=f)
x.f(2))",
    R"(class C: pass
C.f = f
C.f(2))",
    R"(class C: g = staticmethod(f)
C.g(2))",
    R"(import functools
functools.partial(f, n=2)())",
    "list(map(f, [2]))", "list(map(lambda x: f(x), [2]))", R"(n = 3
list(map(lambda n: f(n), [2])))",
    R"(n = 3
[f(n) for n in [2]])",
    R"(n = 3
list(f(n) for n in [2]))",
    "(lambda: f(2))()", "(lambda x=f: x(2))()", R"(def g(x=f): x(2)
g())",
    R"(def g(x, *a): x(*a)
g(f, 2))",
    R"(from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(1) as e: e.submit(f, 2).result())",
    R"(import threading
t = threading.Thread(target=f, args=(2,))
t.start()
t.join())",
    R"(import contextvars
contextvars.copy_context().run(f, 2))",
    R"(class R:
  def run(self, x): x(2)
R().run(f))",
    R"(f.__defaults__ = (2,)
f())",
    R"(f.__defaults__ += ()
f.__defaults__ = (2,)
f())",
    "f(**{'n': 2})", "f(*[2])", "f(**dict(n=2))", "f(2)", "f(n=2)", "f(n=1 + 1)", R"(m = 2
f(m))",
    "for g in [f]: g(2)", "for n in [2]: f(n)", R"(def g(): return f
g()(2))",
    R"(def g(n=2): f(n)
g())",
    R"(def g(): yield f
next(g())(2))",
    "f = f(2)", R"(x = f if os.path.exists('/') else None
x(2))",
    "(x := f)(2)", R"(import operator
operator.call(f, 2) if hasattr(operator, 'call') else f(2))"};
const std::vector<std::string> python_functions = {R"(def f(n=1): pass
def f(n=1): MAKE
f(2))",
    R"(if os.path.exists('/'):
  def f(n=1): MAKE
else:
  def f(n=3): pass
f(2))",
    R"(def d(g): return lambda: g(2)
@d
def f(n=1): MAKE
f())",
    R"(def d(g):
  def w(*a, **k): return g(2)
  return w
@d
def f(n=1): MAKE
f())",
    R"(def d(g):
  def w(*a, **k):
    k['n'] = 2
    return g(*a, **k)
  return w
@d
def f(n=1): MAKE
f())",
    R"(def d(g):
  def w(*a, **k):
    a = (2,)
    return g(*a, **k)
  return w
@d
def f(n=1): MAKE
f())",
    R"(def d(g):
  def w(*a, **k): return g(*a, **k)
  return lambda: w(2)
@d
def f(n=1): MAKE
f())",
    R"(def d(g):
  def w(*a, **k): return g(*a, **k)
  g.__defaults__ = (2,)
  return w
@d
def f(n=1): MAKE
f())",
    R"(def d(n):
  def e(g): return lambda: g(n)
  return e
@d(2)
def f(n=1): MAKE
f())",
    R"(class D:
  def __init__(self, g): self.g = g
  def __call__(self): self.g(2)
@D
def f(n=1): MAKE
f())",
    R"(class D:
  def d(self, g): return lambda: g(2)
x = D()
@x.d
def f(n=1): MAKE
f())",
    R"(d = lambda g: lambda: g(2)
@d
def f(n=1): MAKE
f())",
    R"(def d(g): return lambda x: g(2)
@d
def f(n): MAKE
f(3))",
    R"(import functools
def d(g):
  @functools.wraps(g)
  def w(*a, **k): return g(*a, **k)
  return w
@d
def f(n=1): MAKE
f(2))",
    R"(def d(x):
  def e(g):
    def w(*a, **k): return g(*a, **k)
    return w
  return e
@d(1)
def f(n=1): MAKE
f(2))",
    R"(def f(*a, n=2): MAKE
f(3))",
    R"(def f(*a, n=1): MAKE
f(3, 4, n=2))",
    R"(def f(x, *, n=1): MAKE
f(3, n=2))",
    R"(def o():
  def f(n=1): MAKE
  return f
o()(2))",
    R"(def o():
  def f(n=1): MAKE
  return f(2)
o())",
    R"(import asyncio
async def f(n=1): MAKE
asyncio.run(f(2)))",
    R"(class C:
  def m(self, n=1): MAKE
C().m(2))",
    R"(class C:
  def m(self, n=1): MAKE
C().m(n=2))",
    R"(class C:
  def m(self, n=1): MAKE
c = C()
c.m(2))",
    R"(class C:
  def m(self, n=1): MAKE
C.m(C(), 2))",
    R"(class C:
  def m(self, n=1): MAKE
C().m(**{'n': 2}))",
    R"(class C:
  def m(self, n=1): MAKE
C().m(*[2]))",
    R"(class C:
  def m(self, n=1): MAKE
x = C().m
x(2))",
    R"(class C:
  def m(self, n=1): MAKE
getattr(C(), 'm')(2))",
    R"(class C:
  def m(self, n=1): MAKE
x = 'm'
getattr(C(), x)(2))",
    R"(class C:
  def m(self, n=1): MAKE
import operator
operator.methodcaller('m', 2)(C()))",
    R"(class C:
  def m(self, n=1): MAKE
import operator
operator.attrgetter('m')(C())(2))",
    R"(class C:
  def m(self, n=1): MAKE
vars(C)['m'](C(), 2))",
    R"(class C:
  def m(self, n=1): MAKE
C.__dict__['m'](C(), 2))",
    R"(class C:
  def m(self, n=1): MAKE
list(map(C().m, [2])))",
    R"(class C:
  def m(self, n=1): MAKE
class B(C): pass
B().m(2))",
    R"(class C:
  def m(self, n=1): MAKE
class B(C):
  def m(self): super().m(2)
B().m())",
    R"(class C:
  def m(self, n=1): MAKE
class B(C):
  def r(self): self.m(2)
B().r())",
    R"(class C:
  def m(self, n=1): MAKE
C.m.__defaults__ = (2,)
C().m())",
    R"(class C:
  def m(self, n=1): MAKE
import random
random.choice([C()]).m(2))",
    R"(class C:
  def m(self, n=1): MAKE
import copy
copy.copy(C()).m(2))",
    R"(class C:
  def m(self, n=1): MAKE
[x.m(2) for x in [C()]])",
    R"(class C:
  def m(self, n=1): MAKE
(lambda x: x.m(2))(C()))",
    R"(class C:
  def m(self, n=1): MAKE
next(iter([C()])).m(2))",
    R"(class C:
  def m(self, n=1): MAKE
import inspect
dict(inspect.getmembers(C()))['m'](2))",
    R"(class C:
  def m(self, n=1): MAKE
C().__getattribute__('m')(2))",
    R"(class C:
  def m(self, n=1): MAKE
type(C()).m(C(), 2))",
    R"(class C:
  @staticmethod
  def m(n=1): MAKE
C.m(2))",
    R"(class C:
  @classmethod
  def m(cls, n=1): MAKE
C.m(2))",
    R"(class C:
  def m(self, n=1): MAKE
  def r(self): self.m(2)
C().r())",
    R"(class C:
  def m(self, n=1): MAKE
  @property
  def r(self): return self.m(2)
C().r)",
    R"(class C:
  def m(self, n=1): MAKE
  r = m
C().r(2))",
    R"(import functools
class C:
  def m(self, n=1): MAKE
  r = functools.partialmethod(m, 2)
C().r())",
    R"(class C:
  def m(n=1): MAKE
  m(2))",
    R"(class C:
  def __init__(self, n=1): MAKE
C(2))",
    R"(class C:
  def __init__(self, n=1): MAKE
C(n=2))",
    R"(class C:
  def __init__(self, n=1): MAKE
x = C
x(2))",
    R"(class C:
  def __init__(self, n=1): MAKE
class B(C): pass
B(2))",
    R"(class C:
  def __init__(self, n=1): MAKE
class B(C):
  def __init__(self): super().__init__(2)
B())",
    R"(class C:
  def __init__(self, n=1): MAKE
  @classmethod
  def m(cls): cls(2)
C.m())",
    R"(class C:
  def __init__(self, n=None):
    if n: self.x(n)
  def x(self, n=1): MAKE
C(2))",
    R"(class C:
  def __init__(self, x=None, n=1): MAKE
C(0, 2))",
    R"(class O:
  class C:
    def __init__(self, n=1): MAKE
O.C(2))",
    R"(class C:
  def __call__(self, n=1): MAKE
C()(2))",
    R"(class C:
  def __getitem__(self, n=1): MAKE
C()[2])",
    R"(import dlt
class C:
  def m(self, e=1):
    @dlt.source
    def s(n=e): MAKE
    return s()
  def run(self): dlt.pipeline('p').run(self.m(2))
C().run())"};

TEST(PythonFiles, WhatIsGivenBehindTheReadersBackIsNeverMisread)
{
    if (python_path().empty()) {
        GTEST_SKIP() << "no python3";
    }
    const temporary_folder folder;
    std::vector<std::string> files = python_functions;
    for (const std::string& call : python_calls_of_f) {
        files.push_back("def f(n=1): MAKE\n" + call);
    }
    for (const std::string& text : files) {
        const std::size_t at = text.rfind("MAKE");
        const std::string path = folder.write("file.py",
            "import os\nfrom dlt.sources.rest_api import rest_api_source\n"
                + std::string(text).replace(at, 4, "rest_api_source({'a': n})") + "\n");
        const std::string run = run_by_python(path, folder);
        EXPECT_TRUE(run.starts_with(R"({"a":2} of)")) << text << "\nrun: " << run;
        const std::string read = read_without_python(path);
        const bool is_unknown = read.find("the parameter 'n', which") != std::string::npos
            || read.find("the parameter 'e', which") != std::string::npos
            || read.find("arguments that are spread") != std::string::npos
            || read.find("a loop variable, 'n'") != std::string::npos
            || read.find("the operator '+' of") != std::string::npos;
        EXPECT_TRUE(is_unknown || read == run) << text << "\nread: " << read << "\nrun:  " << run;
    }
}

TEST(PythonFiles, WhatIsDoneToEachResourceIsRefusedEitherWay)
{
    if (python_path().empty()) {
        GTEST_SKIP() << "no python3";
    }
    const temporary_folder folder;
    for (const std::string change : {"for r in s.resources.values(): r.add_limit(1)",
             "for n, r in s.resources.items(): r.apply_hints(primary_key=n)", "s.resources.pop('b')",
             "del s.resources['b']", "[s.resources[n].add_filter(print) for n in s.resources]"})
    {
        const std::string path = folder.write("file.py",
            "from dlt.sources.rest_api import rest_api_source\n"
            "s = rest_api_source({'resources': ['a', {'name': 'b'}]})\n"
                + change + "\n");
        EXPECT_NE(read_without_python(path).find("changes what the source loads"), std::string::npos) << change;
        EXPECT_THROW((void)run_by_python(path, folder), corest::error) << change;
    }
}

TEST(PythonFiles, WhatTheReaderRefusesPythonComputes)
{
    if (python_path().empty()) {
        GTEST_SKIP() << "no python3";
    }
    const temporary_folder folder;
    const std::string path = folder.write("file.py",
        "import os\nimport dlt\nfrom dlt.sources.rest_api import rest_api_source\n"
        "names = [n.lower() for n in ('A', 'B')]\nresources = []\nfor n in names:\n"
        "    resources.append({'name': n, 'endpoint': {'path': '/'.join(['x', n])}})\n"
        "config = {'client': {}}\nconfig['client']['base_url'] = 'https://{}'.format('a')\n"
        "config['client']['token'] = 'Token %s' % os.environ['T']\nconfig['resources'] = resources\n"
        "source = rest_api_source(config)\n");
    const std::string read = read_without_python(path);
    for (const std::string& reason :
        {path + R"(:9:32","reason":"a call of 'format'")", path + R"(:10:40","reason":"the operator '%'")",
            path + R"(:11:23","reason":"the variable 'resources', which is changed at )" + path + ":7:5"})
    {
        EXPECT_NE(read.find(reason), std::string::npos) << read;
    }
    EXPECT_EQ(run_by_python(path, folder),
        R"({"client":{"base_url":"https://a","token":{"$secret":["Token ",{"$secret":"T"}]}},"resources":[)"
        R"({"endpoint":{"path":"x/a"},"name":"a"},{"endpoint":{"path":"x/b"},"name":"b"}]} of "" "source")");
}

} // namespace python_files_test
} // namespace
