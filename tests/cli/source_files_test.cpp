/// \file
/// What the command takes as SOURCE, and where it finds secrets: as a user has them, from the command itself.

#include <support/command.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace {

class SourceFiles : public testing::Test {
protected:
    /// Runs the command in the folder, by the shell.
    [[nodiscard]] finished_command corest(const std::string& words, const std::string& before = {}) const
    {
        return run_command({"/bin/sh", "-c",
            "cd " + folder.path() + " && " + before + " HOME=" + folder.path() + "/home " COREST_COMMAND " " + words});
    }
    void write_source(const std::string& name, const std::string& code) const
    {
        folder.write(name, "import os\nimport dlt\nfrom dlt.sources.rest_api import *\n" + code);
    }
    /// The first line of a plan is the address.
    static std::string first_line(const finished_command& done)
    {
        return done.status == 0 ? done.out.substr(0, done.out.find('\n')) : done.err;
    }

    temporary_folder folder;
    const std::string one = "rest_api_source({'client': {'base_url': 'https://a'}, 'resources': ['b']})";
};

TEST_F(SourceFiles, OneOfSeveralIsChosen)
{
    write_source("f.py",
        "first = " + one + "\nsecond = rest_api_source({'client': {'base_url': 'https://c'}, 'resources': ['d']})\n");
    const auto done = corest("plan f.py");
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(done.err,
        "corest: f.py has 2 sources:\n  1 'first' at f.py:4:9\n  2 'second' at f.py:5:10\n"
        "Choose one by its number or name, as in --source 1.\n");
    EXPECT_EQ(first_line(corest("plan f.py --source second")), "https://c");
    EXPECT_EQ(first_line(corest("plan f.py --source 1")), "https://a");
    EXPECT_EQ(first_line(corest("plan f.py --source 0")),
        "corest: --source 0: there is no such source; f.py has 2 sources:\n  1 'first' at f.py:4:9\n"
        "  2 'second' at f.py:5:10.\n");
}

TEST_F(SourceFiles, SetAndParamFillWhatCannotBeRead)
{
    write_source("f.py",
        "def make(org):\n    return rest_api_source({'client': {'base_url': f'https://{org}'}, 'resources': "
        "[{'name': name_of(1), 'endpoint': 'b'}]})\n");
    const auto done = corest("plan f.py");
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(done.err,
        "corest: 2 places cannot be read:\n"
        "  f.py:5:63: client.base_url: the parameter 'org' of 'make', which has no default; give --param org=VALUE\n"
        "  f.py:5:94: resources[0].name: a call of 'name_of'; give --set resources[0].name=VALUE\n"
        "Or let Python run the file with --python.\n");
    EXPECT_EQ(first_line(corest("plan f.py --param org=acme --set resources[0].name=x")), "https://acme");
    EXPECT_EQ(first_line(corest("plan f.py --set client.base_url=https://d --set resources[0].name=x")), "https://d");
    EXPECT_EQ(corest("plan f.py --set resources[0].name.x=y").err,
        "corest: --set resources[0].name.x: what stands before 'x' cannot be read without running Python "
        "(f.py:5:94: a call of 'name_of'): set all of it.\n");
}

TEST_F(SourceFiles, SetFillsAPlaceWhoseKeyHasBracketsOrADollar)
{
    write_source("f.py",
        "rest_api_source({'client': {'base_url': 'https://a'}, 'resources': [{'name': 'b', 'endpoint': {'path': 'b', "
        "'params': {'page[size]': f(1), '$filter': f(2), \"it's\": f(3)}}}]})\n");
    const auto done = corest("plan f.py");
    const std::string place = "resources[0].endpoint.params";
    EXPECT_NE(done.err.find(": a call of 'f'; give --set \"" + place + "['page[size]']=VALUE\"\n"), std::string::npos)
        << done.err;
    EXPECT_NE(done.err.find("; give --set '" + place + ".$filter=VALUE'\n"), std::string::npos) << done.err;
    const auto filled = corest("plan f.py --json --set \"" + place + "['page[size]']=50\" --set '" + place
        + ".$filter=x eq 1' --set \"" + place + "['it's']=c\"");
    EXPECT_EQ(filled.status, 0) << filled.err;
    EXPECT_NE(filled.out.find("page[size]"), std::string::npos) << filled.out;
}

TEST_F(SourceFiles, OneOfSeveralDocumentsOfYamlIsChosen)
{
    folder.write("m.yaml",
        "client: {base_url: https://a}\nresources: [x]\n---\nclient: {base_url: https://b}\nresources: [y]\n---\n");
    const auto done = corest("plan m.yaml");
    if (done.err.find("yaml-cpp was not found") != std::string::npos) {
        GTEST_SKIP() << done.err;
    }
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(done.err,
        "corest: m.yaml has 2 sources:\n  1 at m.yaml:1\n  2 at m.yaml:4\nChoose one by its number or name, as in "
        "--source 1.\n");
    EXPECT_EQ(first_line(corest("plan m.yaml --source 2")), "https://b");
    folder.write(
        "tag.yaml", "client: {base_url: https://a, auth: {type: bearer, token: !env TOKEN}}\nresources: [x]\n");
    const auto tagged = corest("plan tag.yaml");
    EXPECT_EQ(tagged.status, 2);
    EXPECT_EQ(tagged.err,
        "corest: tag.yaml:1:59: the tag '!env', which is not known here. Write the value itself, or {$secret: NAME} "
        "for "
        "what stands in the environment or the secrets.\n");
}

TEST_F(SourceFiles, AJsonFileHasOneSource)
{
    folder.write("one.json", R"({"client": {"base_url": "https://a"}, "resources": ["b"]})");
    EXPECT_EQ(first_line(corest("plan one.json --source 1")), "https://a");
    const auto done = corest("plan one.json --source 2");
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(done.err, "corest: --source 2: there is no such source; one.json has 1 source:\n  1 at one.json.\n");
}

TEST_F(SourceFiles, NotebooksPagesAndStandardInputAreRead)
{
    folder.write("n.ipynb",
        R"~({"cells": [{"cell_type": "markdown", "source": ["rest_api_source({})"]},
 {"cell_type": "code", "source": ["%pip install dlt\n", "base = 'https://a'"]},
 {"cell_type": "code", "source": "%%bash\nls"},
 {"cell_type": "code", "source": "x = rest_api_source({'client': {'base_url': base}, 'resources': ['b']})"}],
 "metadata": {}, "nbformat": 4, "nbformat_minor": 5})~");
    EXPECT_EQ(first_line(corest("plan n.ipynb")), "https://a");
    EXPECT_EQ(first_line(corest("plan n.ipynb --set client.base_url=https://b")), "https://b");
    folder.write("bad.ipynb",
        R"~({"cells": [{"cell_type": "code", "source": ["x = 1\n", "rest_api_source({'client': f()})"]}], "nbformat": 4})~");
    EXPECT_EQ(corest("plan bad.ipynb").err,
        "corest: bad.ipynb, cell 1:2:28: client cannot be read: a call of 'f'. Give --set client=VALUE, or let Python "
        "run the file with --python.\n");
    folder.write("page.md", "Don't `call` it:\n\n```python\n" + one + "\n```\n");
    EXPECT_EQ(first_line(corest("plan page.md")), "https://a");
    EXPECT_EQ(first_line(corest("plan -", "cat page.md |")), "https://a");
    EXPECT_EQ(first_line(corest("plan -", "echo \"" + one + "\" |")), "https://a");
    EXPECT_EQ(corest("plan -", "true |").err,
        "corest: standard input is empty. Give a dictionary as JSON, or a file with a call rest_api_source({...}).\n");
}

TEST_F(SourceFiles, YamlIsRead)
{
    folder.write("y.yaml",
        "client:\n  base_url: https://a\n  auth: {type: bearer, token: {$secret: t}}\n"
        "defaults: &d {primary_key: id}\nresources:\n  - <<: *d\n    name: \"b\"\n    endpoint: {path: b, params: {n: "
        "5, "
        "on: true, s: \"5\"}}\n");
    const auto done = corest("plan y.yaml");
    if (done.err.find("yaml-cpp was not found") != std::string::npos) {
        GTEST_SKIP() << done.err;
    }
    EXPECT_EQ(done.err.find("corest: defaults: unknown key; known here are client, "), 0U) << done.err;
    folder.write("good.yaml",
        "client:\n  base_url: https://a\n  auth: {type: bearer, token: {$secret: t}}\nresources:\n"
        "  - &d {name: c, primary_key: id}\n  - <<: *d\n    name: \"b\"\n    endpoint: {path: b, params: {n: 5, on: "
        "true}}\n");
    EXPECT_EQ(first_line(corest("plan good.yaml")), "https://a");
    EXPECT_EQ(first_line(corest("plan -", "cat good.yaml |")), "https://a");
    EXPECT_NE(corest("plan good.yaml --json").out.find(R"("primary_key":["id"])"), std::string::npos)
        << corest("plan good.yaml --json").out;
    folder.write("bad.yaml", "client: {base_url: CANARY\nx: [");
    const auto bad = corest("plan bad.yaml");
    EXPECT_EQ(bad.status, 2);
    EXPECT_EQ(bad.err.find("corest: bad.yaml:2:"), 0U) << bad.err;
    EXPECT_NE(
        bad.err.find(": this is not valid YAML. A line is key: value, and what is below it is indented by spaces.\n"),
        std::string::npos)
        << bad.err;
    EXPECT_EQ(bad.err.find("CANARY"), std::string::npos);
    folder.write("twice.yaml", "client: {}\nclient: {}\n");
    EXPECT_EQ(corest("plan twice.yaml").err,
        "corest: twice.yaml:2:1: the key 'client' stands twice in one mapping. Remove one of them.\n");
    folder.write("deep.yaml", "a: " + std::string(100, '[') + std::string(100, ']') + "\n");
    EXPECT_NE(corest("plan deep.yaml").err.find("nested deeper than 64 levels"), std::string::npos);
}

TEST_F(SourceFiles, PythonRunsTheFileWhenItIsAskedTo)
{
    if (run_command({"/usr/bin/env", "python3", "--version"}).status != 0) {
        GTEST_SKIP() << "no python3";
    }
    write_source("f.py",
        "print('hello')\nnames = [n.lower() for n in ('A', 'B')]\n"
        "rest_api_source({'client': {'base_url': '://'.join(['https', 'a']), 'auth': {'type': 'bearer', 'token': "
        "os.environ['T']}}, 'resources': [{'name': n} for n in names]})\n");
    EXPECT_EQ(corest("plan f.py").status, 2);
    const auto done = corest("plan --python f.py");
    EXPECT_EQ(first_line(done), "https://a");
    EXPECT_NE(done.out.find("auth: bearer, secret T\n"), std::string::npos) << done.out;
    EXPECT_NE(done.out.find("warning: python3 ran f.py to make this dictionary (--python)\n"), std::string::npos)
        << done.out;
    EXPECT_EQ(done.err, "hello\n") << "what the file prints does not mix with the plan";

    write_source("two.py", "a = " + one + "\nb = rest_api_source({'x': 1})\n");
    EXPECT_EQ(corest("plan two.py --python").err,
        "corest: two.py has 2 sources:\n  1 'a' at two.py:4\n  2 'b' at two.py:5\n"
        "Choose one by its number or name, as in --source 1.\n");
    EXPECT_EQ(first_line(corest("plan two.py --python --source a")), "https://a");

    write_source("slow.py", "import time\ntime.sleep(60)\n");
    EXPECT_EQ(corest("plan slow.py --python --python-limit 1").err,
        "corest: slow.py: Python has not ended after 1 s. Give it longer with --python-limit, or take out of the file "
        "what takes long.\n");
    write_source("fails.py", "\nraise ValueError('no')\n");
    EXPECT_EQ(corest("plan fails.py --python").err,
        "corest: fails.py:5: Python ended with ValueError: no. The packages that the file imports must be there, but "
        "dlt need not.\n");
    write_source("none.py", "x = 1\n");
    for (const std::string rest : {"p.run(s.with_resources('b'))\np.run(s)", "s.with_resources('b')\np.run(s)",
             "t = s.with_resources('b')\np.run(s)"})
    {
        folder.write("part.py",
            "import dlt\nfrom dlt.sources.rest_api import rest_api_source\np = dlt.pipeline('p')\n"
            "s = rest_api_source({'client': {'base_url': 'https://a'}, 'resources': ['a', 'b']})\n"
                + rest + "\n");
        EXPECT_NE(corest("plan part.py").err.find(".with_resources(...) cannot be read: "), std::string::npos) << rest;
        EXPECT_NE(corest("plan part.py --python")
                      .err.find(".with_resources(...) cannot be read: it makes a copy of the source, and another one "
                                "is run. Remove it from the file, and give --only."),
            std::string::npos)
            << rest;
    }
    EXPECT_EQ(corest("plan none.py --python").err,
        "corest: none.py: Python ran it, and no rest_api_source was made. Call rest_api_source({...}) at the top "
        "level, "
        "or in a function with @dlt.source.\n");
    write_source("late.py", one + "\n1 / 0\n");
    EXPECT_NE(
        corest("plan late.py --python")
            .out.find("warning: late.py:5: Python ended with ZeroDivisionError: division by zero, after the source "
                      "was made\n"),
        std::string::npos);
    write_source("function.py",
        "@dlt.source\ndef make(org, n=1):\n    return rest_api_source({'client': {'base_url': 'https://' + org}, "
        "'resources': ['b']})\n");
    EXPECT_EQ(corest("plan function.py --python").err,
        "corest: function.py: 'make' makes the source, and needs 'org'. Give --param org=VALUE.\n");
    EXPECT_EQ(first_line(corest("plan function.py --python --param org=acme")), "https://acme");
    folder.write("f.ipynb", R"n({"cells":[{"cell_type":"code","source":["rest_api_source({})"]}]})n");
    EXPECT_EQ(corest("plan f.ipynb --python").err,
        "corest: --python runs .py files, and f.ipynb is a notebook. Export it as a script (jupyter nbconvert --to "
        "script), or leave --python out.\n");
    folder.write("f.yaml", "client: {}\n");
    EXPECT_EQ(corest("plan f.yaml --python").err,
        "corest: --python runs .py files, and f.yaml is none. Leave --python out: JSON and YAML need no Python.\n");
    folder.write("f.md", "# Page\n");
    EXPECT_EQ(corest("plan f.md --python").err,
        "corest: --python runs .py files, and f.md is a page. Leave --python out, or save the page's Python as a .py "
        "file.\n");
    EXPECT_EQ(corest("plan - --python").err,
        "corest: --python runs .py files, not what stands on standard input. Write it to a file, and name that.\n");
    EXPECT_EQ(corest("plan nowhere.py --python").err,
        "corest: the source file 'nowhere.py' cannot be read: No such file or directory.\n");
    EXPECT_EQ(
        run_command({"/usr/bin/env", "-i", "PATH=/nowhere", COREST_COMMAND, "plan", folder.file("f.py"), "--python"})
            .err,
        "corest: python3 was not found. --python runs the file with the python3 that is on PATH: install one.\n");
}

TEST_F(SourceFiles, PythonsOwnLibraryHasTheRealEnvironment)
{
    if (run_command({"/usr/bin/env", "python3", "--version"}).status != 0) {
        GTEST_SKIP() << "no python3";
    }
    // The names of frozen modules ("<frozen os>") are no files of the folder that the file is in.
    write_source("home.py",
        "import pathlib, subprocess\n"
        "host = subprocess.run(['echo', 'a'], capture_output=True, text=True).stdout.strip()\n"
        "rest_api_source({'client': {'base_url': 'https://' + host}, 'resources': [{'name': 'b', 'endpoint': "
        "{'path': 'b', 'params': {'at': str(pathlib.Path.home())}}}]})\n");
    const auto done = corest("export --python home.py");
    EXPECT_NE(done.out.find(R"("base_url": "https://a")"), std::string::npos) << done.out << done.err;
    EXPECT_NE(done.out.find("\"at\": \"" + folder.path() + "/home\""), std::string::npos) << done.out << done.err;
}

TEST_F(SourceFiles, WhatIsNoJsonOrNoDictionaryIsNamedOfAFileThatPythonRuns)
{
    if (run_command({"/usr/bin/env", "python3", "--version"}).status != 0) {
        GTEST_SKIP() << "no python3";
    }
    write_source("nan.py",
        "rest_api_source({'client': {'base_url': 'https://a'}, 'resources': [{'name': 'b', 'endpoint': {'path': 'b', "
        "'params': {'most': float('inf')}}}]})\n");
    EXPECT_EQ(corest("plan nan.py --python").err,
        "corest: nan.py:4: resources[0].endpoint.params.most cannot be read: the number inf, which JSON does not have. "
        "Give --set "
        "resources[0].endpoint.params.most=VALUE.\n");
    write_source("client.py",
        "from dlt.sources.helpers.rest_client import RESTClient\n"
        "client = RESTClient(base_url='https://a')\n"
        "@dlt.resource\ndef b():\n    yield from client.paginate('b')\n");
    EXPECT_EQ(corest("plan client.py --python").err,
        "corest: client.py:5: RESTClient(...) is a program that asks an API, not a dictionary, and is not read: only "
        "what rest_api_source and rest_api_resources are given is. Write what it asks for as a dictionary, in "
        "rest_api_source({...}).\n");
}

TEST_F(SourceFiles, CopiesOfADecoratedFunctionMakeItsSource)
{
    if (run_command({"/usr/bin/env", "python3", "--version"}).status != 0) {
        GTEST_SKIP() << "no python3";
    }
    for (const std::string copy : {"clone", "with_args"}) {
        write_source("copy.py",
            "@dlt.source\ndef make(n):\n    return rest_api_source({'client': {'base_url': f'https://a{n}'}, "
            "'resources': ['b']})\nmake."
                + copy + "(name='q')(2)\n");
        EXPECT_EQ(first_line(corest("plan copy.py --python --source q")), "https://a2") << copy;
    }
}

TEST_F(SourceFiles, FunctionsOfStepsAreRefusedByNameOrSkipped)
{
    write_source("f.py",
        "def shorten(r): return r\n"
        "rest_api_source({'client': {'base_url': 'https://a'}, 'resources': [{'name': 'b', 'processing_steps': "
        "[{'map': shorten}]}]})\n");
    EXPECT_EQ(corest("plan f.py").err,
        "corest: f.py:5:112: resources[0].processing_steps[0].map cannot be read: the function 'shorten'. Give "
        "--skip-processing-steps, or let Python run the file with --python.\n");
    const auto done = corest("plan f.py --skip-processing-steps");
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_NE(done.out.find("warning: f.py:5:112: the function 'shorten', the processing step 'map', is skipped\n"),
        std::string::npos)
        << done.out;
    const auto by_python = corest("plan f.py --python --skip-processing-steps");
    EXPECT_EQ(by_python.status, 0) << by_python.err;
    EXPECT_NE(by_python.out.find("the function 'shorten', the processing step 'map', is skipped\n"), std::string::npos)
        << by_python.out;
    EXPECT_EQ(corest("plan f.py --python").err,
        "corest: f.py:5: resources[0].processing_steps[0].map cannot be read: the function 'shorten'. Give "
        "--skip-processing-steps.\n");
}

class SecretPlaces : public SourceFiles {
protected:
    void SetUp() override
    {
        write_source("github.py",
            "@dlt.source\ndef issues(access_token=dlt.secrets.value):\n    return rest_api_source({'client': "
            "{'base_url': 'https://a', 'auth': {'type': 'bearer', 'token': access_token}, 'headers': {'X': "
            "os.getenv('MAIL', 'none')}}, 'resources': ['b']})\n");
        std::filesystem::create_directories(folder.file(".dlt"));
        std::filesystem::create_directories(folder.file("home/.dlt"));
    }
    /// Where the token was found.
    [[nodiscard]] std::string found(const std::string& more = {}, const std::string& before = {}) const
    {
        const auto done = corest("secrets github.py " + more, before);
        const auto begin = done.out.find("  found: ");
        return begin == std::string::npos ? done.out + done.err
                                          : done.out.substr(begin + 9, done.out.find('\n', begin) - begin - 9);
    }
};

TEST_F(SecretPlaces, AreListed)
{
    const auto done = corest("secrets github.py");
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(done.err, "");
    const std::string home = folder.path() + "/home/.dlt/";
    const std::string absent =
        "    the file .dlt/secrets.toml, which is not there\n    the file .dlt/config.toml, which is not there\n"
        "    the file "
        + home + "secrets.toml, which is not there\n    the file " + home + "config.toml, which is not there\n";
    EXPECT_EQ(done.out,
        "access_token, needed by client.auth.token\n"
        "  missing; looked for in\n"
        "    the variable SOURCES__GITHUB__ISSUES__ACCESS_TOKEN of the environment\n"
        "    the variable SOURCES__GITHUB__ACCESS_TOKEN of the environment\n"
        "    the variable SOURCES__ISSUES__ACCESS_TOKEN of the environment\n"
        "    the variable SOURCES__ACCESS_TOKEN of the environment\n"
        "    the variable ACCESS_TOKEN of the environment\n"
        "    the variable access_token of the environment\n"
            + absent
            + "MAIL, needed by client.headers.X\n"
              "  not found, so its default is used; looked for in\n"
              "    the variable SOURCES__GITHUB__ISSUES__MAIL of the environment\n"
              "    the variable SOURCES__GITHUB__MAIL of the environment\n"
              "    the variable SOURCES__ISSUES__MAIL of the environment\n"
              "    the variable SOURCES__MAIL of the environment\n"
              "    the variable MAIL of the environment\n"
            + absent);
    write_source("none.py", one);
    EXPECT_EQ(corest("secrets none.py").out, "this source needs no secrets\n");
}

TEST_F(SecretPlaces, OfASecretThatAConditionAsksForAreListed)
{
    folder.write("condition.py",
        "import dlt\nfrom dlt.sources.rest_api import rest_api_source\n"
        "token = dlt.secrets['access_token']\n"
        "source = rest_api_source({'client': {'base_url': 'https://a.b', "
        "'auth': {'type': 'bearer', 'token': token} if token else None}, 'resources': ['users']})\n");
    for (const std::string command : {"secrets condition.py", "secrets condition.py --python"}) {
        const auto without = corest(command);
        EXPECT_EQ(without.status, 0) << without.err;
        EXPECT_EQ(without.out.find("access_token, which a condition of the source asks for\n"
                                   "  not found, so what depends on it is left out; looked for in\n"
                                   "    the variable "),
            0U)
            << command << "\n"
            << without.out << without.err;
        const auto with = corest(command, "ACCESS_TOKEN=x");
        EXPECT_EQ(with.out.find("access_token, needed by client.auth.token\n  found: "), 0U) << with.out << with.err;
    }
}

TEST_F(SecretPlaces, AreAskedInTheOrderOfDlt)
{
    folder.write("home/.dlt/config.toml", "access_token = 'CANARY'\n");
    EXPECT_EQ(found(), "'access_token' of " + folder.path() + "/home/.dlt/config.toml");
    folder.write("home/.dlt/secrets.toml", "[sources]\naccess_token = 'CANARY'\n");
    EXPECT_EQ(found(), "'sources.access_token' of " + folder.path() + "/home/.dlt/secrets.toml");
    folder.write(".dlt/config.toml", "[sources.issues]\naccess_token = 'CANARY'\n");
    EXPECT_EQ(found(), "'sources.issues.access_token' of .dlt/config.toml");
    folder.write(".dlt/secrets.toml",
        "access_token = 'CANARY'\n[runtime]\nlevels = ['a']\nsince = 2024-01-01\n[sources.github]\n"
        "access_token = 'CANARY'\nother = { a = 1 }\n");
    EXPECT_EQ(found(), "'sources.github.access_token' of .dlt/secrets.toml");
    folder.write("mine.toml", "[sources.github.issues]\naccess_token = 'CANARY'\n");
    std::filesystem::permissions(folder.file("mine.toml"), std::filesystem::perms::owner_read);
    EXPECT_EQ(found("--secrets mine.toml"), "'sources.github.issues.access_token' of mine.toml");
    folder.write(".env", "# mine\n\nexport ACCESS_TOKEN=\"CANARY\"\nOTHER = x # y\n");
    EXPECT_EQ(found("--secrets mine.toml --env-file .env"), "the variable ACCESS_TOKEN of .env");
    EXPECT_EQ(found("--env-file .env", "ACCESS_TOKEN=CANARY"), "the variable ACCESS_TOKEN of the environment");
    EXPECT_EQ(found("--env-file .env", "SOURCES__GITHUB__ACCESS_TOKEN=CANARY ACCESS_TOKEN=x"),
        "the variable SOURCES__GITHUB__ACCESS_TOKEN of the environment");
    EXPECT_EQ(corest("secrets github.py").status, 0);
    EXPECT_EQ((corest("secrets github.py").out + corest("secrets github.py").err).find("CANARY"), std::string::npos);
}

TEST_F(SecretPlaces, HaveTheNameAndSectionOfTheDecorator)
{
    write_source("github.py",
        "@dlt.source(name='gh', section='hub')\ndef issues(access_token=dlt.secrets.value):\n    return "
        "rest_api_source({'client': {'base_url': 'https://a', 'auth': {'type': 'bearer', 'token': access_token}}, "
        "'resources': ['b']})\n");
    for (const std::string option : {"--source gh", "--source gh --python"}) {
        EXPECT_EQ(found(option, "SOURCES__HUB__GH__ACCESS_TOKEN=1 ACCESS_TOKEN=2"),
            "the variable SOURCES__HUB__GH__ACCESS_TOKEN of the environment");
        folder.write(".dlt/secrets.toml",
            "[sources]\naccess_token = 'a'\n[sources.github.gh]\naccess_token = 'b'\n[sources.gh]\naccess_token = "
            "'c'\n");
        EXPECT_EQ(found(option), "'sources.gh.access_token' of .dlt/secrets.toml");
    }
}

TEST_F(SecretPlaces, HoldConfigurationValuesOfPaths)
{
    write_source("github.py",
        "ORG = os.environ['ORG']\n@dlt.source\ndef issues(table=dlt.config.value):\n    return "
        "rest_api_source({'client': "
        "{'base_url': 'https://a'}, 'resources': [{'name': 'b', 'table_name': table, 'endpoint': "
        "f'orgs/{ORG}/repos'}]})\n");
    for (const std::string option : {"", " --python"}) {
        std::filesystem::remove(folder.file(".dlt/config.toml"));
        const auto missing = corest("plan github.py" + option);
        EXPECT_EQ(missing.status, 2);
        EXPECT_EQ(missing.err.find("corest: 2 places cannot be read:\n  github.py"), 0U) << missing.err;
        EXPECT_NE(
            missing.err.find(": resources[0].table_name: the configuration value 'table', which is not there; give "
                             "--set resources[0].table_name=VALUE, or set the environment variable TABLE\n"),
            std::string::npos)
            << missing.err;
        EXPECT_NE(missing.err.find("resources[0].endpoint: the environment variable 'ORG', which is not there; give "
                                   "--set resources[0].endpoint=VALUE, or set the environment variable ORG"),
            std::string::npos)
            << missing.err;
        const auto listed = corest("secrets github.py" + option, "ORG=acme");
        EXPECT_EQ(listed.status, 2);
        EXPECT_NE(listed.out.find("table, needed by resources[0].table_name\n  missing; looked for in\n"
                                  "    the variable SOURCES__GITHUB__ISSUES__TABLE of the environment\n"),
            std::string::npos)
            << listed.out << listed.err;
        EXPECT_NE(
            listed.out.find("ORG, needed by resources[0].endpoint\n  found: the variable ORG of the environment\n"),
            std::string::npos)
            << listed.out;
        folder.write(".dlt/config.toml", "[sources.github]\ntable = 'things'\n");
        const auto done = corest("plan github.py" + option, "ORG=acme");
        EXPECT_EQ(done.status, 0) << done.err;
        EXPECT_NE(done.out.find("orgs/acme/repos"), std::string::npos) << done.out;
        EXPECT_NE(done.out.find("things"), std::string::npos) << done.out;
        EXPECT_EQ(corest("secrets github.py" + option, "ORG=acme").status, 0);
    }
}

TEST_F(SecretPlaces, ConditionsAskThem)
{
    write_source("github.py",
        "@dlt.source\ndef issues(access_token=dlt.secrets.value):\n    return rest_api_source({'client': "
        "{'base_url': 'https://a', 'auth': {'type': 'bearer', 'token': access_token} if access_token else None}, "
        "'resources': ['b']})\n");
    for (const std::string option : {"", " --python"}) {
        std::filesystem::remove(folder.file(".dlt/secrets.toml"));
        EXPECT_EQ(corest("plan github.py" + option).out.find("bearer"), std::string::npos) << option;
        folder.write(".dlt/secrets.toml", "[sources.github.issues]\naccess_token = 'x'\n");
        EXPECT_NE(corest("plan github.py" + option).out.find("auth: bearer, secret access_token"), std::string::npos)
            << option << corest("plan github.py" + option).err;
    }
}

// A source with one header, whose value is an expression.
std::string header_source(const std::string& expression)
{
    return "import base64, copy, hashlib, json, re\nfrom datetime import datetime\nfrom urllib.parse import quote\n"
           "T = os.environ['API_TOKEN']\nS = os.getenv('STAGE', 'dev')\nC = dlt.config['zone']\n"
           "rest_api_source({'client': {'base_url': 'https://a', 'headers': {'A': "
        + expression + "}}, 'resources': ['b']})\n";
}

TEST_F(SecretPlaces, NoSecretIsComputedWithByPython)
{
    if (run_command({"/usr/bin/env", "python3", "--version"}).status != 0) {
        GTEST_SKIP() << "no python3";
    }
    folder.write(".dlt/config.toml", "zone = 'eu'\n");
    for (const std::string expression : {"base64.b64encode(f'{T}:x'.encode()).decode()", "T.upper()", "T[2:]",
             "hashlib.sha256(bytes(T, 'utf-8')).hexdigest()", "'y' if 'y' in T else 'n'", "str(len(T))",
             "{'a': 'b'}.get(T, 'c')", "'y' if T == 'prod' else 'n'", "json.dumps({'t': T}, ensure_ascii=False)",
             "quote('x' + T)", "f'{T:>40}'", "'%9s' % T", "T.split(',')[0]", "''.join(list(T))", "f'x{T}'.upper()",
             "f'x{T}'[1:]", "str(len('%s%s' % ('x', T)))", "'y' if 'y' in '-'.join(['x', T]) else 'n'"})
    {
        write_source("computed.py", header_source(expression));
        const auto done = corest("export --python computed.py", "API_TOKEN=CANARY");
        EXPECT_EQ(done.err,
            "corest: computed.py:10: the value of the secret 'API_TOKEN' is computed with, which --python does not do: "
            "its value would stand in the dictionary. Let the dictionary have it as it is, or as a part of a text (for "
            "'Basic ...': auth of the type http_basic), or write what is computed as a text, and give --set "
            "PLACE=VALUE.\n")
            << expression << done.out;
        EXPECT_EQ(done.out, "") << expression;
    }
    // What no method sees is found in the dictionary.
    for (const std::string expression : {"f'{T=}'", "re.sub('Z', '', T)", "str({'t': T})"}) {
        write_source("computed.py", header_source(expression));
        const auto done = corest("export --python computed.py", "API_TOKEN=CANARY");
        EXPECT_EQ(done.err,
            "corest: computed.py:10: client.headers.A cannot be read: a text that is computed of the value of the "
            "secret 'API_TOKEN', which --python does not do. Give --set client.headers.A=VALUE.\n")
            << expression << done.out;
    }
    for (const std::string expression :
        {"T + '!'", "f'{T}!'", "'%s!' % T", "'{}!'.format(T)", "copy.deepcopy([T])[0] + '!'", "(T or 'x') + '!'"})
    {
        write_source("computed.py", header_source(expression));
        EXPECT_NE(corest("export --python computed.py", "API_TOKEN=CANARY")
                      .out.find(R"("A": {"$secret": [{"$secret": "API_TOKEN"}, "!"]})"),
            std::string::npos)
            << expression;
    }
}

TEST_F(SecretPlaces, PythonComputesWithTheValuesOfWhatIsNoCredential)
{
    if (run_command({"/usr/bin/env", "python3", "--version"}).status != 0) {
        GTEST_SKIP() << "no python3";
    }
    folder.write(".dlt/config.toml", "zone = 'eu'\n[sources.values]\nzone = '2024-05-06'\n");
    const std::vector<std::pair<std::string, std::string>> made = {{"'y' if S.lower() == 'prod' else 'n'", "y"},
        {"{'Prod': 'y'}.get(S, 'n')", "y"}, {"'y' if S in ('Prod', 'x') else 'n'", "y"}, {"f'{S:>6}'", "  Prod"},
        {"f'{S=}'", "S='Prod'"}, {"f'x{S}'.upper()", "XPROD"}, {"re.sub('[a-z]', '_', S)", "P___"},
        {"f'{len(S)}'", "4"}, {"base64.b64encode(S.encode()).decode()", "UHJvZA=="}, {"'y' if C != 'eu' else 'n'", "y"},
        {"C.split('-')[0]", "2024"}, {"str(datetime.fromisoformat(C).day)", "6"}, {"f'{int(C[:4]) + 1}'", "2025"},
        {"'y' if os.getenv('ABSENT') == 'x' else 'n'", "n"}, {"os.getenv('ABSENT', 'x').upper()", "X"}};
    for (const auto& [expression, value] : made) {
        write_source("values.py", header_source(expression));
        const auto done = corest("export --python values.py", "API_TOKEN=CANARY STAGE=Prod");
        EXPECT_NE(done.out.find("\"A\": \"" + value + "\""), std::string::npos) << expression << done.out << done.err;
    }
    folder.write("stage.py", "import os\nSTAGE = f\"{os.environ['STAGE']}!\".upper()\n");
    write_source("values.py", "from stage import STAGE\n" + header_source("STAGE"));
    EXPECT_NE(corest("export --python values.py", "STAGE=Prod").out.find(R"("A": "PROD!")"), std::string::npos)
        << "so it is in the file's own modules";
    folder.write(".env", "STAGE=Test\nMY_KEY=CANARY\n");
    write_source("values.py", header_source("S.upper()"));
    EXPECT_NE(corest("export --python values.py --env-file .env").out.find(R"("A": "TEST")"), std::string::npos);
    write_source("values.py", header_source("os.environ['MY_KEY'].upper()"));
    const auto key = corest("export --python values.py --env-file .env");
    EXPECT_EQ(key.err.find("corest: values.py:10: the value of the secret 'MY_KEY' is computed with"), 0U) << key.err;
    EXPECT_EQ((key.out + key.err).find("CANARY"), std::string::npos) << key.out;
    write_source("values.py", header_source("os.environ['ABSENT'].upper()"));
    EXPECT_EQ(corest("export --python values.py").err,
        "corest: values.py:10: the environment variable 'ABSENT' is computed with, and is not there. Set the "
        "environment variable ABSENT.\n");
}

TEST_F(SecretPlaces, FilesThatCannotBeReadAreErrorsThatShowNothing)
{
    folder.write(".env", "A=1\nCANARY\n");
    EXPECT_EQ(corest("secrets github.py --env-file .env").err,
        "corest: .env:2: expected NAME=VALUE. Comments begin with #.\n");
    EXPECT_EQ(corest("secrets github.py --env-file none").err,
        "corest: the environment file 'none' cannot be read: No such file or directory.\n");
    folder.write(".dlt/secrets.toml", "a = CANARY\n");
    const auto done = corest("secrets github.py");
    EXPECT_EQ(done.status, 2);
    EXPECT_EQ(done.err.find("corest: .dlt/secrets.toml:1:"), 0U) << done.err;
    EXPECT_EQ(done.err.find("CANARY"), std::string::npos) << done.err;
}

} // namespace
